"""How strong the prior on coefficients should be: as strong as held-out customers bear.

Customers are dealt into five folds; each strength is fitted to four of them and asked how likely the fifth is. The
strongest whose log-likelihood of the held-out is within a standard error of the best wins, the error being that of the
difference customer by customer, which is much smaller than that of either. Dealing goes round by history within each
sort of customers, so that it takes no dice and does not turn on the order of rows.
Source: Hastie, Tibshirani and Friedman (2009), The Elements of Statistical Learning, section 7.10, on the rule.
"""

import math

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.covariates.covariate_fit import HeldOut
from keyworth.behaviour.covariates.designs import distinct_rows
from keyworth.behaviour.covariates.groups import told_by
from keyworth.behaviour.covariates.sample import Sample, climb
from keyworth.behaviour.histories import Floats

FOLDS = 5
# From a prior that lets a coefficient be of any size to one that keeps it below some hundredths.
STRENGTHS = (0.0, 1.0, 5.0, 25.0, 125.0, 625.0, 3_125.0)


def choose_ridge(sample: Sample, penalty: Floats) -> tuple[float, tuple[HeldOut, ...]]:
    """The strength chosen and, by rising strength, what the held-out customers said; the last is no covariate."""
    folds = dealt(sample)
    tried = [*STRENGTHS, math.inf]
    foretold = np.zeros((len(tried), len(sample.rows)))
    for fold in range(FOLDS):
        away, kept = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        if not len(away) or not len(kept):
            continue
        likelihood = sample.likelihood(kept)
        # Everybody alike, as these four fifths have it, and from there with an ever weaker prior.
        nobody = climb(sample.without(kept), sample.start[: sample.base], None)
        point = np.concatenate([nobody.at, np.zeros(len(penalty))])
        foretold[-1, away] = sample.log_likelihood(point, away)
        for at in range(len(STRENGTHS) - 1, -1, -1):
            point = climb(likelihood, point, STRENGTHS[at] * penalty).at
            foretold[at, away] = sample.log_likelihood(point, away)
    weights = sample.customers
    customers = float(weights.sum())
    means = (foretold * weights).sum(axis=1) / customers
    best = int(np.argmax(means))
    found = []
    for strength, each, mean in zip(tried, foretold, means.tolist(), strict=True):
        behind = foretold[best] - each
        spread = (weights * (behind - float((weights * behind).sum()) / customers) ** 2).sum() / customers
        found.append(HeldOut(strength, mean, float(means[best]) - mean, math.sqrt(float(spread) / customers)))
    within = [each for each in found if each.behind <= each.error and math.isfinite(each.ridge)]
    # Where no covariate at all foretells best, the strongest prior comes closest.
    return (within[-1].ridge if within else STRENGTHS[-1]), tuple(found)


def dealt(sample: Sample) -> NDArray[np.intp]:
    """The fold of each row."""
    _, which = distinct_rows(np.hstack(sample.columns))
    order = np.lexsort((*told_by(sample.told, sample.rows), which))
    folds = np.empty(len(order), dtype=np.intp)
    folds[order] = np.arange(len(order)) % FOLDS
    return folds

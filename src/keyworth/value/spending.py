"""What each customer's next purchase is worth, and where the spend model cannot say."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import GAMMA_GAMMA, LEAST_ABOVE_ONE, ROOT_GAMMA_GAMMA, Fit, SpendHistories, SpendSums
from keyworth.behaviour.steady_sums import dot
from keyworth.value.spend_law import law_of
from keyworth.words import Message

Floats = NDArray[np.float64]

_NOTABLE_CORRELATION = 0.1  # and more than 2.6 standard errors from 0


@dataclass(frozen=True, slots=True, eq=False)
class SpendOutlook:
    """Arrays of shape (n,), in the ledger's currency. `per_purchase`: the expected value of a purchase.

    `scale` is the factor of a customer's own in what n purchases cost (`spend_ratio.py`). `left_out`: how many
    customers no spend model can explain. `correlation` between how often and how dear repeat customers buy;
    None where there are fewer than three.
    """

    per_purchase: Floats
    scale: Floats
    left_out: int
    correlation: float | None
    notes: tuple[Message, ...]


def spend_outlook(
    spend: SpendHistories, first_value: Floats, fit: Fit[Any], sums: SpendSums | None = None
) -> SpendOutlook:
    """Expected spend from the model: between a customer's own mean and everybody's; without repeats, everybody's.

    Root Gamma-Gamma reads the `sums` of the same customers, and so hears a first purchase too.

    The rule for whom the model cannot tell (repeats that brought nothing or less, or no finite mean): what all
    their purchases so far brought on average, the first included, and never less than nothing. Without a finite
    mean customers differ so much more than the purchases of one do that their own first purchase says more of
    them than any average of others. A mean that is finite by a hair (`LEAST_ABOVE_ONE`) is not
    believed either.
    """
    law = law_of(fit)
    above_one = law.shape(spend.repeats) - 1.0
    bought_for_nothing = (spend.repeats > 0) & ~spend.usable
    if fit.model == ROOT_GAMMA_GAMMA.name and sums is not None:
        per_purchase = ROOT_GAMMA_GAMMA.expected_value(fit.parameters, sums)
        without_mean = ROOT_GAMMA_GAMMA.level(fit.parameters, sums)[0] - fit.parameters.k <= LEAST_ABOVE_ONE
    else:
        per_purchase = GAMMA_GAMMA.expected_value(fit.parameters, spend)
        without_mean = above_one <= LEAST_ABOVE_ONE
    untold = bought_for_nothing | without_mean
    so_far = (first_value + spend.repeats * spend.mean_value) / (1.0 + spend.repeats)
    per_purchase = np.where(untold, np.maximum(so_far, 0.0), per_purchase)
    # The scale that has this mean; for everybody else it is gamma + x·z again.
    shape = np.maximum(above_one, LEAST_ABOVE_ONE)
    notes = []
    if spend.left_out:
        notes.append(
            Message(
                "{count} {count:customer|customers} bought again but for nothing or less; the spend model "
                "leaves them out, and "
                "each purchase of theirs is expected to bring what all their purchases so far brought on "
                "average, at least 0.",
                count=spend.left_out,
            )
        )
    endless = int(np.count_nonzero(untold)) - spend.left_out
    if endless > 0:
        notes.append(
            Message(
                "Spending differs too much between customers to have a mean, so {count} {count:customer|customers} "
                "without repeat purchases {count:is|are} expected to spend what their first purchase brought.",
                count=endless,
            )
        )
    correlation = spend_correlation(spend)
    teachers = int(np.count_nonzero(spend.usable))
    if correlation is not None and abs(correlation) > max(_NOTABLE_CORRELATION, 2.6 / np.sqrt(teachers)):
        notes.append(
            Message(
                "How often and how dear customers buy go together (correlation {correlation} over {count} "
                "repeat customers); the spend model takes them for independent, so values of frequent "
                "customers may be off.",
                correlation=round(correlation, 2),
                count=teachers,
            )
        )
    return SpendOutlook(per_purchase, per_purchase * shape / law.p, spend.left_out, correlation, tuple(notes))


def spend_correlation(spend: SpendHistories) -> float | None:
    """Pearson's, between repeat purchases and mean repeat value, over those who teach the spend model."""
    x, mean = spend.repeats[spend.usable], spend.mean_value[spend.usable]
    if x.size < 3 or x.std() == 0 or mean.std() == 0:
        return None
    x, mean = x - x.mean(), mean - mean.mean()
    # Not np.corrcoef, whose matrix product may end in another digit with another number of threads.
    return min(max(dot(x, mean) / math.sqrt(dot(x, x) * dot(mean, mean)), -1.0), 1.0)

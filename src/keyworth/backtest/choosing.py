"""Which model to use: the simplest of those that foretold the past as well as the best, as far as chance lets us tell.

No one measure decides. A log score listens to how likely a model held what came, CRPS to how far off its whole
distribution was, the squared error to how far off its mean was; a model is within noise of the best only if it is by
all three, each with the interval of a paired bootstrap over customers.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest.calibration import inside, pit_ks
from keyworth.backtest.candidates import Candidate, OriginForecasts
from keyworth.backtest.choice_in_words import why_by_aic, why_by_forecasts
from keyworth.backtest.paired_bootstrap import drawn_again, means_over_origins
from keyworth.backtest.standing import DECIDING, LEVEL_AIC, Choice, Lag, Standing
from keyworth.errors import NotEnoughHistory
from keyworth.words import Message

Floats = NDArray[np.float64]

DRAWS = 1_000
# In nats or purchases a customer: what differs by less is the same, but for rounding. A model with a rhythm that found
# none is the simpler model again.
_SAME = 1e-9


def choose(
    candidates: Sequence[Candidate],
    origins: Sequence[OriginForecasts],
    *,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> Choice:
    """Choose the simplest candidate within noise of the best.

    Simpler is what has the lower `complexity`, and of equals what comes first in `candidates`. One that did not
    converge may not win, nor is it the best that others are measured by; where none did, as where nobody ever leaves,
    all may, and it is said. One that some origin does not tell of is not scored. Where none is within noise by every
    measure, that one wins which is by most, and of these the one with the best log score. Without origins AIC decides:
    the simplest within 2 of the least.
    Raises NotEnoughHistory where there is nothing to compare.
    """
    if not origins:
        return _by_aic(candidates)
    scored = [one for one in candidates if all(one.name in origin.of for origin in origins)]
    able = [at for at, one in enumerate(scored) if one.converged] or list(range(len(scored)))
    if not able:
        raise _nobody()
    values = [_values(origin, scored) for origin in origins]
    customers = [origin.customers for origin in origins]
    # (measures, candidates), each turned so that less is better, and the same in every draw
    sign = np.array([-1.0 if more else 1.0 for more in DECIDING.values()])[:, None]
    shape = (len(DECIDING) + 1, len(scored))
    means = means_over_origins(values).reshape(shape)
    again = drawn_again(customers, values, rng=rng, draws=draws).reshape(draws, *shape)
    losses, lost = sign * means[: len(DECIDING)], sign * again[:, : len(DECIDING)]
    able.sort(key=lambda at: scored[at].complexity)
    best = np.array(able)[(losses[:, able] <= losses[:, able].min(axis=1, keepdims=True) + _SAME).argmax(axis=1)]
    lags = _lags(losses, lost, best)
    standings = [
        _standing(
            one,
            origins,
            means[:, at],
            {name: row[at] for name, row in zip(DECIDING, lags, strict=True)},
            eligible=at in able,
        )
        for at, one in enumerate(scored)
    ]
    winner = _winner([one for one in standings if one.eligible])
    standings.sort(key=lambda one: -_score(one))
    left = [Standing(one, within_noise=False, eligible=False) for one in candidates if one not in scored]
    leaders = {name: scored[at] for name, at in zip(DECIDING, best, strict=True)}
    ranking = (*standings, *left)
    return Choice(
        chosen=winner.candidate.name,
        by="forecasts",
        ranking=ranking,
        origins=tuple(origin.origin for origin in origins),
        because=why_by_forecasts(winner, ranking, leaders, len(origins)),
    )


def _values(origin: OriginForecasts, scored: Sequence[Candidate]) -> Floats:
    """What is averaged over customers: (n, measures × candidates), the absolute error last."""
    found = [origin.of[one.name] for one in scored]
    missed = np.stack([one.expected - origin.actual for one in found], axis=1)
    return np.concatenate(
        [
            np.stack([one.log_score for one in found], axis=1),
            np.stack([one.crps for one in found], axis=1),
            missed**2,
            np.abs(missed),
        ],
        axis=1,
    )


def _lags(losses: Floats, lost: Floats, best: NDArray[np.intp]) -> list[list[Lag]]:
    """For each measure, each candidate's lag; `losses` (measures, candidates), `lost` the same in each draw."""
    found = []
    for row, (loss, at) in enumerate(zip(losses, best, strict=True)):
        behind = _but_for_rounding(loss - loss[at])
        low, high = np.quantile(_but_for_rounding(lost[:, row] - lost[:, row, at : at + 1]), [0.025, 0.975], axis=0)
        found.append([Lag(*map(float, ends)) for ends in zip(behind, low, high, strict=True)])
    return found


def _but_for_rounding(differences: Floats) -> Floats:
    return np.where(np.abs(differences) > _SAME, differences, 0.0)


def _standing(
    one: Candidate, origins: Sequence[OriginForecasts], means: Floats, lags: Mapping[str, Lag], *, eligible: bool
) -> Standing:
    theirs = [(origin, origin.of[one.name]) for origin in origins]
    actual = sum(float(origin.actual.sum()) for origin, _ in theirs)
    expected = sum(float(found.expected.sum()) for _, found in theirs)
    distances = [distance for _, found in theirs if (distance := pit_ks(found.pit)) is not None]
    return Standing(
        candidate=one,
        within_noise=all(lag.within_noise for lag in lags.values()),
        eligible=eligible,
        log_score=float(means[0]),
        crps=float(means[1]),
        rmse=float(np.sqrt(means[2])),
        mae=float(means[3]),
        bias=expected / actual - 1.0 if actual > 0 else None,
        pit_ks=float(np.mean(distances)) if distances else None,
        calibration_95=inside(np.concatenate([found.pit for _, found in theirs]), 0.95),
        lags=MappingProxyType(dict(lags)),
    )


def _score(one: Standing) -> float:
    return -np.inf if one.log_score is None else one.log_score


def _winner(able: Sequence[Standing]) -> Standing:
    level = [one for one in able if one.within_noise]
    if level:
        return min(level, key=lambda one: one.candidate.complexity)
    return max(able, key=lambda one: (sum(lag.within_noise for lag in (one.lags or {}).values()), _score(one)))


def _by_aic(candidates: Sequence[Candidate]) -> Choice:
    known = [one for one in candidates if one.aic is not None]
    able = [one for one in known if one.converged] or known
    if not able:
        raise _nobody()
    least = min(map(_aic, able))
    level = [one for one in able if _aic(one) - least < LEVEL_AIC]
    winner = min(level, key=lambda one: one.complexity)
    ranking = tuple(
        Standing(one, within_noise=one in level, eligible=one in able) for one in sorted(candidates, key=_aic)
    )
    return Choice(
        chosen=winner.name, by="aic", ranking=ranking, origins=(), because=why_by_aic(winner, len(level), ranking)
    )


def _aic(one: Candidate) -> float:
    return np.inf if one.aic is None else one.aic


def _nobody() -> NotEnoughHistory:
    return NotEnoughHistory(
        Message("No model can be fitted to these histories, so that none can be chosen."),
        hint=Message("Fit one by its name to read why, or wait for more orders."),
    )

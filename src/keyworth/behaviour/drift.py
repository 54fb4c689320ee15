"""Whether customers still buy as an earlier fit said, and whether that matters.

Two questions, since either alone misleads. *Beyond chance?* Of a large base every tiny shift is, so this alone would
cry wolf every week. *Large enough to matter?* Of a small base chance alone makes large shifts. Drift is what is both.

Beyond chance is asked twice. Of the parameters, by the likelihood ratio: twice what the log-likelihood of all that is
known now gains when the parameters may move. The old fit heard a part of the same histories, so that without drift
this scatters as a sum of squared normals weighted by the eigenvalues of (V_then − V_now)·V_now⁻¹ (the estimates
differ with variance V_then − V_now: Hausman 1978, Econometrica 46(6)), one for each parameter that was climbed; the
tail of the sum is that of a gamma with the same mean and variance (Satterthwaite 1946). And of the forecast: the
purchases made since the old fit's day by those known then, against what it would have foretold, with the chance of
each customer's purchases and the doubt about the parameters in the interval; of all, and of each tenth of the base
from those of whom most was expected to those of whom least.

What matters is measured in purchases: by how much the total missed, by how much forecasts made now by the old and by
the new parameters differ, and how many purchases came from other tenths of the base than foretold. A tenth of the
purchases is the threshold unless another is given: totals of customers who have not drifted are missed by about as
much (on the hold-outs of two published data sets, by 12% and 18%), so that less is no news to who plans by them.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.parameters import climbed, climbed_logs, names
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories, refuse_unless_histories
from keyworth.behaviour.updating import buying_model_of, parameters_in, update
from keyworth.errors import HistoryRefused
from keyworth.units import Share
from keyworth.words import Message

MATTERS = 0.10  # of the purchases
RARE = 0.01  # how seldom chance alone may bring what is called more than chance
_NORMAL_95, _NORMAL_99 = 1.959963984540054, 2.5758293035489004
# Of a tenth alone, which is one of ten and whose few purchases have a longer tail than the normal's.
_TENTH_ALONE = 3.8905918864131203
_TENTHS = 10
_DRAWN, _DRAWS = 20_000, 50  # customers whose purchases are drawn, and how often, to learn how they scatter
_STEP = 1e-3

Kind = Literal["steady", "slight", "drifted", "unclear"]


@dataclass(frozen=True, slots=True)
class Foretold:
    """Purchases of a group since the fit's day: made, and as expected then, with their standard deviation."""

    customers: int
    expected: float
    deviation: float
    actual: int

    @property
    def interval_95(self) -> tuple[float, float]:
        """Within it they lie 95 times in 100, if nothing has changed."""
        return max(self.expected - _NORMAL_95 * self.deviation, 0.0), self.expected + _NORMAL_95 * self.deviation

    @property
    def surprise(self) -> float:
        """How many standard deviations they are off."""
        return abs(self.actual - self.expected) / max(self.deviation, 1e-300)

    @property
    def surprising(self) -> bool:
        """Whether chance alone brings as many, or as few, less than once in a hundred times."""
        return self.surprise > _NORMAL_99


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """What became of a fit.

    kind: `steady`, no more than chance; `slight`, more than chance, and too little to matter; `drifted`, both;
    `unclear`, large enough to matter, and no more than chance would bring with so few customers.
    ahead: how long since, in the unit of the fit. came: customers who came since. total: of those known then, and
    tenths: the same from the tenth of whom most was expected to that of whom least. statistic: twice the gain of the
    log-likelihood, p_value: how often chance alone would bring as much, None where a fit did not arrive.
    parameters: how many were free to move. change: purchases expected in the time to come, as long again, by the
    new parameters over those by the old, less 1. fit: the updated one.
    """

    model: str
    kind: Kind
    ahead: float
    came: int
    total: Foretold
    tenths: tuple[Foretold, ...]
    statistic: float
    parameters: int
    p_value: float | None
    change: float
    fit: Fit[Any]
    verdict: Message


def drift(
    fit: Fit[Any],
    then: PurchaseHistories,
    now: PurchaseHistories,
    *,
    heard: tuple[UniqueHistories, UniqueHistories] | None = None,
    matters: float = MATTERS,
    seed: int = 1,
) -> Drift:
    """Compare a fit with what happened since.

    `then`: the customers known on the day of the fit, as they were. `now`: the same, row by row, as they are today,
    followed by those who came since; in the unit of `then`. `heard`: the histories of both days as a fit hears them,
    where those of single customers lack the `log_gaps` that the model reads. `matters` is the part of
    purchases that is worth a word; `seed` of the draws that tell how purchases scatter. Raises HistoryRefused where
    `now` does not continue `then`, ParametersRefused for a fit of another kind than buying.
    """
    model = buying_model_of(fit)
    for each in (then, now):
        refuse_unless_histories(each)
    p = parameters_in(fit, then.unit)
    ahead = _time_between(then, now)
    known = now.rows(slice(0, len(then)))
    told, unique = heard or (then.unique(inverse=False), now.unique(inverse=False))
    fresh = update(fit, unique)
    statistic, p_value = _likelihood_ratio(model, p, fresh, told, unique)
    total, *tenths = _foretold(model, p, then, known.repeats - then.repeats, _covariance(model, p, told), ahead, seed)
    old, new = (
        dot(unique.weights, model.expected_purchases(of, unique.histories, ahead)) for of in (p, fresh.parameters)
    )
    change = new / old - 1.0
    elsewhere = sum(abs(each.actual - each.expected) for each in tenths if each.surprising) / max(
        total.expected, 1e-300
    )
    size = max(abs(total.actual / max(total.expected, 1e-300) - 1.0), abs(change), elsewhere)
    seldom = p_value is not None and p_value < RARE
    beyond = seldom or total.surprising or any(each.surprise > _TENTH_ALONE for each in tenths)
    kind: Kind = ("drifted" if beyond else "unclear") if size >= matters else ("slight" if beyond else "steady")
    return Drift(
        model=model.name,
        kind=kind,
        ahead=ahead,
        came=len(now) - len(then),
        total=total,
        tenths=tuple(tenths),
        statistic=statistic,
        parameters=len(climbed(model.parameter_kind)),
        p_value=p_value,
        change=change,
        fit=fresh,
        verdict=_verdict(model, kind, total, change),
    )


def _time_between(then: PurchaseHistories, now: PurchaseHistories) -> float:
    """How much longer everybody has been observed."""
    if now.unit is not then.unit or len(now) < len(then) or not len(then):
        raise _no_continuation(Message("both must count in one unit, and all customers known then be known now"))
    longer = now.observed_for[: len(then)] - then.observed_for
    ahead = float(np.median(longer))
    if not ahead > 0 or float(np.abs(longer - ahead).max()) > 1e-6 * (1.0 + ahead):
        raise _no_continuation(Message("all must have been observed for one time longer"))
    if (now.repeats[: len(then)] < then.repeats).any():
        raise _no_continuation(Message("nobody's purchases can become fewer"))
    return ahead


def _no_continuation(reason: Message) -> HistoryRefused:
    return HistoryRefused(
        Message("The later histories do not continue the earlier ones: {reason}.", reason=reason),
        hint=Message("Give the same customers in the same order, and those who came since at the end."),
    )


def _likelihood_ratio(
    model: BuyingModel[Any], p: Any, fresh: Fit[Any], then: UniqueHistories, now: UniqueHistories
) -> tuple[float, float | None]:
    """Twice the gain of letting the parameters move, and how often chance alone would bring as much."""
    before = dot(now.weights, model.log_likelihood(p, now.histories))
    statistic = max(2.0 * (_log_likelihood(model, fresh, now) - before), 0.0)
    moved = any(getattr(p, name) != getattr(fresh.parameters, name) for name in _chosen(model))
    if moved or not fresh.converged:
        return statistic, None
    v_then = _covariance(model, p, then)
    v_now = _covariance(model, fresh.parameters, now)
    if v_then is None or v_now is None:
        return statistic, None
    root = np.linalg.cholesky(v_now)
    inner = np.linalg.solve(root, np.linalg.solve(root, v_then).T)  # V_now⁻½ · V_then · V_now⁻½
    weights = np.maximum(np.linalg.eigvalsh(0.5 * (inner + inner.T)) - 1.0, 0.0)
    mean, spread = float(weights.sum()), 2.0 * dot(weights, weights)
    if mean == 0.0:
        return statistic, 1.0
    return statistic, float(gammaincc(mean**2 / spread, statistic * mean / spread))


def _log_likelihood(model: BuyingModel[Any], fit: Fit[Any], now: UniqueHistories) -> float:
    return dot(now.weights, model.log_likelihood(fit.parameters, now.histories))


def _chosen(model: BuyingModel[Any]) -> set[str]:
    return set(names(model.parameter_kind)) - set(climbed(model.parameter_kind))


def _covariance(model: BuyingModel[Any], p: Any, unique: UniqueHistories) -> Floats | None:
    """Of the logarithms of the climbed parameters, by the curvature at p; None where it does not fall every way."""
    information = -model.objective(unique, p)(climbed_logs(p)).hessian
    if float(np.linalg.eigvalsh(information)[0]) <= 0.0:
        return None
    return np.asarray(np.linalg.inv(information))


def _foretold(
    model: BuyingModel[Any],
    p: Any,
    then: PurchaseHistories,
    bought: Floats,
    covariance: Floats | None,
    ahead: float,
    seed: int,
) -> list[Foretold]:
    """Of all, and then of each tenth of the base, from that of whom most was expected."""
    unique = then.unique()
    assert unique.inverse is not None
    expected = model.expected_purchases(p, unique.histories, ahead)[unique.inverse]
    order = np.lexsort((then.observed_for, then.last_repeat, then.repeats, -expected))
    tenths = [part for part in np.array_split(order, _TENTHS) if len(part)]
    chance = [_scatter(model, p, then, part, ahead, seed) for part in tenths]
    doubt = _doubt(model, p, unique, covariance, tenths, ahead)
    groups = [(order, sum(chance), doubt[0]), *zip(tenths, chance, doubt[1:], strict=True)]
    return [
        _group(float(expected[part].sum()), float(scatter + unsure), bought[part]) for part, scatter, unsure in groups
    ]


def _group(expected: float, variance: float, bought: Floats) -> Foretold:
    # Of purchases so rare that none was drawn the variance is their number.
    deviation = float(np.sqrt(max(variance, expected)))
    return Foretold(len(bought), expected, deviation, round(float(bought.sum())))


def _scatter(
    model: BuyingModel[Any], p: Any, then: PurchaseHistories, part: NDArray[np.intp], ahead: float, seed: int
) -> float:
    """The variance of a group's purchases if the parameters are right, from draws of an even selection of it."""
    every = -(-len(part) * _TENTHS // _DRAWN)
    drawn = model.draw_ahead(p, then.rows(part[::every]), ahead, seed=seed, draws=_DRAWS).purchases
    return float(drawn.var(axis=0, ddof=1).mean()) * len(part)


def _doubt(
    model: BuyingModel[Any],
    p: Any,
    unique: UniqueHistories,
    covariance: Floats | None,
    tenths: list[NDArray[np.intp]],
    ahead: float,
) -> Floats:
    """The variance of the total, and of each tenth's, that comes of not knowing the parameters exactly."""
    if covariance is None:
        return np.zeros(len(tenths) + 1)
    assert unique.inverse is not None
    free, logs = climbed(model.parameter_kind), climbed_logs(p)
    slopes = np.empty((len(free), len(tenths) + 1))
    for i, move in enumerate(np.eye(len(free)) * _STEP):
        up, down = (
            model.expected_purchases(_moved(p, free, logs + by), unique.histories, ahead)[unique.inverse]
            for by in (move, -move)
        )
        slope = (up - down) / (2.0 * _STEP)
        slopes[i] = [float(slope.sum()), *(float(slope[part].sum()) for part in tenths)]
    found: Floats = np.einsum("ig,ij,jg->g", slopes, covariance, slopes)
    return found


def _moved(p: Any, free: tuple[str, ...], logs: Floats) -> Any:
    return replace(p, **dict(zip(free, np.exp(logs).tolist(), strict=True)))


def _verdict(model: BuyingModel[Any], kind: Kind, total: Foretold, change: float) -> Message:
    judged = {
        "steady": Message("Customers buy as {model} said: what has changed is no more than chance.", model=model.title),
        "slight": Message(
            "Customers buy a little otherwise than {model} said: more than chance, and too little to matter.",
            model=model.title,
        ),
        "drifted": Message(
            "Customers no longer buy as {model} said: what has changed is more than chance, and large enough to "
            "matter.",
            model=model.title,
        ),
        "unclear": Message(
            "Whether customers still buy as {model} said cannot be told: the change would matter, and chance alone "
            "could bring it with so few of them.",
            model=model.title,
        ),
    }[kind]
    seen = Message(
        "Of those known then {actual} {actual:purchase|purchases} came where {expected} were expected (95 times in "
        "100 from {low} to {high}).",
        actual=total.actual,
        expected=round(total.expected),
        low=round(total.interval_95[0]),
        high=round(total.interval_95[1]),
    )
    way = (
        Message("{share} more", share=Share(change)) if change >= 0 else Message("{share} fewer", share=Share(-change))
    )
    anew = Message("With what is known now, {change} purchases are expected than with the old figures.", change=way)
    return Message("{judged} {seen} {anew}", judged=judged, seen=seen, anew=anew)

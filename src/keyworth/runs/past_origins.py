"""Standing on past days, predicting what has since happened: the material of back-tests and of honest intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest import Origin, OriginTotal, SpendForecast, WholeForecasts, score_whole_forecasts
from keyworth.errors import NotEnoughHistory
from keyworth.ledger import Ledger
from keyworth.runs.defaults import SPENDING
from keyworth.runs.fitted_base import FittedBase, fitted_base
from keyworth.runs.money_basis import money_between
from keyworth.runs.pace import Pace
from keyworth.runs.steps import Step, silent
from keyworth.units import Discount, TimeUnit
from keyworth.value import BaseFigure, Basis, PastMiss, Valuation, ValueOptions, law_of, value_customers, value_total
from keyworth.words import Message

Floats = NDArray[np.float64]

# At a past origin only totals and intervals are compared: a rate is needed, its size makes no difference to them.
_ANY_DISCOUNT = Discount(0.10)
# How many past days tell a value book, and the report on it, how far totals miss.
MOST_PAST_DAYS = 12


@dataclass(frozen=True, slots=True)
class Look:
    """How to look at past origins.

    With `born_after` only customers first seen later are judged; `fitted_on_all` says that everybody known at the
    origin teaches the models all the same. `margins` are those a person gave, by product category. `model` is of
    buying, `spending` of spending. At a past day that taught the `pace` it is left out of it.
    """

    model: str
    unit: TimeUnit = TimeUnit.WEEK
    born_after: date | None = None
    fitted_on_all: bool = False
    margins: Mapping[str, float] = field(default_factory=dict)
    seed: int = 1
    spending: str = SPENDING
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class PastTotal:
    """The base at a past origin: what was expected of it and what came, in `basis`; `miss` widens later intervals."""

    basis: Basis
    total: OriginTotal
    miss: PastMiss


@dataclass(frozen=True, slots=True)
class SeenOrigin:
    """A past origin in detail: what was known, what was expected, and what each known customer then did.

    `options` tell the pace that the models were asked at.
    """

    origin: Origin
    base: FittedBase
    options: ValueOptions
    valuation: Valuation
    purchases: Floats  # purchase days of each in the hold-out period
    spend: Floats  # what each brought, in the basis of the fits: money net of refunds, or purchases without it


@dataclass(frozen=True, slots=True)
class LookedBack:
    """The totals at every origin, oldest first, and the latest origin in detail."""

    totals: tuple[OriginTotal, ...]
    latest: SeenOrigin


def past_misses(
    ledger: Ledger, found: tuple[Origin, ...], look: Look, basis: Basis, *, step: Step = silent
) -> tuple[PastMiss, ...]:
    """How far the totals expected at past origins missed, oldest first; nothing is worked out for single customers.

    Only totals of one basis can be compared: days on which the ledger did not tell it yet are passed over, and so
    are those on which nobody had come back yet.
    """
    ledger.gather_days()
    return tuple(one.miss for one in _past_totals(ledger, found, look, step) if one.basis == basis)


def look_back(ledger: Ledger, found: tuple[Origin, ...], look: Look, *, step: Step = silent) -> LookedBack:
    """Every origin, oldest first; each one's interval is widened by the misses of those before it.

    Totals of one basis only: earlier days on which the ledger did not yet tell what it tells on the latest are left
    out, so that money is never set beside counts, nor margin beside revenue; and so are those on which nobody had
    come back yet. Raises NotEnoughHistory where that is so on the latest.
    """
    ledger.gather_days()
    earlier = _past_totals(ledger, found[:-1], look, step)
    latest = _see(ledger, found[-1], look, earlier, step)
    basis, last = latest.base.basis, _against_what_came(latest.origin, latest.base, latest.valuation.base, latest.spend)
    return LookedBack((*(one.total for one in earlier if one.basis == basis), last.total), latest)


def _past_totals(ledger: Ledger, found: Sequence[Origin], look: Look, step: Step) -> list[PastTotal]:
    """The totals at origins, oldest first, each interval widened by the misses before it."""
    totals: list[PastTotal] = []
    for origin in found:
        one = _past_total(ledger, origin, look, totals, step)
        if one is not None:
            totals.append(one)
    return totals


def _past_total(
    ledger: Ledger, origin: Origin, look: Look, earlier: Sequence[PastTotal], step: Step
) -> PastTotal | None:
    """The total at an origin, without valuing customers one by one; None where too little was known to fit."""
    try:
        base = _base(ledger, origin, look, step)
    except NotEnoughHistory:
        return None
    came = _what_came(ledger, origin, look, base)[1]
    figure = _unforeseen(_arguments(base, origin, look, earlier), origin, look, came)[1]
    return _against_what_came(origin, base, figure, came)


def _see(ledger: Ledger, origin: Origin, look: Look, earlier: Sequence[PastTotal], step: Step) -> SeenOrigin:
    """Fit and value as of the origin, on nothing dated later, and read what followed.

    Only customers known by the origin are compared: nobody can predict the spend of people who have not come.
    """
    base = _base(ledger, origin, look, step)
    purchases, came = _what_came(ledger, origin, look, base)
    arguments = _arguments(base, origin, look, earlier)
    if look.pace.factor != 1.0:
        arguments = _unforeseen(arguments, origin, look, came)[0]
    return SeenOrigin(origin, base, arguments["options"], value_customers(**arguments), purchases, came)


def _unforeseen(
    arguments: dict[str, Any], origin: Origin, look: Look, came: Floats
) -> tuple[dict[str, Any], BaseFigure]:
    """The total at an origin, at the pace that it did not teach itself, and the arguments that ask for that pace."""
    figure, options = value_total(**arguments), arguments["options"]
    pace = look.pace.factor_before(origin, expected=figure.expected, actual=float(came.sum()))
    if options.paces is not None or pace == options.pace:
        return arguments, figure
    arguments = {**arguments, "options": replace(options, pace=pace)}
    return arguments, value_total(**arguments)


def whole_forecasts(seen: SeenOrigin, look: Look) -> WholeForecasts:
    """Score each customer's whole predictive distribution at an origin; the dice come from the seed of the look."""
    base, spend = seen.base, None
    per_purchase = seen.valuation.customers.per_purchase
    if base.spend is not None and per_purchase is not None:
        in_basis = per_purchase if base.margin_rate is None else per_purchase * base.margin_rate
        spend = SpendForecast(law_of(base.spend.fit), in_basis)
    return score_whole_forecasts(
        base.buying,
        base.histories.unique(),
        seen.options.buying_ahead,
        seen.purchases,
        # A stream of its own, so that what is drawn for the value book and what is drawn here are strangers.
        rng=np.random.Generator(np.random.PCG64([look.seed, 1])),
        paces=seen.options.paces,
        spend=spend,
        spent=None if spend is None else seen.spend,
    )


def _base(ledger: Ledger, origin: Origin, look: Look, step: Step) -> FittedBase:
    step(Message("Predicting from {day} on", day=origin.as_of))
    born_after = None if look.fitted_on_all else look.born_after
    base = fitted_base(
        ledger,
        model=look.model,
        spending=look.spending,
        as_of=origin.as_of,
        unit=look.unit,
        born_after=born_after,
        margins=look.margins,
    )
    if look.fitted_on_all and look.born_after is not None:
        return base.of_those_born_after(look.born_after)
    return base


def _arguments(base: FittedBase, origin: Origin, look: Look, earlier: Sequence[PastTotal]) -> dict[str, Any]:
    """What `value_customers` and `value_total` alike are given: the hold-out period is the horizon."""
    return {
        "histories": base.histories,
        "buying": base.buying,
        "options": ValueOptions(
            horizon_days=origin.holdout_days,
            discount=_ANY_DISCOUNT,
            ledger_days=origin.calibration_days,
            unit=look.unit,
            seed=look.seed,
            pace=look.pace.factor,
            paces=look.pace.table_before(origin),
        ),
        "spend": base.spend,
        "margin_rate": base.margin_rate,
        "past_misses": tuple(one.miss for one in earlier if one.basis == base.basis),
    }


def _what_came(ledger: Ledger, origin: Origin, look: Look, base: FittedBase) -> tuple[Floats, Floats]:
    """What those known at the origin did in the hold-out period: purchases, and these in the basis of the fits."""
    purchases, money = money_between(
        ledger, base.summary, origin.as_of, origin.end, margin_rate=base.margin_rate, margins=look.margins
    )
    return purchases, purchases if base.spend is None else money


def _against_what_came(origin: Origin, base: FittedBase, figure: BaseFigure, came: Floats) -> PastTotal:
    """What was expected of all together, held against what each then brought."""
    actual = float(came.sum())
    total = OriginTotal(
        origin=origin.as_of,
        end=origin.end,
        customers=len(base.summary),
        expected=figure.expected,
        actual=actual,
        interval_80=figure.interval_80,
        interval_95=figure.interval_95,
        widened_by=len(figure.origins) if figure.not_widened is None else 0,
    )
    miss = PastMiss(
        origin.as_of,
        actual=actual,
        expected=figure.expected,
        model_spread=figure.model_spread,
        inside_80=total.inside_80 if total.widened_by else None,
    )
    return PastTotal(base.basis, total, miss)

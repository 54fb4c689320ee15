"""Standing on past days, predicting what has since happened: the material of back-tests and of honest intervals."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest import Origin, OriginTotal
from keyworth.ledger import Ledger
from keyworth.runs.fitted_base import FittedBase, fitted_base
from keyworth.runs.steps import Step, silent
from keyworth.units import Discount, TimeUnit
from keyworth.value import DRAWS, PastMiss, Valuation, ValueOptions, value_customers, value_total
from keyworth.words import Message

Floats = NDArray[np.float64]

# At a past origin only totals and intervals are compared: a rate is needed, its size makes no difference to them.
_ANY_DISCOUNT = Discount(0.10)


def past_misses(
    ledger: Ledger, found: tuple[Origin, ...], *, model: str, unit: TimeUnit, seed: int = 1, step: Step = silent
) -> tuple[PastMiss, ...]:
    """How far the totals predicted at past origins missed, oldest first; nothing is worked out for single customers."""
    misses: list[PastMiss] = []
    ledger.gather_days()
    for origin in found:
        step(Message("Predicting from {day} on", day=origin.as_of))
        base = fitted_base(ledger, model=model, as_of=origin.as_of, unit=unit)
        total = value_total(base.histories, base.buying, _options(origin, unit, DRAWS, seed), spend=base.spend)
        purchases, spend = ledger.spend_between(origin.as_of, origin.end).of(base.summary.numbers)
        actual = float((purchases if base.spend is None else spend).sum())
        misses.append(PastMiss(origin.as_of, actual=actual, expected=total.expected, model_sd=total.model_sd))
    return tuple(misses)


def _options(origin: Origin, unit: TimeUnit, draws: int, seed: int) -> ValueOptions:
    return ValueOptions(
        horizon_days=origin.holdout_days,
        discount=_ANY_DISCOUNT,
        ledger_days=origin.calibration_days,
        unit=unit,
        draws=draws,
        seed=seed,
    )


@dataclass(frozen=True, slots=True)
class SeenOrigin:
    """One past origin: what was known, what was predicted, and what each known customer then did."""

    origin: Origin
    base: FittedBase
    valuation: Valuation
    purchases: Floats  # purchase days of each in the hold-out period
    spend: Floats  # money of each, net of refunds

    @property
    def total(self) -> OriginTotal:
        """The base at the origin: what was expected of it, and what came."""
        found = self.valuation.base
        return OriginTotal(
            origin=self.origin.as_of,
            end=self.origin.end,
            customers=len(self.base.summary),
            expected=found.expected,
            actual=self.actual,
            interval_80=found.interval_80,
            interval_95=found.interval_95,
            widened_by=len(found.origins) if found.not_widened is None else 0,
        )

    @property
    def actual(self) -> float:
        """The total that came, in money, or in purchases where there is none."""
        return float((self.purchases if self.base.spend is None else self.spend).sum())

    @property
    def miss(self) -> PastMiss:
        found = self.valuation.base
        return PastMiss(self.origin.as_of, actual=self.actual, expected=found.expected, model_sd=found.model_sd)


@dataclass(frozen=True, slots=True)
class Look:
    """How to look at past origins.

    With `born_after` only customers first seen later are judged; `fitted_on_all` says that everybody known at the
    origin teaches the models all the same.
    """

    model: str
    unit: TimeUnit = TimeUnit.WEEK
    born_after: date | None = None
    fitted_on_all: bool = False
    draws: int = DRAWS
    seed: int = 1


def see_origin(ledger: Ledger, origin: Origin, look: Look, misses: tuple[PastMiss, ...] = ()) -> SeenOrigin:
    """Fit and value as of the origin, on nothing dated later, and read what followed.

    Only customers known by the origin are compared: nobody can predict the spend of people who have not come.
    """
    born_after = None if look.fitted_on_all else look.born_after
    base = fitted_base(ledger, model=look.model, as_of=origin.as_of, unit=look.unit, born_after=born_after)
    if look.fitted_on_all and look.born_after is not None:
        base = base.of_those_born_after(look.born_after)
    options = _options(origin, look.unit, look.draws, look.seed)
    valuation = value_customers(base.histories, base.buying, options, spend=base.spend, past_misses=misses)
    later = ledger.spend_between(origin.as_of, origin.end)
    purchases, spend = later.of(base.summary.numbers)
    return SeenOrigin(origin, base, valuation, purchases, spend)


def see_origins(
    ledger: Ledger, found: tuple[Origin, ...], look: Look, *, step: Step = silent
) -> tuple[SeenOrigin, ...]:
    """Every origin, oldest first; each one's interval is widened by the misses of those before it."""
    seen: list[SeenOrigin] = []
    ledger.gather_days()
    for origin in found:
        step(Message("Predicting from {day} on", day=origin.as_of))
        misses = tuple(one.miss for one in seen if one.origin.end <= origin.as_of)
        seen.append(see_origin(ledger, origin, look, misses))
    return tuple(seen)

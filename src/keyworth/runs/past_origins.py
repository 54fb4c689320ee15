"""Standing on past days, predicting what has since happened: the material of back-tests and of honest intervals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest import Origin, OriginTotal
from keyworth.ledger import Ledger
from keyworth.runs.fitted_base import FittedBase, fitted_base
from keyworth.runs.money_basis import money_between
from keyworth.runs.steps import Step, silent
from keyworth.units import Discount, TimeUnit
from keyworth.value import DRAWS, Basis, PastMiss, Valuation, ValueOptions, value_customers, value_total
from keyworth.words import Message

Floats = NDArray[np.float64]

# At a past origin only totals and intervals are compared: a rate is needed, its size makes no difference to them.
_ANY_DISCOUNT = Discount(0.10)


@dataclass(frozen=True, slots=True)
class Look:
    """How to look at past origins.

    With `born_after` only customers first seen later are judged; `fitted_on_all` says that everybody known at the
    origin teaches the models all the same. `margins` are those a person gave, by product category.
    """

    model: str
    unit: TimeUnit = TimeUnit.WEEK
    born_after: date | None = None
    fitted_on_all: bool = False
    margins: Mapping[str, float] = field(default_factory=dict)
    draws: int = DRAWS
    seed: int = 1


def past_misses(
    ledger: Ledger, found: tuple[Origin, ...], look: Look, basis: Basis, *, step: Step = silent
) -> tuple[PastMiss, ...]:
    """How far the totals predicted at past origins missed, oldest first; nothing is worked out for single customers.

    Only totals of one basis can be compared: days on which the ledger did not tell it yet are passed over.
    """
    misses: list[PastMiss] = []
    ledger.gather_days()
    for origin in found:
        step(Message("Predicting from {day} on", day=origin.as_of))
        base = fitted_base(ledger, model=look.model, as_of=origin.as_of, unit=look.unit, margins=look.margins)
        if base.basis != basis:
            continue
        total = value_total(
            base.histories, base.buying, _options(origin, look), spend=base.spend, margin_rate=base.margin_rate
        )
        purchases, money = _what_came(ledger, origin, look, base)
        actual = float((purchases if base.spend is None else money).sum())
        misses.append(PastMiss(origin.as_of, actual=actual, expected=total.expected, model_sd=total.model_sd))
    return tuple(misses)


def _options(origin: Origin, look: Look) -> ValueOptions:
    return ValueOptions(
        horizon_days=origin.holdout_days,
        discount=_ANY_DISCOUNT,
        ledger_days=origin.calibration_days,
        unit=look.unit,
        draws=look.draws,
        seed=look.seed,
    )


def _what_came(ledger: Ledger, origin: Origin, look: Look, base: FittedBase) -> tuple[Floats, Floats]:
    """Purchases and money of those known at the origin, in the hold-out period."""
    return money_between(
        ledger, base.summary, origin.as_of, origin.end, margin_rate=base.margin_rate, margins=look.margins
    )


@dataclass(frozen=True, slots=True)
class SeenOrigin:
    """One past origin: what was known, what was predicted, and what each known customer then did."""

    origin: Origin
    base: FittedBase
    valuation: Valuation
    purchases: Floats  # purchase days of each in the hold-out period
    spend: Floats  # money of each, net of refunds, in the basis of the fits

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
        """The total that came, in the basis."""
        return float((self.purchases if self.base.spend is None else self.spend).sum())

    @property
    def miss(self) -> PastMiss:
        found = self.valuation.base
        return PastMiss(self.origin.as_of, actual=self.actual, expected=found.expected, model_sd=found.model_sd)


def see_origin(ledger: Ledger, origin: Origin, look: Look, misses: tuple[PastMiss, ...] = ()) -> SeenOrigin:
    """Fit and value as of the origin, on nothing dated later, and read what followed.

    Only customers known by the origin are compared: nobody can predict the spend of people who have not come.
    """
    born_after = None if look.fitted_on_all else look.born_after
    base = fitted_base(
        ledger, model=look.model, as_of=origin.as_of, unit=look.unit, born_after=born_after, margins=look.margins
    )
    if look.fitted_on_all and look.born_after is not None:
        base = base.of_those_born_after(look.born_after)
    valuation = value_customers(
        base.histories,
        base.buying,
        _options(origin, look),
        spend=base.spend,
        margin_rate=base.margin_rate,
        past_misses=misses,
    )
    purchases, spend = _what_came(ledger, origin, look, base)
    return SeenOrigin(origin, base, valuation, purchases, spend)


def see_origins(
    ledger: Ledger, found: tuple[Origin, ...], look: Look, *, step: Step = silent
) -> tuple[SeenOrigin, ...]:
    """Every origin, oldest first; each one's interval is widened by the misses of those before it.

    Totals of one basis only: earlier days on which the ledger did not yet tell what it tells on the latest are left
    out, so that money is never set beside counts, nor margin beside revenue.
    """
    seen: list[SeenOrigin] = []
    ledger.gather_days()
    for origin in found:
        step(Message("Predicting from {day} on", day=origin.as_of))
        misses = tuple(one.miss for one in seen if one.origin.end <= origin.as_of)
        one = see_origin(ledger, origin, look, misses)
        seen = [*(earlier for earlier in seen if earlier.base.basis == one.base.basis), one]
    return tuple(seen)

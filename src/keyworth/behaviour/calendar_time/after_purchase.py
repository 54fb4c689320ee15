"""BG/NBD and MBG/NBD by a purchase clock.

They leave at purchases, and a purchase is at the same place in the story whichever clock tells its time: by the
clock H everything is as without a calendar. So the histories are told by H and the models without a calendar answer,
with their closed forms.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic

import numpy as np

from keyworth.behaviour import parameters as of
from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.calendar_time.calendar import Calendar, Days
from keyworth.behaviour.calendar_time.clock import PurchaseClock
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.fit import CalendarFit, calendar_fit, climb, clock_for
from keyworth.behaviour.calendar_time.leaving_after import LeavingAfter
from keyworth.behaviour.calendar_time.likelihood import Buyers, ClockLikelihood
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.leaving_after_purchase.parameters import L
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.steady_sums import dot, per_row


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class AfterPurchaseByCalendar(Generic[L]):
    """A CalendarModel; `steady` is the same story without a calendar."""

    steady: LeavingAfterPurchase[L]

    @property
    def name(self) -> str:
        return self.steady.name

    @property
    def title(self) -> str:
        return self.steady.title

    @property
    def parameter_kind(self) -> type[L]:
        return self.steady.parameter_kind

    def fit(self, h: DatedHistories, calendar: Calendar, *, ridge: float = 0.0) -> CalendarFit[L]:
        clock = clock_for(h, calendar, ridge)
        without = self.steady.fit(h.unique())
        likelihood = self.likelihood(h, clock, ridge)
        observed = dot(h.weights, h.plain().observed_for) / h.customers
        start = np.concatenate([np.log(of.as_array(without.parameters)), clock.coefficients])
        maximum = climb(likelihood, start, np.array([1.0, observed, 1.0, 1.0]))
        return calendar_fit(maximum, without, self.steady.parameter_kind, clock, h, likelihood)

    def likelihood(self, h: DatedHistories, clock: PurchaseClock, ridge: float = 0.0) -> ClockLikelihood:
        calendar, pieces = clock.calendar, clock.pieces()
        last = calendar.place(h.last_day) + 1
        now = np.full(len(h), calendar.place(h.end)[0] + 1)
        on = per_row(pieces.told[:, calendar.place(h.purchase_days)], h.purchases)
        buyers = Buyers(h.repeats, h.weights, calendar.place(h.first_day) + 1, on)
        leaving = LeavingAfter(h.repeats, h.weights, self.steady.first_chance, last, now)
        return ClockLikelihood(buyers, pieces, leaving, ridge)

    def log_likelihood(self, p: L, clock: PurchaseClock, h: DatedHistories) -> float:
        on_days = dot(np.log(clock.speed(h.purchase_days)), h.purchases)
        return dot(self.steady.log_likelihood(p, clock.histories(h)), h.weights) + on_days

    def chance_alive(self, p: L, clock: PurchaseClock, h: DatedHistories) -> Floats:
        return self.steady.chance_alive(p, clock.histories(h))

    def expected_purchases(self, p: L, clock: PurchaseClock, h: DatedHistories, until: date) -> Floats:
        return np.asarray(self.chance_alive(p, clock, h) * self.expected_if_alive(p, clock, h, [until])[0])

    def expected_if_alive(self, p: L, clock: PurchaseClock, h: DatedHistories, until: Sequence[date]) -> Floats:
        told, ahead = clock.histories(h), clock.ahead(h.end, np.array(until, dtype="datetime64[D]"))
        return np.array([self.steady.expected_purchases_if_alive(p, told, each) for each in ahead.tolist()])

    def count_distribution_ahead(
        self, p: L, clock: PurchaseClock, h: DatedHistories, until: date, up_to: int
    ) -> Floats:
        return self.steady.count_distribution_ahead(p, clock.histories(h), _ahead(clock, h, until), up_to)

    def expected_from_start(self, p: L, clock: PurchaseClock, first: Days, until: Days) -> Floats:
        return self.steady.expected_from_start(p, clock.ahead(first, np.asarray(until)[:, None]))

    def draw_ahead(
        self, p: L, clock: PurchaseClock, h: DatedHistories, until: date, *, seed: int, draws: int = 1
    ) -> Futures:
        return self.steady.draw_ahead(p, clock.histories(h), _ahead(clock, h, until), seed=seed, draws=draws)


def _ahead(clock: PurchaseClock, h: DatedHistories, until: date) -> float:
    return float(clock.ahead(h.end, np.array([until], dtype="datetime64[D]"))[0])

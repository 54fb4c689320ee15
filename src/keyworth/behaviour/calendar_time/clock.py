"""The purchase clock: purchases come at a steady rate by it, and by season on the calendar."""

from dataclasses import dataclass

import numpy as np

from keyworth.behaviour.calendar_time.calendar import Calendar, Days
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.ticks import Pieces, Ticks
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.units import TimeUnit


@dataclass(frozen=True, slots=True, eq=False)
class PurchaseClock:
    """H(t) = ∫ h, with h = exp(γ·(z − centre)) on each day, told in `unit`.

    `coefficients` are γ, (k,), one for each column z of the calendar; `centre` (k,) is the columns' mean over the
    days observed, so that h is 1 there on the (geometric) average and alpha keeps its meaning. The day of the first
    purchase has gone when a clock starts: a purchase on day d is read at the end of that day.
    """

    calendar: Calendar
    coefficients: Floats
    centre: Floats
    unit: TimeUnit = TimeUnit.WEEK

    def pieces(self) -> Pieces:
        days = np.full(len(self.calendar), 1.0 / self.unit.days)
        return Pieces(days, self.calendar.columns - self.centre[:, None])

    def ticks(self) -> Ticks:
        return self.pieces().run(self.coefficients)

    def speed(self, days: Days) -> Floats:
        """How fast the clock runs on each day: 1.3 where purchases come a third faster than usual, (n,)."""
        return self.ticks().passed[self.calendar.place(days)] * self.unit.days

    def histories(self, h: DatedHistories) -> PurchaseHistories:
        """The histories by this clock: what the models without a calendar can read, and answer from."""
        last, now = self.ahead(h.first_day, h.last_day), self.ahead(h.first_day, h.end)
        return PurchaseHistories(h.repeats, last, now, h.unit)

    def ahead(self, after: Days, until: Days) -> Floats:
        """How far the clock runs after one day and by the end of another, 0 if that is not later; shapes broadcast."""
        total = self.ticks().total[0]
        run = total[self.calendar.place(until) + 1] - total[self.calendar.place(after) + 1]
        return np.asarray(np.maximum(run, 0.0))

    def ahead_by_day(self, after: np.datetime64, days: int) -> Floats:
        """How far it runs after a day and by the end of each of the next ones, 0 first, (days + 1,)."""
        return self.ahead(np.array([after]), after + np.arange(days + 1))


def centred(calendar: Calendar, h: DatedHistories) -> Floats:
    """The mean of each column over the days on which repeats could be seen, (k,)."""
    first, last = calendar.place(np.array([h.first_day.min(), h.end[0]]))
    means: Floats = calendar.columns[:, first : last + 1].mean(axis=1)
    return means

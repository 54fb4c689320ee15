"""What every model answers whose purchases follow a clock, and the models there are."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.calendar_time.after_purchase import AfterPurchaseByCalendar
from keyworth.behaviour.calendar_time.calendar import Calendar, Days
from keyworth.behaviour.calendar_time.clock import PurchaseClock
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.fit import CalendarFit
from keyworth.behaviour.calendar_time.in_time import InTimeByCalendar
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.bg_nbd import BG_NBD
from keyworth.behaviour.leaving_after_purchase.mbg_nbd import MBG_NBD
from keyworth.behaviour.leaving_in_time.pareto_nbd import PARETO_NBD
from keyworth.behaviour.parameters import P


class CalendarModel(Protocol[P]):
    """A story of buying by a clock, and leaving. `p` and `clock` are those of a fit, `h` are n dated histories.

    Answers are of shape (n,) unless said otherwise, as of `h.as_of`; `until` is the last day that counts. Raises
    ParametersRefused, with the day, where the calendar does not reach as far as it is asked for.
    """

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    def fit(self, h: DatedHistories, calendar: Calendar, *, ridge: float = 0.0) -> CalendarFit[P]:
        """The parameters and the coefficients of the calendar's columns, together, by maximum likelihood.

        `ridge` takes half of itself times the sum of squared coefficients off. Without one the log-likelihood is
        never below that of the same model without a calendar, from where the climb starts. Raises NotEnoughHistory
        where a column never changed on the days observed.
        """

    def log_likelihood(self, p: P, clock: PurchaseClock, h: DatedHistories) -> float:
        """How well all is explained, in nats, with the days of purchase; summed, for they are not kept by customer."""

    def chance_alive(self, p: P, clock: PurchaseClock, h: DatedHistories) -> Floats:
        """The chance that each is still a customer."""

    def expected_purchases(self, p: P, clock: PurchaseClock, h: DatedHistories, until: date) -> Floats:
        """Purchases expected after `h.as_of` and by `until`."""

    def expected_if_alive(self, p: P, clock: PurchaseClock, h: DatedHistories, until: Sequence[date]) -> Floats:
        """The same of one who is still a customer, by each of several days, (days, n)."""

    def count_distribution_ahead(
        self, p: P, clock: PurchaseClock, h: DatedHistories, until: date, up_to: int
    ) -> Floats:
        """The chance that each makes exactly 0, 1, …, up_to purchases by `until`, (n, up_to + 1)."""

    def expected_from_start(self, p: P, clock: PurchaseClock, first: Days, until: Days) -> Floats:
        """Repeats expected of new customers who begin on the days `first` (f,) by the days `until` (d,), (d, f)."""

    def draw_ahead(
        self, p: P, clock: PurchaseClock, h: DatedHistories, until: date, *, seed: int, draws: int = 1
    ) -> Futures:
        """Simulate each history's purchases by `until`, `draws` times."""


CALENDAR_MODELS: dict[str, CalendarModel[Any]] = {
    model.name: model
    for model in (
        AfterPurchaseByCalendar(BG_NBD),
        AfterPurchaseByCalendar(MBG_NBD),
        InTimeByCalendar(PARETO_NBD),
    )
}

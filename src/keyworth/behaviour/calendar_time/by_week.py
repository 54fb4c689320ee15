"""What a base buys, week after week, and what it is worth now: sums over slices of the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from keyworth.behaviour.calendar_time.calendar import Days
from keyworth.behaviour.calendar_time.calendar_model import CalendarModel
from keyworth.behaviour.calendar_time.clock import PurchaseClock
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.parameters import P
from keyworth.behaviour.steady_sums import per_row

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """Repeat purchases of all customers by week; `last_day` of each, and the others of shape (w,).

    Of the weeks that were observed `expected` is what the parameters say of customers who began when these did, of
    whom nothing else is known, and `bought` what they bought; of the weeks after, `expected` is what they will buy,
    given all they did, and `bought` is NaN.
    """

    last_day: Days
    expected: Floats
    bought: Floats


def discounted_if_alive(
    model: CalendarModel[P], p: P, clock: PurchaseClock, h: DatedHistories, force_of_interest: float, until: date
) -> Floats:
    """Purchases by `until` of one who is a customer now, each counted exp(−δ·time), week by week at its middle, (n,).

    `force_of_interest` δ is per unit of the fit. A week as a whole instead of day by day moves a yearly rate of 10%
    by less than a millionth.
    """
    days = max((until - h.as_of).days, 0)
    ends = np.unique(np.append(np.arange(0, days, 7), days))
    by_then = model.expected_if_alive(p, clock, h, [h.as_of + timedelta(days=end) for end in ends.tolist()])
    middle = 0.5 * (ends[1:] + ends[:-1]) / clock.unit.days
    return per_row(np.diff(by_then, axis=0).T, np.exp(-force_of_interest * middle))


def ahead_by_week(model: CalendarModel[P], p: P, clock: PurchaseClock, h: DatedHistories, until: date) -> Weeks:
    """What those who are in `h` will buy, in whole weeks after `h.as_of` and by `until`."""
    days = [h.as_of + _WEEK * n for n in range((until - h.as_of).days // 7 + 1)]
    alive = h.weights * model.chance_alive(p, clock, h)
    by_then = per_row(model.expected_if_alive(p, clock, h, days), alive)
    return Weeks(np.array(days[1:], dtype="datetime64[D]"), np.diff(by_then), np.full(len(days) - 1, np.nan))


def tracking(model: CalendarModel[P], p: P, clock: PurchaseClock, h: DatedHistories, until: date) -> Weeks:
    """Expected and made purchases by week, of those who are in `h`: weeks are counted from `h.as_of`, both ways.

    The past takes an expectation for each day on which customers began and each week since: seconds for ten years.
    """
    first, index = np.unique(h.first_day, return_inverse=True)
    customers = np.bincount(index, h.weights)
    start, weeks = first[0].item(), []
    day = h.as_of
    while day > start:
        weeks.append(day)
        day -= _WEEK
    past = np.array([day, *reversed(weeks)], dtype="datetime64[D]")
    # The week in which the first customer came may begin before the calendar; nothing was bought again by then.
    edges = np.maximum(past, first[0])
    by_then = per_row(model.expected_from_start(p, clock, first, edges), customers)
    made = np.bincount(np.searchsorted(past[1:], h.purchase_days), h.purchases, len(past) - 1)
    later = ahead_by_week(model, p, clock, h, until)
    return Weeks(
        np.concatenate([past[1:], later.last_day]),
        np.concatenate([np.diff(by_then), later.expected]),
        np.concatenate([made, later.bought]),
    )

"""When each customer buys, and when they leave."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.sample.population import People
from keyworth.sample.seasons import Ints, Seasons

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Visits:
    """Purchase days, by customer and then by day.

    `customer` and `day` have shape (visits,); `first_visit`, where each customer's visits begin, `count` and
    `left_on`, the day of the last purchase for who has left and -1 for who has not, have shape (customers,).
    """

    customer: Ints
    day: Ints
    first_visit: Ints
    count: Ints
    left_on: Ints

    @property
    def is_first(self) -> Bools:
        first = np.zeros(len(self.day), dtype=bool)
        first[self.first_visit] = True
        return first


def draw_visits(people: People, seasons: Seasons, rng: np.random.Generator) -> Visits:
    """Let everybody buy and leave until the seasons end.

    Who would buy twice on a day buys the second time on the next open day that is free: the count over a
    long time stays Poisson, and a purchase day, which is what models count, is one purchase.
    """
    customers = len(people.arrival)
    ahead = seasons.clock[-1] - people.arrival
    would_buy = rng.poisson(people.rate * ahead)
    stays_for = rng.geometric(people.leaves)  # purchases made before leaving, the first included
    # Given their number, the times of a Poisson process are uniform; sorting them by customer and time in
    # one go is what makes this quick.
    times, who, nth = _sorted_uniforms(would_buy, rng)
    kept = nth + 1 < stays_for[who]
    who, times = who[kept], times[kept]
    repeats = np.bincount(who, minlength=customers)

    count = repeats + 1
    first_visit = np.concatenate([[0], np.cumsum(count)[:-1]])
    season_day = np.empty(count.sum())
    is_first = np.zeros(len(season_day), dtype=bool)
    is_first[first_visit] = True
    season_day[is_first] = people.arrival
    season_day[~is_first] = people.arrival[who] + times * ahead[who]
    customer = np.repeat(np.arange(customers), count)

    nth = np.arange(len(customer)) - first_visit[customer]
    open_day = _one_a_day(np.searchsorted(seasons.open_days, seasons.day_at(season_day)), customer, nth)
    within = open_day < len(seasons.open_days)
    customer, day = customer[within], seasons.open_days[open_day[within]]
    count = np.bincount(customer, minlength=customers)
    first_visit = np.concatenate([[0], np.cumsum(count)[:-1]])
    last_day = day[first_visit + count - 1]
    return Visits(customer, day, first_visit, count, left_on=np.where(count == stays_for, last_day, -1))


def _sorted_uniforms(count: Ints, rng: np.random.Generator) -> tuple[NDArray[np.float64], Ints, Ints]:
    """Per customer `count` uniform numbers in rising order, with whose each is and its place from 0."""
    who = np.repeat(np.arange(len(count)), count)
    keys = who + rng.random(len(who))
    keys.sort()
    nth = np.arange(len(who)) - (np.cumsum(count) - count)[who]
    return np.clip(keys - who, 0.0, np.nextafter(1.0, 0.0)), who, nth


def _one_a_day(open_day: Ints, customer: Ints, nth: Ints) -> Ints:
    """Move a customer's purchases on a day that is taken to the next free one."""
    if len(open_day) == 0:
        return open_day
    # A day less its place never falls once every customer has a stretch of numbers to themselves.
    stretch = int(open_day.max()) + int(nth.max()) + 1
    freed: Ints = np.maximum.accumulate(open_day - nth + customer * stretch)
    return freed - customer * stretch + nth

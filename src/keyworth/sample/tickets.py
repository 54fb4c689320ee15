"""What the till adds to a purchase: where, when, how, who served, how many sat down, what it cost."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from keyworth.sample.exchange import Exchange
from keyworth.sample.places import (
    BRANCH_IS_SHOP,
    BRANCH_SHARES,
    DELIVERY,
    DINE_IN,
    DINNER,
    ITEM_COST,
    LARGE_PARTY_ITEMS,
    LUNCH,
    RESERVED,
    RETAIL,
    ROOMS,
    SHOP_ITEMS,
    SMALL_PARTY_ITEMS,
    STAFF_PER_BRANCH,
    TABLES,
)
from keyworth.sample.seasons import Ints

NONE = -1  # in every column that may be empty
_AT_HOME = 0.86  # of purchases are made in one's own branch
_COMES_BACK_THE_SAME_DAY = 0.045  # lunch and dinner on one day: two orders, one purchase day
_PER_HEAD = 7_000  # cents
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Tickets:
    """One entry per order; every array has shape (orders,), and NONE where there is nothing to say."""

    customer: Ints
    day: Ints
    second: Ints  # of the day
    branch: Ints
    channel: Ints
    sitting: Ints
    party: Ints
    seat: Ints
    staff: Ints
    item: Ints
    quantity: Ints
    worth: Ints  # CNY cents
    charged: Ints  # cents of the branch's currency
    cost: Ints  # cents of the branch's currency
    is_first: NDArray[np.bool_]  # the customer's first order

    def __len__(self) -> int:
        return len(self.day)

    def taken(self, rows: NDArray[np.generic]) -> Self:
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    def with_others(self, others: Self) -> Self:
        pairs = ((getattr(self, field.name), getattr(others, field.name)) for field in fields(self))
        return type(self)(*(np.concatenate(pair) for pair in pairs))

    def in_time_order(self) -> Self:
        return self.taken(np.lexsort((self.branch, self.customer, self.second, self.day)))


def draw_home(count: int, rng: np.random.Generator) -> Ints:
    """Which branch each customer calls theirs."""
    home: Ints = rng.choice(len(BRANCH_SHARES), count, p=BRANCH_SHARES)
    return home


def draw_tickets(
    *,
    customer: Ints,
    day: Ints,
    worth: Ints,
    home: Ints,
    is_first: NDArray[np.bool_],
    exchange: Exchange,
    rng: np.random.Generator,
) -> Tickets:
    """Orders for purchase days worth so many CNY cents; all arguments have shape (purchase days,)."""
    visits = len(day)
    branch = np.where(rng.random(visits) < _AT_HOME, home, draw_home(visits, rng))
    shop = BRANCH_IS_SHOP[branch]
    twice = (rng.random(visits) < _COMES_BACK_THE_SAME_DAY) & ~shop & (worth >= 1000) & (customer != NONE)
    sitting = np.where(shop, NONE, np.where(twice | (rng.random(visits) < 0.44), LUNCH, DINNER))
    lunch_worth = np.where(twice, np.rint(worth * rng.uniform(0.25, 0.6, visits)).astype(np.int64), worth)

    again = np.flatnonzero(twice)
    visit = np.concatenate([np.arange(visits), again])
    sitting = np.concatenate([sitting, np.full(len(again), DINNER)])
    worth = np.concatenate([lunch_worth, (worth - lunch_worth)[again]])
    is_first = np.concatenate([is_first, np.zeros(len(again), dtype=bool)])
    customer, day, branch = customer[visit], day[visit], branch[visit]
    return _served(customer, day, branch, sitting, worth, is_first, exchange, rng).in_time_order()


def _served(
    customer: Ints,
    day: Ints,
    branch: Ints,
    sitting: Ints,
    worth: Ints,
    is_first: NDArray[np.bool_],
    exchange: Exchange,
    rng: np.random.Generator,
) -> Tickets:
    count = len(day)
    shop = BRANCH_IS_SHOP[branch]
    how = rng.choice([DINE_IN, DELIVERY, RESERVED], count, p=[0.62, 0.21, 0.17])
    channel = np.where(shop, RETAIL, how)
    seated = (channel == DINE_IN) | (channel == RESERVED)
    guests = np.clip(np.rint(worth / _PER_HEAD * rng.lognormal(0, 0.35, count)), 1, 30).astype(np.int64)
    room = (guests >= 8) | ((channel == RESERVED) & (rng.random(count) < 0.5))
    seat = np.where(room, len(TABLES) + rng.integers(len(ROOMS), size=count), rng.integers(len(TABLES), size=count))
    item = np.where(
        shop,
        rng.choice(SHOP_ITEMS, count),
        np.where(guests >= 5, rng.choice(LARGE_PARTY_ITEMS, count), rng.choice(SMALL_PARTY_ITEMS, count)),
    )
    pieces = 1 + np.minimum(rng.poisson(worth / 15_000), 30)
    charged = exchange.charged(worth, branch, day)
    share = np.minimum(0.95, ITEM_COST[item] * rng.normal(1, 0.08, count))
    return Tickets(
        customer=customer,
        day=day,
        second=_time_of_day(sitting, rng),
        branch=branch,
        channel=channel,
        sitting=sitting,
        party=np.where(seated, guests, NONE),
        seat=np.where(seated, seat, NONE),
        staff=branch * STAFF_PER_BRANCH + rng.integers(STAFF_PER_BRANCH, size=count),
        item=item,
        quantity=np.where(shop, pieces, 1),
        worth=worth,
        charged=charged,
        cost=np.rint(charged * np.maximum(0.02, share)).astype(np.int64),
        is_first=is_first,
    )


def _time_of_day(sitting: Ints, rng: np.random.Generator) -> Ints:
    """Lunch from 11:00 to 14:00, dinner from 17:00 to 21:00, the shop from 9:30 to 20:30; in seconds."""
    count = len(sitting)
    lunch = rng.triangular(11 * 60, 12 * 60 + 10, 14 * 60, count)
    dinner = rng.triangular(17 * 60, 18 * 60 + 30, 21 * 60, count)
    shop = rng.uniform(9 * 60 + 30, 20 * 60 + 30, count)
    minutes = np.select([sitting == LUNCH, sitting == DINNER], [lunch, dinner], default=shop)
    seconds: Ints = np.floor(minutes * _MINUTE).astype(np.int64)
    return seconds

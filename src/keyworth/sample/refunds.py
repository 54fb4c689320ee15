"""Money given back: for an order by its number, for items brought back, or to a customer out of goodwill."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from keyworth.sample.places import RETAIL
from keyworth.sample.seasons import Floats, Ints, Seasons
from keyworth.sample.tickets import NONE, Tickets

BY_NUMBER, BY_ITEM, BY_CUSTOMER = range(3)
HOW = ("order", "item", "customer")
_SHARE_OF_ORDERS = 0.016
_WHOLE = 0.45  # of those by number


@dataclass(frozen=True, slots=True)
class Refunds:
    """One entry per refund; every array has shape (refunds,).

    `order` is the place of the order in the tickets. `amount` is in cents of the order's currency, positive
    and never more than was charged. `quantity` is what came back, 0 where that is not recorded.
    """

    order: Ints
    how: Ints
    day: Ints
    second: Ints
    amount: Ints
    quantity: Ints
    cost: Ints  # of the goods that came back

    def __len__(self) -> int:
        return len(self.order)

    def taken(self, rows: NDArray[np.generic]) -> Self:
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))

    def between(self, first_day: int, last_day: int) -> Self:
        """Those paid from one day number to another, both inclusive."""
        return self.taken((self.day >= first_day) & (self.day <= last_day))

    def of_lines(self, first_line: Ints) -> Self:
        """The same refunds, pointing at the line with which their order begins."""
        return replace(self, order=first_line[self.order])


def draw_refunds(tickets: Tickets, seasons: Seasons, rng: np.random.Generator) -> Refunds:
    """Refunds of about 1.6% of the orders, each after its order; those after the last day are left out."""
    order = np.flatnonzero(rng.random(len(tickets)) < _SHARE_OF_ORDERS)
    count = len(order)
    charged, bought = tickets.charged[order], tickets.quantity[order]
    retail, known = tickets.channel[order] == RETAIL, tickets.customer[order] != NONE

    # Only goods come back by the piece, and only a known customer can be recognised without a number.
    chance = rng.random(count)
    how = np.select(
        [retail & known & (chance < 0.7), ~retail & known & (chance < 0.2)], [BY_ITEM, BY_CUSTOMER], BY_NUMBER
    )
    pieces = np.minimum(bought, 1 + rng.integers(0, np.maximum(1, bought)))
    whole = (how == BY_NUMBER) & (rng.random(count) < _WHOLE)
    part = np.rint(charged * rng.uniform(0.1, 0.6, count)).astype(np.int64)
    amount = np.select([how == BY_ITEM, whole], [charged * pieces // bought, charged], part)
    quantity = np.select([how == BY_ITEM, whole], [pieces, bought], 0)
    comes_back = (how == BY_ITEM) | (whole & retail)
    cost = np.where(comes_back, tickets.cost[order] * quantity // bought, 0)

    day, second = _later(tickets, order, retail, chance, seasons, rng)
    rows = np.flatnonzero((day < len(seasons.factor)) & (amount > 0))
    rows = rows[np.lexsort((order[rows], second[rows], day[rows]))]
    return Refunds(order[rows], how[rows], day[rows], second[rows], amount[rows], quantity[rows], cost[rows])


def _later(
    tickets: Tickets,
    order: Ints,
    retail: NDArray[np.bool_],
    chance: Floats,
    seasons: Seasons,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """When a refund is paid: minutes after a meal, days after goods, and never while we are closed."""
    count = len(order)
    delay = rng.geometric(np.where(retail, 0.18, 0.45)) - np.where(retail, 0, 1)
    same_day = (delay == 0) | (chance > 0.97)
    second = np.where(
        same_day,
        np.minimum(tickets.second[order] + rng.integers(600, 5_400, size=count), 23 * 3600 + 3540),
        rng.integers(10 * 3600, 20 * 3600, size=count),
    )
    wanted = tickets.day[order] + np.where(same_day, 0, delay)
    opening = np.searchsorted(seasons.open_days, wanted)
    past_the_end = len(seasons.factor)
    day = np.where(
        opening < len(seasons.open_days),
        seasons.open_days[np.minimum(opening, len(seasons.open_days) - 1)],
        past_the_end,
    )
    return day, second

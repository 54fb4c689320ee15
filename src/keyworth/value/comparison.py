"""Two value books side by side: who rose, fell, came and left."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import TITLES
from keyworth.errors import OptionRefused
from keyworth.value.dated_values import DatedValues
from keyworth.value.options import BASES, Basis
from keyworth.value.risk_map import probably_gone
from keyworth.words import Message

Floats = NDArray[np.float64]

MOVES = ("came", "left", "rose", "fell", "steady")
_A_CHANGE = 0.1  # of what the value was: less is steady


@dataclass(frozen=True, slots=True)
class Movement:
    """Everybody who moved one way: how many, and what they were worth before and after."""

    move: str
    customers: int
    before: float
    after: float

    @property
    def change(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True, eq=False)
class BookComparison:
    """One row for each customer of either book, arrays of shape (m,), those of the earlier book first.

    `before` and `after`: value over each book's horizon (expected purchases where a book has no money), 0 where a
    customer is not in it. `move`: index into MOVES. `movements`: one for each of MOVES; their customers add up
    to m, their changes to the difference of the books' totals. `days` are those of the books, `money` the currency of
    all amounts, None where purchases are counted, and `basis` what they are. `notes` say where the books are not alike.
    """

    ids: NDArray[Any]
    before: Floats
    after: Floats
    move: NDArray[np.int8]
    movements: tuple[Movement, ...]
    total_before: float
    total_after: float
    days: tuple[date, date]
    money: str | None
    basis: Basis
    notes: tuple[Message, ...]


def compare_books(earlier: DatedValues, later: DatedValues) -> BookComparison:
    """Compare by customer id; books given the wrong way round are turned, and a note says so.

    Came: only in the later book. Left: only in the earlier one, or probably gone since (`risk_map.probably_gone`).
    Rose and fell: of the others, whose value changed by at least a tenth of what it was. Steady: the rest.

    Raises OptionRefused for books of different currency or basis: their difference would mean nothing.
    """
    _refuse_unlike(earlier, later)
    turned: tuple[Message, ...] = ()
    if earlier.as_of > later.as_of:
        earlier, later = later, earlier
        turned = (
            Message(
                "The later value book was given first; they are compared from {earlier} to {later}.",
                earlier=earlier.as_of,
                later=later.as_of,
            ),
        )
    before, after = _amounts(earlier), _amounts(later)
    ids, rows = np.unique(np.concatenate([earlier.ids, later.ids]), return_inverse=True)
    was, now = np.full(ids.size, -1), np.full(ids.size, -1)
    was[rows[: len(earlier)]] = np.arange(len(earlier))
    now[rows[len(earlier) :]] = np.arange(len(later))
    # Those of the earlier book in its order, then the new ones in theirs.
    order = np.argsort(np.where(was >= 0, was, len(earlier) + now), kind="stable")
    ids, was, now = ids[order], was[order], now[order]
    old, new = _taken(before, was), _taken(after, now)
    both = (was >= 0) & (now >= 0)
    gone_before, gone_after = _taken(earlier.customers.gone, was), _taken(later.customers.gone, now)
    lost = both & ~probably_gone(gone_before) & probably_gone(gone_after)
    step = _A_CHANGE * np.abs(old)
    move = np.select(
        [was < 0, (now < 0) | lost, (new > old) & (new - old >= step), (new < old) & (old - new >= step)],
        [0, 1, 2, 3],
        4,
    ).astype(np.int8)
    heads = np.bincount(move, minlength=5)
    sums = [np.bincount(move, weights=amounts, minlength=5) for amounts in (old, new)]
    return BookComparison(
        ids=ids,
        before=old,
        after=new,
        move=move,
        movements=tuple(
            Movement(name, int(heads[i]), float(sums[0][i]), float(sums[1][i])) for i, name in enumerate(MOVES)
        ),
        total_before=float(before.sum()),
        total_after=float(after.sum()),
        days=(earlier.as_of, later.as_of),
        money=later.money,
        basis=later.basis,
        notes=(*turned, *_differences(earlier, later)),
    )


def _amounts(book: DatedValues) -> Floats:
    customers = book.customers
    return customers.expected_purchases if customers.value is None else customers.value


def _taken(amounts: Floats, rows: NDArray[np.int64]) -> Floats:
    return np.where(rows >= 0, amounts[rows], 0.0) if amounts.size else np.zeros(rows.size)


def _refuse_unlike(earlier: DatedValues, later: DatedValues) -> None:
    for name, one, other in (
        (Message("currency"), earlier.currency, later.currency),
        (Message("basis"), BASES[earlier.basis], BASES[later.basis]),
    ):
        if one != other:
            raise OptionRefused(
                Message(
                    "The value books differ in {what} ({earlier} and {later}), so their values cannot be compared.",
                    what=name,
                    earlier=one,
                    later=other,
                ),
                hint=Message("Make one of them again with the options of the other."),
            )


def _differences(earlier: DatedValues, later: DatedValues) -> tuple[Message, ...]:
    notes = []
    if earlier.options.horizon_days != later.options.horizon_days:
        notes.append(
            Message(
                "The horizons differ ({earlier} and {later} days), so part of each change is only that.",
                earlier=earlier.options.horizon_days,
                later=later.options.horizon_days,
            )
        )
    if (earlier.buying.name, earlier.risk.name) != (later.buying.name, later.risk.name):
        notes.append(
            Message(
                "The models differ ({earlier} and {later}), so part of each change is only that.",
                earlier=TITLES[earlier.buying.name],
                later=TITLES[later.buying.name],
            )
        )
    if not (earlier.knows_who_left and later.knows_who_left):
        notes.append(
            Message(
                "Not both books can tell who has left, so only those who are no longer in the later one count as left."
            )
        )
    return tuple(notes)

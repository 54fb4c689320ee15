"""Orders whose number stands on more than one day: one order told late, or several that share a number.

A till that counts from 1 again every morning gives one customer the same number twice; so does a wholesaler who
delivers one order in parts. The rows look alike, and the rules for orders (orders.py) take both for one order. What
they made of it is told, since only a person can know which it was:

- lines of one number on several days of one file (or brought back by mending one) are one purchase, on the first of
  them: a note, for that is mostly right;
- an order that takes the place of one from another day, which an earlier file or the book held, takes away a
  purchase that somebody once exported: a warning.

Only orders that the import adds or changes are told of: those it left alone were told of when they came. Nor is more
known than the files show: two orders of one number whose days are the same look like one that was changed.
"""

from dataclasses import dataclass

import duckdb

from keyworth.ledger.engine import one_row
from keyworth.words import Message

_NAMED = 3
# No key of number and day is offered: without numbers, days are all that tells purchases apart already.
_OTHERWISE = Message(
    "If different orders share a number here, import all files into a new book with --map order=-: then every row is "
    "an order, and what a customer bought on one day is one purchase."
)

# Of the rows of one order, inside the sum that is made of them anyway.
DAYS_APART = "max(ordered_at)::DATE - min(ordered_at)::DATE"


@dataclass(frozen=True, slots=True)
class DaysApart:
    """How many orders, how many days they lie apart at most, and the numbers of those furthest apart."""

    orders: int
    most_days: int
    examples: tuple[str, ...]


def make_moved(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table `moved`: rows of `bought` that take the place of an order, and how many days off that one was."""
    connection.execute("CREATE TABLE moved (staged_row BIGINT, days BIGINT)")


def moved_sql(order: str, former: str) -> str:
    """Days between an order and the one whose place it takes; none where they only share a number."""
    # An order paid in two currencies stands there twice, and each part is compared with its own.
    return (
        f"CASE WHEN {order}.currency = {former}.currency "
        f"THEN abs({order}.ordered_at::DATE - {former}.ordered_at::DATE) ELSE 0 END"
    )


def orders_on_several_days(connection: duckdb.DuckDBPyConnection) -> DaysApart | None:
    """Of the orders in `bought`, those whose lines lie on several days."""
    return _told(connection, "SELECT staged_row, order_ref, days_apart AS days FROM bought WHERE days_apart > 0")


def orders_moved(connection: duckdb.DuckDBPyConnection) -> DaysApart | None:
    """Of the orders in `bought`, those that take the place of one from another day; needs the table `moved`."""
    return _told(
        connection,
        "SELECT staged_row, order_ref, max(moved.days) AS days FROM moved JOIN bought USING (staged_row) "
        "WHERE moved.days > 0 GROUP BY ALL",
    )


def _told(connection: duckdb.DuckDBPyConnection, found: str) -> DaysApart | None:
    orders, most = one_row(connection, f"SELECT count(*), max(days) FROM ({found})")
    if not orders:
        return None
    named = connection.execute(
        f"SELECT order_ref FROM ({found}) GROUP BY order_ref ORDER BY max(days) DESC, order_ref LIMIT {_NAMED}"
    ).fetchall()
    return DaysApart(orders, most, tuple(reference for (reference,) in named))


def say_several_days(found: DaysApart | None) -> tuple[Message, ...]:
    """The note that an import ends with; none where there is nothing to tell."""
    if found is None:
        return ()
    return (
        Message(
            "{count} {count:order has|orders have} lines on more than one day, up to {days} {days:day|days} apart "
            "(for example {orders}): {count:it|each} is one purchase, on the day of its first line. {otherwise}",
            **_values(found),
        ),
    )


def warn_of_moved(found: DaysApart | None) -> tuple[Message, ...]:
    """The warning that an import ends with; none where there is nothing to tell."""
    if found is None:
        return ()
    return (
        Message(
            "{count} {count:order takes|orders take} the place of {count:one|others} of the same number on another "
            "day, up to {days} {days:day|days} apart (for example {orders}): the later file is believed, and the "
            "former {count:order counts|orders count} no more. {otherwise}",
            **_values(found),
        ),
    )


def _values(found: DaysApart) -> dict[str, object]:
    return {
        "count": found.orders,
        "days": found.most_days,
        "orders": list(found.examples),
        "otherwise": _OTHERWISE,
    }

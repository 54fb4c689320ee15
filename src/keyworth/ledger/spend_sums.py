"""Of each customer the sums of roots and logarithms of what purchases brought: all that a spend model reads.

Each root is rounded to nine decimals and summed exactly, so that no digit depends on the order in which threads
finish.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from keyworth.ledger import summary_sql
from keyworth.ledger.arrays import as_float, as_whole, floats, numbers

Floats = NDArray[np.float64]

# Second to fourth, in the SQL that DuckDB and Spark both speak.
_ROOTS = ("sqrt({z})", "power({z}, 1e0 / 3)", "sqrt(sqrt({z}))")
_EXACT = "DECIMAL(18,9)"
_SUMS = ("root_1", "root_2", "root_3", "root_4", "logs")


@dataclass(frozen=True, slots=True)
class CustomerSpend:
    """Every customer with a purchase by `as_of`; arrays of shape (n,), sorted by the ledger's customer numbers.

    Of purchase days after the first that brought more than nothing, refunds off: `repeats` their number, `roots`
    (n, 4) the sums of their first to fourth roots, `logs` of their logarithms. `first_value` is the first purchase
    day's, `brought` what all days brought, less refunds that found no order. NaN or 0 where there is no money.
    """

    as_of: date
    numbers: NDArray[np.int64]
    repeats: Floats
    roots: Floats
    logs: Floats
    first_value: Floats
    brought: Floats

    def __len__(self) -> int:
        return len(self.repeats)


def spend_sums(scope: summary_sql.Scope, born_after: date | None) -> str:
    """One row per customer with a purchase by the scope's last day, first seen after `born_after` if given."""
    born = f"WHERE first_day > DATE '{born_after.isoformat()}'" if born_after else ""
    sums = ", ".join(f"sum({root}) AS {name}" for name, root in zip(_SUMS, _terms("amount"), strict=True))
    # What the first day gave to a sum is taken off again, exactly, being rounded alike.
    repeats = ", ".join(
        as_float(f"coalesce({name}, 0) - coalesce({root}, 0)") + f" AS {name}"
        for name, root in zip(_SUMS, _terms("first_amount"), strict=True)
    )
    return f"""
    SELECT customer_no, {as_whole("repeats")}, {repeats}, {as_float("first_amount")} AS first_value,
        {as_float("amount - adrift - adrift_first")} AS brought
    FROM (SELECT s.*, {", ".join(_SUMS)},
            paid - CASE WHEN first_amount > 0 THEN 1 ELSE 0 END AS repeats
        FROM ({summary_sql.customers(scope)}) AS s JOIN (
            SELECT customer_no AS spender, count(CASE WHEN amount > 0 THEN 1 END) AS paid, {sums}
            FROM ({summary_sql.purchase_days(scope)}) AS days GROUP BY customer_no) AS sums ON spender = s.customer_no
        {born}) AS each_customer ORDER BY customer_no"""


def read_spend(table: pa.Table, as_of: date) -> CustomerSpend:
    """What `spend_sums` found, as arrays."""
    return CustomerSpend(
        as_of=as_of,
        numbers=numbers(table["customer_no"]),
        repeats=floats(table["repeats"]),
        roots=np.column_stack([floats(table[name]) for name in _SUMS[:-1]]),
        logs=floats(table["logs"]),
        first_value=floats(table["first_value"]),
        brought=floats(table["brought"]),
    )


def _terms(amount: str) -> list[str]:
    """What one day's amount adds to each of the sums, null where it is nothing or less; money as exact as it stands."""
    value = f"CAST({amount} AS DOUBLE)"
    rounded = (root.format(z=value) for root in (*_ROOTS, "ln({z})"))
    terms = [amount, *(f"CAST({term} AS {_EXACT})" for term in rounded)]
    return [f"CASE WHEN {amount} > 0 THEN {term} END" for term in terms]

"""What became of every row that was read: the counts add up to the rows."""

from dataclasses import astuple, dataclass
from typing import Self

import duckdb

from keyworth.ledger.engine import one_row


@dataclass(frozen=True, slots=True)
class RowTally:
    """Counts of rows: read = of_orders + of_refunds + not_orders + without_customer + refused - refused_unnamed.

    A row may both name no customer and be refused; each of the two counts has it, and `refused_unnamed` counts
    those, so that a reader can add up. `not_orders` were cancelled, unpaid or only looked at.
    """

    read: int = 0
    of_orders: int = 0
    of_refunds: int = 0
    not_orders: int = 0
    without_customer: int = 0
    refused: int = 0
    refused_unnamed: int = 0
    faults: int = 0  # of the refused, those that could not be split into columns

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, rows: str, faults: int) -> Self:
        """Count a relation of staged rows; `faults` is how many more could not be split into columns."""
        good = "problem IS NULL AND customer IS NOT NULL"
        counts = one_row(
            connection,
            f"""SELECT count(*) + {faults}, {_where(f"{good} AND is_sale")}, {_where(f"{good} AND is_refund")},
                {_where(f"{good} AND NOT is_sale AND NOT is_refund")}, {_where("customer IS NULL")},
                {_where("problem IS NOT NULL")} + {faults}, {_where("customer IS NULL AND problem IS NOT NULL")},
                {faults}
            FROM {rows}""",
        )
        return cls(*counts)

    def __add__(self, other: "RowTally") -> "RowTally":
        return RowTally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def all_usable(self) -> bool:
        return not self.without_customer and not self.refused


def _where(condition: str) -> str:
    return f"count(*) FILTER ({condition})"

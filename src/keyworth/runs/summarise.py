"""Orders to one row per customer."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keyworth.ledger import CustomerSummary, Ledger
from keyworth.units import TimeUnit

__all__ = ["CustomerSummary", "SummaryCounts", "count_histories", "counts_of", "summarise"]


@dataclass(frozen=True, slots=True)
class SummaryCounts:
    """How many customers have a purchase by `as_of`, and how often they came back."""

    as_of: date
    unit: TimeUnit
    customers: int
    repeats: int
    zero_repeaters: int
    unique_histories: int


def summarise(
    book: Path, *, until: date | None = None, unit: TimeUnit = TimeUnit.WEEK, born_after: date | None = None
) -> CustomerSummary:
    """One row per customer; see `Ledger.customers`."""
    return Ledger.open(book).customers(until, unit, born_after=born_after)


def count_histories(
    book: Path, *, until: date | None = None, unit: TimeUnit = TimeUnit.WEEK, born_after: date | None = None
) -> SummaryCounts:
    """The summary's totals, without a row per customer leaving the ledger."""
    found = Ledger.open(book).histories(until, unit, born_after=born_after)
    return SummaryCounts(
        as_of=found.as_of,
        unit=unit,
        customers=int(found.customers.sum()),
        repeats=int((found.repeats * found.customers).sum()),
        zero_repeaters=int(found.customers[found.repeats == 0].sum()),
        unique_histories=len(found.repeats),
    )


def counts_of(summary: CustomerSummary) -> SummaryCounts:
    """The totals of a summary already made: the same as `count_histories`, without asking the ledger again."""
    return SummaryCounts(
        as_of=summary.as_of,
        unit=summary.unit,
        customers=len(summary),
        repeats=int(summary.repeats.sum()),
        zero_repeaters=int((summary.repeats == 0).sum()),
        unique_histories=summary.unique_histories,
    )

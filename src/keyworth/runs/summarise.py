"""Orders to one row per customer."""

from datetime import date
from pathlib import Path

from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.count_histories import SummaryCounts
from keyworth.units import TimeUnit

__all__ = ["CustomerSummary", "counts_of", "summarise"]


def summarise(
    book: Path, *, until: date | None = None, unit: TimeUnit = TimeUnit.WEEK, born_after: date | None = None
) -> CustomerSummary:
    """One row per customer; see `Ledger.customers`."""
    return Ledger.open(book).customers(until, unit, born_after=born_after)


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

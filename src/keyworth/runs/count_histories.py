"""How many customers there are and how often they came back; whoever only counts loads no array library."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keyworth.ledger import OpenedLedger
from keyworth.units import TimeUnit


@dataclass(frozen=True, slots=True)
class SummaryCounts:
    """How many customers have a purchase by `as_of`, and how often they came back."""

    as_of: date
    unit: TimeUnit
    customers: int
    repeats: int
    zero_repeaters: int
    unique_histories: int


def count_histories(
    book: Path, *, until: date | None = None, unit: TimeUnit = TimeUnit.WEEK, born_after: date | None = None
) -> SummaryCounts:
    """The summary's totals, without a row per customer leaving the ledger."""
    found = OpenedLedger.open(book).history_counts(until, born_after=born_after)
    return SummaryCounts(
        as_of=found.as_of,
        unit=unit,
        customers=found.customers,
        repeats=found.repeats,
        zero_repeaters=found.zero_repeaters,
        unique_histories=found.unique_histories,
    )

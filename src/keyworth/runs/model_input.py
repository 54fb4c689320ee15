"""What a ledger tells a model: histories of buying, of occasions, and of spending."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import OccasionHistories, SpendHistories, SpendSums, UniqueHistories
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.units import TimeUnit


def buying_histories(
    ledger: Ledger, until: date | None, unit: TimeUnit, born_after: date | None, *, gaps: bool = False
) -> tuple[date, UniqueHistories]:
    """The day the histories are of, and the distinct ones counted: all that a fit of buying needs.

    `gaps` asks for the time between purchases too (`BuyingModel.reads_gaps`).
    """
    found = ledger.histories(until, unit, born_after=born_after, gaps=gaps)
    columns = found.repeats, found.last_repeat, found.observed_for, found.customers
    return found.as_of, UniqueHistories.from_columns(*columns, unit, log_gaps=found.log_gaps)


def occasion_histories(
    ledger: Ledger, until: date | None, unit: TimeUnit, born_after: date | None
) -> tuple[date, OccasionHistories]:
    """The day the histories are of, and the distinct ones counted, an occasion being a `unit` of the calendar."""
    found = ledger.occasions(until, unit, born_after=born_after)
    columns = found.repeats, found.last_repeat, found.occasions, found.customers
    return found.as_of, OccasionHistories.from_columns(*columns, unit)


def spend_histories(summary: CustomerSummary) -> SpendHistories:
    """What the summary tells a spend model; repeats whose orders name no amount bring nothing."""
    mean = np.where(np.isfinite(summary.mean_repeat_value), summary.mean_repeat_value, 0.0)
    return SpendHistories.from_columns(summary.repeats, mean)


def spend_sums_of(ledger: Ledger, until: date, numbers: NDArray[np.int64]) -> SpendSums:
    """The same of the customers of these numbers, all of whom had bought by then."""
    found = ledger.spend_sums(until)
    at = np.searchsorted(found.numbers, numbers)
    columns = found.repeats, found.roots, found.logs, found.first_value, found.brought
    return SpendSums.from_columns(*(column[at] for column in columns))


def spend_sums(ledger: Ledger, until: date | None, born_after: date | None) -> tuple[date, SpendSums]:
    """The day the sums are of, and what every single purchase adds to them."""
    found = ledger.spend_sums(until, born_after=born_after)
    return found.as_of, SpendSums.from_columns(found.repeats, found.roots, found.logs, found.first_value, found.brought)

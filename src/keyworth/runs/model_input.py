"""What a ledger tells a model: histories of buying, and of spending."""

from datetime import date

import numpy as np

from keyworth.behaviour import SpendHistories, UniqueHistories
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.units import TimeUnit


def buying_histories(
    ledger: Ledger, until: date | None, unit: TimeUnit, born_after: date | None
) -> tuple[date, UniqueHistories]:
    """The day the histories are of, and the distinct ones counted: all that a fit of buying needs."""
    found = ledger.histories(until, unit, born_after=born_after)
    columns = found.repeats, found.last_repeat, found.observed_for, found.customers
    return found.as_of, UniqueHistories.from_columns(*columns, unit)


def spend_histories(summary: CustomerSummary) -> SpendHistories:
    """What the summary tells a spend model; repeats whose orders name no amount bring nothing."""
    mean = np.where(np.isfinite(summary.mean_repeat_value), summary.mean_repeat_value, 0.0)
    return SpendHistories.from_columns(summary.repeats, mean)

"""Where a ledger starts in mid-life, the first purchase seen of a customer is not the first one made."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.words import Message

_BACK_WITHIN = 0.9  # of repeat customers: whoever was one before the ledger starts has very probably bought again


@dataclass(frozen=True, slots=True)
class MaybeOlder:
    """Customers first seen within the ledger's first `within_days` days, who may have been customers before it starts.

    `customers` out of `known`. `born_after`: the last of those days, so that whoever is first seen later has very
    probably come then for the first time; None where too few days, or no customers, would be left to look back on.
    """

    customers: int
    known: int
    within_days: int
    born_after: date | None

    def sentences(self) -> tuple[Message, ...]:
        """How many it may touch, and a day to try."""
        touched = Message(
            "{customers} of {known} customers {customers:was|were} first seen in the ledger's first {days} "
            "{days:day|days} and may have bought before it starts.",
            customers=self.customers,
            known=self.known,
            days=self.within_days,
        )
        if self.born_after is None:
            return (touched,)
        return (touched, Message("See what leaving them out changes: --born-after {day}.", day=self.born_after))


def maybe_older(
    first_day: NDArray[np.datetime64],
    last_day: NDArray[np.datetime64],
    repeats: ArrayLike,
    ledger_starts: date,
    *,
    ledger_ends: date | None = None,
    days_needed: int = 0,
) -> MaybeOlder | None:
    """Count those first seen within the ledger's first gap: what nine in ten repeat customers leave between purchases.

    Arrays of shape (n,): each customer's first and last purchase seen, and repeats. A day to be born after is named
    where it leaves `days_needed` days up to `ledger_ends` and somebody to look at. None where nobody came back, so that
    no gap is known.
    """
    x = np.asarray(repeats, dtype=np.float64)
    again = x > 0
    if not again.any():
        return None
    gaps = (last_day - first_day).astype("timedelta64[D]").astype(np.int64)[again] / x[again]
    within = int(np.quantile(gaps, _BACK_WITHIN))
    seen = (first_day - np.datetime64(ledger_starts, "D")).astype("timedelta64[D]").astype(np.int64)
    customers, day = int((seen <= within).sum()), ledger_starts + timedelta(days=within)
    useful = customers < x.size and (ledger_ends is None or (ledger_ends - day).days >= days_needed)
    return MaybeOlder(customers, int(x.size), within + 1, day if useful else None)

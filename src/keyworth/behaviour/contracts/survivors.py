"""Survivors of one cohort: how many of those who signed in the same period are left after each; checked once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from keyworth.behaviour.contracts.tenures import MOST_CUSTOMERS, Tenures
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.number_columns import numbers
from keyworth.errors import HistoryRefused
from keyworth.words import Message

_SHOWN = 5  # faults named in a refusal


@dataclass(frozen=True, slots=True, eq=False)
class Survivors:
    """`customers` (m + 1,): everybody at period 0, and how many of them are left after 1, 2, …, m renewals.

    Numbers of people, not shares; they need not be whole, since 63.15% of 1,000 is 631.5. Use `from_columns`
    for data from outside: it is the gate.
    """

    customers: Floats

    @classmethod
    def from_columns(cls, survivors: ArrayLike, *, cohort: float | None = None) -> Self:
        """Check the survivors of periods 0, 1, 2, … and keep them. Raises HistoryRefused naming every fault.

        Where `cohort` is given, the survivors are shares of it, or percentages, of which the first is everybody.

        >>> Survivors.from_columns([100, 63.1, 46.8], cohort=1000).customers.tolist()
        [1000.0, 631.0, 468.0]
        """
        counts = numbers("survivors", survivors)
        if counts.ndim != 1:
            raise HistoryRefused(
                Message("One column of survivors was expected; got shape {shape}.", shape=str(counts.shape))
            )
        found = survivor_faults(counts.tolist())
        if found:
            raise HistoryRefused(
                Message(
                    "The survivors cannot be used: {faults}.",
                    faults=[
                        Message("period {period}: {fault}", period=period, fault=fault)
                        for period, fault in found[:_SHOWN]
                    ],
                ),
                hint=Message("Count from period 0, when everybody is there, how many are left after each."),
                counts={"periods_refused": len(found), "periods": len(counts)},
            )
        if cohort is None and counts[0] == 1.0 and (counts % 1.0).any():
            raise HistoryRefused(
                Message("Survivors that begin with 1 and go on with parts of it are shares."),
                hint=Message("Say of how many customers: cohort=1000."),
            )
        if cohort is None:
            return cls(counts)
        if not 0 < cohort <= MOST_CUSTOMERS:
            raise HistoryRefused(
                Message(
                    "A cohort has a size above zero, and up to {most}; got {size}.",
                    most=f"{MOST_CUSTOMERS:,.0f}",
                    size=f"{cohort:g}",
                )
            )
        return cls(counts / counts[0] * cohort)

    @property
    def shares(self) -> Floats:
        """The same as parts of everybody, (m + 1,)."""
        parts: Floats = self.customers / self.customers[0]
        return parts

    def until(self, period: int) -> "Survivors":
        """What was known at the end of `period`."""
        return Survivors(self.customers[: period + 1])

    def tenures(self) -> Tenures:
        """The same people one by one: those who left in each period, and those who still run at the end."""
        last = len(self.customers) - 1
        periods = np.append(np.arange(1.0, last + 1), last)
        ended = np.append(np.ones(last, dtype=np.bool_), False)
        customers = np.append(-np.diff(self.customers), self.customers[-1])
        some = customers > 0
        return Tenures(periods[some], ended[some], customers[some])


def survivor_faults(survivors: Sequence[float]) -> list[tuple[int, Message]]:
    """What is wrong at which period; empty where nothing is."""
    if len(survivors) < 2:
        return [(0, Message("there is no period after it"))]
    found: list[tuple[int, Message]] = []
    before: float | None = None
    for period, here in enumerate(survivors):
        if not np.isfinite(here):
            found.append((period, Message("the number is missing or not finite")))
            continue
        if here < 0:
            found.append((period, Message("{number} is negative", number=_plain(here))))
        elif period == 0 and here == 0:
            found.append((period, Message("nobody is there to begin with")))
        elif here > MOST_CUSTOMERS:
            found.append((period, Message("{number} is more than any cohort has", number=_plain(here))))
        elif before is not None and here > before:
            found.append(
                (
                    period,
                    Message(
                        "{number} survivors are more than the {before} before",
                        number=_plain(here),
                        before=_plain(before),
                    ),
                )
            )
        before = here
    return found


def _plain(number: float) -> str:
    """A number as it was probably written."""
    return f"{number:.10g}"

"""The pace that models are asked at, and what it would have been without a day that taught it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self

from keyworth.backtest import Origin
from keyworth.behaviour import PaceTable
from keyworth.value import ModelChoice, ValueOptions
from keyworth.words import Message

# Who buys once a year is not due four times as soon in a quarter: paces of histories are for a time ahead like the one
# they were learnt from, no shorter than half of it and no longer than twice, give or take a day or two.
_LIKE = 2.02
# So few days of what taught a pace tell nothing: leap years put past days of a value book a day or two off.
_UNTOLD_DAYS = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """Models are asked about `factor` times the time ahead; the `holdout_days` after each of `origins` taught it.

    With a `table` each history is asked about its own instead, of any time ahead like `holdout_days`. `without`: the
    table that the other days taught, by the day that is left out. `why_factor` and `why_table` say why either is used.
    """

    factor: float = 1.0
    origins: tuple[date, ...] = ()
    holdout_days: int = 0
    table: PaceTable | None = None
    without: Mapping[date, PaceTable] = field(default_factory=dict)
    why_factor: tuple[Message, ...] = ()
    why_table: tuple[Message, ...] = ()

    @classmethod
    def of(cls, options: ValueOptions, choice: ModelChoice | None) -> Self:
        """The pace that a value book was made at; one that a person gave was taught by nothing."""
        if choice is None:
            return cls(options.pace, table=options.paces)
        return cls(options.pace, choice.origins, choice.holdout_days, options.paces, choice.paces_without)

    @property
    def why(self) -> tuple[Message, ...]:
        return self.why_factor if self.table is None else self.why_table

    def over(self, days: int) -> Self:
        """The same for so many days ahead: without its table, where these are too few or too many for it."""
        like = self.holdout_days / _LIKE <= days <= self.holdout_days * _LIKE
        return self if like or self.table is None else replace(self, table=None, without={})

    def table_before(self, seen: Origin) -> PaceTable | None:
        """The table by which a past day can be judged: without the day that taught it, if there was one.

        None without a table, and where more days than one taught it something of what came after `seen`.
        """
        taught = [day for day in self.origins if self._shared(day, seen) > _UNTOLD_DAYS]
        if self.table is None or not taught:
            return self.table
        return self.without.get(taught[0]) if len(taught) == 1 else None

    def about_judging(self, past: Sequence[Origin]) -> tuple[Message, ...]:
        """By what paces past days are foretold again, where each history has its own."""
        if self.table is None or not past:
            return ()
        at_one = sum(self.table_before(seen) is None for seen in past)
        said = Message(
            "Each past day is foretold again at the paces that the other past days taught, later ones among them."
        )
        if not at_one:
            return (said,)
        return (
            said,
            Message(
                "{days} of {all} past days {days:is|are} foretold at one pace for all customers instead: what came "
                "then taught the paces on more than one day.",
                days=at_one,
                all=len(past),
            ),
        )

    def factor_before(self, seen: Origin, *, expected: float, actual: float) -> float:
        """The factor that the other days alone would have taught.

        What came after a day that taught the pace is no test of it. `expected` and `actual` are the totals of `seen`
        at the pace itself. The logarithm of a pace is about the mean of what each of n days told; where `seen` is m of
        them, the mean of the rest is higher by m / (n - m) times its logarithm of expected over actual. Where nothing
        is left, it is 1.
        """
        if self.factor == 1.0 or expected <= 0 or actual <= 0:
            return self.factor
        days = len(self.origins)
        taught = sum(self._shared(day, seen) for day in self.origins) / max(self.holdout_days, 1)
        if taught == 0:
            return self.factor
        return 1.0 if taught >= days else float(self.factor * (expected / actual) ** (taught / (days - taught)))

    def _shared(self, day: date, seen: Origin) -> int:
        """How many days lie both in the hold-out period of `seen` and in that of a day that taught the pace."""
        end = min(day + timedelta(days=self.holdout_days), seen.end)
        return max((end - max(day, seen.as_of)).days, 0)

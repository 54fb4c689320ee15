"""Lengths of time: the unit a model counts in, and how far ahead we look."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Self

from keyworth.errors import OptionRefused
from keyworth.words import Language, Message, Quoted, say

DAYS_PER_YEAR = 365.25
DAYS_PER_MONTH = DAYS_PER_YEAR / 12  # 30.4375; the 30-day month of other tools makes a year of 360 days


class TimeUnit(Enum):
    """The unit in which a model counts time; its length in days is exact."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @classmethod
    def parse(cls, given: "str | TimeUnit", option: str = "unit") -> "TimeUnit":
        """Read `week`, `weeks` or `Week`, and the like; raises OptionRefused for another unit."""
        if isinstance(given, TimeUnit):
            return given
        try:
            return cls(str(given).strip().lower().removesuffix("s"))
        except ValueError:
            raise OptionRefused(
                Message("{option} expects day, week, month or year; got {text}.", option=option, text=Quoted(given)),
                hint=Message("The papers use weeks, and so do we unless told otherwise."),
            ) from None

    @property
    def days(self) -> float:
        return {"day": 1.0, "week": 7.0, "month": DAYS_PER_MONTH, "year": DAYS_PER_YEAR}[self.value]

    def said(self, lang: Language) -> str:
        return say(_UNIT_WORDS[self], lang)


_UNIT_WORDS = {
    TimeUnit.DAY: Message("day"),
    TimeUnit.WEEK: Message("week"),
    TimeUnit.MONTH: Message("month"),
    TimeUnit.YEAR: Message("year"),
}

_LENGTHS = {
    TimeUnit.DAY: Message("{count} {count:day|days}"),
    TimeUnit.WEEK: Message("{count} {count:week|weeks}"),
    TimeUnit.MONTH: Message("{count} {count:month|months}"),
    TimeUnit.YEAR: Message("{count} {count:year|years}"),
}


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far ahead: `1y` and `12m` end on the same calendar date, `39w` is 273 days.

    >>> Horizon.parse("12m").end(date(2024, 2, 29)), Horizon.parse("39w").days_from(date(1997, 9, 30))
    (datetime.date(2025, 2, 28), 273)
    """

    count: int
    unit: TimeUnit

    @classmethod
    def parse(cls, text: str, option: str = "horizon") -> Self:
        """Read `1y`, `12m`, `39w` or `90d`; raises OptionRefused for anything else, calling it by `option`."""
        found = re.fullmatch(r"\s*(\d{1,5})\s*([dwmy])\s*", text.lower())
        if not found or int(found[1]) == 0:
            raise OptionRefused(
                Message(
                    "{option} expects a length of time such as 1y, 12m, 39w or 90d; got {text}.",
                    option=option,
                    text=Quoted(text),
                ),
                hint=Message("Write a whole number from 1 up and one of d, w, m, y."),
            )
        units = {"d": TimeUnit.DAY, "w": TimeUnit.WEEK, "m": TimeUnit.MONTH, "y": TimeUnit.YEAR}
        return cls(int(found[1]), units[found[2]])

    def end(self, start: date) -> date:
        """The last day of the horizon that opens after `start`. Raises OptionRefused past the year 9999."""
        try:
            if self.unit is TimeUnit.DAY:
                return start + timedelta(days=self.count)
            if self.unit is TimeUnit.WEEK:
                return start + timedelta(weeks=self.count)
            months = start.month - 1 + self.count * (12 if self.unit is TimeUnit.YEAR else 1)
            year, month = start.year + months // 12, months % 12 + 1
            return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
        except (OverflowError, ValueError):
            raise OptionRefused(
                Message("{horizon} after {start} is past the last date there is.", horizon=self, start=start),
                hint=Message("Choose a shorter time."),
            ) from None

    def start(self, end: date) -> date:
        """The latest day from which the horizon is over by `end`: a year back is a calendar year.

        >>> Horizon.parse("1y").start(date(2025, 2, 28)), Horizon.parse("39w").start(date(1998, 6, 30))
        (datetime.date(2024, 2, 29), datetime.date(1997, 9, 30))
        """
        day = end - timedelta(days=1)
        while self.end(day) > end:
            day -= timedelta(days=max((self.end(day) - end).days // 2, 1))
        return day

    def days_from(self, start: date) -> int:
        return (self.end(start) - start).days

    def __str__(self) -> str:
        return f"{self.count}{self.unit.value[0]}"

    def said(self, lang: Language) -> str:
        return say(Message(_LENGTHS[self.unit].key, count=self.count), lang)


@dataclass(frozen=True, slots=True)
class Ago:
    """So many days before the day spoken of.

    >>> Ago(0).said("en"), Ago(3).said("zh")
    ('today', '3 天前')
    """

    days: int

    def said(self, lang: Language) -> str:
        if self.days in {0, 1}:
            return say(Message("yesterday") if self.days else Message("today"), lang)
        return say(Message("{count} days ago", count=self.days), lang)

"""The year's rhythm: weekdays, months, school holidays, Spring Festival; and the clock that runs by it."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from keyworth.errors import OptionRefused
from keyworth.words import Message

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# The first day of the first lunar month, as month * 100 + day.
_NEW_YEARS = (
    *(205, 124, 212, 201, 122, 209, 129, 218, 207, 126),  # from 2000
    *(214, 203, 123, 210, 131, 219, 208, 128, 216, 205),  # from 2010
    *(125, 212, 201, 122, 210, 129, 217, 206, 126, 213),  # from 2020
    *(203, 123, 211, 131, 219, 208, 128, 215, 204, 124),  # from 2030
    *(212,),  # from 2040
)
SPRING_FESTIVALS = {year: date(year, *divmod(number, 100)) for year, number in enumerate(_NEW_YEARS, start=2000)}

_WEEKDAYS = np.array([0.86, 0.85, 0.90, 0.95, 1.14, 1.22, 1.08])  # from Monday
_MONTHS = np.array([1.02, 0.98, 0.94, 0.98, 1.02, 1.00, 1.03, 1.03, 0.97, 1.02, 0.95, 1.06])
_SUMMER_HOLIDAY = ((7, 5), (8, 31), 1.06)
_LABOUR_DAY = ((5, 1), (5, 5), 1.22)
_NATIONAL_DAY = ((10, 1), (10, 7), 1.28)


def _around_spring_festival(days_after: int) -> float:
    """What the festival does to a day's trade; 0 is New Year's Day, -1 New Year's Eve."""
    if -14 <= days_after <= -2:  # year-end dinners and gifts to take home, more each day
        return 1.20 + 0.03 * (days_after + 14)
    if -1 <= days_after <= 1:  # closed
        return 0.0
    if 2 <= days_after <= 6:  # the town is still empty
        return 0.60
    if 7 <= days_after <= 14:
        return 0.85
    return 1.0


@dataclass(frozen=True, slots=True)
class Seasons:
    """Every day from the first, with its trade beside the average day's; the shapes are (days,).

    `clock` has shape (days + 1,): the season days that have gone by when each calendar day begins. A rate per
    season day that never changes becomes, on the calendar, a rate that follows the seasons.
    """

    first: date
    factor: Floats
    clock: Floats
    open_days: Ints  # day numbers of the days that are not closed, shape (open days,)

    def day_at(self, season_day: Floats) -> Ints:
        """The calendar day, counted from `first`, on which the clock shows a given season day."""
        return np.asarray(np.searchsorted(self.clock, season_day, side="right") - 1, dtype=np.int64)

    def number(self, day: date) -> int:
        return (day - self.first).days


def make_seasons(first: date, last: date, *, seasons: bool = True) -> Seasons:
    """The rhythm from `first` to `last`, both inclusive, with mean one; every day alike if not `seasons`.

    Raises OptionRefused where the date of Spring Festival is not in our table.
    """
    days = (last - first).days + 1
    factor = np.ones(days)
    if seasons:
        known = min(SPRING_FESTIVALS), max(SPRING_FESTIVALS)
        if first.year < known[0] or last.year > known[1]:
            raise OptionRefused(
                Message(
                    "The dates of Spring Festival are known from {first} to {last}; the business and the "
                    "year after it would run from {start} to {end}.",
                    first=str(known[0]),
                    last=str(known[1]),
                    start=first,
                    end=last,
                ),
                hint=Message("Choose other dates, or leave the seasons out."),
            )
        calendar = [first + timedelta(days=n) for n in range(days)]
        factor = np.array([_factor(day) for day in calendar])
        factor /= factor.mean()
    return Seasons(
        first=first,
        factor=factor,
        clock=np.concatenate([[0.0], np.cumsum(factor)]),
        open_days=np.flatnonzero(factor > 0),
    )


def _factor(day: date) -> float:
    factor = float(_WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1])
    for begins, ends, times in (_SUMMER_HOLIDAY, _LABOUR_DAY, _NATIONAL_DAY):
        if begins <= (day.month, day.day) <= ends:
            factor *= times
    return factor * _around_spring_festival((day - SPRING_FESTIVALS[day.year]).days)

"""What may hurry or slow purchases: the year, the week, festivals, promotions, a trend, and columns of one's own."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import numpy as np
from numpy.typing import ArrayLike

from keyworth.behaviour.calendar_time.calendar import Days, Rhythm
from keyworth.behaviour.calendar_time.spring_festivals import SPRING_FESTIVAL_DAYS
from keyworth.behaviour.histories import Floats
from keyworth.errors import ParametersRefused
from keyworth.units import DAYS_PER_YEAR
from keyworth.words import Message

_START = np.datetime64("2000-01-01", "D")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Parts of the weeks around Spring Festival that trade in the same way, in days after New Year's Day.
_AROUND_SPRING_FESTIVAL = {
    "spring festival: two weeks before": (-14, -2),
    "spring festival: the week of it": (-1, 6),
    "spring festival: the week after": (7, 14),
}


def season(harmonics: int) -> Rhythm:
    """The year as `harmonics` waves: the first has one high and one low a year, the second two, and so on.

    Raises ParametersRefused for less than one.
    """
    if not (isinstance(harmonics, int | np.integer) and harmonics >= 1):
        raise ParametersRefused(
            Message("A season is made of a whole number of waves, 1 or more; got {count}.", count=str(harmonics))
        )

    def told(days: Days) -> dict[str, Floats]:
        turn = 2.0 * np.pi * _days_since(_START, days) / DAYS_PER_YEAR
        waves = range(1, harmonics + 1)
        return {
            f"season: {name} {wave}": of(wave * turn)
            for wave in waves
            for name, of in (("cos", np.cos), ("sin", np.sin))
        }

    return told


def weekdays() -> Rhythm:
    """Each day of the week beside Monday."""

    def told(days: Days) -> dict[str, Floats]:
        weekday = (days.astype(np.int64) + 3) % 7  # day 0 of NumPy's count was a Thursday
        return {name: (weekday == at).astype(np.float64) for at, name in enumerate(_WEEKDAYS) if at}

    return told


def trend() -> Rhythm:
    """Steady growth or decline, by the year.

    Where all customers begin at about the same time, a trend and the way in which customers differ explain the
    same fall in purchases; the fit then says so.
    """

    def told(days: Days) -> dict[str, Floats]:
        return {"trend by year": _days_since(_START, days) / DAYS_PER_YEAR}

    return told


def holiday(name: str, on: Iterable[date], *, before: int = 0, after: int = 0) -> Rhythm:
    """Some days of every year, each with so many days before and after it."""
    return promotion(name, [(day - timedelta(days=before), day + timedelta(days=after)) for day in on])


def spring_festival() -> Rhythm:
    """The weeks around Spring Festival, which moves between 21 January and 20 February, in three parts.

    Raises ParametersRefused for years beyond the table of its days.
    """

    def told(days: Days) -> dict[str, Floats]:
        if len(days):
            years = {day.year for day in (days[0].item(), days[-1].item())}
            if not years <= SPRING_FESTIVAL_DAYS.keys():
                raise ParametersRefused(
                    Message(
                        "The days of Spring Festival are known from {first} to {last}; {year} is beyond.",
                        first=str(min(SPRING_FESTIVAL_DAYS)),
                        last=str(max(SPRING_FESTIVAL_DAYS)),
                        year=str(min(years - SPRING_FESTIVAL_DAYS.keys())),
                    )
                )
        return {
            name: holiday(name, SPRING_FESTIVAL_DAYS.values(), before=-begins, after=ends)(days)[name]
            for name, (begins, ends) in _AROUND_SPRING_FESTIVAL.items()
        }

    return told


def promotion(name: str, spans: Iterable[tuple[date, date]]) -> Rhythm:
    """Stretches of days, first and last day included, on which the same was offered.

    Raises ParametersRefused for one that ends before it begins.
    """
    kept = [(np.datetime64(begins, "D"), np.datetime64(ends, "D")) for begins, ends in spans]
    for begins, ends in kept:
        if not begins <= ends:
            raise ParametersRefused(
                Message(
                    "{name} ends before it begins: {begins} to {ends}.", name=name, begins=str(begins), ends=str(ends)
                )
            )

    def told(days: Days) -> dict[str, Floats]:
        on = np.zeros(len(days))
        for begins, ends in kept:
            on[(days >= begins) & (days <= ends)] = 1.0
        return {name: on}

    return told


def columns(first: date, values: Mapping[str, ArrayLike]) -> Rhythm:
    """Columns of one's own, day after day from `first`. Raises ParametersRefused for a day they do not tell of."""
    kept = {name: np.asarray(column, dtype=np.float64) for name, column in values.items()}

    def told(days: Days) -> dict[str, Floats]:
        at = _days_since(np.datetime64(first, "D"), days).astype(np.int64)
        for name, column in kept.items():
            beyond = (at < 0) | (at >= column.size)
            if beyond.any():
                raise ParametersRefused(
                    Message("The column {name} does not tell of {day}.", name=name, day=days[beyond][0].item())
                )
        return {name: column[at] for name, column in kept.items()}

    return told


def _days_since(start: np.datetime64, days: Days) -> Floats:
    return np.asarray((days - start).astype(np.float64))

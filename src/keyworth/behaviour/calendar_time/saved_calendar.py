"""A calendar as a few numbers: what everybody can work out by its name, and of the rest how long it stays the same.

A year in waves has a number of its own for each day, which nobody need write down: columns that are to the last digit
what `rhythms` tell are kept by name. Others, such as promotions, change seldom, and are kept as runs: value, days.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from keyworth.behaviour import saved_text as saved
from keyworth.behaviour.calendar_time import rhythms
from keyworth.behaviour.calendar_time.calendar import Calendar, Days
from keyworth.behaviour.histories import Floats
from keyworth.errors import ParametersRefused
from keyworth.words import Message

_MOST_DAYS, _MOST_WAVES = 200_000, 183  # five centuries; a wave of two days


def told_calendar(calendar: Calendar) -> dict[str, Any]:
    """A calendar as the parts that are written of it."""
    return {
        "first": calendar.first.isoformat(),
        "days": len(calendar),
        "columns": [
            _told_column(name, column, calendar.days)
            for name, column in zip(calendar.names, calendar.columns, strict=True)
        ],
    }


def read_calendar(told: Mapping[str, Any], place: str) -> Calendar:
    """The calendar from its parts."""
    first = saved.at(told, "first", saved.day, f"{place}.")
    days = saved.at(told, "days", saved.whole, f"{place}.")
    if not 0 < days <= _MOST_DAYS:
        raise saved.wrong(f"{place}.days", Message("a number of days up to {most}", most=_MOST_DAYS), days)
    try:
        every = np.datetime64(first, "D") + np.arange(days)
        every[-1].item().isoformat()
    except (OverflowError, AttributeError) as error:
        raise saved.wrong(f"{place}.days", Message("a number of days up to {most}", most=_MOST_DAYS), days) from error
    columns = saved.at(told, "columns", saved.items, f"{place}.")
    names, values = [], np.empty((len(columns), days))
    for at, column in enumerate(columns):
        here = f"{place}.columns[{at}]"
        parts = saved.mapping(column, here)
        names.append(saved.at(parts, "name", saved.text, f"{here}."))
        values[at] = _column(names[-1], parts, every, here)
    return Calendar(first, tuple(names), values)


def _told_column(name: str, column: Floats, days: Days) -> dict[str, Any]:
    known = _known(name, days)
    if known is not None and np.array_equal(known, column):
        return {"name": name}
    begins = np.flatnonzero(np.diff(column, prepend=np.nan) != 0.0)
    lengths = np.diff(np.append(begins, len(column)))
    runs = zip(column[begins].tolist(), lengths.tolist(), strict=True)
    return {"name": name, "runs": [[value, length] for value, length in runs]}


def _column(name: str, told: Mapping[str, Any], days: Days, place: str) -> Floats:
    if "runs" not in told:
        known = _known(name, days)
        if known is None:
            raise saved.refused(Message("{place} is missing", place=f"{place}.runs"))
        return known
    runs = [
        saved.items(run, f"{place}.runs[{at}]", 2) for at, run in enumerate(saved.items(told["runs"], f"{place}.runs"))
    ]
    values = [saved.number(run[0], f"{place}.runs[{at}][0]") for at, run in enumerate(runs)]
    lengths = [saved.whole(run[1], f"{place}.runs[{at}][1]") for at, run in enumerate(runs)]
    if sum(lengths) != len(days):
        raise saved.wrong(f"{place}.runs", Message("{days} days in all", days=len(days)), sum(lengths))
    return np.repeat(np.array(values), lengths)


def _known(name: str, days: Days) -> Floats | None:
    """The column that the rhythms of Keyworth call so; None where there is none."""
    wave = name.rpartition(" ")[2]
    waves = int(wave) if name.startswith("season: ") and wave.isascii() and wave.isdigit() and len(wave) < 4 else 0
    told = rhythms.weekdays()(days) | rhythms.trend()(days)
    if 0 < waves <= _MOST_WAVES:
        told |= rhythms.season(waves)(days)
    if name.startswith("spring festival"):
        try:
            told |= rhythms.spring_festival()(days)
        except ParametersRefused:  # years beyond the table
            return None
    return told.get(name)

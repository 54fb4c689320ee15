"""A model of buying fitted to a book with its season: which rhythms it has is chosen by what came in its last year."""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from keyworth.behaviour.calendar_time import (
    CALENDAR_MODELS,
    SPRING_FESTIVAL_DAYS,
    Calendar,
    CalendarFit,
    Candidate,
    DatedHistories,
    choose_calendar,
    rhythms,
)
from keyworth.errors import OptionRefused
from keyworth.ledger import Ledger
from keyworth.units import TimeUnit
from keyworth.words import Message

# The clock is the same for all models, so the quickest of them chooses for all.
_CHOOSER = "mbg-nbd"
_RIDGES = (0.0, 100.0)
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class SeasonRun:
    """A fit by the calendar, the ledger it came from, which calendars were tried, and why this one.

    learnt_by: the day of the past from which candidates foretold what came by `as_of`. fit_seconds: of the last fit;
    choice_seconds: of all that chose it.
    """

    fit: CalendarFit[Any]
    as_of: date
    unit: TimeUnit
    ledger_version: int
    learnt_by: date
    candidates: tuple[Candidate, ...]
    because: Message
    fit_seconds: float
    choice_seconds: float
    born_after: date | None
    currency: None = None  # as of every fit of buying


def fit_season(
    book: Path,
    *,
    model: str,
    until: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
) -> SeasonRun:
    """Choose a calendar, and fit a model by it to all purchases by `until` (default: the last order's day).

    The calendar holds the year after too. Raises OptionRefused for a model without a purchase clock, BookMissing or
    BookDamaged, NotEnoughHistory.
    """
    written = model.strip().lower()
    if written not in CALENDAR_MODELS:
        raise OptionRefused(
            Message("--season is for the models {models}; got {model}.", models=list(CALENDAR_MODELS), model=model)
        )
    ledger = Ledger.open(book)
    whole = _dated(ledger, until, unit, born_after)
    first = whole.first_day.min().item()
    seen = whole.as_of - first
    # A year comes round once; where there are not two of them, a third is held back.
    learnt_by = whole.as_of - (_YEAR if seen >= 2 * _YEAR else seen / 3)
    started = time.perf_counter()
    choice = choose_calendar(
        CALENDAR_MODELS[_CHOOSER],
        _dated(ledger, learnt_by, unit, born_after),
        whole,
        _calendars(first, whole.as_of + _YEAR),
        _RIDGES,
    )
    chosen = time.perf_counter()
    calendar, ridge = choice.fit.clock.calendar, choice.fit.ridge
    fit = CALENDAR_MODELS[written].fit(whole, calendar, ridge=ridge)
    return SeasonRun(
        fit=fit,
        as_of=whole.as_of,
        unit=unit,
        ledger_version=ledger.version,
        learnt_by=learnt_by,
        candidates=choice.candidates,
        because=choice.because,
        fit_seconds=time.perf_counter() - chosen,
        choice_seconds=chosen - started,
        born_after=born_after,
    )


def _dated(ledger: Ledger, until: date | None, unit: TimeUnit, born_after: date | None) -> DatedHistories:
    """Histories with their dates, and the repeat purchases of all of them by day."""
    found = ledger.histories(until, unit, born_after=born_after)
    days = ledger.purchases_by_day(until, born_after=born_after)
    return DatedHistories.from_columns(
        found.as_of, found.first_day, found.last_day, found.repeats, found.customers,
        days.day, days.purchases - days.first_purchases, unit,
    )  # fmt: skip


def _calendars(first: date, last: date) -> list[Calendar]:
    """From few columns to many; more waves than four would tell weeks that no other year will have."""
    festival, week = rhythms.spring_festival(), rhythms.weekdays()
    told = [(rhythms.season(waves),) for waves in (1, 2, 4)] + [(week,), (week, rhythms.season(2))]
    # The days of the festival are known for some years only.
    years = {first.year, last.year}
    if years <= SPRING_FESTIVAL_DAYS.keys():
        told += [(festival,), (festival, rhythms.season(2)), (festival, week)]
        told += [(festival, week, rhythms.season(waves)) for waves in (2, 4)]
    return [Calendar.of(first, last, *each) for each in told]

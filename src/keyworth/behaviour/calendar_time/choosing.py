"""Which columns of the calendar to keep and how firmly to hold them: what came after a day of the past decides.

Split by time, not by customers: customers left out live through the same days as those kept in, so whatever happened
once, on a day or in a spring, would look as if it came every year. What a season is for is the year to come.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from keyworth.behaviour.calendar_time.calendar import Calendar
from keyworth.behaviour.calendar_time.calendar_model import CalendarModel
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.fit import CalendarFit, unchanging
from keyworth.behaviour.parameters import P
from keyworth.errors import ParametersRefused
from keyworth.words import Message

# Of a calendar for two or three hundred purchases a column, and for few: how firmly coefficients are held.
RIDGES = (0.0, 10.0, 100.0)
# In nats: a richer calendar must foretell more than that better, for less is soon a matter of one odd week.
NOISE = 3.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A calendar's columns and a ridge; `gain`: by how many nats more than no column they foretell what came later."""

    names: tuple[str, ...]
    ridge: float
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class CalendarChoice(Generic[P]):
    """The fit of the calendar chosen to all that is known, all candidates, and why."""

    fit: CalendarFit[P]
    candidates: tuple[Candidate, ...]
    because: Message


def choose_calendar(
    model: CalendarModel[P],
    past: DatedHistories,
    whole: DatedHistories,
    calendars: Sequence[Calendar],
    ridges: Sequence[float] = RIDGES,
) -> CalendarChoice[P]:
    """The calendar with fewest columns among those that foretell within noise of the best, refitted to `whole`.

    `past` and `whole` are the same business as of two days. Each candidate is fitted to `past` and asked for the
    chance of everything that came between: by how much the log-likelihood of `whole` is above that of `past`, at the
    parameters of `past`. No column at all is always a candidate; a calendar of which a column never changed by then is
    none. Hold a year back where there are two or more.
    """
    if past.as_of >= whole.as_of:
        raise ParametersRefused(
            Message(
                "What is held back must be later: from {past} to {whole} nothing is.",
                past=past.as_of,
                whole=whole.as_of,
            )
        )
    bare = calendars[0].only(())
    least = _foretold(model, past, whole, bare, 0.0)
    told = [(bare, Candidate((), 0.0, 0.0))]
    for calendar in calendars:
        if unchanging(past, calendar):
            continue
        for ridge in ridges if calendar.names else ():
            gain = _foretold(model, past, whole, calendar, ridge) - least
            told.append((calendar, Candidate(calendar.names, ridge, gain)))
    best = max(one.gain for _, one in told)
    near = [(calendar, one) for calendar, one in told if one.gain >= best - NOISE]
    calendar, chosen = min(near, key=lambda row: (len(row[1].names), -row[1].gain))
    return CalendarChoice(
        fit=model.fit(whole, calendar, ridge=chosen.ridge),
        candidates=tuple(one for _, one in told),
        because=_why(chosen, past, whole),
    )


def _why(chosen: Candidate, past: DatedHistories, whole: DatedHistories) -> Message:
    if not chosen.names:
        return Message(
            "No calendar: learnt by {past}, none foretold the purchases by {whole} better than none by {noise} nats.",
            past=past.as_of,
            whole=whole.as_of,
            noise=NOISE,
        )
    return Message(
        "{columns} columns with a ridge of {ridge}: learnt by {past}, they foretold the purchases by {whole} by {gain} "
        "nats better than no calendar, and nothing with fewer columns came within {noise} nats of the best.",
        columns=len(chosen.names),
        ridge=chosen.ridge,
        past=past.as_of,
        whole=whole.as_of,
        gain=round(chosen.gain, 1),
        noise=NOISE,
    )


def _foretold(
    model: CalendarModel[P], past: DatedHistories, whole: DatedHistories, calendar: Calendar, ridge: float
) -> float:
    """How well what came is foretold. A fit that did not converge is scored too: what it foretells is what counts."""
    fit = model.fit(past, calendar, ridge=ridge)
    foretold = model.log_likelihood(fit.parameters, fit.clock, whole) - fit.log_likelihood
    return float(foretold) if math.isfinite(foretold) else -math.inf

"""Past days from which the future is already known, so that a prediction can be checked."""

from dataclasses import dataclass
from datetime import date, timedelta

from keyworth.errors import NotEnoughHistory, OptionRefused
from keyworth.words import Message

SHORTEST_CALIBRATION_DAYS = 182  # half a year: below that, few rhythms have shown themselves


@dataclass(frozen=True, slots=True)
class Origin:
    """Stand on `as_of`, know what happened up to and including it, predict the days after it up to `end`."""

    as_of: date
    end: date
    holdout_days: int
    calibration_days: int  # days known on `as_of`, both ends counted


def origins(
    first_day: date,
    last_day: date,
    holdout_days: int,
    *,
    born_after: date | None = None,
    at_most: int | None = None,
) -> tuple[Origin, ...]:
    """As many past origins as the ledger allows, oldest first; the last one ends on the ledger's last day.

    Where only customers born after a day count, their history begins the day after it.

    Hold-out periods lie end to end and never overlap, so each purchase is predicted once and the misses of
    two origins share no purchase (they do share customers). Each origin knows at
    least as many days as it holds back, and half a year: nobody can see further ahead than they have looked back.

    Raises OptionRefused for a hold-out period of no days; NotEnoughHistory when not even one origin fits.
    """
    if holdout_days < 1:
        raise OptionRefused(
            Message("A hold-out period has at least one day; got {days}.", days=holdout_days),
            hint=Message("Choose a longer hold-out period, such as 39w."),
        )
    needed = needed_days(holdout_days)
    if born_after is not None:
        first_day = max(first_day, born_after + timedelta(days=1))
    found = _end_to_end(first_day, last_day, holdout_days, at_most)
    if not found:
        span = max((last_day - first_day).days + 1, 0)
        days = {"holdout": holdout_days, "needed": needed, "span": span}
        raise NotEnoughHistory(
            Message(
                "Holding back {holdout} {holdout:day|days} needs {needed} days of history; the ledger has {span}.",
                **days,
            )
            if born_after is None
            else Message(
                "Holding back {holdout} {holdout:day|days} needs {needed} days of history; after {born} the ledger "
                "has {span}.",
                born=born_after,
                **days,
            ),
            hint=_shorter(_longest_holdout(span), born_after),
            counts={"days": span},
        )
    return found


def _shorter(longest: int, born_after: date | None) -> Message:
    if not longest:
        return (
            Message("No hold-out period fits: import orders of more than {days} days.", days=SHORTEST_CALIBRATION_DAYS)
            if born_after is None
            else Message(
                "No hold-out period fits: let the customers be born after an earlier day, or import more orders."
            )
        )
    if born_after is None:
        return Message("The longest hold-out period that fits is --holdout {longest}d.", longest=str(longest))
    return Message(
        "The longest hold-out period that fits is --holdout {longest}d; or let the customers be born after an "
        "earlier day.",
        longest=str(longest),
    )


def origins_up_to(
    first_day: date, as_of: date, last_day: date, holdout_days: int, *, born_after: date | None = None
) -> tuple[Origin, ...]:
    """The origin a person chose, `as_of`, and before it as many as the ledger allows, oldest first.

    A chosen day needs no length of history: whether it is enough the fit will tell. Raises NotEnoughHistory where
    nothing is known by that day, or where the ledger ends more than a tenth of the hold-out period before it is over:
    of a few days more or less at the end it is taken that nothing was bought in them (`days_unknown`).
    """
    if born_after is not None:
        first_day = max(first_day, born_after + timedelta(days=1))
    end = as_of + timedelta(days=holdout_days)
    if as_of < first_day:
        raise NotEnoughHistory(
            Message(
                "Nothing is known by {day}: the first order that counts is of {first}.", day=as_of, first=first_day
            ),
            hint=Message("Choose a later day."),
            counts={"days": 0},
        )
    if days_unknown(end, last_day) * 10 > holdout_days:
        raise NotEnoughHistory(
            Message(
                "Holding back {holdout} {holdout:day|days} after {day} needs orders up to {end}; the last one is of "
                "{last}.",
                holdout=holdout_days,
                day=as_of,
                end=end,
                last=last_day,
            ),
            hint=Message("Choose an earlier day or a shorter hold-out period."),
            counts={"days": max((last_day - as_of).days, 0)},
        )
    chosen = Origin(as_of, end, holdout_days, (as_of - first_day).days + 1)
    return (*_end_to_end(first_day, as_of, holdout_days, None), chosen)


def days_unknown(end: date, last_day: date) -> int:
    """How many days of a hold-out period lie after the last order."""
    return max((end - last_day).days, 0)


def _end_to_end(first_day: date, last_day: date, holdout_days: int, at_most: int | None) -> tuple[Origin, ...]:
    needed = needed_days(holdout_days)
    found: list[Origin] = []
    end = last_day
    while at_most is None or len(found) < at_most:
        span = (end - first_day).days + 1
        if span < needed:
            break
        as_of = end - timedelta(days=holdout_days)
        found.append(Origin(as_of, end, holdout_days, span - holdout_days))
        end = as_of
    return tuple(reversed(found))


def needed_days(holdout_days: int) -> int:
    """How long a ledger must be for one origin: the hold-out period and as much before it, half a year at least."""
    return holdout_days + max(holdout_days, SHORTEST_CALIBRATION_DAYS)


def _longest_holdout(span: int) -> int:
    """The longest hold-out period for which a ledger of so many days has an origin; 0 where there is none.

    >>> _longest_holdout(800), _longest_holdout(300), _longest_holdout(182)
    (400, 118, 0)
    """
    return max(min(span // 2, span - SHORTEST_CALIBRATION_DAYS), 0)

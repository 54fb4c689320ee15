"""A day as a person writes it."""

import re
from datetime import date, datetime

from keyworth.errors import OptionRefused
from keyworth.words import Message, Quoted

_WRITTEN = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))")


def parse_day(given: str | date | None, option: str) -> date | None:
    """A date, a date and time (of which the day counts), or text; None stays None.

    `option` is what the refusal calls it. Raises OptionRefused for text that is no day of the calendar.

    >>> parse_day("2026-11-22", "--until") == parse_day("2026/11/22", "until") == parse_day("2026年11月22日", "until")
    True
    """
    if isinstance(given, datetime):
        return given.date()
    if given is None or isinstance(given, date):
        return given
    found = _WRITTEN.fullmatch(given.strip()) if isinstance(given, str) else None
    try:
        if found:
            return date(*(int(part) for part in found.groups() if part))
    except ValueError:  # the thirtieth of February
        raise OptionRefused(
            Message(
                "{option} expects a date that the calendar has, such as 2026-11-22; got {text}.",
                option=option,
                text=Quoted(given),
            ),
            hint=Message("Write year, month and day."),
        ) from None
    raise OptionRefused(
        Message("{option} expects a date such as 2026-11-22; got {text}.", option=option, text=Quoted(given)),
        hint=Message("Write year, month and day."),
    )

"""Words of the command line turned into values; what does not parse is refused with an example."""

from datetime import date

from keyworth.errors import OptionRefused
from keyworth.units import TimeUnit
from keyworth.words import Message


def a_date(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise OptionRefused(
            Message("{option} expects a date such as 2026-11-22; got {text}.", option=option, text=repr(text)),
            hint=Message("Write year, month and day."),
        ) from None


def a_unit(text: str) -> TimeUnit:
    try:
        return TimeUnit(text.strip().lower().removesuffix("s"))
    except ValueError:
        raise OptionRefused(
            Message("--unit expects day, week, month or year; got {text}.", text=repr(text)),
            hint=Message("The papers use weeks, and so do we unless told otherwise."),
        ) from None


def pairs(texts: list[str], option: str) -> dict[str, str]:
    """`customer=会员号` and the like. Raises OptionRefused for what has no equals sign."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise OptionRefused(
                Message("{option} expects name=value; got {text}.", option=option, text=repr(text)),
                hint=Message("For example --map customer=会员号, or --map customer=1 for the first column."),
            )
        found[name.strip()] = value.strip()
    return found

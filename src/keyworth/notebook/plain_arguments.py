"""What people write in a notebook, turned into the values that runs take."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from keyworth.errors import OptionRefused
from keyworth.units import Discount, TimeUnit, parse_share
from keyworth.words import LANGUAGES, Language, Message

Day = str | date | None
Share = str | float


def a_day(given: Day, name: str) -> date | None:
    """A date, a date and time (of which the day counts), or text such as "2026-11-22"; None stays None."""
    if given is None or (isinstance(given, date) and not isinstance(given, datetime)):
        return given
    if isinstance(given, datetime):
        return given.date()
    try:
        return date.fromisoformat(given.strip().replace("/", "-"))
    except (AttributeError, ValueError):
        raise OptionRefused(
            Message("{option} expects a date such as 2026-11-22; got {text}.", option=name, text=repr(given)),
            hint=Message("Write year, month and day."),
        ) from None


def a_unit(given: str | TimeUnit) -> TimeUnit:
    """A unit of time by its name."""
    try:
        return TimeUnit(given)
    except ValueError:
        raise OptionRefused(
            Message("unit expects day, week, month or year; got {text}.", text=repr(given)),
            hint=Message("The papers use weeks, and so do we unless told otherwise."),
        ) from None


def a_language(given: str) -> Language:
    """English or Chinese, by the beginning of the tag: zh-CN is Chinese."""
    for lang in LANGUAGES:
        if given.lower().startswith(lang):
            return lang
    raise OptionRefused(
        Message("There is no language {text}.", text=repr(given)),
        hint=Message("The languages are {languages}.", languages=list(LANGUAGES)),
    )


def a_currency(given: str | None) -> str | None:
    """A code of three letters, as ISO 4217 has them."""
    if given is None:
        return None
    code = given.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise OptionRefused(
            Message("currency expects a code of three letters; got {text}.", text=repr(given)),
            hint=Message("For example CNY, USD or HKD."),
        )
    return code


def a_discount(given: Share) -> Discount:
    """A yearly rate, "10%" or 0.1."""
    return Discount(parse_share(str(given)))


def margins(given: Share | Mapping[str, Share] | None) -> dict[str, float]:
    """One share for everything, or a share for each product category, "" standing for all others."""
    if given is None:
        return {}
    by_category = given if isinstance(given, Mapping) else {"": given}
    return {category: parse_share(str(share)) for category, share in by_category.items()}


def sources(given: tuple[Any, ...]) -> list[Any]:
    """Text is a path, a list stands for what is in it; everything else is handed on as it is."""
    flat = [one for each in given for one in (each if isinstance(each, list | tuple) else [each])]
    if not flat:
        raise OptionRefused(
            Message("There is nothing to import."),
            hint=Message("Give order files, folders of them, or data frames."),
        )
    return [Path(one) if isinstance(one, str) else one for one in flat]

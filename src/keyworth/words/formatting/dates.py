"""Days in a sentence."""

from datetime import date

from keyworth.words.formatting.numbers import UNKNOWN

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(when: date | None, lang: str, *, year: bool = False) -> str:
    """A date in a sentence; tables use `date.isoformat`.

    >>> day(date(2026, 11, 18), "zh"), day(date(2026, 11, 18), "en", year=True)
    ('11 月 18 日', '18 Nov 2026')
    """
    if when is None:
        return UNKNOWN
    if lang == "zh":
        return (f"{when.year} 年 " if year else "") + f"{when.month} 月 {when.day} 日"
    return f"{when.day} {_MONTHS[when.month - 1]}" + (f" {when.year}" if year else "")

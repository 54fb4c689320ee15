"""How dates are written, and the SQL that reads each way of writing them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from keyworth.ledger.sql import literal

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
_WIDE = "'０１２３４５６７８９／－．：　'", "'0123456789/-.: '"
_AFTERNOON = r"(下午|晚上|(?i)p\.?m\.?)"
_MORNING = r"(上午|凌晨|早上|中午|(?i)a\.?m\.?)"
_OFFSET = re.compile(r".*\d:\d\d(?::?\d\d(?:\.\d+)?)?\s*(?:Z|z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)\s*", re.DOTALL)
_MONTHS = "%b", "%B"

_STYLES = (
    ("year_first", re.compile(r"\s*\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\D.*)?", re.DOTALL)),
    ("year_last", re.compile(r"\s*\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)(?:[\sT,].*)?", re.DOTALL)),
    ("compact", re.compile(r"\s*(?:19|20|21)\d{6}(?:T?\d{4}(?:\d\d)?)?(?:\.0+)?\s*")),
    ("epoch_ms", re.compile(r"\s*\d{12,13}(?:\.\d+)?\s*")),
    ("epoch", re.compile(r"\s*\d{9,10}(?:\.\d+)?\s*")),
    ("serial", re.compile(r"\s*\d{5}(?:\.\d+)?\s*")),
    ("month_named", re.compile(r".*[A-Za-z]{3}.*\d.*|.*\d.*[A-Za-z]{3}.*", re.DOTALL)),
)
STYLES = tuple(name for name, _ in _STYLES)


def style_of(text: str) -> str | None:
    """The way a date is written, or None if it is not one we know.

    >>> [style_of(text) for text in ("2024年3月5日", "3/5/24 1:02 PM", "1511544070", "soon")]
    ['year_first', 'year_last', 'epoch', None]
    """
    text = unicodedata.normalize("NFKC", text)
    return next((name for name, pattern in _STYLES if pattern.fullmatch(text)), None)


def has_offset(text: str) -> bool:
    return _OFFSET.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class DateConvention:
    """How one column writes its dates.

    `kind` is "timestamp", "zoned" or "number" for columns that are typed, else "text". `plain` says that
    every cell is a year-first date that the engine reads by itself. `zone` is the business's time zone, into
    which times with an offset, and Unix times, are turned.
    """

    kind: str = "text"
    plain: bool = True
    styles: tuple[str, ...] = ("year_first",)
    day_first: bool = True
    offsets: bool = False
    zone: str = "UTC"

    def sql(self, column: str) -> str:
        """A TIMESTAMP, the business's wall clock; NULL where the cell cannot be read."""
        if self.kind == "timestamp":
            return f"CAST({column} AS TIMESTAMP)"
        if self.kind == "zoned":
            return f"({column} AT TIME ZONE {literal(self.zone)})"
        if self.kind == "number":
            column = f"CAST({column} AS VARCHAR)"
        elif self.plain:
            return f"TRY_CAST({column} AS TIMESTAMP)"
        text = f"trim(translate({column}, {_WIDE[0]}, {_WIDE[1]}))"
        branches = [branch for style in self.styles for branch in self._reading(style, text)]
        return f"coalesce({', '.join(branches)})" if branches else "CAST(NULL AS TIMESTAMP)"

    def _reading(self, style: str, text: str) -> Sequence[str]:
        zone = literal(self.zone)
        if style == "year_first":
            return self._clock(_bare_year_first(text))
        if style == "year_last":
            return self._clock(self._turned(text))
        if style == "compact":
            digits = f"regexp_replace({text}, '\\.0+$|T', '', 'g')"
            formats = ((8, "%Y%m%d"), (12, "%Y%m%d%H%M"), (14, "%Y%m%d%H%M%S"))
            cases = " ".join(f"WHEN {length} THEN try_strptime({digits}, '{format_}')" for length, format_ in formats)
            return [f"CASE length({digits}) {cases} END"]
        if style in {"epoch", "epoch_ms"}:
            lower, upper, scale = ("1e8", "1e10", "1e6") if style == "epoch" else ("1e11", "1e13", "1e3")
            number = f"TRY_CAST({text} AS DOUBLE)"
            moment = f"make_timestamp(CAST({number} * {scale} AS BIGINT))"
            there = f"({moment} AT TIME ZONE 'UTC') AT TIME ZONE {zone}"
            return [f"CASE WHEN {number} >= {lower} AND {number} < {upper} THEN {there} END"]
        if style == "serial":
            number = f"TRY_CAST({text} AS DOUBLE)"
            moment = f"TIMESTAMP '1899-12-30' + to_seconds(round({number} * 86400))"
            return [f"CASE WHEN {number} >= 20000 AND {number} < 80000 THEN {moment} END"]
        named = [
            f"{date}{clock}"
            for month in _MONTHS
            for date in (f"%d-{month}-%y", f"%d-{month}-%Y", f"{month}-%d-%Y", f"%a-{month}-%d-%Y")
            for clock in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
        ]
        joined = f"regexp_replace(regexp_replace({text}, '[,.]', ' ', 'g'), '\\s+', ' ', 'g')"
        dashed = (
            f"regexp_replace(trim({joined}),"
            " '^([A-Za-z]{3,9} )??([A-Za-z]{3,9}|\\d{1,2})[ -]?([A-Za-z]{3,9}|\\d{1,2})[ -](\\d{2,4})', '\\2-\\3-\\4')"
        )
        return [f"try_strptime({dashed}, [{', '.join(literal(each) for each in named)}])"]

    def _turned(self, text: str) -> str:
        """Day, month, year brought into the order year, month, day; a part beyond 12 can only be the day."""
        pattern = r"'^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2,4})[\sT,]*'"
        day_first, month_first = r"'\3-\2-\1 '", r"'\3-\1-\2 '"
        second = rf"TRY_CAST(regexp_extract({text}, '^\d{{1,2}}[-/.](\d{{1,2}})', 1) AS INTEGER)"
        first = rf"TRY_CAST(regexp_extract({text}, '^(\d{{1,2}})[-/.]', 1) AS INTEGER)"
        turned = (
            f"CASE WHEN {second} > 12 THEN regexp_replace({text}, {pattern}, {month_first})"
            f" WHEN {first} > 12 THEN regexp_replace({text}, {pattern}, {day_first})"
            f" ELSE regexp_replace({text}, {pattern}, {day_first if self.day_first else month_first}) END"
        )
        # Two-digit years: 00 to 68 are of this century, as strptime has it.
        short = rf"regexp_matches({text}, '^\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d\d(\D|$)')"
        last_century = rf"regexp_matches({text}, '^\d{{1,2}}[-/.]\d{{1,2}}[-/.](69|[7-9]\d)')"
        return (
            f"trim(CASE WHEN {short} THEN CASE WHEN {last_century} THEN '19' ELSE '20' END ELSE '' END || ({turned}))"
        )

    def _clock(self, text: str) -> Sequence[str]:
        """Readings of a year-first date with whatever time follows it."""
        readings = []
        if self.offsets:
            joined = rf"regexp_replace({text}, '\s+([+-]\d\d:?\d\d|Z|z)$', '\1')"
            spaced = rf"regexp_replace({joined}, '([+-]\d\d)(\d\d)$', '\1:\2')"
            readings.append(
                rf"CASE WHEN regexp_matches({text}, '\d:\d\d.*(Z|z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)\s*$')"
                f" THEN TRY_CAST({spaced} AS TIMESTAMPTZ) AT TIME ZONE {literal(self.zone)} END"
            )
        twelve = f"regexp_replace(regexp_replace({text}, '{_AFTERNOON}', ' '), '{_MORNING}', ' ')"
        tidy = rf"trim(regexp_replace({twelve}, '\s+', ' ', 'g'))"
        moment = f"TRY_CAST({tidy} AS TIMESTAMP)"
        readings.append(
            f"CASE WHEN regexp_matches({text}, '{_AFTERNOON}')"
            f" THEN {moment} + CASE WHEN hour({moment}) < 12 THEN INTERVAL 12 HOUR ELSE INTERVAL 0 HOUR END"
            f" WHEN regexp_matches({text}, '凌晨|上午|早上|(?i)a\\.?m\\.?')"
            f" THEN {moment} - CASE WHEN hour({moment}) = 12 THEN INTERVAL 12 HOUR ELSE INTERVAL 0 HOUR END"
            f" ELSE {moment} END"
        )
        return readings


def _bare_year_first(text: str) -> str:
    """2024年3月5日 12时30分 as 2024-3-5 12:30."""
    parts = r"'^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?[\sT]*'"
    date = rf"regexp_replace({text}, {parts}, '\1-\2-\3 ')"
    clock = rf"regexp_replace({date}, '(\d{{1,2}})\s*[时点時：]\s*(\d{{1,2}})?\s*分?\s*', '\1:\2:')"
    return rf"trim(regexp_replace(regexp_replace({clock}, '秒|:+\s*$', ''), ':\s*:', ':00:'))"


def time_sql(column: str) -> str:
    """A TIME from a column of times of day: 12:30, 12:30:05, 1:02 PM, 下午1:02, 1230, or Excel's part of a day."""
    text = rf"trim(translate({column}, {_WIDE[0]}, {_WIDE[1]}))"
    bare = rf"trim(regexp_replace(regexp_replace({text}, '{_AFTERNOON}|{_MORNING}', ''), '^\d{{4}}-\d\d-\d\d ', ''))"
    moment = (
        rf"TRY_CAST(CASE WHEN regexp_full_match({bare}, '\d{{1,2}}:\d\d') THEN {bare} || ':00' ELSE {bare} END AS TIME)"
    )
    four = f"lpad({text}, 4, '0')"
    seconds = f"CAST(round(TRY_CAST({text} AS DOUBLE) * 86400) AS BIGINT)"
    return (
        f"CASE WHEN regexp_full_match({text}, '0?\\.\\d+|0') THEN TIME '00:00:00' + to_seconds({seconds})"
        f" WHEN regexp_full_match({text}, '\\d{{3,4}}')"
        f" THEN TRY_CAST(substr({four}, 1, 2) || ':' || substr({four}, 3, 2) || ':00' AS TIME)"
        f" WHEN regexp_full_match({text}, '\\d{{6}}') THEN TRY_CAST(substr({text}, 1, 2) || ':' || substr({text}, 3, 2)"
        f" || ':' || substr({text}, 5, 2) AS TIME)"
        f" WHEN regexp_matches({text}, '{_AFTERNOON}') AND hour({moment}) < 12 THEN {moment} + INTERVAL 12 HOUR"
        f" ELSE {moment} END"
    )


def impossible_sql(column: str) -> str:
    """Whether a cell that could not be read is written as a date all the same: 2031-02-30."""
    return (
        rf"regexp_matches(CAST({column} AS VARCHAR), '^\s*(\d{{4}}\s*[-/.年]\s*\d{{1,2}}\s*[-/.月]\s*\d{{1,2}}"
        rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.](\d{{4}}|\d\d)|(19|20)\d{{6}})\s*日?(\D|$)')"
    )

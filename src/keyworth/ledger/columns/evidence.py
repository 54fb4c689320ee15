"""What a column's values look like, from the first rows of a source: enough to tell an id from an amount."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from keyworth.ledger.columns.written_numbers import SIGN
from keyworth.ledger.reading.source import Source

SAMPLE = 20_000
DATE_SHAPES = re.compile(
    r"""\s*(?:
      \d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}(?:\D.*)?          # 2024-03-05, 2024年3月5日
    | \d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)(?:[\sT,].*)?              # 05.03.2024, 3/5/24 1:02 PM
    | (?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:T?\d{4}(?:\d\d)?)?(?:\.0)?  # 20240305
    | \d{1,2}[-\s]?[A-Za-z]{3,9}[-\s,]*\d{2,4}(?:\D.*)?                # 5-Mar-2024
    | (?:[A-Za-z]{3,9},?\s+)?[A-Za-z]{3,9}\.?\s+\d{1,2},?\s+\d{4}(?:\D.*)? # Mar 5, 2024
    )\s*""",
    re.VERBOSE | re.DOTALL,
)
EPOCH = re.compile(r"(?:9[4-9]\d{7}|1\d{9}|2[01]\d{8})(?:\d{3})?(?:\.\d+)?")  # 1999 to 2039, seconds or milliseconds
SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")  # 1954 to 2091, as Excel counts days
_NUMBER = re.compile(rf"[-−–+(]?\s*(?:{SIGN})?\s*[-−–+(]?\s*[.,]?\d[\d.,'’\s]*(?:[Ee][-+]?\d+)?\s*(?:{SIGN})?\s*[-)]?")
_WHOLE = re.compile(r"[-+]?\d+(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Shares are of the cells that are not blank."""

    place: int  # 0-based
    filled: int
    distinct: int
    dates: float  # looks like a written date
    epochs: float  # could be a Unix time
    numbers: float
    whole: float  # numbers without a fraction
    zero_led: float  # digits with a leading zero: a code, not a number
    smallest: float
    largest: float

    @property
    def is_date(self) -> bool:
        return self.filled > 0 and self.dates >= 0.9

    @property
    def is_number(self) -> bool:
        return self.filled > 0 and self.numbers >= 0.9 and self.zero_led < 0.05

    @property
    def has_fractions(self) -> bool:
        return self.is_number and self.whole < 0.999

    @property
    def repeats(self) -> bool:
        return 1 < self.distinct < self.filled


def sample_rows(connection: duckdb.DuckDBPyConnection, source: Source) -> list[tuple[str | None, ...]]:
    """The first rows as text."""
    texts = ", ".join(f"CAST({column} AS VARCHAR)" for column in source.columns)
    return connection.execute(f"SELECT {texts} FROM {source.relation} LIMIT {SAMPLE}").fetchall()


def evidence_of(place: int, rows: Sequence[Sequence[str | None]], type_: str = "VARCHAR") -> Evidence:
    cells = [cell for row in rows if (cell := (row[place] or "").strip())]
    values = set(cells)
    filled = len(cells)

    def share(test: re.Pattern[str]) -> float:
        matching = {value for value in values if test.fullmatch(unicodedata.normalize("NFKC", value))}
        return sum(1 for cell in cells if cell in matching) / filled if filled else 0.0

    plain = [float(value) for value in values if _plain_number(value)]
    typed_date = type_.startswith(("DATE", "TIMESTAMP"))
    return Evidence(
        place=place,
        filled=filled,
        distinct=len(values),
        dates=1.0 if typed_date else share(DATE_SHAPES),
        epochs=share(EPOCH),
        numbers=0.0 if typed_date else share(_NUMBER),
        whole=share(_WHOLE),
        zero_led=share(re.compile(r"0\d+")),
        smallest=min(plain, default=0.0),
        largest=max(plain, default=0.0),
    )


def _plain_number(value: str) -> bool:
    return len(value) < 40 and re.fullmatch(r"[-+]?\d+(?:\.\d+)?", value) is not None


def repeats_on_different_dates(rows: Sequence[Sequence[str | None]], column: int, date: int) -> bool:
    """Whether at least a twentieth of the column's values come on more than one day."""
    days: dict[str, str] = {}
    several: set[str] = set()
    for row in rows:
        value, at = row[column], row[date]
        if not value or not at:
            continue
        day = at.strip().split(" ")[0].split("T")[0]
        if days.setdefault(value, day) != day:
            several.add(value)
    return len(several) >= max(1, 0.05 * len(days))


def partition_alike(rows: Sequence[Sequence[str | None]], one: int, other: int) -> bool:
    """Whether two columns tell the same rows apart: each value of one goes with one value of the other."""
    pairs = {(row[one], row[other]) for row in rows}
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def determines(rows: Sequence[Sequence[str | None]], one: int, other: int) -> bool:
    """Whether each value of one column goes with a single value of the other."""
    pairs = {(row[one], row[other]) for row in rows if row[one]}
    return len(pairs) == len({a for a, _ in pairs})

"""How a source writes its values, decided by the whole of each column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

import duckdb

from keyworth.errors import OptionRefused
from keyworth.ledger.columns.deciding_dates import decide_date
from keyworth.ledger.columns.deciding_ids import decide_ids
from keyworth.ledger.columns.deciding_numbers import decide_numbers
from keyworth.ledger.columns.first_look import first_look
from keyworth.ledger.columns.known_writing import NOTHING_KNOWN, KnownWriting
from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.columns.statuses import kind_of
from keyworth.ledger.columns.written_dates import DateConvention
from keyworth.ledger.columns.written_ids import IdConvention
from keyworth.ledger.columns.written_numbers import NumberConvention
from keyworth.ledger.reading.source import Source
from keyworth.words import Message, Quoted

_MOST_STATUSES = 200


@dataclass(frozen=True, slots=True)
class Conventions:
    """`statuses` gives the kind of each status found; `currency` is the one written in every amount."""

    date: DateConvention
    numbers: Mapping[str, NumberConvention]
    ids: Mapping[str, IdConvention]
    statuses: Mapping[str, str] = field(default_factory=dict)
    currency: str | None = None
    currency_by_row: bool = False
    notes: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()

    @property
    def writing(self) -> KnownWriting:
        """What was decided, for rows of the same file that come back by themselves."""
        return KnownWriting(
            day_first=self.date.day_first if "year_last" in self.date.styles else None,
            decimal_comma={name: number.decimal_comma for name, number in self.numbers.items()},
            floats={name: id_.floats for name, id_ in self.ids.items()},
            currency=self.currency,
        )

    @property
    def moments(self) -> bool:
        """Whether the dates are moments, whose day depends on where one stands, and not wall-clock times."""
        return self.date.kind == "zoned" or self.date.offsets or bool({"epoch", "epoch_ms"} & {*self.date.styles})


def decide_conventions(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: ColumnMapping,
    *,
    time_zone: str | None = None,
    known: KnownWriting = NOTHING_KNOWN,
) -> Conventions:
    """Look through the whole of every mapped column and decide how its values are written.

    `time_zone` is the business's; times with an offset and Unix times are turned into it (UTC where it is
    not given, and that is said). `known` settles what it names, whatever the values look like.
    Raises OptionRefused for a time zone that does not exist.
    """
    notes: list[Message] = []
    warnings: list[Message] = []
    zone = _zone(time_zone)
    looked = first_look(connection, source, mapping)
    date = decide_date(connection, source, mapping, looked, zone, time_zone, known, notes, warnings)
    numbers, currency, by_row = decide_numbers(connection, source, mapping, looked, known, notes, warnings)
    ids = decide_ids(connection, source, mapping, looked, known, notes)
    statuses = _statuses(connection, source, mapping, notes)
    return Conventions(
        date=date,
        numbers=MappingProxyType(numbers),
        ids=MappingProxyType(ids),
        statuses=MappingProxyType(statuses),
        currency=currency,
        currency_by_row=by_row,
        notes=tuple(notes),
        warnings=tuple(warnings),
    )


def _zone(time_zone: str | None) -> str:
    if time_zone is None:
        return "UTC"
    try:
        return ZoneInfo(time_zone).key
    except (KeyError, ValueError, OSError):
        raise OptionRefused(
            Message("There is no time zone called {zone}.", zone=Quoted(time_zone)),
            hint=Message("Write it as Asia/Shanghai or Europe/London."),
        ) from None


def _statuses(
    connection: duckdb.DuckDBPyConnection, source: Source, mapping: ColumnMapping, notes: list[Message]
) -> dict[str, str]:
    if "status" not in mapping:
        return {}
    column, header = mapping.column("status"), mapping.header("status")
    rows = connection.execute(
        f"""SELECT trim(CAST({column} AS VARCHAR)) AS status FROM {source.relation} WHERE {column} IS NOT NULL
        GROUP BY status ORDER BY count(*) DESC LIMIT {_MOST_STATUSES}"""
    ).fetchall()
    kinds = {status: kind_of(status) for (status,) in rows if status}
    known = {status: kind for status, kind in kinds.items() if kind is not None}
    if not known:
        return {}
    unknown = [status for status in kinds if status not in known]
    if unknown:
        notes.append(Message("{column}: {values} were taken for sales.", column=header, values=unknown[:10]))
    left = [status for status, kind in known.items() if kind == "none"]
    if left:
        notes.append(Message("{column}: rows marked {values} are no purchases.", column=header, values=left))
    return known

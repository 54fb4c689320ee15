"""Which column of a source is which: by what a person chose, by name, and by what the values look like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import duckdb

from keyworth.errors import MappingUnclear, OptionRefused
from keyworth.ledger.columns.by_value import Guess, Rows, by_value
from keyworth.ledger.columns.evidence import Evidence, evidence_of, repeats_on_different_dates, sample_rows
from keyworth.ledger.columns.fields import FIELDS
from keyworth.ledger.columns.names import field_named, near, plain
from keyworth.ledger.reading.source import Source
from keyworth.words import Message, Quoted

_OFFERED = 12  # columns named in a refusal
_NEVER_CHOSEN_FOR = frozenset({"customer", "order", "date", "amount"})
NO_COLUMN = "-"  # --map quantity=- : leave the field out although a column bears its name


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Field to column, the columns counted from 0; `because` says why for each."""

    source: str
    headers: tuple[str, ...]
    has_header: bool
    columns: Mapping[str, int]
    because: Mapping[str, Message]
    notes: tuple[Message, ...] = ()
    left_out: frozenset[str] = field(default_factory=frozenset)  # fields a person said have no column

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def header(self, name: str) -> str:
        return self.headers[self.columns[name]]

    def column(self, name: str) -> str:
        """The field's column inside SQL."""
        return f"c{self.columns[name] + 1}"

    def as_options(self) -> dict[str, str]:
        """Field to header (to the column's number where there is none): what `--map` takes and a book saves."""
        said = {
            name: self.headers[place] if self.has_header else str(place + 1) for name, place in self.columns.items()
        }
        return said | dict.fromkeys(sorted(self.left_out), NO_COLUMN)


def propose_mapping(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    *,
    chosen: Mapping[str, str] = MappingProxyType({}),
    saved: Mapping[str, str] = MappingProxyType({}),
) -> ColumnMapping:
    """Map a source's columns.

    `chosen` is what a person said now ({"customer": "会员号"}, or "1" for the first column, or "-" for none)
    and always holds; `saved` is what the book remembers, and holds where this source has such a column.
    Raises OptionRefused for a field or column that does not exist, MappingUnclear where the customer's or the
    date's column cannot be told.
    """
    columns: dict[str, int] = {}
    because: dict[str, Message] = {}
    left_out: set[str] = set()
    for name, column in chosen.items():
        _refuse_unknown_field(name)
        if column.strip() in {NO_COLUMN, ""}:
            left_out.add(name)
            continue
        columns[name] = column_named(source, column)
        because[name] = Message("you chose it")
    for name, column in saved.items():
        if name not in FIELDS or name in columns or name in left_out:
            continue
        if column == NO_COLUMN:
            left_out.add(name)
            continue
        place = _find(source, column)
        if place is not None and place not in columns.values():
            columns[name] = place
            because[name] = Message("as in this book's earlier imports")
    rows = sample_rows(connection, source)
    seen = [evidence_of(place, rows, source.types[place]) for place in range(len(source.headers))]
    notes: list[Message] = []
    if source.has_header:
        named_twice = _by_name(source, rows, seen, columns, because, left_out, notes)
        if named_twice:
            raise _unclear(source, named_twice, columns)
    guess = by_value(rows, seen, columns, left_out, has_header=source.has_header)
    _take(guess, columns, because)
    _settle(rows, seen, columns, because, left_out)
    unclear = {name: guess.candidates.get(name, ()) for name in ("customer", "date") if name not in columns}
    if unclear:
        raise _unclear(source, unclear, columns)
    return ColumnMapping(
        source=source.name,
        headers=source.headers,
        has_header=source.has_header,
        columns=MappingProxyType({name: columns[name] for name in FIELDS if name in columns}),
        because=MappingProxyType(because),
        notes=tuple(notes),
        left_out=frozenset(left_out),
    )


def column_named(source: Source, column: str) -> int:
    """The place of the column a person named, by header or by number. Raises OptionRefused."""
    place = _find(source, column)
    if place is not None:
        return place
    likely = near(column, source.headers)
    raise OptionRefused(
        Message("{file} has no column {column}.", file=source.name, column=Quoted(column)),
        hint=Message("Did you mean {names}?", names=likely)
        if likely
        else Message("Its columns are {names}.", names=list(source.headers[:30])),
    )


def _find(source: Source, column: str) -> int | None:
    if column in source.headers:
        return source.headers.index(column)
    alike = [place for place, header in enumerate(source.headers) if plain(header) == plain(column)]
    if len(alike) == 1:
        return alike[0]
    if column.strip().isdecimal() and 1 <= int(column) <= len(source.headers):
        return int(column) - 1
    return None


def _refuse_unknown_field(name: str) -> None:
    if name in FIELDS:
        return
    said = field_named(name)
    likely = [said[0]] if said else near(name, FIELDS)
    raise OptionRefused(
        Message("There is no field called {field}.", field=Quoted(name)),
        hint=Message("Did you mean {names}?", names=likely)
        if likely
        else Message("The fields are {names}.", names=list(FIELDS)),
    )


def _by_name(
    source: Source,
    rows: Rows,
    seen: list[Evidence],
    columns: dict[str, int],
    because: dict[str, Message],
    left_out: set[str],
    notes: list[Message],
) -> dict[str, tuple[int, ...]]:
    """Give each field the column whose name fits it best and whose values could be it.

    Returns the fields that a history hangs on and that several columns of one name could be: there it is not for
    us to choose.

    A column called amount is the amount though few of its values are numbers: each of the others is then
    refused, loudly, and no money is lost without a word. Of other fields a misfit is left out, and that is said.
    """
    named_twice: dict[str, tuple[int, ...]] = {}
    found: dict[str, list[tuple[int, int]]] = {}
    for place, header in enumerate(source.headers):
        named = field_named(header)
        if named and place not in columns.values():
            found.setdefault(named[0], []).append((named[1], place))
    for name, candidates in found.items():
        if name in columns or name in left_out:
            continue
        fitting = [(rank, place) for rank, place in candidates if _could_be(name, seen[place])]
        if not fitting and name == "amount":
            fitting = [(rank, place) for rank, place in candidates if seen[place].numbers > 0]
        if fitting:
            rank, place = min(fitting)
            alike = [other for other_rank, other in fitting if other_rank == rank and seen[other].filled]
            if len(alike) > 1 and name in _NEVER_CHOSEN_FOR and not _all_the_same(rows, alike):
                named_twice[name] = tuple(alike)
                continue
            columns[name] = alike[0] if alike else place
            because[name] = Message("by its name")
        elif FIELDS[name].kind in {"money", "number"}:
            notes.append(
                Message(
                    "{column} is called as {field} is, but holds no numbers; it was left out.",
                    column=source.headers[min(candidates)[1]],
                    field=FIELDS[name].title,
                )
            )
    return named_twice


def _all_the_same(rows: Rows, places: Sequence[int]) -> bool:
    return all(row[place] == row[places[0]] for row in rows for place in places[1:])


def _could_be(name: str, evidence: Evidence) -> bool:
    """Whether the values allow what the name says; an empty column allows anything."""
    if evidence.filled == 0:
        return True
    kind = FIELDS[name].kind
    if kind == "date":
        return evidence.dates >= 0.5 or evidence.epochs >= 0.5 or evidence.numbers >= 0.5 or evidence.distinct < 20
    if kind in {"money", "number"}:
        return evidence.numbers >= 0.5 and evidence.dates < 0.5
    return True


def _take(guess: Guess, columns: dict[str, int], because: dict[str, Message]) -> None:
    for name, (place, reason) in guess.found.items():
        columns.setdefault(name, place)
        because.setdefault(name, reason)


def _settle(
    rows: list[tuple[str | None, ...]],
    seen: list[Evidence],
    columns: dict[str, int],
    because: dict[str, Message],
    left_out: set[str],
) -> None:
    """The rules that look at several fields together."""
    if "amount" not in columns and "price" in columns and "quantity" not in columns and "amount" not in left_out:
        columns["amount"] = columns.pop("price")
        because["amount"] = Message("a price without a quantity is the amount")
        because.pop("price", None)
    if "date" not in columns and "time" in columns and seen[columns["time"]].is_date:
        columns["date"], because["date"] = columns.pop("time"), because.pop("time")
    if "customer" not in columns and "order" in columns and "date" in columns and "customer" not in left_out:
        place = columns["order"]
        if repeats_on_different_dates(rows, place, columns["date"]):
            columns["customer"] = columns.pop("order")
            because.pop("order", None)
            because["customer"] = Message("it is the only number that comes again on other dates")


def _unclear(source: Source, unclear: dict[str, tuple[int, ...]], columns: Mapping[str, int]) -> MappingUnclear:
    taken = set(columns.values())
    free = tuple(place for place in range(len(source.headers)) if place not in taken)[:_OFFERED]
    options = []
    for name, candidates in unclear.items():
        for place in candidates or free:
            column = source.headers[place] if _is_named_once(source, place) else str(place + 1)
            options.append(f"--map {name}={_for_a_shell(column)}")
    return MappingUnclear(
        Message(
            "Which column of {file} holds the {fields} cannot be told.",
            file=source.name,
            fields=[FIELDS[name].title for name in unclear],
        ),
        hint=Message("Say so with one of: {options}.", options=options)
        if len(unclear) == 1
        else Message("Say so with one for each of them: {options}.", options=options),
    )


def _is_named_once(source: Source, place: int) -> bool:
    return source.has_header and [plain(header) for header in source.headers].count(plain(source.headers[place])) == 1


def _for_a_shell(text: str) -> str:
    return text if text.replace("_", "").replace("-", "").isalnum() else "'" + text.replace("'", "'\\''") + "'"

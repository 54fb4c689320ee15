"""A file of survivors: which column is which, what its numbers are, and whether they count people or shares."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from keyworth.behaviour import Survivors, survivor_faults
from keyworth.errors import FileUnreadable, HistoryRefused, MappingUnclear, OptionRefused
from keyworth.ledger import SmallTable, read_small_table
from keyworth.words import Message, Quoted

COHORT = 1000  # behind rates whose cohort nobody named
_SHOWN = 5  # faults named in a refusal
_PERIOD, _SURVIVORS = "period", "survivors"
_FIELDS = {_PERIOD: Message("the periods"), _SURVIVORS: Message("the survivors")}
# From the surest to the vaguest.
_SYNONYMS = {
    _PERIOD: (
        "period", "periods", "renewal", "renewals", "tenure", "year", "years", "quarter", "month", "months", "week",
        "weeks", "day", "days", "t", "age", "期", "期数", "期次", "周期", "续约次数", "年", "年数", "第几年", "季度",
        "月", "月数", "月份", "第几月", "周", "周数", "天", "天数", "时间",
    ),
    _SURVIVORS: (
        "survivors", "survivor", "survival", "survivalrate", "surviving", "survived", "alive", "active", "remaining",
        "retained", "retention", "customers", "subscribers", "members", "users", "accounts", "contracts", "count",
        "number", "n", "留存", "留存率", "留存数", "留存人数", "留存客户", "留存客户数", "留存用户数", "存活", "存活率",
        "剩余", "剩余客户", "剩余客户数", "在网客户数", "有效客户数", "有效合同数", "客户数", "用户数", "会员数",
        "人数",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SurvivorTable:
    """Survivors as numbers of people; `rates` says that the file holds shares of a cohort, and `notes` what else."""

    survivors: Survivors
    cohort: float
    rates: bool
    notes: tuple[Message, ...]


def read_survivors(
    file: Path, *, columns: Mapping[str, str] | None = None, sheet: str | None = None, cohort: int | None = None
) -> SurvivorTable:
    """Read a table of periods and survivors; `columns` names the column of either field.

    Numbers are counts of people unless they carry per cent signs or begin with 100 or 1: then they are shares of
    `cohort`. Raises FileUnreadable, MappingUnclear, OptionRefused, and HistoryRefused for survivors that cannot be.
    """
    table = read_small_table(file, sheet=sheet)
    if not table.rows:
        raise FileUnreadable(
            Message("{file} has no rows below its header.", file=table.name),
            hint=Message("Was it exported to the end?"),
        )
    places = _places(table, columns or {})
    periods = _periods(table, places[_PERIOD])
    numbers, percent = _numbers(table, places[_SURVIVORS])
    order = sorted(range(len(periods)), key=lambda row: periods[row])
    ordered, lines = [numbers[row] for row in order], [table.lines[row] for row in order]
    counted = [(periods[row], table.lines[row]) for row in order]
    notes = (*table.notes, *_columns_taken(table, places))
    everybody = _everybody(ordered, percent=percent, cohort=cohort) if counted[0][0] == 1 else None
    if everybody is not None:
        ordered, lines, counted = [everybody, *ordered], [lines[0], *lines], [(0, lines[0]), *counted]
        notes += (Message("Period 0 is not in the file; everybody was put there."),)
    _refuse_gaps(table, counted)
    faults = survivor_faults(ordered)
    if faults:
        _refuse(HistoryRefused, table, [(lines[period], fault) for period, fault in faults])
    if percent or ordered[0] in {1.0, 100.0}:
        return _shares(table, ordered, lines[0], percent=percent, cohort=cohort, notes=notes)
    if ordered[0] != round(ordered[0]):
        fault = Message("period 0 is everybody: a number of customers, or 100%, or 1; got {number}", number=ordered[0])
        _refuse(HistoryRefused, table, [(lines[0], fault)])
    if cohort is not None and cohort != ordered[0]:
        raise OptionRefused(
            Message(
                "{file} counts {counted} customers in period 0, so --cohort cannot be {cohort}.",
                file=table.name,
                counted=ordered[0],
                cohort=cohort,
            ),
            hint=Message("Leave --cohort out: it gives the size behind rates, which begin with 100% or 1."),
        )
    return SurvivorTable(Survivors.from_columns(ordered), ordered[0], False, notes)


def _everybody(ordered: Sequence[float], *, percent: bool, cohort: int | None) -> float | None:
    """What stands at period 0 of a table that begins with those left after period 1; None where it cannot be told."""
    first = ordered[0]
    if percent:
        return 100.0 if first < 100.0 else None
    if 0.0 < first < 1.0:
        return 1.0
    if cohort is None or first in {1.0, 100.0}:  # which may be everybody, under the number 1
        return None
    if first < 100.0 and any(number != round(number) for number in ordered):
        return 100.0
    return float(cohort) if first < cohort else None


def _shares(
    table: SmallTable, ordered: list[float], line: int, *, percent: bool, cohort: int | None, notes: tuple[Message, ...]
) -> SurvivorTable:
    if percent and ordered[0] != 100.0:
        fault = Message("period 0 is everybody, 100%; got {rate}%", rate=ordered[0])
        _refuse(HistoryRefused, table, [(line, fault)])
    if cohort is None:
        notes += (
            Message(
                "The survivors are rates, taken as of {cohort} customers; --cohort tells how many they were.",
                cohort=COHORT,
            ),
        )
    size = float(COHORT if cohort is None else cohort)
    return SurvivorTable(Survivors.from_columns(ordered, cohort=size), size, True, notes)


def _places(table: SmallTable, chosen: Mapping[str, str]) -> dict[str, int]:
    """Where each field stands: as chosen, by its name, or because no other column is left."""
    for field in chosen:
        if field not in _FIELDS:
            raise OptionRefused(
                Message("--map knows no field {field}.", field=Quoted(field)),
                hint=Message("The fields are {fields}.", fields=list(_FIELDS)),
            )
    places = {field: _column(table, text) for field, text in chosen.items()}
    names = [_plain(header) for header in table.headers] if table.has_header else []
    for field, synonyms in _SYNONYMS.items():
        if field not in places:
            known = [
                names.index(word) for word in synonyms if word in names and names.index(word) not in places.values()
            ]
            places |= {field: known[0]} if known else {}
    missing = [field for field in _FIELDS if field not in places]
    left = [place for place in range(len(table.headers)) if place not in places.values()]
    if missing and len(left) != len(missing):
        raise MappingUnclear(
            Message(
                "{file} has no column that is clearly {fields}; its columns are {headers}.",
                file=table.name,
                fields=[_FIELDS[field] for field in missing],
                headers=list(table.headers[:20]),
            ),
            hint=Message("Name them, for example --map period=year --map survivors=2, the second column."),
        )
    return places | dict(zip(missing, left, strict=False))


def _column(table: SmallTable, text: str) -> int:
    named = [place for place, header in enumerate(table.headers) if _plain(header) == _plain(text)]
    if named:
        return named[0]
    if text.isdecimal() and 1 <= int(text) <= len(table.headers):
        return int(text) - 1
    raise MappingUnclear(
        Message("{file} has no column {column}.", file=table.name, column=Quoted(text)),
        hint=Message("Its columns are {headers}.", headers=list(table.headers[:20])),
    )


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+|[(（\[].*?[)）\]]", "", unicodedata.normalize("NFKC", name).casefold())


def _columns_taken(table: SmallTable, places: Mapping[str, int]) -> tuple[Message, ...]:
    """What was taken for what, where a column does not say it itself."""
    taken = {field: table.headers[place] for field, place in places.items()}
    if all(_plain(taken[field]) == field for field in _FIELDS):
        return ()
    return (
        Message(
            "{file}: column {period} was taken for the periods, {survivors} for the survivors.",
            file=table.name,
            period=taken[_PERIOD],
            survivors=taken[_SURVIVORS],
        ),
    )


def _periods(table: SmallTable, place: int) -> list[int]:
    """Whole numbers, with or without words around them: 3, 3.0, year 3, 第3年, M3."""
    found: list[int] = []
    faults: list[tuple[int, Message]] = []
    for line, row in zip(table.lines, table.rows, strict=True):
        cell = unicodedata.normalize("NFKC", row[place] or "").strip()
        number = re.fullmatch(r"[^\d.,-]*(\d{1,6})(?:\.0+)?[^\d.,-]*", cell)
        if number:
            found.append(int(number[1]))
        else:
            faults.append((line, _not_a(Message("a whole number from 0"), table.headers[place], row[place])))
    if faults:
        _refuse(FileUnreadable, table, faults)
    return found


def _numbers(table: SmallTable, place: int) -> tuple[list[float], bool]:
    """The numbers of a column, and whether they are per cent."""
    cells = [unicodedata.normalize("NFKC", row[place] or "").strip() for row in table.rows]
    percent = any(cell.endswith("%") for cell in cells)
    bare = [re.sub(r"[\s'’_]|%$", "", cell.replace("−", "-")) for cell in cells]
    decimal_comma = any(_comma_is_decimal(cell) for cell in bare)
    found: list[float] = []
    faults: list[tuple[int, Message]] = []
    for line, row, cell in zip(table.lines, table.rows, bare, strict=True):
        plain = cell.replace(".", "").replace(",", ".") if decimal_comma and "," in cell else cell.replace(",", "")
        if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", plain, re.IGNORECASE):
            found.append(float(plain))
        else:
            faults.append((line, _not_a(Message("a number"), table.headers[place], row[place])))
    if faults:
        _refuse(FileUnreadable, table, faults)
    return found, percent


def _comma_is_decimal(cell: str) -> bool:
    """Whether the comma can only set off decimals: 63,1 and 0,631 and 1.000,5, but not 1,000."""
    whole, comma, decimals = cell.rpartition(",")
    if not comma or not decimals.isdecimal():
        return False
    return "." in whole or ("," not in whole and (len(decimals) != 3 or whole.lstrip("+-") in {"", "0"}))


def _not_a(wanted: Message, header: str, cell: str | None) -> Message:
    if not (cell or "").strip():
        return Message("{column} is empty, {wanted} was expected", column=header, wanted=wanted)
    return Message("{column} holds {value}, {wanted} was expected", column=header, value=Quoted(cell), wanted=wanted)


def _refuse_gaps(table: SmallTable, periods: Sequence[tuple[int, int]]) -> None:
    """Raise HistoryRefused unless every period from 0 on stands there once; `periods` are sorted, with their lines."""
    faults: list[tuple[int, Message]] = []
    expected = 0
    for period, line in periods:
        if period < expected:
            faults.append((line, Message("period {period} stands there twice", period=period)))
            continue
        if period > expected:
            missing = Message("period {period} is missing before it", period=expected)
            faults.append((line, missing))
        expected = period + 1
    if faults:
        hint = Message(
            "Periods are counted from 0, when everybody is there, one by one; --cohort tells how many they were."
        )
        _refuse(HistoryRefused, table, faults, hint)


def _refuse(
    kind: type[FileUnreadable | HistoryRefused],
    table: SmallTable,
    faults: Sequence[tuple[int, Message]],
    hint: Message | None = None,
) -> None:
    raise kind(
        Message(
            "{file}: {faults}.",
            file=table.name,
            faults=[Message("row {row}: {fault}", row=str(line), fault=fault) for line, fault in faults[:_SHOWN]],
        ),
        hint=hint or Message("Count from period 0, when everybody is there, how many are left after each."),
        counts={"rows_refused": len({line for line, _ in faults}), "rows": len(table.rows)},
    )

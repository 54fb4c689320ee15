"""keyworth import: order files into a book."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from keyworth.cli import answer
from keyworth.cli.language import t
from keyworth.cli.main import app
from keyworth.cli.options import Columns, Debug, Json, Lang, Place, Text, Truth, left_out
from keyworth.cli.parsing import pairs
from keyworth.errors import OptionRefused
from keyworth.units import parse_currency
from keyworth.words import Message


@app.command(
    "import",
    help=t(
        Message(
            "Add order files to a book, making the book if there is none.\n\n"
            "CSV, TSV, Excel, Parquet and JSON lines, plain or gzipped; a folder stands for the files in it. "
            "Importing the same content twice adds nothing.\n\n"
            "Examples:\n\n"
            "keyworth import orders.csv --into BOOK\n\n"
            "keyworth import 2024/ --into BOOK --map customer=会员号 --currency CNY\n\n"
            "keyworth import till.txt --into BOOK --map customer=1 --map amount=4"
        )
    ),
)
def import_(
    files: Annotated[list[Path], typer.Argument(help=t(Message("Files or folders.")), metavar="FILE...")],
    into: Annotated[Path, typer.Option("--into", help=t(Message("The book: a folder.")), metavar="BOOK")],
    columns: Columns = None,
    currency: Annotated[
        Text, left_out("--currency", told=Message("The book's currency, for example CNY."), metavar="CODE")
    ] = None,
    rates: Annotated[
        Place,
        left_out(
            "--rates",
            told=Message("A CSV of exchange rates with the columns currency, date, rate."),
            metavar="FILE",
        ),
    ] = None,
    time_zone: Annotated[
        Text,
        left_out("--time-zone", told=Message("The business's time zone, for example Asia/Shanghai."), metavar="ZONE"),
    ] = None,
    encoding: Annotated[
        Text,
        left_out("--encoding", told=Message("The files' encoding, if it is guessed wrongly."), metavar="NAME"),
    ] = None,
    delimiter: Annotated[
        Text,
        left_out("--delimiter", told=Message("What separates columns, if it is guessed wrongly."), metavar="CHARACTER"),
    ] = None,
    sheet: Annotated[
        Text,
        left_out(
            "--sheet",
            told=Message("The sheet of a workbook, by name or number; by default the one most like orders."),
            metavar="SHEET",
        ),
    ] = None,
    header: Annotated[
        Truth, left_out("--header/--no-header", told=Message("Whether the first line names the columns."))
    ] = None,
    day_first: Annotated[
        Truth,
        left_out(
            "--day-first/--month-first",
            told=Message("Whether 3/5/2024 is in May or in March, if it is guessed wrongly."),
        ),
    ] = None,
    decimal_comma: Annotated[
        Truth,
        left_out(
            "--decimal-comma/--decimal-point",
            told=Message("Whether the comma in 1,234 sets off decimals or thousands, if it is guessed wrongly."),
        ),
    ] = None,
    yes: Annotated[bool, left_out("--yes", "-y", told=Message("Do not ask whether the columns are right."))] = False,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.facts import import_facts
    from keyworth.runs.import_orders import ColumnUnderstood, ImportOptions, ReadingOptions, import_files

    say_once = _SayOnce()
    asks = not yes and not json and sys.stdin.isatty() and sys.stderr.isatty()

    def agree(file: str, understood: Sequence[ColumnUnderstood], notes: Sequence[Message]) -> None:
        if json:
            return
        answer.note(Message("{file} is read as:", file=file))
        for column in understood:
            answer.note(
                Message(
                    "  {field} = {header}  ({because})",
                    field=column.field,
                    header=column.header,
                    because=column.because,
                )
            )
        say_once(notes)
        if asks and not answer.agreed(Message("Is this right?")):
            raise OptionRefused(
                Message("Nothing was imported."),
                hint=Message("Name the right columns, for example --map customer=会员号."),
            )

    options = ImportOptions(
        ReadingOptions(
            chosen=pairs(columns or [], "--map"),
            encoding=encoding,
            delimiter=delimiter,
            header=header,
            sheet=sheet,
            time_zone=time_zone,
            day_first=day_first,
            decimal_comma=decimal_comma,
        ),
        currency=parse_currency(currency, "--currency"),
        rates=rates,
    )
    now = datetime.now(UTC)
    if asks:
        report = import_files(into, files, options, at=now, agree=agree)
    else:
        with answer.progress(Message("Importing")):
            report = import_files(into, files, options, at=now, agree=agree)
    if json:
        shares = report.refunds
        answer.machine(
            {
                "rows_read": report.rows_read,
                "orders_added": report.orders_added,
                "orders_replaced": report.orders_replaced,
                "orders_known": report.orders_known,
                "orders_cancelled": report.orders_cancelled,
                "refunds_added": report.refunds_added,
                "rows_without_customer": report.rows_without_customer,
                "rows_refused": report.rows_refused,
                "rows_not_orders": report.rows_not_orders,
                "rows_of_orders": report.rows_of_orders,
                "rows_of_refunds": report.rows_of_refunds,
                "rows_refused_without_customer": report.rows_refused_without_customer,
                "customers": report.customers,
                "ledger_version": report.ledger_version,
                "currency": report.currency,
                "mapping": report.mappings,
                "refunds": None
                if shares is None
                else {
                    "count": shares.refunds,
                    "by_reference": shares.by_reference,
                    "by_item": shares.by_item,
                    "by_date": shares.by_date,
                },
                "orders_on_several_days": report.orders_on_several_days and asdict(report.orders_on_several_days),
                "orders_moved": report.orders_moved and asdict(report.orders_moved),
                "refusals": report.refusals,
                "notes": report.notes,
                "warnings": report.warnings,
            }
        )
        return
    say_once(report.notes)
    for warning in report.warnings:
        answer.note(Message("Warning: {what}", what=warning))
    answer.facts(*import_facts(report))
    for refusal in report.refusals:
        answer.line(refusal)
    if report.rows_refused:
        answer.line(
            Message(
                "To mend them: keyworth export {book} --what refused -o refused.csv, then import that file.",
                book=str(into),
            )
        )


class _SayOnce:
    """Notes come with each file before it is read, and all of them again with the report."""

    def __init__(self) -> None:
        self._said: set[Message] = set()

    def __call__(self, notes: Sequence[Message]) -> None:
        for note in notes:
            if note not in self._said:
                answer.note(note)
        self._said.update(notes)

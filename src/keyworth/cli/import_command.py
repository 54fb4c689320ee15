"""keyworth import: order files into a book."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Optional

import typer

from keyworth.cli import answer
from keyworth.cli.language import t
from keyworth.cli.main import app
from keyworth.cli.options import Debug, Json, Lang
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
            "keyworth import purchases.txt --into BOOK --map customer=1 --map amount=2 --map date=3"
        )
    ),
)
def import_(
    files: Annotated[list[Path], typer.Argument(help=t(Message("Files or folders.")), metavar="FILE...")],
    into: Annotated[Path, typer.Option("--into", help=t(Message("The book: a folder.")), metavar="BOOK")],
    columns: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--map",
            help=t(Message("Which column is which: field=header, or field=1 for the first column. Repeatable.")),
            metavar="FIELD=COLUMN",
            show_default=False,
        ),
    ] = None,
    currency: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--currency", help=t(Message("The book's currency, for example CNY.")), show_default=False),
    ] = None,
    rates: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--rates",
            help=t(Message("A CSV of exchange rates with the columns currency, date, rate.")),
            show_default=False,
        ),
    ] = None,
    time_zone: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--time-zone",
            help=t(Message("The business's time zone, for example Asia/Shanghai.")),
            show_default=False,
        ),
    ] = None,
    encoding: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--encoding", help=t(Message("The files' encoding, if it is guessed wrongly.")), show_default=False
        ),
    ] = None,
    delimiter: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--delimiter", help=t(Message("What separates columns, if it is guessed wrongly.")), show_default=False
        ),
    ] = None,
    sheet: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--sheet",
            help=t(Message("The sheet of a workbook, by name or number; by default the one most like orders.")),
            show_default=False,
        ),
    ] = None,
    header: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option(
            "--header/--no-header", help=t(Message("Whether the first line names the columns.")), show_default=False
        ),
    ] = None,
    day_first: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option(
            "--day-first/--month-first",
            help=t(Message("Whether 3/5/2024 is in May or in March, if it is guessed wrongly.")),
            show_default=False,
        ),
    ] = None,
    decimal_comma: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option(
            "--decimal-comma/--decimal-point",
            help=t(Message("Whether the comma in 1,234 sets off decimals or thousands, if it is guessed wrongly.")),
            show_default=False,
        ),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help=t(Message("Do not ask whether the columns are right.")), show_default=False),
    ] = False,
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

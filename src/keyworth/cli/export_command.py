"""keyworth export: tables out of a book, for Excel and other programs."""

from pathlib import Path
from typing import Annotated

import typer

from keyworth.cli import answer
from keyworth.cli.language import language, t
from keyworth.cli.main import app
from keyworth.cli.options import Book, BookId, Debug, Json, Lang
from keyworth.words import Message


@app.command(
    "export",
    help=t(
        Message(
            "Write a table of the book to a CSV or Parquet file.\n\n"
            "Examples:\n\n"
            "keyworth export BOOK --what values -o values.csv\n\n"
            "keyworth export BOOK --what customers -o customers.parquet\n\n"
            "With Chinese titles:\n\n"
            "keyworth export BOOK --what values -o values.csv --lang zh\n\n"
            "Rows that were refused, to be mended and imported again:\n\n"
            "keyworth export BOOK --what refused -o refused.csv"
        )
    ),
)
def export(
    book: Book,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=t(Message("The file to write: .csv or .parquet.")), metavar="FILE")
    ],
    what: Annotated[
        str,
        typer.Option("--what", help=t(Message("values, customers, orders, refused or apart.")), metavar="TABLE"),
    ] = "values",
    book_id: BookId = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.export import export_table

    with answer.progress(Message("Writing")):
        rows = export_table(book, what, output, language(), book_id=book_id, titles=lang is not None)
    if json:
        answer.machine({"path": output, "rows": rows, "what": what})
        return
    answer.line(Message("{rows} {rows:row|rows} written to {path}", rows=rows, path=str(output)))

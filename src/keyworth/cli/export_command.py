"""keyworth export: tables out of a book, for Excel and other programs."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from keyworth.cli import answer
from keyworth.cli.language import language, t
from keyworth.cli.main import app
from keyworth.cli.options import Book, Debug, Json, Lang
from keyworth.words import Message


@app.command(
    "export",
    help=t(
        Message(
            "Write a table of the book to a CSV or Parquet file.\n\n"
            "Examples:\n\n"
            "keyworth export BOOK --what values -o values.csv\n\n"
            "keyworth export BOOK --what values -o values.csv --lang zh, with Chinese titles\n\n"
            "keyworth export BOOK --what refused -o refused.csv, then mend that file and import it"
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
    book_id: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--book-id", help=t(Message("Which value book; the newest by default.")), metavar="ID", show_default=False
        ),
    ] = None,
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

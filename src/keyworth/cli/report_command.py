"""keyworth report: one page a general manager reads."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from keyworth.cli import answer
from keyworth.cli.language import language, t
from keyworth.cli.main import app
from keyworth.cli.options import Book, BookId, Debug, Json, Lang, Text, left_out
from keyworth.words import Message


@app.command(
    "report",
    help=t(
        Message(
            "A self-contained page of what the base is worth, for a general manager.\n\n"
            "Example:\n\nkeyworth report BOOK -o report.html --lang zh"
        )
    ),
)
def report(
    book: Book,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=t(Message("The file to write.")), metavar="FILE")
    ] = Path("report.html"),
    book_id: BookId = None,
    name: Annotated[
        Text,
        left_out("--name", told=Message("The name at the top of the page; the book's by default."), metavar="NAME"),
    ] = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.compose_report import write_report_file

    with answer.progress(Message("Writing the report")) as step:
        values = write_report_file(
            book, output, language(), at=datetime.now(UTC).astimezone(), book_id=book_id, business=name, step=step
        )
    if json:
        answer.machine({"path": output, "book_id": values.book_id, "as_of": values.as_of, "lang": language()})
        return
    answer.line(Message("The report is in {path}", path=str(output)))

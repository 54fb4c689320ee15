"""keyworth compare: two value books side by side."""

from typing import Annotated

import typer

from keyworth.cli import answer
from keyworth.cli.language import language, t
from keyworth.cli.main import app
from keyworth.cli.options import Book, Debug, Json, Lang, Text
from keyworth.words import Message


@app.command(
    "compare",
    help=t(
        Message(
            "Two value books of one book side by side: who came, left, rose, fell.\n\n"
            "Example, where the first letters of the ids are enough:\n\n"
            "keyworth compare BOOK 3f6820de 91ab04c2"
        )
    ),
)
def compare(
    book: Book,
    earlier: Annotated[str, typer.Argument(help=t(Message("The earlier value book's id.")), metavar="EARLIER")],
    later: Annotated[
        Text,
        typer.Argument(
            help=t(Message("The later one's id; the newest by default.")), metavar="LATER", show_default=False
        ),
    ] = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.build_values import compare_values
    from keyworth.runs.facts import comparison_facts

    found = compare_values(book, earlier, later)
    if json:
        answer.machine(
            {
                "days": found.days,
                "currency": found.money,
                "basis": found.basis,
                "total_before": found.total_before,
                "total_after": found.total_after,
                "movements": {
                    one.move: {"customers": one.customers, "before": one.before, "after": one.after}
                    for one in found.movements
                },
                "notes": found.notes,
            }
        )
        return
    answer.facts(*comparison_facts(found, language()))
    for note in found.notes:
        answer.line(note)

"""keyworth compare: two value books side by side."""

from typing import Annotated, Optional

import typer

from keyworth.cli import answer
from keyworth.cli.language import language, t
from keyworth.cli.main import app
from keyworth.cli.options import Book, Debug, Json, Lang
from keyworth.words import Message, say
from keyworth.words.formatting import estimate, money_change

_MOVES = {
    "came": Message("came"),
    "left": Message("left"),
    "rose": Message("rose"),
    "fell": Message("fell"),
    "steady": Message("steady"),
}


@app.command(
    "compare",
    help=t(
        Message(
            "Two value books of one book side by side: who came, left, rose, fell.\n\n"
            "Example: keyworth compare BOOK 3f6820de 91ab04c2; the first letters of an id are enough"
        )
    ),
)
def compare(
    book: Book,
    earlier: Annotated[str, typer.Argument(help=t(Message("The earlier value book's id.")), metavar="EARLIER")],
    later: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help=t(Message("The later one's; the newest by default.")), metavar="LATER", show_default=False),
    ] = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.build_values import compare_values, open_values

    found = compare_values(book, earlier, later)
    if json:
        answer.machine(
            {
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
    currency, lang_now = open_values(book, later).currency, language()
    answer.facts(
        (Message("total before"), estimate(found.total_before, currency, lang_now)),
        (Message("total after"), estimate(found.total_after, currency, lang_now)),
        *(
            (
                _MOVES[one.move],
                Message(
                    "{customers} {customers:customer|customers}, {change}",
                    customers=one.customers,
                    change=money_change(one.change, currency, lang_now),
                ),
            )
            for one in found.movements
        ),
    )
    for note in found.notes:
        print(say(note, lang_now))

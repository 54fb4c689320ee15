"""Options that several commands share, so that they are spelt and explained once."""

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from keyworth.cli.language import t
from keyworth.cli.model_names import BUYING
from keyworth.errors import OptionRefused
from keyworth.units import parse_share
from keyworth.words import Message

# What may be left out; typer reads this form in 3.11.
Text = Optional[str]  # noqa: UP045
Number = Optional[int]  # noqa: UP045
Texts = Optional[list[str]]  # noqa: UP045
Truth = Optional[bool]  # noqa: UP045
Place = Optional[Path]  # noqa: UP045


def left_out(*names: str, told: Message, metavar: str | None = None, **limits: Any) -> Any:
    """An option that does nothing, or what `told` says, where it is left out: its help shows no default."""
    return typer.Option(*names, help=t(told), metavar=metavar, show_default=False, **limits)


Book = Annotated[Path, typer.Argument(help=t(Message("The book: a folder.")), metavar="BOOK", show_default=False)]
Json = Annotated[bool, left_out("--json", told=Message("Print one JSON object and nothing else."))]
Debug = Annotated[bool, left_out("--debug", told=Message("Show the whole trace of an error."))]
Lang = Annotated[Text, left_out("--lang", told=Message("zh or en; the terminal's own by default."), metavar="LANG")]
Until = Annotated[
    Text,
    left_out(
        "--until",
        told=Message("The last day that counts, for example 1997-09-30; the last order's day by default."),
        metavar="DATE",
    ),
]
BornAfter = Annotated[
    Text,
    left_out(
        "--born-after",
        told=Message(
            "Only customers first seen after this day; for a ledger that starts in the middle of their lives."
        ),
        metavar="DATE",
    ),
]
Margin = Annotated[
    Texts,
    left_out(
        "--margin",
        told=Message("The part of revenue that is margin: 30%, or for one product category, 酒水=60%. Repeatable."),
        metavar="RATE",
    ),
]
Columns = Annotated[
    Texts,
    left_out(
        "--map",
        told=Message("Which column is which: field=header, or field=1 for the first column. Repeatable."),
        metavar="FIELD=COLUMN",
    ),
]
BookId = Annotated[Text, left_out("--book-id", told=Message("Which value book; the newest by default."), metavar="ID")]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        help=t(
            Message(
                "The model of buying: auto, which tries all of them on past days, or one by its name: {models}.",
                models=BUYING,
            )
        ),
        metavar="MODEL",
    ),
]
Unit = Annotated[
    str,
    typer.Option("--unit", help=t(Message("The unit of time: day, week, month or year.")), metavar="UNIT"),
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed",
        help=t(Message("The seed of what is drawn by chance: from the same seed comes the same.")),
        metavar="N",
        min=0,
    ),
]


def margins_given(texts: list[str] | None) -> dict[str, float]:
    """`30%` is for everything, `酒水=60%` for one category. Raises OptionRefused for what is no share."""
    found: dict[str, float] = {}
    for text in texts or []:
        name, equals, share = text.rpartition("=")
        try:
            found[name.strip() if equals else ""] = parse_share(share, "--margin")
        except OptionRefused as error:
            hint = Message("Write 30% for everything, or 酒水=60% for one product category.")
            raise OptionRefused(error.message, hint=hint) from None
    return found

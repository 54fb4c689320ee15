"""Options that several commands share, so that they are spelt and explained once."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from keyworth.cli.language import t
from keyworth.units import parse_share
from keyworth.words import Message

Book = Annotated[Path, typer.Argument(help=t(Message("The book: a folder.")), metavar="BOOK", show_default=False)]
Json = Annotated[
    bool,
    typer.Option("--json", help=t(Message("Print one JSON object and nothing else.")), show_default=False),
]
Debug = Annotated[
    bool, typer.Option("--debug", help=t(Message("Show the whole trace of an error.")), show_default=False)
]
Lang = Annotated[
    Optional[str],  # noqa: UP045 typer reads this form in 3.11
    typer.Option(
        "--lang", help=t(Message("zh or en; the terminal's own by default.")), metavar="LANG", show_default=False
    ),
]
Until = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--until",
        help=t(Message("The last day that counts, for example 1997-09-30; the last order's day by default.")),
        metavar="DATE",
        show_default=False,
    ),
]
BornAfter = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--born-after",
        help=t(
            Message("Only customers first seen after this day; for a ledger that starts in the middle of their lives.")
        ),
        metavar="DATE",
        show_default=False,
    ),
]
Margin = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--margin",
        help=t(Message("The part of revenue that is margin: 30%, or for one product category, 酒水=60%. Repeatable.")),
        show_default=False,
    ),
]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        help=t(
            Message("The model of buying: auto, which tries all of them on past days, or one by its name, mbg-nbd.")
        ),
        metavar="MODEL",
    ),
]
Unit = Annotated[
    str,
    typer.Option("--unit", help=t(Message("The unit of time: day, week, month or year.")), metavar="UNIT"),
]


def margins_given(texts: list[str] | None) -> dict[str, float]:
    """`30%` is for everything, `酒水=60%` for one category."""
    found: dict[str, float] = {}
    for text in texts or []:
        name, equals, share = text.rpartition("=")
        found[name.strip() if equals else ""] = parse_share(share, "--margin")
    return found

"""keyworth backtest: were we right, and would a simple rule have been."""

from typing import Annotated

import typer

from keyworth.cli import answer
from keyworth.cli.language import t
from keyworth.cli.main import app
from keyworth.cli.options import (
    Book,
    BornAfter,
    Debug,
    Json,
    Lang,
    Margin,
    Model,
    Text,
    Unit,
    Until,
    left_out,
    margins_given,
)
from keyworth.runs.defaults import HOLDOUT, VALUED_BY
from keyworth.units import Horizon, TimeUnit, parse_day
from keyworth.words import Message


@app.command(
    "backtest",
    help=t(
        Message(
            "Hold back the end of the ledger, predict it, and compare with what came and with simple rules.\n\n"
            "Examples:\n\n"
            "keyworth backtest BOOK --holdout 39w\n\n"
            "keyworth backtest BOOK --from 1997-09-30 --holdout 39w\n\n"
            "keyworth backtest BOOK --holdout 1y --born-after 2023-03-31"
        )
    ),
)
def backtest(
    book: Book,
    holdout: Annotated[
        str, typer.Option("--holdout", help=t(Message("How much of the end to hold back: 39w, 1y.")), metavar="TIME")
    ] = HOLDOUT,
    model: Model = VALUED_BY,
    from_day: Annotated[
        Text,
        left_out(
            "--from",
            told=Message("The day after which the hold-out period begins; by default its end is the ledger's."),
            metavar="DATE",
        ),
    ] = None,
    until: Until = None,
    unit: Unit = "week",
    born_after: BornAfter = None,
    margin: Margin = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.cli.backtest_answer import show, told
    from keyworth.runs.backtest_book import backtest_book

    with answer.progress(Message("Looking back")) as step:
        run = backtest_book(
            book,
            holdout=Horizon.parse(holdout, "--holdout"),
            model=model,
            origin=parse_day(from_day, "--from"),
            until=parse_day(until, "--until"),
            unit=TimeUnit.parse(unit, "--unit"),
            born_after=parse_day(born_after, "--born-after"),
            margins=margins_given(margin),
            step=step,
        )
    if json:
        answer.machine(told(run))
    else:
        show(run)

"""keyworth sample: a business that never was, to try everything on."""

from pathlib import Path
from typing import Annotated

import typer

from keyworth.cli import answer
from keyworth.cli.language import language, t
from keyworth.cli.main import app
from keyworth.cli.options import Debug, Json, Lang, Seed, left_out
from keyworth.words import Message


@app.command(
    "sample",
    help=t(
        Message(
            "Write the orders of an invented restaurant-and-shop group, and the truth about its customers "
            "beside them.\n\n"
            "Example:\n\nkeyworth sample SAMPLE --customers 20000 --seed 1"
        )
    ),
)
def sample(
    folder: Annotated[Path, typer.Argument(help=t(Message("The folder to write.")), metavar="FOLDER")],
    customers: Annotated[
        int, typer.Option("--customers", help=t(Message("How many customers.")), metavar="N", min=1)
    ] = 20_000,
    years: Annotated[
        float, typer.Option("--years", help=t(Message("How many years of orders.")), metavar="YEARS", min=0.1, max=20)
    ] = 3.0,
    seed: Seed = 1,
    overwrite: Annotated[bool, left_out("--overwrite", told=Message("Replace what the folder holds."))] = False,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.write_sample import write_sample
    from keyworth.sample import make_business

    with answer.progress(Message("Inventing a business")):
        written = write_sample(
            make_business(seed=seed, customers=customers, years=years, lang=language()), folder, overwrite=overwrite
        )
    if json:
        answer.machine({"folder": written.folder, "files": written.rows, "seed": seed})
        return
    for name, rows in written.rows.items():
        answer.line(Message("{file}: {rows} {rows:row|rows}", file=name, rows=rows))
    answer.line(
        Message(
            "Next: keyworth import {orders} --into BOOK --rates {rates}",
            orders=str(written.orders),
            rates=str(written.rates),
        )
    )

"""keyworth fit: the parameters of a model, and whether to believe them."""

from dataclasses import asdict
from typing import Annotated

import typer

from keyworth.cli import answer
from keyworth.cli.language import t
from keyworth.cli.main import app
from keyworth.cli.options import Book, BornAfter, Debug, Json, Lang, Unit, Until
from keyworth.runs.defaults import MODEL
from keyworth.units import TimeUnit, parse_day
from keyworth.words import Message


@app.command(
    "fit",
    help=t(
        Message(
            "Fit a model of buying and leaving, or of spending, to all purchases up to a day.\n\n"
            "Example: keyworth fit BOOK --model bg-nbd --until 1997-09-30 --unit week"
        )
    ),
)
def fit(
    book: Book,
    model: Annotated[
        str,
        typer.Option(
            "--model",
            help=t(
                Message(
                    "A model of buying or of spending, for example mbg-nbd or gamma-gamma; any other word lists them."
                )
            ),
            metavar="MODEL",
        ),
    ] = MODEL,
    until: Until = None,
    unit: Unit = "week",
    born_after: BornAfter = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.facts import fit_facts
    from keyworth.runs.fit_model import fit_book

    run = fit_book(
        book,
        model=model,
        until=parse_day(until, "--until"),
        unit=TimeUnit.parse(unit, "--unit"),
        born_after=parse_day(born_after, "--born-after"),
    )
    found = run.fit
    errors = found.standard_errors or {}
    values = asdict(found.parameters)
    if json:
        answer.machine(
            {
                "model": found.model,
                "unit": run.unit,
                "currency": run.currency,
                "as_of": run.as_of,
                "customers": found.customers,
                "unique_histories": found.unique_histories,
                "parameters": {name: {"value": value, "se": errors.get(name)} for name, value in values.items()},
                "log_likelihood": found.log_likelihood,
                "aic": found.aic,
                "bic": found.bic,
                "converged": found.converged,
                "verdict": found.verdict,
                "fit_seconds": run.fit_seconds,
            }
        )
        return
    answer.facts(*fit_facts(run))
    answer.line(found.verdict)

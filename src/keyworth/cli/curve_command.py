"""keyworth curve: how many customers under contract stay, period by period, and how many will."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keyworth.cli import answer
from keyworth.cli.language import t
from keyworth.cli.main import app
from keyworth.cli.options import Columns, Debug, Json, Lang, Number, Text, left_out
from keyworth.cli.parsing import pairs
from keyworth.units import Share, parse_share
from keyworth.words import Message
from keyworth.words.formatting import rate_change

if TYPE_CHECKING:
    from keyworth.runs.fit_curve import CurvePoint, CurveRun

_ROWS = 15  # of the table, so that the answer stays on one screen
_LONGEST = 10_000


@app.command(
    "curve",
    help=t(
        Message(
            "Fit a curve of staying to a table of survivors: who is left of a cohort after each renewal.\n\n"
            "The file, CSV or Excel, has the columns period and survivors: period 0 with everybody, then one row "
            "for each period. Survivors are counts, or rates that begin with 100% or 1.\n\n"
            "Example:\n\nkeyworth curve survivors.csv --until-period 7 --periods 12"
        )
    ),
)
def curve(
    file: Annotated[
        Path, typer.Argument(help=t(Message("The table of survivors.")), metavar="FILE", show_default=False)
    ],
    model: Annotated[
        str,
        typer.Option(
            "--model",
            help=t(Message("sbg, or bdw where each customer's own readiness to leave may change with time.")),
            metavar="MODEL",
        ),
    ] = "sbg",
    cohort: Annotated[
        Number,
        left_out(
            "--cohort",
            told=Message("How many customers the rates are of; 1,000 unless given."),
            metavar="CUSTOMERS",
            min=1,
        ),
    ] = None,
    until_period: Annotated[
        Number,
        left_out(
            "--until-period",
            told=Message("Fit the periods up to this one, and hold the curve against the rest."),
            metavar="PERIOD",
            min=1,
        ),
    ] = None,
    periods: Annotated[
        Number,
        left_out(
            "--periods",
            told=Message("Draw the curve as far as this period; to the end of the table unless given."),
            metavar="PERIOD",
            min=1,
            max=_LONGEST,
        ),
    ] = None,
    discount: Annotated[
        Text,
        left_out(
            "--discount",
            told=Message("What a period takes off the future's worth: tells what a new customer is worth."),
            metavar="RATE",
        ),
    ] = None,
    columns: Columns = None,
    sheet: Annotated[
        Text,
        left_out(
            "--sheet",
            told=Message(
                "The sheet of a workbook, by name or number; by default the one whose titles are best known, or "
                "the longest."
            ),
            metavar="SHEET",
        ),
    ] = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.fit_curve import fit_curve

    run = fit_curve(
        file,
        model=model,
        cohort=cohort,
        until_period=until_period,
        periods=periods,
        discount=None if discount is None else parse_share(discount, "--discount"),
        columns=pairs(columns or [], "--map"),
        sheet=sheet,
    )
    if json:
        answer.machine(_told(run))
    else:
        _show(run)


def _told(run: "CurveRun") -> dict[str, Any]:
    found, errors = run.fit, run.fit.standard_errors or {}
    return {
        "model": found.model,
        "cohort": run.cohort,
        "rates": run.rates,
        "fitted_until": run.fitted_until,
        "parameters": {
            name: {"value": value, "se": errors.get(name)} for name, value in asdict(found.parameters).items()
        },
        "log_likelihood": found.log_likelihood,
        "aic": found.aic,
        "bic": found.bic,
        "converged": found.converged,
        "verdict": found.verdict,
        "survival": [asdict(point) for point in run.survival],
        "retention": [asdict(point) for point in run.retention],
        "holdout": None if run.holdout is None else asdict(run.holdout),
        "discount": run.discount,
        "payments": run.payments,
        "notes": run.notes,
        "fit_seconds": run.fit_seconds,
    }


def _show(run: "CurveRun") -> None:
    for note in run.notes:
        answer.note(note)
    answer.facts(*_facts(run))
    answer.line(run.fit.verdict)
    print()
    shown = list(_some(run.survival[1:]))
    answer.table(
        (Message("period"), Message("observed"), Message("expected"), Message("off by"), Message("of them renew")),
        *(
            (
                Message("{period}, held out", period=str(point.period))
                if point.observed is not None and point.period > run.fitted_until
                else str(point.period),
                "—" if point.observed is None else _percent(point.observed),
                _percent(point.expected),
                rate_change(point.expected / point.observed - 1.0) if point.observed else "—",
                _percent(run.retention[point.period - 1].expected),
            )
            for point in shown
        ),
    )
    if len(shown) < len(run.survival) - 1:
        total = len(run.survival) - 1
        answer.line(Message("Only some of the {total} periods are shown; --json has them all.", total=total))
    if run.holdout is not None:
        answer.line(
            Message(
                "Held out, periods {first} to {last}: off by {error} of 100 customers on average.",
                first=run.holdout.first,
                last=run.holdout.last,
                error=round(100 * run.holdout.mean_absolute_error, 2),
            )
        )


def _facts(run: "CurveRun") -> Iterator[tuple[Message | str, object]]:
    found, errors = run.fit, run.fit.standard_errors or {}
    yield Message("model"), run.title
    yield Message("customers in the cohort"), run.cohort
    yield Message("fitted to periods"), Message("0 to {last}", last=run.fitted_until)
    for name, value in asdict(found.parameters).items():
        digits = round(value, 4)
        error = errors.get(name)
        yield name, digits if error is None else Message("{value} ± {error}", value=digits, error=round(error, 4))
    yield Message("log-likelihood"), round(found.log_likelihood, 4)
    yield Message("AIC, BIC"), [round(found.aic, 2), round(found.bic, 2)]
    if run.payments is not None and run.discount is not None:
        yield (
            Message("payments a new customer is worth, at {rate} a period", rate=Share(run.discount)),
            round(run.payments, 4),
        )


def _some(points: "Sequence[CurvePoint]") -> "Iterator[CurvePoint]":
    """All of them, or as many as a screen holds, evenly, and the last in any case."""
    every = -(-len(points) // _ROWS)
    for place, point in enumerate(points, start=1):
        if place % every == 0 or place == len(points):
            yield point


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"

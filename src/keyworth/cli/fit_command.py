"""keyworth fit: the parameters of a model, and whether to believe them."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keyworth.cli import answer
from keyworth.cli.drift_answer import told_drift
from keyworth.cli.language import t
from keyworth.cli.main import app
from keyworth.cli.model_names import BUYING, BY_SEASON, OCCASIONS, RHYTHM, SPENDING
from keyworth.cli.options import Book, BornAfter, Debug, Json, Lang, Place, Seed, Unit, Until, left_out
from keyworth.errors import OptionRefused
from keyworth.runs.defaults import AUTO, MODEL
from keyworth.units import TimeUnit, parse_day
from keyworth.words import Message

if TYPE_CHECKING:
    from keyworth.behaviour import Posterior
    from keyworth.runs.fit_model import FitRun


@app.command(
    "fit",
    help=t(
        Message(
            "Fit a model of buying and leaving, or of spending, to all purchases up to a day.\n\n"
            "Examples:\n\n"
            "keyworth fit BOOK --model bg-nbd --until 1997-09-30 --unit week\n\n"
            "keyworth fit BOOK --model auto\n\n"
            "keyworth fit BOOK --from SPRING.json -o SUMMER.json"
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
                    "Of buying: {buying}; or auto, which chooses one of these. Of customers with a rhythm of their "
                    "own: {rhythm}; of occasions: {occasions}; of spending: {spending}.",
                    buying=BUYING,
                    rhythm=RHYTHM,
                    occasions=OCCASIONS,
                    spending=SPENDING,
                )
            ),
            metavar="MODEL",
        ),
    ] = MODEL,
    until: Until = None,
    unit: Unit = "week",
    born_after: BornAfter = None,
    season: Annotated[
        bool,
        left_out(
            "--season",
            told=Message(
                "Also find out what hurries purchases: the year, weekdays, Spring Festival. For {models}.",
                models=BY_SEASON,
            ),
        ),
    ] = False,
    posterior: Annotated[
        bool,
        left_out(
            "--posterior",
            told=Message("Also draw the parameters from their posterior, by NUTS; needs keyworth[bayes]."),
        ),
    ] = False,
    seed: Seed = 1,
    start: Annotated[
        Place,
        left_out(
            "--from",
            told=Message(
                "A fit that -o has written, to go on from: its model, unit and customers. Says whether customers "
                "still buy as it said."
            ),
            metavar="FILE",
        ),
    ] = None,
    output: Annotated[
        Place, left_out("-o", "--output", told=Message("Write the fit, as JSON."), metavar="FILE")
    ] = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    asked: dict[str, Any] = {
        "until": parse_day(until, "--until"),
        "unit": TimeUnit.parse(unit, "--unit"),
        "born_after": parse_day(born_after, "--born-after"),
        "posterior": posterior,
        "seed": seed,
    }
    written = model.strip().lower()
    if season:
        if posterior or start is not None:
            raise OptionRefused(Message("--season does not go with --posterior or --from."))
        from keyworth.cli.season_answer import show_season, told_season
        from keyworth.runs.fit_season import fit_season

        del asked["posterior"], asked["seed"]
        seasonal = fit_season(book, model=model, **asked)
        if output is not None:
            from keyworth.runs.fit_files import write_season

            write_season(seasonal, output)
        if json:
            answer.machine(told_season(seasonal) | {"saved": output})
        else:
            show_season(seasonal)
            _show_saved(output)
        return
    if start is not None:
        from keyworth.runs.fit_files import read_fit

        asked["start"] = read_fit(start)
        if written not in {MODEL, asked["start"].fit.model}:
            raise OptionRefused(
                Message("--from goes on with the model of the file, {model}.", model=asked["start"].fit.model),
                hint=Message("Leave out --model, or leave out --from to fit another."),
            )
    if written == AUTO:
        from keyworth.cli.choice_answer import show_choice, told_choice
        from keyworth.runs.choose_model import choose_model

        with answer.progress(Message("Choosing a model")) as step:
            choice = choose_model(book, step=step, **asked)
        _write(choice.fitted, output)
        if json:
            answer.machine(_told(choice.fitted, output) | told_choice(choice))
            return
        show_choice(choice)
        print()
        _show(choice.fitted, output)
        return
    from keyworth.runs.fit_model import fit_book

    with answer.progress(Message("Fitting the model")) as step:
        run = fit_book(book, model=model, step=step, **asked)
    _write(run, output)
    if json:
        answer.machine(_told(run, output))
    else:
        _show(run, output)


def _write(run: "FitRun", output: Path | None) -> None:
    if output is not None:
        from keyworth.runs.fit_files import write_fit

        write_fit(run, output)


def _told(run: "FitRun", output: Path | None) -> dict[str, object]:
    found, errors = run.fit, run.fit.standard_errors or {}
    return {
        "model": found.model,
        "unit": run.unit,
        "currency": run.currency,
        "as_of": run.as_of,
        "customers": found.customers,
        "unique_histories": found.unique_histories,
        "parameters": {
            name: {"value": value, "se": errors.get(name)} for name, value in asdict(found.parameters).items()
        },
        "log_likelihood": found.log_likelihood,
        "aic": found.aic,
        "bic": found.bic,
        "converged": found.converged,
        "verdict": found.verdict,
        "fit_seconds": run.fit_seconds,
        "posterior": run.posterior and _posterior(run.posterior),
        "drift": run.drift and told_drift(run.drift),
        "saved": output,
        "season": None,
    }


def _show(run: "FitRun", output: Path | None) -> None:
    from keyworth.runs.facts import fit_facts, posterior_facts

    drawn = run.posterior
    answer.facts(*fit_facts(run))
    answer.line(run.fit.verdict)
    if drawn:
        answer.line(Message("From {draws} draws of the posterior, by the median:", draws=drawn.draws[..., 0].size))
        answer.facts(*posterior_facts(drawn))
        answer.line(drawn.verdict)
    if run.drift:
        answer.line(run.drift.verdict)
    _show_saved(output)


def _show_saved(output: Path | None) -> None:
    if output is not None:
        answer.line(Message("Written to {path}.", path=str(output)))


def _posterior(drawn: "Posterior[Any]") -> dict[str, object]:
    quantiles = drawn.quantiles(0.5, 0.025, 0.975)
    return {
        "draws": drawn.draws.shape[0] * drawn.draws.shape[1],
        "parameters": {
            name: {
                "median": median,
                "interval_95": [low, high],
                "effective_draws": drawn.effective_draws.get(name),
                "r_hat": drawn.r_hat.get(name),
            }
            for name, (median, low, high) in quantiles.items()
        },
        "divergences": drawn.divergences,
        "converged": drawn.converged,
        "verdict": drawn.verdict,
    }

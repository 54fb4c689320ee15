"""The models to use for a book: those named, or those chosen by what all would have foretold on its own past."""

import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from keyworth.backtest import Choice, Standing
from keyworth.behaviour import MODELS, TITLES
from keyworth.ledger import Ledger
from keyworth.runs.defaults import AUTO, MODEL, SPENDING
from keyworth.runs.fit_model import FitRun, drawn_posterior
from keyworth.runs.model_input import buying_histories
from keyworth.runs.pace import Pace
from keyworth.runs.steps import Step, silent
from keyworth.runs.tried_models import Question, past_days, try_models
from keyworth.units import TimeUnit
from keyworth.value import ModelChoice, TriedModel
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class ChoiceRun:
    """The choice, the chosen model fitted to everything known, and how many seconds it all took.

    `holdout_days` were foretold from each past day; 0 where the ledger is too short for that. Of `customers` known at
    the latest of these days the models were tried on `scored`. `spending` is the choice among models of spending; None
    without money, or without past days. A value book would ask the model at `pace`.
    """

    choice: Choice
    spending: Choice | None
    pace: Pace
    fitted: FitRun
    holdout_days: int
    customers: int
    scored: int
    seconds: float

    @property
    def because(self) -> tuple[Message, ...]:
        """Why that model, in sentences."""
        return (*self.choice.because, *self.pace.why, *_of_a_sample(self.scored, self.customers))


def choose_model(
    book: Path,
    *,
    until: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
    posterior: bool = False,
    seed: int = 1,
    step: Step = silent,
) -> ChoiceRun:
    """Choose among all models of buying by what they would have foretold, and fit the chosen to everything.

    `until` is the last day that is known, by default the last order's; with `posterior` the chosen model's parameters
    are drawn from their posterior too. Raises NotEnoughHistory where no model can be fitted, BookMissing, BookDamaged,
    PartMissing.
    """
    began = time.perf_counter()
    ledger = Ledger.open(book)
    tried = try_models(ledger, Question(unit, born_after, seed), min(until or ledger.last_day, ledger.last_day), step)
    step(Message("Fitting the chosen model to all orders"))
    model = MODELS[tried.choice.chosen]
    as_of, histories = buying_histories(ledger, until, unit, born_after, gaps=model.reads_gaps)
    model.make_ready(histories)  # loading what a fit needs is no part of it
    started = time.perf_counter()
    fit = model.fit(histories)
    seconds = time.perf_counter() - started
    drawn = drawn_posterior(model, histories, fit, seed, step) if posterior else None
    return ChoiceRun(
        choice=tried.choice,
        spending=tried.spending,
        pace=tried.pace,
        fitted=FitRun(fit, as_of, unit, None, ledger.version, seconds, drawn, born_after=born_after),
        holdout_days=tried.holdout_days,
        customers=tried.customers,
        scored=tried.scored,
        seconds=time.perf_counter() - began,
    )


@dataclass(frozen=True, slots=True)
class AskedModels:
    """The models of buying and of spending to use, at which pace, and why, where they were chosen."""

    buying: str
    spending: str = SPENDING
    pace: Pace = field(default_factory=Pace)
    choice: ModelChoice | None = None
    spend_choice: ModelChoice | None = None

    @property
    def because(self) -> tuple[Message, ...]:
        return tuple(one for choice in (self.choice, self.spend_choice) if choice for one in choice.because)


def asked_models(
    ledger: Ledger,
    model: str,
    *,
    until: date,
    ahead_days: int,
    unit: TimeUnit,
    born_after: date | None = None,
    seed: int = 1,
    step: Step = silent,
) -> AskedModels:
    """The models to use for the next `ahead_days`: where `auto` was asked for, chosen on what is known by `until`.

    A model of buying that was named is used with the usual one of spending. Where no past day leaves enough before and
    after it, nothing is tried and the usual ones are used, and that is said.
    """
    if model.strip().lower() != AUTO:
        return AskedModels(model)
    end = min(until, ledger.last_day)
    if past_days(ledger, end, born_after):
        tried = try_models(ledger, Question(unit, born_after, seed), end, step)
        if tried.choice.by == "forecasts":
            spending = tried.spending
            pace = tried.pace.over(ahead_days)
            return AskedModels(
                buying=tried.choice.chosen,
                spending=SPENDING if spending is None else spending.chosen,
                pace=pace,
                choice=_kept(tried.choice, _of_a_sample(tried.scored, tried.customers), pace),
                spend_choice=None if spending is None else _kept(spending),
            )
    usual = Message(
        "{model}: the orders reach back too short a time to try models on their own past, so the usual one is used.",
        model=TITLES[MODEL],
    )
    return AskedModels(MODEL, choice=ModelChoice((usual,)))


def _kept(choice: Choice, also: tuple[Message, ...] = (), pace: Pace | None = None) -> ModelChoice:
    """What a value book remembers of a choice."""
    return ModelChoice(
        because=(*choice.because, *also),
        origins=tuple(origin.as_of for origin in choice.origins),
        holdout_days=choice.origins[-1].holdout_days,
        tried=tuple(_tried(one, choice) for one in choice.ranking if one.lags is not None),
        about_pace=() if pace is None else pace.why,
        paces_without={} if pace is None else pace.without,
    )


def _tried(one: Standing, choice: Choice) -> TriedModel:
    return TriedModel(
        name=one.candidate.name,
        chosen=one.candidate.name == choice.chosen,
        within_noise=one.within_noise,
        behind={name: (lag.behind, lag.low, lag.high) for name, lag in (one.lags or {}).items()},
    )


def _of_a_sample(scored: int, customers: int) -> tuple[Message, ...]:
    if scored == customers:
        return ()
    return (
        Message(
            "The models were tried on {scored} of {customers} {customers:customer|customers}, drawn evenly.",
            scored=scored,
            customers=customers,
        ),
    )

"""Every model of buying tried on a book's own past, and the one to use."""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest import (
    Candidate,
    CandidateForecasts,
    Choice,
    Origin,
    OriginForecasts,
    choose,
    origins,
    score_whole_forecasts,
)
from keyworth.behaviour import MODELS, BuyingModel, Fit, PurchaseHistories, UniqueHistories, sample_posterior
from keyworth.errors import NotEnoughHistory
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.defaults import AUTO
from keyworth.runs.fit_model import FitRun
from keyworth.runs.model_input import buying_histories
from keyworth.runs.steps import Step, silent
from keyworth.units import TimeUnit
from keyworth.words import Message

Numbers = NDArray[np.int64]

# Choosing should look as far ahead as a value book does, but leave two thirds of a short ledger to learn from.
_HORIZON_DAYS = 365
_OF_LEDGER = 3
_ORIGINS = 4
# Forecasts of as many customers tell models apart as well as those of all; every customer teaches the fits.
_MOST_SCORED = 200_000

# Those that know who has left come first, so that of equally simple models one of them is chosen.
_MODELS = tuple(sorted(MODELS.values(), key=lambda model: not model.loses_one_time_buyers))
_GAPS = any(model.reads_gaps for model in _MODELS)


@dataclass(frozen=True, slots=True)
class ChoiceRun:
    """The choice, the chosen model fitted to everything known, and how many seconds it all took.

    `holdout_days` were foretold from each past day; 0 where the ledger is too short for that. Of `customers` known at
    the latest of these days `scored` were asked for.
    """

    choice: Choice
    fitted: FitRun
    holdout_days: int
    customers: int
    scored: int
    seconds: float

    @property
    def because(self) -> tuple[Message, ...]:
        """Why that model, in sentences."""
        if self.scored == self.customers:
            return self.choice.because
        return (
            *self.choice.because,
            Message(
                "Forecasts of {scored} of {customers} {customers:customer|customers} were scored, drawn evenly; all "
                "taught the models.",
                scored=self.scored,
                customers=self.customers,
            ),
        )


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
    are drawn from their posterior too. Raises NotEnoughHistory where no model can be fitted or none converges,
    BookMissing, BookDamaged, PartMissing.
    """
    ledger = Ledger.open(book)
    return choose_on(ledger, until=until, unit=unit, born_after=born_after, posterior=posterior, seed=seed, step=step)


def choose_on(
    ledger: Ledger,
    *,
    until: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
    posterior: bool = False,
    seed: int = 1,
    step: Step = silent,
) -> ChoiceRun:
    """The same of a ledger that is open."""
    began = time.perf_counter()
    ledger.gather_days()
    seen = _look_back(ledger, _Question(unit, born_after, seed), min(until or ledger.last_day, ledger.last_day), step)
    step(Message("Fitting every model to all orders"))
    as_of, histories = buying_histories(ledger, until, unit, born_after, gaps=_GAPS)
    fits = _fits(histories)
    candidates, seen = _candidates(fits, seen)
    choice = choose(candidates, [one.forecasts for one in seen], rng=_dice(seed, 3))
    fit, seconds = fits[choice.chosen].fit, fits[choice.chosen].seconds
    drawn = sample_posterior(MODELS[choice.chosen], histories, fit, seed=seed) if posterior else None
    return ChoiceRun(
        choice=choice,
        fitted=FitRun(fit, as_of, unit, None, ledger.version, seconds, drawn),
        holdout_days=seen[-1].forecasts.origin.holdout_days if seen else 0,
        customers=seen[-1].known if seen else fit.customers,
        scored=len(seen[-1].forecasts.customers) if seen else fit.customers,
        seconds=time.perf_counter() - began,
    )


def asked_model(
    ledger: Ledger,
    model: str,
    *,
    until: date,
    unit: TimeUnit,
    born_after: date | None = None,
    seed: int = 1,
    step: Step = silent,
) -> tuple[str, tuple[Message, ...]]:
    """The model to use: as named, or where `auto` was asked for the one chosen on what is known by `until`, and why."""
    if model.strip().lower() != AUTO:
        return model, ()
    run = choose_on(ledger, until=until, unit=unit, born_after=born_after, seed=seed, step=step)
    return run.choice.chosen, run.because


@dataclass(frozen=True, slots=True)
class _Timed:
    fit: Fit[Any]
    seconds: float


_Fits = dict[str, _Timed]


@dataclass(frozen=True, slots=True)
class _Question:
    unit: TimeUnit
    born_after: date | None
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class _SeenOrigin:
    """The forecasts at an origin, the fits they rest on, and how many customers were known by then."""

    forecasts: OriginForecasts
    fits: _Fits
    known: int


def _look_back(ledger: Ledger, question: _Question, end: date, step: Step) -> list[_SeenOrigin]:
    """What every model foretells at past origins, oldest first; those at which nothing could be fitted are left out."""
    seen: list[_SeenOrigin] = []
    asked: Numbers | None = None
    for origin in reversed(_origins(ledger, end, question.born_after)):
        step(Message("Predicting from {day} on", day=origin.as_of))
        try:
            summary = ledger.customers(origin.as_of, question.unit, born_after=question.born_after)
            if asked is None:
                asked = _evenly(summary.numbers, _dice(question.seed, 2))
            seen.append(_see(ledger, origin, question, summary, asked))
        except NotEnoughHistory:
            continue
    return seen[::-1]


def _origins(ledger: Ledger, end: date, born_after: date | None) -> tuple[Origin, ...]:
    """Past days to look from; none where the ledger is too short."""
    first = ledger.first_day if born_after is None else max(ledger.first_day, born_after + timedelta(days=1))
    days = min(_HORIZON_DAYS, ((end - first).days + 1) // _OF_LEDGER)
    try:
        return origins(ledger.first_day, end, max(days, 1), born_after=born_after, at_most=_ORIGINS)
    except NotEnoughHistory:
        return ()


def _see(ledger: Ledger, origin: Origin, question: _Question, summary: CustomerSummary, asked: Numbers) -> _SeenOrigin:
    """Fit every model to what was known at the origin, and score its forecasts by what then came."""
    unit = question.unit
    _, taught = buying_histories(ledger, origin.as_of, unit, question.born_after, gaps=_GAPS)
    fits = _fits(taught)
    known, judged = len(summary), summary.rows(np.isin(summary.numbers, asked))
    unique = UniqueHistories(taught.histories, taught.weights, _rows_of(judged, taught.histories))
    actual = ledger.spend_between(origin.as_of, origin.end).of(judged.numbers).purchases
    ahead = origin.holdout_days / unit.days
    found = {}
    for name, timed in fits.items():
        fit = timed.fit
        scores = score_whole_forecasts(fit, unique, ahead, actual, rng=_dice(question.seed, 1)).purchases
        expected = MODELS[name].expected_purchases(fit.parameters, unique.histories, ahead)[unique.inverse]
        found[name] = CandidateForecasts(expected, scores.log_score, scores.crps, scores.pit)
    return _SeenOrigin(OriginForecasts(origin, judged.numbers, actual, found), fits, known)


def _rows_of(customers: CustomerSummary, histories: PurchaseHistories) -> NDArray[np.intp]:
    """Which of the distinct histories each customer has; a day becomes a time in one way only, so they are equal."""
    rows = np.column_stack(
        [
            np.concatenate([histories.repeats, customers.repeats]),
            np.concatenate([histories.last_repeat, customers.last_repeat]),
            np.concatenate([histories.observed_for, customers.observed_for]),
        ]
    )
    _, first, code = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return first[code.reshape(-1)[len(histories) :]]


def _evenly(numbers: Numbers, rng: np.random.Generator) -> Numbers:
    """All customers, or as many of them as are scored, each as likely as the other."""
    if len(numbers) <= _MOST_SCORED:
        return numbers
    return np.sort(rng.choice(numbers, _MOST_SCORED, replace=False))


def _fits(histories: UniqueHistories) -> _Fits:
    """Every model fitted that can be; raises NotEnoughHistory where none can."""
    fits: _Fits = {}
    why: NotEnoughHistory | None = None
    for model in _MODELS:
        model.make_ready(histories)  # loading what a fit needs is no part of it
        started = time.perf_counter()
        try:
            fit = model.fit(histories)
        except NotEnoughHistory as error:
            why = why or error
        else:
            fits[model.name] = _Timed(fit, time.perf_counter() - started)
    if why is not None and not fits:
        raise why
    return fits


def _candidates(fits: _Fits, seen: list[_SeenOrigin]) -> tuple[list[Candidate], list[_SeenOrigin]]:
    """Every model, and the latest origins at all of which some model's fit converged, as it did to everything.

    Where none did to everything, all origins: then none is asked to.
    """
    hopeless = not any(timed.fit.converged for timed in fits.values())
    while True:
        candidates = [_candidate(model, fits, seen) for model in _MODELS]
        if hopeless or not seen or any(one.converged for one in candidates):
            return candidates, seen
        seen = seen[1:]


def _candidate(model: BuyingModel[Any], fits: _Fits, seen: list[_SeenOrigin]) -> Candidate:
    all_of_it = fits.get(model.name)
    every = [all_of_it, *(one.fits.get(model.name) for one in seen)]
    return Candidate.of(
        model,
        converged=all(timed is not None and timed.fit.converged for timed in every),
        aic=None if all_of_it is None else all_of_it.fit.aic,
    )


def _dice(seed: int, stream: int) -> np.random.Generator:
    """Places within counts, drawn customers and the bootstrap each have a stream of their own."""
    return np.random.Generator(np.random.PCG64([seed, stream]))

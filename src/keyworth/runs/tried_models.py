"""Every model of buying asked, on past days of a ledger, what would come; what came then decides."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
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
from keyworth.behaviour import MODELS, BuyingModel, Fit, PurchaseHistories, SpendHistories, UniqueHistories
from keyworth.errors import NotEnoughHistory
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.choose_pace import choose_pace
from keyworth.runs.choose_spend import KnownByOrigin, choose_spending
from keyworth.runs.even_sample import even_sample
from keyworth.runs.model_input import spend_histories
from keyworth.runs.pace import Pace
from keyworth.runs.steps import Step
from keyworth.units import TimeUnit
from keyworth.words import Message

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]

# Choosing should look as far ahead as a value book does, but leave two thirds of a short ledger to learn from.
_HORIZON_DAYS = 365
_OF_LEDGER = 3
_ORIGINS = 4
# As many customers of every past day tell models apart that matter: paired, what they cannot tell from chance is a
# hundredth of a nat a customer (docs/decisions/0007). So a large base is chosen for as quickly as a small one.
_MOST_TRIED = 3_000

# Those that know who has left come first, so that of equally simple models one of them is chosen.
_MODELS = tuple(sorted(MODELS.values(), key=lambda model: not model.loses_one_time_buyers))


@dataclass(frozen=True, slots=True)
class Question:
    """In which unit, of whom, and with which dice models are tried."""

    unit: TimeUnit
    born_after: date | None
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Some of the customers known on a day, what each has done and spent, and how many there are in all."""

    numbers: Numbers
    histories: UniqueHistories
    spend: SpendHistories
    first_value: Floats
    known: int


_Fits = dict[str, Fit[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class _SeenOrigin:
    """The forecasts at an origin, the fits they rest on, and the customers they are of."""

    forecasts: OriginForecasts
    fits: _Fits
    sample: _Sample

    def known(self, model: str) -> KnownByOrigin:
        sample = self.sample
        return KnownByOrigin(
            self.forecasts.origin, sample.numbers, sample.histories, sample.spend, sample.first_value, self.fits[model]
        )


@dataclass(frozen=True, slots=True)
class Tried:
    """What is chosen, and at which pace; `scored` of the `customers` known at the latest past day decided."""

    choice: Choice
    spending: Choice | None
    pace: Pace
    holdout_days: int
    customers: int
    scored: int


def try_models(ledger: Ledger, question: Question, end: date, step: Step) -> Tried:
    """Every model on past days, and the choice; by how well they explain all orders where there is no past day."""
    step(Message("Trying models on past days"))
    ledger.gather_days()
    today = _sample(ledger, end, question, gaps=any(model.reads_gaps for model in _MODELS))
    fits = _fits(_MODELS, today.histories)
    asked = _worth_asking(fits)
    seen = [
        one
        for origin in past_days(ledger, end, question.born_after)
        if (one := _see(ledger, origin, question, asked, step)) is not None
    ]
    candidates, seen = _candidates(fits, asked, seen)
    choice = choose(candidates, [one.forecasts for one in seen], rng=_dice(question.seed, 3))
    known = [one.known(choice.chosen) for one in seen]
    return Tried(
        choice=choice,
        spending=choose_spending(ledger, known, question.unit, question.seed),
        pace=choose_pace(known, [one.forecasts for one in seen], question.unit, question.seed),
        holdout_days=seen[-1].forecasts.origin.holdout_days if seen else 0,
        customers=seen[-1].sample.known if seen else today.known,
        scored=len(seen[-1].forecasts.customers if seen else today.numbers),
    )


def past_days(ledger: Ledger, end: date, born_after: date | None) -> tuple[Origin, ...]:
    """Past days to look from; none where the ledger is too short."""
    first = ledger.first_day if born_after is None else max(ledger.first_day, born_after + timedelta(days=1))
    days = min(_HORIZON_DAYS, ((end - first).days + 1) // _OF_LEDGER)
    try:
        return origins(ledger.first_day, end, max(days, 1), born_after=born_after, at_most=_ORIGINS)
    except NotEnoughHistory:
        return ()


def _sample(ledger: Ledger, as_of: date, question: Question, *, gaps: bool) -> _Sample:
    summary = ledger.customers(as_of, question.unit, born_after=question.born_after)
    drawn = even_sample(summary.numbers, _MOST_TRIED, question.seed)
    log_gaps = _log_gaps(ledger, summary, drawn, question) if gaps else None
    repeats, last, observed = summary.repeats[drawn], summary.last_repeat[drawn], summary.observed_for[drawn]
    histories = PurchaseHistories.from_columns(repeats, last, observed, question.unit, log_gaps)
    spend = spend_histories(summary)
    return _Sample(
        numbers=summary.numbers[drawn],
        histories=histories.unique(),
        spend=SpendHistories(spend.repeats[drawn], spend.mean_value[drawn]),
        first_value=summary.first_value[drawn],
        known=len(summary),
    )


def _log_gaps(ledger: Ledger, summary: CustomerSummary, drawn: NDArray[np.bool_], question: Question) -> Floats:
    """Of each customer drawn, the mean of all who share the history: a fit takes no more from it."""
    found = ledger.histories(summary.as_of, question.unit, born_after=question.born_after, gaps=True)
    assert found.log_gaps is not None
    keys = _packed(found.repeats, found.first_day, found.last_day)
    order = np.argsort(keys)
    theirs = _packed(summary.repeats[drawn], summary.first_day[drawn], summary.last_day[drawn])
    return found.log_gaps[order[np.searchsorted(keys[order], theirs)]]


def _packed(repeats: Floats, first: NDArray[np.datetime64], last: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """A history as of a day in one number; 20 bits hold the days of 2,800 years."""
    start = np.datetime64("0001-01-01", "D")
    days = ((day.astype("datetime64[D]") - start).astype(np.int64) for day in (first, last))
    return repeats.astype(np.int64) << 40 | next(days) << 20 | next(days)


def _fits(models: tuple[BuyingModel[Any], ...], histories: UniqueHistories) -> _Fits:
    """Every model fitted that can be; raises NotEnoughHistory where none can."""
    fits: _Fits = {}
    why: NotEnoughHistory | None = None
    for model in models:
        try:
            fits[model.name] = model.fit(histories)
        except NotEnoughHistory as error:
            why = why or error
    if why is not None and not fits:
        raise why
    return fits


def _worth_asking(fits: _Fits) -> tuple[BuyingModel[Any], ...]:
    """The models to ask about past days: those whose fit converged, where any did, and which are not richer in vain.

    A model with more parameters that explains all orders no better for its size (AIC) than one with fewer is such a
    one: asking it costs the most and it would foretell the same or worse.
    """
    fitted = [model for model in _MODELS if model.name in fits]
    able = [model for model in fitted if fits[model.name].converged] or fitted
    return tuple(
        model
        for model in able
        if all(
            fits[model.name].aic < fits[other.name].aic
            for other in able
            if len(other.parameter_names) < len(model.parameter_names)
        )
    )


def _see(
    ledger: Ledger, origin: Origin, question: Question, asked: tuple[BuyingModel[Any], ...], step: Step
) -> _SeenOrigin | None:
    """Fit the models to what was known at the origin, and score their forecasts by what then came.

    None where nothing could be fitted.
    """
    step(Message("Predicting from {day} on", day=origin.as_of))
    try:
        sample = _sample(ledger, origin.as_of, question, gaps=any(model.reads_gaps for model in asked))
        fits = _fits(asked, sample.histories)
    except NotEnoughHistory:
        return None
    actual = ledger.spend_between(origin.as_of, origin.end).of(sample.numbers).purchases
    ahead = origin.holdout_days / question.unit.days
    found: dict[str, CandidateForecasts] = {}
    for name, fit in fits.items():
        expected = MODELS[name].expected_purchases(fit.parameters, sample.histories.histories, ahead)
        scores = score_whole_forecasts(fit, sample.histories, ahead, actual, rng=_dice(question.seed, 1)).purchases
        each = expected[sample.histories.inverse]
        found[name] = CandidateForecasts(each, scores.log_score, scores.crps, scores.pit)
    return _SeenOrigin(OriginForecasts(origin, sample.numbers, actual, found), fits, sample)


def _candidates(
    fits: _Fits, asked: tuple[BuyingModel[Any], ...], seen: list[_SeenOrigin]
) -> tuple[list[Candidate], list[_SeenOrigin]]:
    """Every model, and the latest origins at all of which some model's fit converged, as it did to everything.

    Where none did to everything, all origins: then none is asked to.
    """
    hopeless = not any(fit.converged for fit in fits.values())
    while True:
        candidates = [_candidate(model, fits, asked, seen) for model in _MODELS]
        if hopeless or not seen or any(one.converged and one.asked for one in candidates):
            return candidates, seen
        seen = seen[1:]


def _candidate(
    model: BuyingModel[Any], fits: _Fits, asked: tuple[BuyingModel[Any], ...], seen: list[_SeenOrigin]
) -> Candidate:
    all_of_it = fits.get(model.name)
    every = [all_of_it, *(one.fits.get(model.name) for one in seen if model in asked)]
    return replace(
        Candidate.of(
            model,
            converged=all(fit is not None and fit.converged for fit in every),
            aic=None if all_of_it is None else all_of_it.aic,
        ),
        asked=model in asked,
    )


def _dice(seed: int, stream: int) -> np.random.Generator:
    """Places within counts and the bootstrap each have a stream of their own."""
    return np.random.Generator(np.random.PCG64([seed, stream]))

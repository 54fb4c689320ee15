"""A model of buying, of occasions or of spending fitted to a book."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from keyworth.behaviour import (
    GAMMA_GAMMA,
    MODELS,
    OCCASION_MODELS,
    RHYTHM_MODELS,
    ROOT_GAMMA_GAMMA,
    SPEND_MODELS,
    TITLES,
    Drift,
    Fit,
    Posterior,
    SavedFit,
    UniqueHistories,
    sample_posterior,
    update,
)
from keyworth.behaviour.buying_model import BuyingModel
from keyworth.errors import NotEnoughHistory, OptionRefused
from keyworth.ledger import Ledger
from keyworth.runs.defaults import MODEL
from keyworth.runs.model_input import buying_histories, occasion_histories, spend_histories, spend_sums
from keyworth.runs.steps import Step, silent
from keyworth.units import TimeUnit
from keyworth.words import Message, Quoted


@dataclass(frozen=True, slots=True)
class FitRun:
    """A fit, the ledger it came from, and how long the optimisation alone took, warm, in seconds.

    A model of buying or of occasions counts in `unit`, one of spending in `currency`; the other of the two is None.
    Only customers first seen after `born_after` were heard. `posterior` is None unless it was asked for, `drift`
    unless an earlier fit was gone on from, and of a known day.
    """

    fit: Fit[Any]
    as_of: date
    unit: TimeUnit | None
    currency: str | None
    ledger_version: int
    fit_seconds: float
    posterior: Posterior[Any] | None = None
    drift: Drift | None = None
    born_after: date | None = None


def model_named(name: str) -> BuyingModel[Any]:
    """The model of this name, by which a base can be valued. Raises OptionRefused for any other, naming those."""
    written = name.strip().lower()
    if written in RHYTHM_MODELS:
        raise OptionRefused(
            Message(
                "{model} takes too long for a whole base: some 20 milliseconds for each customer and question.",
                model=TITLES[written],
            ),
            hint=Message(
                "Take mbg-cnbd-k, which knows one rhythm for all, or pareto-nbd, which knows none. {model} itself can "
                "be fitted with keyworth fit, and asked about single customers in a notebook.",
                model=TITLES[written],
            ),
        )
    return MODELS[_known(name, list(MODELS))]


def fit_book(
    book: Path,
    *,
    model: str = MODEL,
    until: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
    posterior: bool = False,
    seed: int = 1,
    start: SavedFit | None = None,
    step: Step = silent,
) -> FitRun:
    """Fit a model to all purchases by `until` (default: the last order's day).

    With `start` the fit goes on from an earlier one: its model, its unit, and the customers that it heard of.
    A model of RHYTHM_MODELS takes seconds for a thousand customers. A model of occasions counts the `unit`s of the
    calendar in which a customer bought. A spend model is taught by what repeat purchases brought, in the book's
    currency. With `posterior` the parameters of a model of buying are drawn from their posterior too. Raises
    OptionRefused for an unknown model or a posterior of another kind, BookMissing or BookDamaged, NotEnoughHistory,
    PartMissing.
    """
    if start is not None:
        model, unit, born_after = _as_before(start)
    name = _known(model, list(TITLES))
    if posterior and name not in MODELS:
        raise OptionRefused(
            Message("There is no posterior of {model} here, only of models of buying.", model=TITLES[name]),
            hint=Message("Leave out --posterior, or choose one of {models}.", models=list(MODELS)),
        )
    ledger = Ledger.open(book)
    if name in SPEND_MODELS:
        return _fit_spending(ledger, name, until, born_after)
    if name in OCCASION_MODELS:
        as_of, occasions = occasion_histories(ledger, until, unit, born_after)
        fit, seconds = _timed(lambda: OCCASION_MODELS[name].fit(occasions))
        return FitRun(fit, as_of, unit, None, ledger.version, seconds, born_after=born_after)
    chosen = MODELS.get(name) or RHYTHM_MODELS[name]
    as_of, histories = buying_histories(ledger, until, unit, born_after, gaps=chosen.reads_gaps)
    chosen.make_ready(histories)  # loading what a fit needs is no part of the optimisation
    fit, seconds = _timed(lambda: chosen.fit(histories) if start is None else update(start.fit, histories))
    drawn = drawn_posterior(chosen, histories, fit, seed, step) if posterior else None
    drifted = None
    if start is not None and start.provenance.as_of is not None and start.provenance.as_of < as_of:
        from keyworth.runs.drift_of_book import drift_since

        drifted = drift_since(ledger, start.fit, start.provenance.as_of, until=as_of, unit=unit, born_after=born_after)
    return FitRun(fit, as_of, unit, None, ledger.version, seconds, drawn, drifted, born_after)


def drawn_posterior(
    model: BuyingModel[Any], histories: UniqueHistories, fit: Fit[Any], seed: int, step: Step
) -> Posterior[Any]:
    """Draws from the posterior, which may take minutes for a model that leaves in time."""
    step(Message("Drawing parameters from their posterior"))
    return sample_posterior(model, histories, fit, seed=seed)


def _as_before(start: SavedFit) -> tuple[str, TimeUnit, date | None]:
    """The model, the unit and the customers of an earlier fit. Raises OptionRefused for one of no model of buying."""
    name, unit = start.fit.model, start.fit.unit
    if unit is None or name not in {**MODELS, **RHYTHM_MODELS}:
        raise OptionRefused(
            Message("A fit of {model} cannot be gone on from, only one of a model of buying.", model=name),
            hint=Message("Fit it again: that takes no longer. Models of buying are {models}.", models=list(MODELS)),
        )
    return name, unit, start.provenance.born_after


def _fit_spending(ledger: Ledger, name: str, until: date | None, born_after: date | None) -> FitRun:
    if not ledger.has_money:
        raise NotEnoughHistory(
            Message("The orders of this book carry no money, so that there is no spend to fit."),
            hint=Message("Import orders with an amount, or fit a model of buying: {models}.", models=list(MODELS)),
        )
    if name == ROOT_GAMMA_GAMMA.name:
        as_of, sums = spend_sums(ledger, until, born_after)
        fit, seconds = _timed(lambda: ROOT_GAMMA_GAMMA.fit(sums))
    else:
        summary = ledger.customers(until, born_after=born_after)
        as_of, histories = summary.as_of, spend_histories(summary)
        fit, seconds = _timed(lambda: GAMMA_GAMMA.fit(histories))
    return FitRun(fit, as_of, None, ledger.currency, ledger.version, seconds, born_after=born_after)


def _timed(work: Callable[[], Fit[Any]]) -> tuple[Fit[Any], float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def _known(name: str, models: list[str]) -> str:
    written = name.strip().lower()
    if written in models:
        return written
    if written in TITLES:
        raise OptionRefused(
            Message("{model} can be fitted, but no base is valued or back-tested by it.", model=TITLES[written]),
            hint=Message("The models are {models}; auto chooses one of buying.", models=models),
        )
    raise OptionRefused(
        Message("There is no model {name}.", name=Quoted(name)),
        hint=Message("The models are {models}; auto chooses one of buying.", models=models),
    )

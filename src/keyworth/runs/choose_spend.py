"""Both models of spending tried on a book's own past, and the one to use: Gamma-Gamma unless the other is better."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest import (
    Candidate,
    CandidateForecasts,
    Choice,
    Origin,
    OriginForecasts,
    SpendForecast,
    choose,
    score_whole_forecasts,
)
from keyworth.behaviour import (
    GAMMA_GAMMA,
    MODELS,
    ROOT_GAMMA_GAMMA,
    Fit,
    SpendHistories,
    UniqueHistories,
)
from keyworth.errors import NotEnoughHistory
from keyworth.ledger import Ledger
from keyworth.runs.model_input import spend_sums_of
from keyworth.units import TimeUnit
from keyworth.value import SpendInput, SpendView

Floats = NDArray[np.float64]

_ORIGINS = 2  # the latest: a purchase's worth changes less over the years than how often people buy
_MODELS = (GAMMA_GAMMA, ROOT_GAMMA_GAMMA)


@dataclass(frozen=True, slots=True, eq=False)
class KnownByOrigin:
    """What some customers had done by a past day, the model of buying fitted to it, and their own numbers."""

    origin: Origin
    numbers: NDArray[np.int64]
    histories: UniqueHistories
    spend: SpendHistories
    first_value: Floats
    buying: Fit[Any]


def choose_spending(ledger: Ledger, known: Sequence[KnownByOrigin], unit: TimeUnit, seed: int) -> Choice | None:
    """The simplest model of spending within noise of the best by what customers then spent, purchases by one model.

    None without money, or where one of the two cannot be fitted at any of the latest days: nothing to choose.
    """
    if not ledger.has_money:
        return None
    seen: list[OriginForecasts] = []
    converged = dict.fromkeys((model.name for model in _MODELS), True)
    for one in known[-_ORIGINS:]:
        try:
            fits = _fits(ledger, one)
        except NotEnoughHistory:
            continue
        seen.append(_see(ledger, one, fits, unit, seed))
        for name, spend in fits.items():
            converged[name] &= spend.fit.converged
    if not seen:
        return None
    candidates = [
        Candidate(model.name, model.title, len(model.parameter_names), converged=converged[model.name])
        for model in _MODELS
    ]
    return choose(candidates, seen, rng=np.random.Generator(np.random.PCG64([seed, 5])))


def _fits(ledger: Ledger, known: KnownByOrigin) -> dict[str, SpendInput]:
    sums = spend_sums_of(ledger, known.origin.as_of, known.numbers)
    plain = GAMMA_GAMMA.fit(known.spend)
    root = ROOT_GAMMA_GAMMA.fit(sums)
    return {
        plain.model: SpendInput(known.spend, known.first_value, plain),
        root.model: SpendInput(known.spend, known.first_value, root, sums),
    }


def _see(
    ledger: Ledger, known: KnownByOrigin, fits: dict[str, SpendInput], unit: TimeUnit, seed: int
) -> OriginForecasts:
    """Each model's distributions of spend, held against what came; of those customers of whom both have one."""
    origin = known.origin
    came = ledger.spend_between(origin.as_of, origin.end).of(known.numbers)
    forecasts = {}
    for name, spend in fits.items():
        view = SpendView.of(spend, None)
        forecasts[name] = SpendForecast(view.law, view.outlook.per_purchase)
    told = np.logical_and.reduce([one.told for one in forecasts.values()])
    assert known.histories.inverse is not None
    asked = UniqueHistories(known.histories.histories, known.histories.weights, known.histories.inverse[told])
    ahead = origin.holdout_days / unit.days
    model, parameters = MODELS[known.buying.model], known.buying.parameters
    purchases = model.expected_purchases(parameters, asked.histories, ahead)[asked.inverse]
    found: dict[str, CandidateForecasts] = {}
    for name, forecast in forecasts.items():
        per_purchase = forecast.per_purchase[told]
        whole = score_whole_forecasts(
            known.buying,
            asked,
            ahead,
            came.purchases[told],
            rng=np.random.Generator(np.random.PCG64([seed, 4])),
            spend=SpendForecast(forecast.law, per_purchase),
            spent=came.amount[told],
        )
        assert whole.spend is not None
        scores = whole.spend.scores
        found[name] = CandidateForecasts(purchases * per_purchase, scores.log_score, scores.crps, scores.pit)
    return OriginForecasts(origin, known.numbers[told], came.amount[told], found)

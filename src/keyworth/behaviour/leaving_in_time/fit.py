"""Fitting models that leave in time: where to start, how to climb."""

import itertools
from collections.abc import Callable

import numpy as np

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.fit import Fit, fit_from
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.fit import refuse_too_little
from keyworth.behaviour.leaving_in_time.lifetimes import Lifetime
from keyworth.behaviour.leaving_in_time.likelihood import LeavingInTimeLikelihood
from keyworth.behaviour.leaving_in_time.odds import COMPILED_FROM
from keyworth.behaviour.newton import Maximum, maximise
from keyworth.behaviour.parameters import P
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories

_LEAST_SCOUTS = 500  # unique histories on which a fit looks for its way, a twentieth of all if that is more
_STEPS_OF_SCOUTS = 12  # which need not arrive: the way ends on all histories
_SCOUTS_OF_STARTS = 300  # and on which starts are compared
_RANGE = np.log(1e5)  # how far, up or down, each parameter may move from its scale

# Given the histories, the form and the mean time of observation: the logarithms of this model's parameters with which
# it says what a simpler model's fit says.
Limit = Callable[[UniqueHistories, Form, float], Floats]


def fit_leaving_in_time(
    unique: UniqueHistories,
    kind: type[P],
    model: str,
    lifetime: type[Lifetime],
    scales: tuple[int, ...],
    starts: tuple[tuple[float, ...], ...],
    form: Form | None,
    limit: Limit | None = None,
    begin: Floats | None = None,
) -> Fit[P]:
    """Maximum likelihood from the best of a fixed grid of starts. Raises NotEnoughHistory.

    `scales` are the powers of time of the parameters, in order; `starts` are where to look for those of the lifetime,
    times in mean times of observation. The two most likely starts are climbed from and the higher end is kept. A
    large sample is first climbed on an even selection of its histories. `limit` is where a simpler model ends, which
    lies at the edge of this one: where it is higher still, the climb begins there again. With `begin`, in logarithms,
    there is one climb, from there.
    """
    refuse_too_little(unique)
    unique = unique.in_order()
    form = form or form_for(unique)
    observed = dot(unique.weights, unique.histories.observed_for) / unique.customers
    units = observed ** np.array(scales, dtype=np.float64)
    lower, upper = np.log(units) - _RANGE, np.log(units) + _RANGE
    rows = lifetime.row_sums_compiled(unique) if form == "compiled" else None
    whole = LeavingInTimeLikelihood(unique, lifetime, rows)
    if begin is not None:
        return fit_from(
            maximise(whole, begin, lower, upper), kind, model=model, unit=unique.histories.unit,
            customers=unique.customers, unique_histories=len(unique),
        )  # fmt: skip
    rate = dot(unique.weights, unique.histories.repeats) / (unique.customers * observed)
    grid = [
        np.log([r, r / (rate * faster), *(units[2:] * of)])
        for r, faster, of in itertools.product((0.25, 0.7, 2.0), (1.0, 2.5), starts)
    ]
    ground = LeavingInTimeLikelihood(selection(unique, _SCOUTS_OF_STARTS), lifetime)
    best = sorted(grid, key=lambda start: -ground(start).value)[:2]
    scouted = selection(unique, max(_LEAST_SCOUTS, len(unique) // 20))
    if scouted is unique:
        highest = _highest([maximise(whole, start, lower, upper) for start in best])
    else:
        scout = LeavingInTimeLikelihood(scouted, lifetime)
        near = _highest([maximise(scout, start, lower, upper, most_steps=_STEPS_OF_SCOUTS) for start in best])
        highest = maximise(whole, near.at, lower, upper)
    if limit is not None:
        simpler = np.clip(limit(unique, form, observed), lower, upper)
        if whole(simpler).value > highest.value:
            highest = _highest([highest, maximise(whole, simpler, lower, upper)])
    return fit_from(
        highest, kind, model=model, unit=unique.histories.unit,
        customers=unique.customers, unique_histories=len(unique),
    )  # fmt: skip


def form_for(unique: UniqueHistories) -> Form:
    return "compiled" if len(unique) >= COMPILED_FROM else "numpy"


def make_ready(unique: UniqueHistories, lifetime: type[Lifetime], parameters: int) -> None:
    """Load and run the compiled code once where a fit of these histories will use it."""
    if form_for(unique) == "compiled":
        lifetime.row_sums_compiled(selection(unique, 2))(np.ones(parameters))


def selection(unique: UniqueHistories, most: int) -> UniqueHistories:
    """Every so-manieth of the histories, which lie in order: a small sample that resembles the whole."""
    every = len(unique) // most
    if every < 2:
        return unique
    at = slice(None, None, every)
    return UniqueHistories(unique.histories.rows(at), unique.weights[at])


def _highest(climbs: list[Maximum]) -> Maximum:
    return max(climbs, key=lambda climb: climb.value)

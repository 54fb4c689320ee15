"""Fitting BG/CNBD-k and MBG/CNBD-k: a climb for every k, and the most likely k kept."""

import itertools
from dataclasses import replace

import numpy as np

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.fit import Fit, fit_from
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_fit import COMPILED_FROM, refuse_too_little
from keyworth.behaviour.leaving_likelihood import LeavingLikelihood
from keyworth.behaviour.newton import Maximum, Objective, maximise
from keyworth.behaviour.regular_likelihood import RegularLikelihood
from keyworth.behaviour.regular_parameters import MOST_REGULAR, R
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories
from keyworth.words import Message

_SCOUTS = 20_000  # unique histories on which a large fit looks for its starting points
_RANGE = np.log(1e5)  # how far, up or down, each parameter may move from its scale
_FALLS = 3  # so many k in a row with a lower likelihood each, and no larger one is tried


def fit_regular(unique: UniqueHistories, kind: type[R], model: str, first_chance: int, form: Form | None) -> Fit[R]:
    """Maximum likelihood over k and the parameters that go with it.

    Raises NotEnoughHistory, and HistoryRefused where the histories do not tell the time between purchases.
    """
    refuse_too_little(unique)
    unique.histories.needed_gaps()
    unique = unique.in_order()
    form = form or ("compiled" if len(unique) >= COMPILED_FROM else "numpy")
    scouted = _selection(unique)
    scale = dot(unique.weights, unique.histories.observed_for) / unique.customers
    climbs: dict[int, Maximum] = {}
    for k in range(1, MOST_REGULAR + 1):
        centre = np.log([1.0, scale, 1.0, 1.0])
        lower, upper = centre - _RANGE, centre + _RANGE
        scout = likelihood(scouted, first_chance, k, "numpy" if scouted is not unique else form)
        starts = sorted(_grid(unique, scale, k), key=lambda start: -scout(start).value)[: 2 if k == 1 else 1]
        if k > 1:
            # As many purchases in k ticks each as before in k − 1: a clock that is so much faster.
            starts.append(climbs[k - 1].at + np.log([1.0, (k - 1) / k, 1.0, 1.0]))
        reached = [maximise(scout, start, lower, upper) for start in starts]
        if scouted is not unique:
            whole = likelihood(unique, first_chance, k, form)
            reached = [maximise(whole, _highest(reached).at, lower, upper)]
        climbs[k] = _highest(reached)
        if k > _FALLS and all(climbs[j].value < climbs[j - 1].value for j in range(k - _FALLS + 1, k + 1)):
            break
    best, second = sorted(climbs, key=lambda k: -climbs[k].value)[:2]
    fit = fit_from(
        climbs[best], kind, model=model, unit=unique.histories.unit,
        customers=unique.customers, unique_histories=len(unique), fixed={"k": best},
    )  # fmt: skip
    return replace(fit, verdict=_verdict(fit.verdict, climbs, best, second))


def likelihood(unique: UniqueHistories, first_chance: int, k: int, form: Form = "numpy") -> Objective:
    """What is climbed for one k. For k = 1 it is that of BG/NBD and MBG/NBD, which needs fewer sums."""
    if k > 1:
        return RegularLikelihood(unique, first_chance, k)
    if form == "numpy":
        return LeavingLikelihood(unique, first_chance)
    from keyworth.behaviour.leaving_tables import row_sums_compiled

    return LeavingLikelihood(unique, first_chance, row_sums_compiled(unique, first_chance))


def _grid(unique: UniqueHistories, scale: float, k: int) -> list[Floats]:
    """Around the observed rate of buying: customers alike or not, leaving early, late, hardly."""
    ticks = k * dot(unique.weights, unique.histories.repeats) / (unique.customers * scale)
    return [
        np.log([r, r / (ticks * faster), a, b])
        for r, faster, (a, b) in itertools.product(
            (0.25, 0.7, 2.0), (1.0, 2.5), ((0.7, 2.0), (0.5, 6.0), (3.0, 12.0), (0.2, 20.0))
        )
    ]


def _selection(unique: UniqueHistories) -> UniqueHistories:
    """Every so-manieth of the histories, which lie in order: a small sample that resembles the whole."""
    every = len(unique) // _SCOUTS
    if every < 2:
        return unique
    at = slice(None, None, every)
    return UniqueHistories(unique.histories.rows(at), unique.weights[at])


def _highest(climbs: list[Maximum]) -> Maximum:
    return max(climbs, key=lambda climb: climb.value)


def _verdict(of_the_climb: Message, climbs: dict[int, Maximum], best: int, second: int) -> Message:
    return Message(
        "{verdict} Of k from 1 to {last}, {best} is the most likely; next comes {second}, with a log-likelihood "
        "lower by {lead}.",
        verdict=of_the_climb,
        last=len(climbs),
        best=best,
        second=second,
        lead=float(f"{climbs[best].value - climbs[second].value:.3g}"),
    )

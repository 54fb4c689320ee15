"""Fitting BG/CNBD-k and MBG/CNBD-k: a climb for every k, and the most likely k kept."""

import itertools
from dataclasses import replace

import numpy as np

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.fit import Fit, fit_from
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.fit import COMPILED_FROM, refuse_too_little
from keyworth.behaviour.leaving_after_purchase.likelihood import LeavingLikelihood
from keyworth.behaviour.newton import Maximum, Objective, maximise
from keyworth.behaviour.parameters import climbed_logs
from keyworth.behaviour.regular_timing.likelihood import RegularLikelihood
from keyworth.behaviour.regular_timing.parameters import MOST_REGULAR, R, RegularParameters
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories
from keyworth.words import Message

_TASTED, _SCOUTS = 1_000, 5_000  # unique histories on which starts are compared, and on which a large fit climbs first
_RANGE = np.log(1e5)  # how far, up or down, each parameter may move from its scale
Climbs = tuple[dict[int, Objective], dict[int, Maximum]]  # by k, what was climbed and where it ended

_FALLS = 3  # so many k in a row with a lower likelihood each, and no larger one is tried


def fit_regular(
    unique: UniqueHistories,
    kind: type[R],
    model: str,
    first_chance: int,
    form: Form | None,
    start: R | None = None,
) -> Fit[R]:
    """Maximum likelihood over k and the parameters that go with it.

    With `start` the climb begins there, and goes on to the k beside it as far as the likelihood rises.
    Raises NotEnoughHistory, and HistoryRefused where the histories do not tell the time between purchases.
    """
    refuse_too_little(unique)
    unique = unique.in_order()
    form = form or ("compiled" if len(unique) >= COMPILED_FROM else "numpy")
    scale = dot(unique.weights, unique.histories.observed_for) / unique.customers
    centre = np.log([1.0, scale, 1.0, 1.0])
    box = centre - _RANGE, centre + _RANGE
    whole, climbs = (
        _from_a_grid(unique, first_chance, form, scale, box)
        if start is None
        else _from_a_fit(unique, first_chance, form, start, box)
    )
    best, second = sorted(climbs, key=lambda k: -climbs[k].value)[:2]
    fit = fit_from(
        _sharpened(whole[best], climbs[best]), kind, model=model, unit=unique.histories.unit,
        customers=unique.customers, unique_histories=len(unique), fixed={"k": best},
    )  # fmt: skip
    return replace(fit, verdict=_verdict(fit.verdict, climbs, best, second))


def _from_a_grid(
    unique: UniqueHistories, first_chance: int, form: Form, scale: float, box: tuple[Floats, Floats]
) -> Climbs:
    """One climb for every k from 1, from the likeliest of a fixed grid of starts, until k says less and less."""
    tasted, scouted = _selection(unique, _TASTED), _selection(unique, _SCOUTS)
    climbs: dict[int, Maximum] = {}
    whole: dict[int, Objective] = {}
    lower, upper = box
    for k in range(1, MOST_REGULAR + 1):
        taste = likelihood(tasted, first_chance, k)
        starts = _grid(unique, scale, k)
        if k > 1:
            # As many purchases in k ticks each as before in k − 1: a clock that is so much faster.
            starts.append(climbs[k - 1].at + np.log([1.0, (k - 1) / k, 1.0, 1.0]))
        starts = sorted(starts, key=lambda start: -taste(np.clip(start, lower, upper)).value)[: 2 if k == 1 else 1]
        whole[k] = likelihood(unique, first_chance, k, form)
        scout = whole[k] if scouted is unique else likelihood(scouted, first_chance, k)
        highest = _highest([maximise(scout, start, lower, upper) for start in starts])
        climbs[k] = highest if scouted is unique else maximise(whole[k], highest.at, lower, upper)
        if k > _FALLS and all(climbs[j].value < climbs[j - 1].value for j in range(k - _FALLS + 1, k + 1)):
            break
    return whole, climbs


def _from_a_fit(
    unique: UniqueHistories, first_chance: int, form: Form, start: RegularParameters, box: tuple[Floats, Floats]
) -> Climbs:
    """A climb from where an earlier fit ended, and one for each k beside it as far as the likelihood rises."""
    whole = {start.k: likelihood(unique, first_chance, start.k, form)}
    climbs = {start.k: maximise(whole[start.k], climbed_logs(start), *box)}
    for way in (-1, 1):
        k = start.k
        while 1 <= k + way <= MOST_REGULAR:
            near, k = climbs[k], k + way
            whole[k] = likelihood(unique, first_chance, k, form)
            climbs[k] = maximise(whole[k], near.at + np.log([1.0, (k - way) / k, 1.0, 1.0]), *box)
            if climbs[k].value <= near.value:
                break
    return whole, climbs


def _sharpened(objective: Objective, climb: Maximum) -> Maximum:
    """One step more: a climb ends when the next would be too short to gain anything, and this is that step."""
    if climb.edges or float(np.linalg.eigvalsh(-climb.hessian)[0]) <= 0.0:
        return climb
    step = np.linalg.solve(-climb.hessian, climb.gradient)
    there = objective(climb.at + step)
    if not float(np.linalg.norm(there.gradient)) < float(np.linalg.norm(climb.gradient)):
        return climb
    return replace(climb, at=climb.at + step, value=there.value, gradient=there.gradient, hessian=there.hessian)


def likelihood(unique: UniqueHistories, first_chance: int, k: int, form: Form = "numpy") -> Objective:
    """What is climbed for one k. For k = 1 it is that of BG/NBD and MBG/NBD, which needs fewer sums."""
    if form == "numpy":
        return LeavingLikelihood(unique, first_chance) if k == 1 else RegularLikelihood(unique, first_chance, k)
    from keyworth.behaviour.leaving_after_purchase import tables as leaving_tables
    from keyworth.behaviour.regular_timing import tables as regular_tables

    if k == 1:
        return LeavingLikelihood(unique, first_chance, leaving_tables.row_sums_compiled(unique, first_chance))
    return RegularLikelihood(unique, first_chance, k, regular_tables.row_sums_compiled(unique, first_chance, k))


def _grid(unique: UniqueHistories, scale: float, k: int) -> list[Floats]:
    """Around the observed rate of buying: customers alike or not, leaving early, late, hardly."""
    ticks = k * dot(unique.weights, unique.histories.repeats) / (unique.customers * scale)
    return [
        np.log([r, r / (ticks * faster), a, b])
        for r, faster, (a, b) in itertools.product(
            (0.25, 0.7, 2.0), (1.0, 2.5), ((0.7, 2.0), (0.5, 6.0), (3.0, 12.0), (0.2, 20.0))
        )
    ]


def _selection(unique: UniqueHistories, about: int) -> UniqueHistories:
    """Every so-manieth of the histories, which lie in order: a small sample that resembles the whole."""
    every = len(unique) // about
    return unique if every < 2 else _some(unique, every)


def _some(unique: UniqueHistories, every: int) -> UniqueHistories:
    at = slice(None, None, every)
    return UniqueHistories(unique.histories.rows(at), unique.weights[at])


def make_ready(unique: UniqueHistories, first_chance: int) -> None:
    """Load and run the compiled code once where a fit of these histories will use it."""
    if len(unique) >= COMPILED_FROM and unique.histories.log_gaps is not None:
        for k in (1, 2):
            # The first and the last history: the last has repeats, so that there is a row to sum.
            likelihood(_some(unique, len(unique) - 1), first_chance, k, "compiled")(np.zeros(4))


def _highest(climbs: list[Maximum]) -> Maximum:
    return max(climbs, key=lambda climb: climb.value)


def _verdict(of_the_climb: Message, climbs: dict[int, Maximum], best: int, second: int) -> Message:
    return Message(
        "{verdict} Of k from {first} to {last}, {best} is the most likely; next comes {second}, with a log-likelihood "
        "lower by {lead}.",
        verdict=of_the_climb,
        first=min(climbs),
        last=max(climbs),
        best=best,
        second=second,
        lead=float(f"{climbs[best].value - climbs[second].value:.3g}"),
    )

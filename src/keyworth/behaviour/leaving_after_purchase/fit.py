"""Fitting BG/NBD and MBG/NBD: where to start, how to climb, when to refuse."""

import itertools

import numpy as np

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.fit import Fit, fit_from
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.likelihood import LeavingLikelihood
from keyworth.behaviour.leaving_after_purchase.parameters import L
from keyworth.behaviour.newton import Maximum, maximise
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories
from keyworth.errors import NotEnoughHistory
from keyworth.words import Message

# Above this many unique histories the compiled form repays the time it takes to load.
COMPILED_FROM = 50_000
_SCOUTS = 20_000  # unique histories on which a large fit looks for its starting point
_RANGE = np.log(1e5)  # how far, up or down, each parameter may move from its scale


def fit_leaving(
    unique: UniqueHistories,
    kind: type[L],
    model: str,
    first_chance: int,
    form: Form | None,
    start: Floats | None = None,
) -> Fit[L]:
    """Maximum likelihood from `start`, in logarithms, or the best of a fixed grid of starts. Raises NotEnoughHistory.

    The two most likely starts are climbed from and the higher end is kept, so no start is ever better
    than the result. A large sample is first climbed on an even selection of its histories.
    """
    refuse_too_little(unique)
    unique = unique.in_order()
    form = form or _form_for(unique)
    centre = np.log([1.0, _scale(unique), 1.0, 1.0])
    lower, upper = centre - _RANGE, centre + _RANGE
    sum_rows = None
    if form == "compiled":
        from keyworth.behaviour.leaving_after_purchase.tables import row_sums_compiled

        sum_rows = row_sums_compiled(unique, first_chance)
    objective = LeavingLikelihood(unique, first_chance, sum_rows)

    if start is None:
        scouted = _selection(unique)
        scout = objective if scouted is unique else LeavingLikelihood(scouted, first_chance)
        starts = sorted(_starts(unique), key=lambda start: -scout(start).value)[:2]
        climbs = [maximise(scout, each, lower, upper) for each in starts]
        if scout is not objective:
            climbs = [maximise(objective, _highest(climbs).at, lower, upper)]
    else:
        climbs = [maximise(objective, start, lower, upper)]
    return fit_from(
        _highest(climbs), kind, model=model, unit=unique.histories.unit,
        customers=unique.customers, unique_histories=len(unique),
    )  # fmt: skip


def _form_for(unique: UniqueHistories) -> Form:
    return "compiled" if len(unique) >= COMPILED_FROM else "numpy"


def make_ready(unique: UniqueHistories, first_chance: int) -> None:
    """Load and run the compiled code once where a fit of these histories will use it."""
    if _form_for(unique) == "compiled":
        from keyworth.behaviour.leaving_after_purchase.tables import row_sums_compiled

        # The first and the last history: the last has repeats, so that there is a row to sum.
        row_sums_compiled(_some(unique, len(unique) - 1), first_chance)(1.0, 1.0, 1.0, 1.0)


def refuse_too_little(unique: UniqueHistories) -> None:
    """Raise NotEnoughHistory where no parameter of buying and leaving could be told from any other."""
    customers, h = unique.customers, unique.histories
    counts = {"customers": round(customers), "repeaters": round(float(unique.weights[h.repeats > 0].sum()))}
    if customers < 5:
        raise NotEnoughHistory(
            Message(
                "{customers} {customers:customer is|customers are} too few to tell how customers differ.", **counts
            ),
            hint=Message("At least 5 are needed, and a few hundred for a result worth having."),
            counts=counts,
        )
    if counts["repeaters"] == 0:
        raise NotEnoughHistory(
            Message("None of {customers} {customers:customer|customers} has bought on a second day.", **counts),
            hint=Message("Wait for repeat purchases, or import a longer history."),
            counts=counts,
        )


def _scale(unique: UniqueHistories) -> float:
    """The mean time under observation: what is long and short for these customers."""
    return dot(unique.weights, unique.histories.observed_for) / unique.customers


def _starts(unique: UniqueHistories) -> list[Floats]:
    """A grid around the observed rate of buying: customers alike or not, leaving early, late, hardly."""
    rate = dot(unique.weights, unique.histories.repeats) / (unique.customers * _scale(unique))
    return [
        np.log([r, r / (rate * faster), a, b])
        for r, faster, (a, b) in itertools.product(
            (0.25, 0.7, 2.0), (1.0, 2.5), ((0.7, 2.0), (0.5, 6.0), (3.0, 12.0), (0.2, 20.0))
        )
    ]


def _selection(unique: UniqueHistories) -> UniqueHistories:
    """Every so-manieth of the histories, which lie in order: a small sample that resembles the whole."""
    every = len(unique) // _SCOUTS
    if every < 2:
        return unique
    return _some(unique, every)


def _some(unique: UniqueHistories, every: int) -> UniqueHistories:
    at = slice(None, None, every)
    return UniqueHistories(unique.histories.rows(at), unique.weights[at])


def _highest(climbs: list[Maximum]) -> Maximum:
    return max(climbs, key=lambda climb: climb.value)

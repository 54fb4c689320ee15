"""Whether a book's purchases come at another pace than models foretell, past day after past day, and by how much.

A shop that grows, or sells less often, lets every model here miss in the same direction each time: none of them knows a
trend. One number mends that: the model is asked about `pace` times the time ahead, so that expectations, chances of
each count and intervals move together. It is learnt at earlier past days, tried on the latest, and used only where it
was better there beyond chance.
"""

from collections.abc import Sequence

import numpy as np

from keyworth.backtest import Candidate, CandidateForecasts, OriginForecasts, choose, score_whole_forecasts
from keyworth.behaviour import MODELS
from keyworth.runs.choose_spend import KnownByOrigin
from keyworth.units import TimeUnit
from keyworth.words import Message

# Two past days to learn from and one to be tried on: one year's luck is no trend.
_LEAST_ORIGINS = 3
_SLOWEST, _FASTEST = 0.25, 4.0
_STEPS = 20


def choose_pace(
    known: Sequence[KnownByOrigin], seen: Sequence[OriginForecasts], unit: TimeUnit, seed: int
) -> tuple[float, tuple[Message, ...]]:
    """The pace to ask the model at, 1 unless another was better, and then why; `seen` are of the origins of `known`."""
    if len(known) < _LEAST_ORIGINS:
        return 1.0, ()
    learnt = _pace(known[:-1], seen[:-1], unit)
    latest, came = known[-1], seen[-1]
    fit = latest.buying
    ahead = learnt * latest.origin.holdout_days / unit.days
    # The dice of `choose_model`, so that forecasts differ by their pace alone.
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    scores = score_whole_forecasts(fit, latest.histories, ahead, came.actual, rng=rng).purchases
    expected = MODELS[fit.model].expected_purchases(fit.parameters, latest.histories.histories, ahead)
    paced = CandidateForecasts(expected[latest.histories.inverse], scores.log_score, scores.crps, scores.pit)
    held = OriginForecasts(came.origin, came.customers, came.actual, {"plain": came.of[fit.model], "paced": paced})
    rivals = [Candidate("plain", "", 1), Candidate("paced", "", 2)]
    choice = choose(rivals, [held], rng=np.random.Generator(np.random.PCG64([seed, 6])))
    if choice.standing("plain").within_noise or not choice.standing("paced").within_noise:
        return 1.0, ()
    pace = _pace(known, seen, unit)
    return pace, (
        Message(
            "Past day after past day purchases came at another pace than foretold: {model} is asked about {pace} times "
            "the time ahead, which made the latest forecasts better by more than chance explains.",
            model=MODELS[fit.model].title,
            pace=round(pace, 2),
        ),
    )


def _pace(known: Sequence[KnownByOrigin], seen: Sequence[OriginForecasts], unit: TimeUnit) -> float:
    """The pace at which as many purchases are foretold, of all at all these origins, as came."""
    came = sum(float(one.actual.sum()) for one in seen)

    def foretold(pace: float) -> float:
        total = 0.0
        for one in known:
            model, ahead = MODELS[one.buying.model], pace * one.origin.holdout_days / unit.days
            expected = model.expected_purchases(one.buying.parameters, one.histories.histories, ahead)
            total += float((one.histories.weights * expected).sum())
        return total

    # Expectations rise with the time ahead, a little less than in proportion: a few corrections are enough.
    pace = 1.0
    for _ in range(_STEPS):
        moved = float(np.clip(pace * came / max(foretold(pace), 1e-9), _SLOWEST, _FASTEST))
        if abs(moved / pace - 1.0) < 1e-6:
            break
        pace = moved
    return pace

"""Whether a book's purchases come at another pace than models foretell, past day after past day, and by how much.

A shop that grows, or sells less often, lets every model here miss in the same direction each time: none of them knows a
trend. One number mends that: the model is asked about `pace` times the time ahead, so that expectations, chances of
each count and intervals move together. Others miss those who come back once a year, or think too soon that who was long
away has left: there each history has a pace of its own, by how often one came back and how long ago
(docs/decisions/0012). Either is learnt at earlier past days, tried on the latest, and used only where it was better
there beyond chance.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from keyworth.backtest import Candidate, CandidateForecasts, OriginForecasts, choose, score_whole_forecasts
from keyworth.behaviour import MODELS, PacedModel, PaceTable, TaughtDay, learn_pace, learn_pace_table
from keyworth.runs.choose_spend import KnownByOrigin
from keyworth.runs.pace import Pace
from keyworth.units import TimeUnit
from keyworth.words import Message

# Two past days to learn from and one to be tried on: one year's luck is no trend.
_LEAST_ORIGINS = 3


def choose_pace(known: Sequence[KnownByOrigin], seen: Sequence[OriginForecasts], unit: TimeUnit, seed: int) -> Pace:
    """The pace to ask the model at, 1 unless another was better, and why; `seen` are of the origins of `known`."""
    if len(known) < _LEAST_ORIGINS:
        return Pace()
    taught = [
        TaughtDay.of(one.buying, one.histories, one.origin.holdout_days / unit.days, came.actual)
        for one, came in zip(known, seen, strict=True)
    ]
    trial = _Trial(known[-1], seen[-1], unit, seed)
    title = MODELS[known[-1].buying.model].title
    days = tuple(one.origin.as_of for one in known)
    chosen, best = Pace(1.0, days, known[-1].origin.holdout_days), trial.plain
    if trial.better(paced := trial.forecasts(pace=learn_pace(taught[:-1])), best):
        pace, best = learn_pace(taught), paced
        chosen = replace(chosen, factor=pace, why_factor=(_why_one(title, pace),))
    if trial.better(trial.forecasts(paces=learn_pace_table(taught[:-1])), best):
        table = learn_pace_table(taught)
        others = {day: learn_pace_table([*taught[:at], *taught[at + 1 :]]) for at, day in enumerate(days)}
        chosen = replace(chosen, table=table, without=others, why_table=(_why_by_history(title, table),))
    return chosen


def _why_one(title: str, pace: float) -> Message:
    return Message(
        "Past day after past day purchases came at another pace than foretold: {model} is asked about {pace} "
        "times the time ahead, which made the latest forecasts better by more than chance explains.",
        model=title,
        pace=round(pace, 2),
    )


def _why_by_history(title: str, table: PaceTable) -> Message:
    paces = np.array(table.paces)
    return Message(
        "Past day after past day customers came back at another pace than foretold, by how often they had bought and "
        "how long ago: of each, {model} is asked about {slow} to {fast} times the time ahead, which made the latest "
        "forecasts better by more than chance explains.",
        model=title,
        slow=round(float(paces.min()), 2),
        fast=round(float(paces.max()), 2),
    )


class _Trial:
    """The latest past day, at which a pace that the others taught is tried."""

    def __init__(self, known: KnownByOrigin, came: OriginForecasts, unit: TimeUnit, seed: int) -> None:
        self.known, self.came, self.seed = known, came, seed
        self.ahead = known.origin.holdout_days / unit.days

    @property
    def plain(self) -> CandidateForecasts:
        return self.came.of[self.known.buying.model]

    def forecasts(self, *, pace: float = 1.0, paces: PaceTable | None = None) -> CandidateForecasts:
        fit, unique, ahead = self.known.buying, self.known.histories, pace * self.ahead
        # The dice of `choose_model`, so that forecasts differ by their pace alone.
        rng = np.random.Generator(np.random.PCG64([self.seed, 1]))
        scores = score_whole_forecasts(fit, unique, ahead, self.came.actual, rng=rng, paces=paces).purchases
        model = MODELS[fit.model] if paces is None else PacedModel(MODELS[fit.model], paces)
        expected = model.expected_purchases(fit.parameters, unique.histories, ahead)
        return CandidateForecasts(expected[unique.inverse], scores.log_score, scores.crps, scores.pit)

    def better(self, richer: CandidateForecasts, simpler: CandidateForecasts) -> bool:
        """Whether the richer way foretold better by some measure beyond chance, and worse beyond chance by none."""
        rivals = [Candidate("simpler", "", 1), Candidate("richer", "", 2)]
        held = replace(self.came, of={"simpler": simpler, "richer": richer})
        choice = choose(rivals, [held], rng=np.random.Generator(np.random.PCG64([self.seed, 6])))
        return not choice.standing("simpler").within_noise and choice.standing("richer").within_noise

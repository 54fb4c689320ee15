"""Why a model was chosen, in sentences."""

from collections.abc import Mapping, Sequence

from keyworth.backtest.candidates import Candidate
from keyworth.backtest.standing import LEVEL_AIC, Lag, Standing
from keyworth.backtest.verdict import MEASURES
from keyworth.words import Message
from keyworth.words.formatting import measure

_LABELS = {
    "log_score": MEASURES["log_score"].label,
    "crps": MEASURES["crps"].label,
    "squared_error": Message("squared error"),
}


def why_by_forecasts(
    winner: Standing, ranking: Sequence[Standing], leaders: Mapping[str, Candidate], origins: int
) -> tuple[Message, ...]:
    """The sentences where forecasts were compared; `leaders` are the best by each measure."""
    return (
        _headline(winner, ranking, origins),
        *_better_by_chance(winner, leaders),
        *_beaten(winner, ranking),
        *_what_else_to_know(winner.candidate, ranking),
    )


def why_by_aic(winner: Candidate, level: int, ranking: Sequence[Standing]) -> tuple[Message, ...]:
    """The sentences where fits were compared, `level` of them being within noise of the least AIC."""
    return (
        Message(
            "Too little is known to hold back a part of it, so the models were compared by how well they explain all "
            "of it, each parameter counting against them (AIC)."
        ),
        Message(
            "{model}: the simplest of the {level} of {models} {models:model|models} whose AIC is within {points} of "
            "the least.",
            model=winner.title,
            level=level,
            models=sum(one.eligible for one in ranking),
            points=round(LEVEL_AIC),
        ),
        *_what_else_to_know(winner, ranking),
    )


def _what_else_to_know(winner: Candidate, ranking: Sequence[Standing]) -> tuple[Message, ...]:
    """Who was not allowed to win, and what the winner cannot tell."""
    said = []
    in_vain = [one.candidate.title for one in ranking if _in_vain(one.candidate, winner)]
    failed = [one.candidate.title for one in ranking if not one.eligible and one.candidate.title not in in_vain]
    if not winner.converged:
        said.append(
            Message(
                "No model's fit converged everywhere, so what the parameters say by themselves cannot be relied on; "
                "all models were compared all the same."
            )
        )
    if failed:
        said.append(Message("Could not win, because a fit failed or did not converge: {models}.", models=failed))
    if in_vain:
        said.append(
            Message(
                "Not asked about past days, because a simpler model explains the orders as well: {models}.",
                models=in_vain,
            )
        )
    for measures, models in _barred_and_better(ranking).items():
        said.append(
            Message(
                "{models} would have foretold better all the same ({measures}), by more than chance explains.",
                models=models,
                measures=[_LABELS[name] for name in measures],
            )
        )
    if not winner.loses_one_time_buyers:
        said.append(
            Message(
                "{model} holds whoever bought once for a customer for ever: it may tell expected purchases, but the "
                "chance of being a customer and the risk of leaving must come from another model.",
                model=winner.title,
            )
        )
    return tuple(said)


def _in_vain(candidate: Candidate, winner: Candidate) -> bool:
    """Whether it was left out for being richer than it need be, and for nothing that was forgiven the winner."""
    forgiven = candidate.converged or (not winner.converged and candidate.aic is not None)
    return forgiven and not candidate.asked


def _barred_and_better(ranking: Sequence[Standing]) -> dict[tuple[str, ...], list[str]]:
    """Of those that could not win and foretold better beyond noise: the models, by what they were better at."""
    found: dict[tuple[str, ...], list[str]] = {}
    for one in ranking:
        ahead = () if one.eligible or not one.lags else tuple(name for name, lag in one.lags.items() if lag.high < 0.0)
        if ahead:
            found.setdefault(ahead, []).append(one.candidate.title)
    return found


def _headline(winner: Standing, ranking: Sequence[Standing], origins: int) -> Message:
    able = [one for one in ranking if one.eligible]
    level = [one for one in able if one.within_noise]
    values = {"model": winner.candidate.title, "models": len(able), "origins": origins}
    if not winner.within_noise:
        return Message(
            "{model}: of {models} models none is within noise of the best by every measure at "
            "{origins} past {origins:day|days}; this one is by the most.",
            **values,
        )
    if len(able) == 1:
        return Message("{model}: the only model that could be fitted at past days.", model=winner.candidate.title)
    if len(level) == 1 and _barred_and_better(ranking):
        return Message(
            "{model}: the best of the {models} models whose fits converged, at {origins} past {origins:day|days}; "
            "others foretold better, and are not to be relied on.",
            **values,
        )
    if len(level) == 1:
        return Message(
            "{model}: the best of {models} models at {origins} past {origins:day|days}, by more than chance explains.",
            **values,
        )
    return Message(
        "{model}: as good as the best of {models} models within noise at {origins} past "
        "{origins:day|days}, and the simplest of those.",
        **values,
    )


def _better_by_chance(winner: Standing, leaders: Mapping[str, Candidate]) -> tuple[Message, ...]:
    """Of the best by log score, which the winner need not be: by how much, and that it may be luck."""
    leader, lag = leaders["log_score"], _lag(winner, "log_score")
    if leader.name == winner.candidate.name:
        return ()
    values = {"model": leader.title, "nats": measure(lag.behind, 2)}
    if lag.within_noise:
        return (Message("{model} is {nats} nats a customer better, which chance explains.", **values),)
    return (Message("{model} is {nats} nats a customer better, which chance does not explain.", **values),)


def _beaten(winner: Standing, ranking: Sequence[Standing]) -> tuple[Message, ...]:
    """Who is worse than chance explains, and by what."""
    worse = [
        Message(
            "{model} ({measures})",
            model=one.candidate.title,
            measures=[_LABELS[name] for name, lag in one.lags.items() if not lag.within_noise],
        )
        for one in ranking
        if one.eligible and one.lags and not one.within_noise and one is not winner
    ]
    return (Message("Worse than the best by more than chance explains: {models}.", models=worse),) if worse else ()


def _lag(of: Standing, name: str) -> Lag:
    assert of.lags is not None
    return of.lags[name]

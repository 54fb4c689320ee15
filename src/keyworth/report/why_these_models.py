"""Why a value book rests on these models: which were asked about the past, and how far each lay behind the best."""

import math
from dataclasses import dataclass
from typing import Literal

from keyworth.backtest import DECIDING, MEASURES
from keyworth.behaviour import TITLES
from keyworth.report.content import ReportContent
from keyworth.report.labels import purchase_labels, recency_labels
from keyworth.report.tables import Table
from keyworth.report.voice import Voice
from keyworth.value import ModelChoice
from keyworth.words import Message
from keyworth.words.formatting import measure

Standing = Literal["chosen", "level", "worse"]


@dataclass(frozen=True, slots=True)
class Lag:
    """How far one model's log score lay behind the best, in nats a customer, and the 95% interval of that."""

    title: str
    standing: Standing
    behind: float
    low: float
    high: float


def lags(choice: ModelChoice) -> list[Lag]:
    """The models that were asked about past days, the least behind first."""
    found = [
        Lag(
            TITLES[one.name],
            "chosen" if one.chosen else "level" if one.within_noise else "worse",
            *one.behind["log_score"],
        )
        for one in choice.tried
    ]
    return sorted(found, key=lambda one: one.behind)


def chosen_by(content: ReportContent) -> tuple[ModelChoice, ...]:
    """The choices that rest on past days: of buying, and of spending."""
    made = content.provenance
    return tuple(choice for choice in (made.choice, made.spend_choice) if choice is not None and choice.tried)


def reasons(content: ReportContent, voice: Voice) -> list[str]:
    """Why, in sentences; none where a person named the model."""
    made = content.provenance
    said: list[Message] = []
    if made.choice is not None and made.choice.origins:
        said.append(
            Message(
                "Standing on {count} past {count:day|days} of these orders ({dates}), each model foretold what every"
                " customer would do in the next {days} days; what then came decided.",
                count=len(made.choice.origins),
                dates=list(made.choice.origins),
                days=made.choice.holdout_days,
            )
        )
    for choice in (made.choice, made.spend_choice):
        said.extend(() if choice is None else (*choice.because, *choice.about_pace))
    return [voice.say(sentence) for sentence in said]


def choice_sentence(content: ReportContent, voice: Voice) -> str:
    """The picture in words: who was chosen, and who lay behind by more than chance explains."""
    parts = []
    for choice in chosen_by(content):
        found = lags(choice)
        chosen = next(one.title for one in found if one.standing == "chosen")
        worse = [one.title for one in found if one.standing == "worse"]
        parts.append(
            Message("{model} was chosen; worse by more than chance explains: {models}.", model=chosen, models=worse)
            if worse
            else Message("{model} was chosen; the others are within noise of it.", model=chosen)
        )
    return ("" if voice.lang == "zh" else " ").join(voice.say(part) for part in parts)


def choice_table(content: ReportContent, voice: Voice) -> Table:
    """Every model that was asked: how far behind the best by each measure, with its interval."""
    rows = []
    for choice in chosen_by(content):
        for one in sorted(choice.tried, key=lambda one: one.behind["log_score"][0]):
            verdict = Message("chosen") if one.chosen else Message("yes") if one.within_noise else Message("no")
            rows.append(
                (TITLES[one.name], voice.say(verdict), *(_behind(one.behind[name], voice) for name in DECIDING))
            )
    head = (
        Message("Model"),
        Message("Within noise of the best"),
        *(MEASURES[name].label for name in ("log_score", "crps")),
        Message("squared error"),
    )
    return Table.of(voice, head, rows, words=2)


def pace_table(content: ReportContent, voice: Voice) -> Table | None:
    """At which pace the model was asked about today's customers; None where it was one for all."""
    grid = content.rfm
    if grid.pace is None:
        return None
    days, times = recency_labels(grid.recency_days, voice), purchase_labels(grid.purchases, voice)
    rows = [
        (day, *("—" if math.isnan(pace) else measure(pace, 2) for pace in row))
        for day, row in zip(days, grid.pace.tolist(), strict=True)
    ]
    return Table((voice.say(Message("Last purchase")), *times), tuple(rows))


def _behind(lag: tuple[float, float, float], voice: Voice) -> str:
    by, low, high = (measure(value, 3) for value in lag)
    if lag[1] == lag[2]:
        return voice.say(Message("the best"))
    return voice.say(Message("{by} ({low} to {high})", by=by, low=low, high=high))

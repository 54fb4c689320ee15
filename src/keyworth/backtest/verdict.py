"""Saying plainly whether the model earned its keep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from keyworth.backtest.origin_totals import OriginTotal
from keyworth.backtest.scores import Scores
from keyworth.units import Share
from keyworth.words import Message
from keyworth.words.formatting import UNKNOWN

_SMALLEST_LEAD = 0.005  # half a per cent: closer than that is level


@dataclass(frozen=True, slots=True)
class Measure:
    """What one figure of `Scores` is called, and which of two is better; None where that cannot be said."""

    label: Message
    better: Literal["near zero", "less", "more"] | None


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "bias": Measure(Message("bias of the total"), "near zero"),
        "mae": Measure(Message("mean absolute error"), "less"),
        "rmse": Measure(Message("root mean square error"), "less"),
        "spearman": Measure(Message("rank correlation"), "more"),
        "gini": Measure(Message("normalised Gini"), "more"),
        "concordance": Measure(Message("concordance"), "more"),
        # A wider interval covers more and says less, so covering more is not better in itself.
        "coverage_80": Measure(Message("inside the 80% interval"), None),
        "coverage_95": Measure(Message("inside the 95% interval"), None),
        "log_score": Measure(Message("log score"), "more"),
        "crps": Measure(Message("ranked probability score"), "less"),
        "pit_ks": Measure(Message("PIT distance"), "near zero"),
    }
)


# Why the share inside an interval and the verdict on chances may differ for the same customers.
WHOLE_NUMBERS = Message(
    "Purchases are whole numbers, so an interval with both its ends holds more than its name says; whether chances can "
    "be relied on is judged at a random place within each number."
)


def does_better(rule: Scores, model: Scores) -> tuple[str, ...]:
    """The measures, by field name, on which the rule beats the model by more than half a per cent.

    Bias is compared by size. A measure that either of them lacks is not compared, except that having a rank
    order at all beats having none.
    """
    won = []
    for name, measure in MEASURES.items():
        simple, ours = getattr(rule, name), getattr(model, name)
        if measure.better is None or simple is None:
            continue
        if ours is None:
            better = measure.better == "more" and simple > 0
        elif measure.better == "near zero":
            better = abs(ours) - abs(simple) > _SMALLEST_LEAD
        elif measure.better == "more":
            better = simple - ours > _SMALLEST_LEAD * abs(ours)
        else:
            better = ours - simple > _SMALLEST_LEAD * abs(ours)
        if better:
            won.append(name)
    return tuple(won)


def labels(measures: Sequence[str]) -> tuple[Message, ...]:
    """What the measures named are called, for a sentence that lists them."""
    return tuple(MEASURES[name].label for name in measures)


def verdict(model: Scores, rules: Mapping[Message, Scores], *, what: Message) -> tuple[Message, ...]:
    """One sentence a rule, plain where a simple rule does better.

    `what` is what was expected: `Message("purchases")`, `Message("revenue")` or `Message("margin")`.
    """
    sentences = []
    for name, scores in rules.items():
        won = does_better(scores, model)
        if not won:
            sentences.append(
                Message(
                    "{what}: the model does at least as well as “{rule}” on every measure.",
                    what=what,
                    rule=name,
                )
            )
            continue
        lost = does_better(model, scores)
        if lost:
            sentences.append(
                Message(
                    "{what}: the simple rule “{rule}” does better on {measures}; the model does better on {others}.",
                    what=what,
                    rule=name,
                    measures=labels(won),
                    others=labels(lost),
                )
            )
        else:
            sentences.append(
                Message(
                    "{what}: the simple rule “{rule}” does better on {measures}, and the model on nothing: "
                    "use the rule.",
                    what=what,
                    rule=name,
                    measures=labels(won),
                )
            )
    return tuple(sentences)


def verdict_on_totals(totals: Sequence[OriginTotal]) -> tuple[Message, ...]:
    """What the totals at past origins say of the next one's interval; nothing where all lay inside.

    To be said first: an interval that did not hold is what a reader must know before any figure.
    """
    outside = [one for one in totals if not one.inside_95]
    if not outside:
        return ()
    if len(totals) == 1:
        (only,) = outside
        too_low = only.actual > only.interval_95.high
        off = Share(abs(only.actual / only.expected - 1.0)) if only.expected > 0 else UNKNOWN
        return (
            Message("The total came {off} above what was expected, outside the 95% interval.", off=off)
            if too_low
            else Message("The total came {off} below what was expected, outside the 95% interval.", off=off),
            Message("One past day is too few to widen intervals by: take those of the next forecast for too narrow."),
        )
    return (
        Message(
            "The total came outside the 95% interval at {outside} of {origins} past days: expect misses as large.",
            outside=len(outside),
            origins=len(totals),
        ),
    )

"""Saying plainly whether the model earned its keep."""

from collections.abc import Mapping

from keyworth.backtest.scores import Scores
from keyworth.words import Message

_SMALLEST_LEAD = 0.005  # half a per cent: closer than that is level

_MEASURES = {
    "bias": (Message("total"), False),
    "mae": (Message("mean absolute error"), False),
    "rmse": (Message("root mean square error"), False),
    "spearman": (Message("rank correlation"), True),
    "gini": (Message("normalised Gini"), True),
    "concordance": (Message("concordance"), True),
}


def does_better(rule: Scores, model: Scores) -> tuple[str, ...]:
    """The measures, by field name, on which the rule beats the model by more than half a per cent.

    Bias is compared by size. A measure that either of them lacks is not compared, except that having a rank
    order at all beats having none.
    """
    won = []
    for name, (_, more_is_better) in _MEASURES.items():
        simple, ours = getattr(rule, name), getattr(model, name)
        if simple is None or ours is None:
            if more_is_better and simple is not None and simple > 0:
                won.append(name)
            continue
        if name == "bias":
            better = abs(ours) - abs(simple) > _SMALLEST_LEAD
        elif more_is_better:
            better = simple - ours > _SMALLEST_LEAD * abs(ours)
        else:
            better = ours - simple > _SMALLEST_LEAD * abs(ours)
        if better:
            won.append(name)
    return tuple(won)


def verdict(model: Scores, rules: Mapping[Message, Scores], *, what: Message) -> tuple[Message, ...]:
    """One sentence a rule, plain where a simple rule does better.

    `what` is what was predicted: `Message("purchases")` or `Message("spend")`.
    """
    said = []
    for name, scores in rules.items():
        won = does_better(scores, model)
        if not won:
            said.append(
                Message(
                    "{what}: the model does at least as well as “{rule}” on every measure.",
                    what=what,
                    rule=name,
                )
            )
            continue
        lost = does_better(model, scores)
        measures = tuple(_MEASURES[measure][0] for measure in won)
        if lost:
            said.append(
                Message(
                    "{what}: the simple rule “{rule}” does better on {measures}; the model does better on {others}.",
                    what=what,
                    rule=name,
                    measures=measures,
                    others=tuple(_MEASURES[measure][0] for measure in lost),
                )
            )
        else:
            said.append(
                Message(
                    "{what}: the simple rule “{rule}” does better on {measures}, and the model on nothing: "
                    "use the rule.",
                    what=what,
                    rule=name,
                    measures=measures,
                )
            )
    return tuple(said)

"""What it means that a parameter ran to the edge of the range searched: of customers, not of numbers.

A gamma or a beta whose shape grows without bound narrows to one value, so customers are alike in it; one whose mean
runs to nothing says that it never happens. Which parameter says what depends on the model, told here by their names.
"""

from typing import Literal

import numpy as np

from keyworth.behaviour.newton import Maximum
from keyworth.words import Message

Side = Literal["top", "low"]
_Rule = tuple[dict[str, Side], Message]

_ONE_RATE = Message("customers all buy at one rate")
_NOBODY_LEAVES = Message("nobody leaves")
_LEAVE_ALIKE = Message("customers all leave as readily")
_ALL_LEAVE = Message("everybody leaves at the first chance")

# Of each subject the first rule counts whose parameters all ran to the edges it names.
_BUYING: list[list[_Rule]] = [[({"r": "top"}, _ONE_RATE)]]
_AFTER_PURCHASE: list[_Rule] = [
    ({"a": "top", "b": "top"}, _LEAVE_ALIKE),
    ({"a": "low"}, _NOBODY_LEAVES),
    ({"b": "top"}, _NOBODY_LEAVES),
    ({"b": "low"}, _ALL_LEAVE),
    ({"a": "top"}, _ALL_LEAVE),
]
_IN_TIME: list[_Rule] = [
    ({"s": "top", "beta": "top"}, _LEAVE_ALIKE),
    ({"s": "low"}, _NOBODY_LEAVES),
    ({"beta": "top"}, _NOBODY_LEAVES),
]
_BY_NAMES: dict[tuple[str, ...], list[list[_Rule]]] = {
    ("r", "alpha", "a", "b"): [*_BUYING, _AFTER_PURCHASE],
    ("r", "alpha", "s", "beta"): [*_BUYING, _IN_TIME],
    ("r", "alpha", "b", "s", "beta"): [
        *_BUYING,
        [({"b": "low"}, Message("the risk of leaving does not grow with time"))],
    ],
    ("t", "gamma", "r", "alpha", "s", "beta"): [
        [({"t": "top"}, Message("customers all have one rhythm"))],
        *_BUYING,
        _IN_TIME,
    ],
    ("p", "q", "gamma"): [
        [({"p": "top"}, Message("the purchases of a customer all bring the same"))],
        [({"q": "top"}, Message("customers all spend alike"))],
    ],
    ("alpha", "beta", "gamma", "delta"): [
        [
            ({"alpha": "top", "beta": "top"}, Message("customers all take occasions as readily")),
            ({"beta": "low"}, Message("everybody who is there takes every occasion")),
            ({"alpha": "top"}, Message("everybody who is there takes every occasion")),
        ],
        [
            ({"gamma": "top", "delta": "top"}, _LEAVE_ALIKE),
            ({"gamma": "low"}, _NOBODY_LEAVES),
            ({"delta": "top"}, _NOBODY_LEAVES),
        ],
    ],
}


def meanings(maximum: Maximum, names: tuple[str, ...]) -> list[Message]:
    """What the edges of a climb in these parameters say of customers; empty where they say nothing plain."""
    sides: dict[str, Side] = {
        names[edge]: "top" if maximum.gradient[edge] >= 0 else "low" for edge in maximum.edges if edge < len(names)
    }
    # A dependence, if there is one, comes last and is told of by itself.
    subjects = _BY_NAMES.get(tuple(name for name in names if name not in ("dependence", "first", "net")), [])
    found = []
    for rules in subjects:
        met = [meaning for edges, meaning in rules if edges.items() <= sides.items()]
        found += met[:1]
    return found


def natural(maximum: Maximum) -> np.ndarray:
    """The parameters whose logarithms were climbed in; at an edge the round number that was set as such."""
    found = np.exp(maximum.at)
    for edge in maximum.edges:
        found[edge] = float(f"{found[edge]:.12g}")
    return found

"""What happened as grey bars, what was expected as blue ticks over them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from keyworth.report.chart import Spec
from keyworth.report.theme import Frame, Margins, across, linear, plot, rows, shown_in, ticks
from keyworth.report.voice import Voice

Numbers = NDArray[np.float64] | NDArray[np.int64]


def bars_with_ticks(
    labels: Sequence[str], bars: Numbers, expected: Numbers, legend: str, voice: Voice, frame: Frame
) -> Spec:
    """A drawing of `bars` (n,) and `expected` (n,), from zero, with a label under each; n at least 1."""
    many = len(labels)
    steps = ticks(float(max(bars.max(), expected.max())) or 1.0)
    y_axis = across(steps, voice.axis)
    layers = [
        {
            "data": rows(
                a=[i + 0.15 for i in range(many)],
                b=[i + 0.85 for i in range(many)],
                y=bars,
                z=[0] * many,
            ),
            "mark": {"type": "rect"},
            "encoding": {
                "x": linear("a", 0, many),
                "x2": {"field": "b"},
                "y": linear("z", 0, steps[-1], y_axis),
                "y2": {"field": "y"},
                "color": shown_in("line2"),
            },
        },
        {
            "data": rows(a=[i + 0.05 for i in range(many)], b=[i + 0.95 for i in range(many)], y=expected),
            "mark": {"type": "rule", "strokeWidth": 3},
            "encoding": {
                "x": linear("a", 0, many),
                "x2": {"field": "b"},
                "y": linear("y", 0, steps[-1], y_axis),
                "color": shown_in("accent"),
            },
        },
        {
            "data": rows(x=[i + 0.5 for i in range(many)], t=list(labels)),
            "mark": {"type": "text", "baseline": "top", "dy": 11},
            "encoding": {
                "x": linear("x", 0, many),
                "y": {"value": "height"},
                "text": {"field": "t"},
                "color": shown_in("ink3"),
            },
        },
        {
            "data": rows(t=[legend]),
            "mark": {"type": "text", "align": "left", "baseline": "middle"},
            "encoding": {"x": {"value": 0}, "y": {"value": -18}, "text": {"field": "t"}},
        },
    ]
    return plot(layers, voice.lang, frame, 260, Margins(left=56, right=16, top=34, bottom=32))

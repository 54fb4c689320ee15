"""How far what came lay from what had been foretold at past dates, beside the intervals given then.

Drawn as shares of the forecast: totals from nothing upwards would hide a miss of a tenth, and a cut axis would
make one of it out of nothing.
"""

import math
from collections.abc import Sequence

from keyworth.backtest import OriginTotal
from keyworth.report.chart import Chart, Spec
from keyworth.report.content import ReportContent
from keyworth.report.sentences import backtest_sentence
from keyworth.report.theme import Frame, Margins, across, linear, plot, rows, shown_in, ticks
from keyworth.report.tokens import LIGHT
from keyworth.report.voice import Voice
from keyworth.words import Message

_LABEL_PX, _MISS_PX = 60, 50  # what a month's name takes, and the label of a miss with its distance


def backtest_totals(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    if content.backtest is None:
        return None
    origins = [one for one in content.backtest.totals if one.expected > 0]
    if not origins:
        return None
    misses = [one.actual / one.expected - 1 for one in origins]
    marks = _marks(origins, misses)
    least, most = marks[0], marks[-1]
    intervals = [
        (place + 0.5, max(interval.low / one.expected - 1, least), min(interval.high / one.expected - 1, most), width)
        for place, one in enumerate(origins)
        for interval, width in ((one.interval_95, 2), (one.interval_80, 8))
    ]
    axis = across(marks, voice.difference)
    at = [place + 0.5 for place in range(len(origins))]
    margins = Margins(left=56, right=20, top=34, bottom=32)
    room = (frame.width - margins.left - margins.right) / len(origins)

    def x(field: str) -> Spec:
        return linear(field, 0, len(origins))

    def y(field: str) -> Spec:
        return linear(field, least, most, axis)

    named = range(0, len(origins), math.ceil(_LABEL_PX / room))
    layers: list[Spec] = [
        {
            "data": rows(y=[0]),
            "mark": {"type": "rule", "strokeWidth": 1.5},
            "encoding": {"y": y("y"), "color": shown_in("ink")},
        },
        {
            "data": rows(
                x=[place for place, _, _, _ in intervals],
                a=[low for _, low, _, _ in intervals],
                b=[high for _, _, high, _ in intervals],
                w=[width for _, _, _, width in intervals],
            ),
            "mark": {"type": "rule"},
            "encoding": {
                "x": x("x"),
                "y": y("a"),
                "y2": {"field": "b"},
                "strokeWidth": {"field": "w", "type": "quantitative", "scale": None, "legend": None},
                "color": shown_in("accent-mid"),
            },
        },
        {
            "data": rows(x=at, y=misses),
            "mark": {
                "type": "point",
                "shape": "diamond",
                "filled": True,
                "size": 110,
                "opacity": 1,
                "stroke": LIGHT["surface"],
                "strokeWidth": 1,
            },
            "encoding": {"x": x("x"), "y": y("y"), "fill": shown_in("warn")},
        },
        {
            "data": rows(x=[at[place] for place in named], t=[voice.month(origins[place].origin) for place in named]),
            "mark": {"type": "text", "baseline": "top", "dy": 11},
            "encoding": {
                "x": x("x"),
                "y": {"value": "height"},
                "text": {"field": "t"},
                "color": shown_in("ink3"),
            },
        },
        {
            "data": rows(t=[voice.say(Message("Line: forecast; bars: 80%, 95%; diamond: actual"))]),
            "mark": {"type": "text", "align": "left", "baseline": "middle"},
            "encoding": {"x": {"value": -margins.left + 8}, "y": {"value": -18}, "text": {"field": "t"}},
        },
    ]
    if min(room, room / 2 + margins.right) >= _MISS_PX:  # else they would stand in each other's way, or outside
        layers.append(
            {
                "data": rows(x=at, y=misses, t=[voice.difference(miss) for miss in misses]),
                "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 9},
                "encoding": {"x": x("x"), "y": y("y"), "text": {"field": "t"}, "color": shown_in("ink")},
            }
        )
    spec = plot(layers, voice.lang, frame, 260, margins)
    title = voice.say(Message("What came, against what had been forecast at past dates"))
    return Chart("backtest", title, backtest_sentence(content, voice), spec, voice.lang)


def _marks(origins: Sequence[OriginTotal], misses: Sequence[float]) -> list[float]:
    """Round steps either way of the forecast, as far as there is something to see.

    An early interval, widened by a few large misses, may reach out of all proportion: there its thin end is cut off.
    """
    wide, thick = (
        [(ends.low / one.expected - 1, ends.high / one.expected - 1) for one, ends in zip(origins, found, strict=True)]
        for found in ([one.interval_95 for one in origins], [one.interval_80 for one in origins])
    )
    must = (*misses, *(end for ends in thick for end in ends), 0.05, -0.05)
    seen = max(map(abs, must))
    high = max(*must, min(max(end for _, end in wide), 1.5 * seen))
    low = min(*must, max(min(end for end, _ in wide), -1.5 * seen))
    step = ticks(max(high, -low), 3)[1]
    return [step * at for at in range(math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9) + 1)]

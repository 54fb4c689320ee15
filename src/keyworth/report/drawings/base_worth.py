"""What the base is worth, on a line from nothing: the expectation, and how far it may miss."""

from keyworth.report.chart import Chart
from keyworth.report.content import ReportContent
from keyworth.report.sentences import base_sentence
from keyworth.report.theme import Frame, Margins, labelled_axis, linear, plot, rows, shown_in, ticks
from keyworth.report.tokens import LIGHT
from keyworth.report.voice import Voice
from keyworth.words import Message


def base_worth(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    worth = content.base.figure
    if not worth.expected > 0:
        return None
    wide = worth.interval_95
    before = content.base.same_span_before
    steps = ticks(max(wide.high, worth.expected, before) * 1.02, 4 if frame.narrow else 6)
    end = steps[-1]
    # Money below nothing can happen only through refunds; the line then starts where it must.
    start = min(0.0, wide.low)
    axis = labelled_axis(steps, voice.amounts.tick, orient="bottom", grid=True, gridColor=LIGHT["line"])
    label = voice.say(Message("Last {span}: {value}", span=voice.span, value=voice.amounts.one(before)))
    at_end = before > end * 0.6
    layers = [
        {
            "data": rows(a=[wide.low, worth.interval_80.low], b=[wide.high, worth.interval_80.high], w=[2, 8]),
            "mark": {"type": "rule"},
            "encoding": {
                "x": linear("a", start, end, axis),
                "x2": {"field": "b"},
                "y": {"value": 18},
                "strokeWidth": {"field": "w", "type": "quantitative", "scale": None, "legend": None},
                "color": shown_in("accent-mid"),
            },
        },
        {
            "data": rows(x=[worth.expected]),
            "mark": {"type": "rule", "strokeWidth": 3},
            "encoding": {
                "x": linear("x", start, end, axis),
                "y": {"value": 6},
                "y2": {"value": 30},
                "color": shown_in("ink"),
            },
        },
        {
            "data": rows(x=[before]),
            "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 60, "opacity": 1},
            "encoding": {
                "x": linear("x", start, end, axis),
                "y": {"value": 40},
                "color": shown_in("ink2"),
            },
        },
        {
            "data": rows(x=[before], t=[label]),
            "mark": {
                "type": "text",
                "align": "right" if at_end else "left",
                "dx": -8 if at_end else 8,
                "baseline": "middle",
            },
            "encoding": {
                "x": linear("x", start, end, axis),
                "y": {"value": 41},
                "text": {"field": "t"},
            },
        },
    ]
    spec = plot(layers, voice.lang, frame, 92, Margins(left=24, right=40, top=4, bottom=28))
    title = voice.say(Message("What the base is worth"))
    return Chart("base", title, base_sentence(content, voice), spec, voice.lang)

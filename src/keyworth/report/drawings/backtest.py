"""What was foretold at past dates, with its intervals, and what came."""

from keyworth.report.chart import Chart, Spec
from keyworth.report.content import ReportContent
from keyworth.report.sentences import backtest_sentence
from keyworth.report.theme import Frame, Margins, across, linear, plot, rows, shown_in, ticks
from keyworth.report.voice import Voice
from keyworth.words import Message


def backtest_totals(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    if content.backtest is None or not content.backtest.origins:
        return None
    origins = content.backtest.origins[-6 if frame.narrow else -12 :]
    said = voice.tick if content.backtest.origins_of == "spend" else voice.count
    highest = max(
        max(one.expected, one.actual, *(i.high for i in (one.interval_80, one.interval_95) if i is not None))
        for one in origins
    )
    steps = ticks(highest * 1.02)
    many = len(origins)
    at = [index + 0.5 for index in range(many)]
    axis = across(steps, said)
    intervals = [
        (place, interval, width)
        for place, one in zip(at, origins, strict=True)
        for interval, width in ((one.interval_95, 2), (one.interval_80, 7))
        if interval is not None
    ]
    half = min(0.16, 20 * many / frame.width)  # a tick is some 40 points wide, however few the dates
    bottom, top = min([0.0, *(interval.low for _, interval, _ in intervals)]), steps[-1]

    def x(field: str) -> Spec:
        return linear(field, 0, many)

    layers = [
        {
            "data": rows(
                x=[place for place, _, _ in intervals],
                a=[interval.low for _, interval, _ in intervals],
                b=[interval.high for _, interval, _ in intervals],
                w=[width for _, _, width in intervals],
            ),
            "mark": {"type": "rule"},
            "encoding": {
                "x": x("x"),
                "y": linear("a", bottom, top, axis),
                "y2": {"field": "b"},
                "strokeWidth": {"field": "w", "type": "quantitative", "scale": None, "legend": None},
                "color": shown_in("accent-mid"),
            },
        },
        {
            "data": rows(
                a=[place - half for place in at],
                b=[place + half for place in at],
                y=[one.expected for one in origins],
            ),
            "mark": {"type": "rule", "strokeWidth": 2.5},
            "encoding": {
                "x": x("a"),
                "x2": {"field": "b"},
                "y": linear("y", bottom, top, axis),
                "color": shown_in("ink"),
            },
        },
        {
            "data": rows(
                x=[place + half + min(0.08, 12 * many / frame.width) for place in at], y=[one.actual for one in origins]
            ),
            "mark": {
                "type": "point",
                "shape": "diamond",
                "filled": True,
                "size": 110,
                "opacity": 1,
                "stroke": "#FFFFFF",
                "strokeWidth": 1,
            },
            "encoding": {"x": x("x"), "y": linear("y", bottom, top, axis), "fill": shown_in("warn")},
        },
        {
            "data": rows(x=at, t=[voice.month(one.origin) for one in origins]),
            "mark": {"type": "text", "baseline": "top", "dy": 11},
            "encoding": {
                "x": x("x"),
                "y": {"value": "height"},
                "text": {"field": "t"},
                "color": shown_in("ink3"),
            },
        },
        {
            "data": rows(t=[voice.say(Message("Tick: forecast; bars: 80%, 95%; diamond: actual"))]),
            "mark": {"type": "text", "align": "left", "baseline": "middle"},
            "encoding": {"x": {"value": -56}, "y": {"value": -18}, "text": {"field": "t"}},
        },
    ]
    spec = plot(layers, voice.lang, frame, 260, Margins(left=64, right=16, top=34, bottom=32))
    title = voice.say(Message("Forecasts made at past dates, and what happened"))
    return Chart("backtest", title, backtest_sentence(content, voice), spec, voice.lang)

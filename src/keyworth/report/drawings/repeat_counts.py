"""How many customers came back 0, 1, 2 … times: bars are what happened, ticks what the model makes of it."""

from keyworth.report.chart import Chart
from keyworth.report.content import ReportContent
from keyworth.report.sentences import repeat_sentence
from keyworth.report.theme import Frame, Margins, across, linear, plot, rows, shown_in, ticks
from keyworth.report.voice import Voice
from keyworth.words import Message


def repeat_counts_chart(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    found = content.repeat_counts
    if found is None or len(found.actual) == 0:
        return None
    many = len(found.actual)
    steps = ticks(float(max(found.actual.max(), found.expected.max(), 1)))
    y_axis = across(steps, voice.count)
    labels = [str(times) for times in range(many - 1)] + [f"{many - 1}+"]
    layers = [
        {
            "data": rows(
                a=[i + 0.15 for i in range(many)],
                b=[i + 0.85 for i in range(many)],
                y=found.actual,
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
            "data": rows(a=[i + 0.05 for i in range(many)], b=[i + 0.95 for i in range(many)], y=found.expected),
            "mark": {"type": "rule", "strokeWidth": 3},
            "encoding": {
                "x": linear("a", 0, many),
                "x2": {"field": "b"},
                "y": linear("y", 0, steps[-1], y_axis),
                "color": shown_in("accent"),
            },
        },
        {
            "data": rows(x=[i + 0.5 for i in range(many)], t=labels),
            "mark": {"type": "text", "baseline": "top", "dy": 11},
            "encoding": {
                "x": linear("x", 0, many),
                "y": {"value": "height"},
                "text": {"field": "t"},
                "color": shown_in("ink3"),
            },
        },
        {
            "data": rows(t=[voice.say(Message("Grey bar: customers; blue tick: expected"))]),
            "mark": {"type": "text", "align": "left", "baseline": "middle"},
            "encoding": {"x": {"value": 0}, "y": {"value": -18}, "text": {"field": "t"}},
        },
    ]
    spec = plot(layers, voice.lang, frame, 260, Margins(left=56, right=16, top=34, bottom=32))
    title = voice.say(Message("Customers by number of repeat purchases"))
    return Chart("repeat_counts", title, repeat_sentence(content, voice), spec, voice.lang)

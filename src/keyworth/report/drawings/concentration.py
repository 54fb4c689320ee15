"""How few customers carry how much: the curve, dearest customer first."""

from keyworth.report.chart import Chart
from keyworth.report.content import ReportContent
from keyworth.report.sentences import concentration_sentence
from keyworth.report.theme import Frame, Margins, across, labelled_axis, linear, plot, rows, shown_in
from keyworth.report.voice import Voice
from keyworth.words import Message


def concentration_curve(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    found = content.concentration
    if found.top_fifth is None or found.for_four_fifths is None:
        return None
    shares = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    x_axis = labelled_axis(shares, voice.rate, title=voice.say(Message("Share of customers, most valuable first")))
    y_axis = across(shares, voice.rate)

    def placed(layer: dict[str, object]) -> dict[str, object]:
        encoding = {"x": linear("x", 0, 1, x_axis), "y": linear("y", 0, 1, y_axis)}
        more = layer.pop("encoding", {})
        assert isinstance(more, dict)
        return {**layer, "encoding": {**encoding, **more}}

    ends, at = [], 0.0
    people = sum(one.customers for one in found.classes)
    for one in found.classes:
        ends.append((at, one.customers / people, one.name))
        at += one.customers / people
    label = voice.say(Message("{few} of customers: {share}", few=voice.rate(0.2), share=voice.rate(found.top_fifth)))
    layers = [
        placed(
            {
                "data": rows(x=[0, 1], y=[0, 1]),
                "mark": {"type": "line", "strokeDash": [3, 3], "strokeWidth": 1},
                "encoding": {"color": shown_in("line2")},
            }
        ),
        placed(
            {
                "data": rows(x=found.customer_share, y=found.value_share),
                "mark": {"type": "line", "strokeWidth": 2.5, "interpolate": "linear"},
                "encoding": {"color": shown_in("accent")},
            }
        ),
        placed(
            {
                "data": rows(x=[start for start, _, _ in ends[1:]]),
                "mark": {"type": "rule", "strokeWidth": 1, "strokeDash": [2, 3]},
                "encoding": {"y": {"value": 0}, "y2": {"value": "height"}, "color": shown_in("line2")},
            }
        ),
        placed(
            {
                "data": rows(x=[a + w / 2 for a, w, _ in ends if w > 0.05], t=[n for _, w, n in ends if w > 0.05]),
                "mark": {"type": "text", "fontWeight": 600, "baseline": "bottom", "dy": -6},
                "encoding": {
                    "y": {"value": "height"},
                    "text": {"field": "t"},
                    "color": shown_in("ink2"),
                },
            }
        ),
        placed(
            {
                "data": rows(x=[0.2], y=[found.top_fifth]),
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {"color": shown_in("accent")},
            }
        ),
        placed(
            {
                "data": rows(x=[0.2], y=[found.top_fifth], t=[label]),
                "mark": {
                    "type": "text",
                    "align": "left",
                    "dx": 10,
                    "dy": 8,  # the curve rises to the right: below it there is room
                    "fontWeight": 600,
                    "baseline": "top",
                },
                "encoding": {"text": {"field": "t"}, "color": shown_in("ink")},
            }
        ),
    ]
    spec = plot(layers, voice.lang, frame, 300, Margins(left=48, right=20, top=12, bottom=48))
    title = voice.say(Message("How few customers carry how much"))
    return Chart("concentration", title, concentration_sentence(content, voice), spec, voice.lang)

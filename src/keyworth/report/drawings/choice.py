"""How far each model that was asked about the past lay behind the best, with what chance makes of it."""

from keyworth.report.chart import Chart, Spec
from keyworth.report.content import ReportContent
from keyworth.report.theme import Frame, Margins, labelled_axis, linear, plot, rows, shown_in, ticks
from keyworth.report.tokens import LIGHT
from keyworth.report.voice import Voice
from keyworth.report.why_these_models import choice_sentence, chosen_by, lags
from keyworth.words import Message
from keyworth.words.formatting import measure

_ROW, _APART = 26, 0.7  # a model's height in pixels, and the gap between buying and spending in models
_COLOURS = {"chosen": "accent", "level": "accent-mid", "worse": "warn"}


def model_choice(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    choices = chosen_by(content)
    if not choices:
        return None
    found, at, here = [], [], 0.5
    for choice in choices:
        for one in lags(choice):
            found.append(one)
            at.append(here)
            here += 1.0
        here += _APART
    down = here - _APART - 0.5
    least, most = min(0.0, *(one.low for one in found)), max(one.high for one in found)
    steps = ticks(max(most, 1e-4), 2 if frame.narrow else 6)
    reach = steps[-1] - least
    margins = Margins(left=150, right=64, top=34, bottom=32)
    axis = labelled_axis(
        steps, lambda value: measure(value, 2) if value else "0", grid=True, gridColor=LIGHT["line"], orient="bottom"
    )

    def x(field: str) -> Spec:
        return linear(field, least - 0.03 * reach, steps[-1], axis)

    def y(field: str) -> Spec:
        return linear(field, down, 0)

    layers: list[Spec] = [
        {"data": rows(x=[0.0]), "mark": {"type": "rule", "strokeWidth": 1.5},
         "encoding": {"x": x("x"), "color": shown_in("ink")}},
    ]  # fmt: skip
    for standing, colour in _COLOURS.items():
        mine = [(place, one) for place, one in zip(at, found, strict=True) if one.standing == standing]
        places = [place for place, _ in mine]
        layers += [
            {
                "data": rows(y=places, a=[one.low for _, one in mine], b=[one.high for _, one in mine]),
                "mark": {"type": "rule", "strokeWidth": 6},
                "encoding": {"y": y("y"), "x": x("a"), "x2": {"field": "b"}, "color": shown_in("line2")},
            },
            {
                "data": rows(y=places, x=[one.behind for _, one in mine]),
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1, "stroke": LIGHT["surface"]},
                "encoding": {"y": y("y"), "x": x("x"), "fill": shown_in(colour)},
            },
            {
                "data": rows(y=places, t=[one.title for _, one in mine]),
                "mark": {"type": "text", "align": "right", "baseline": "middle"},
                "encoding": {
                    "y": y("y"),
                    "x": {"value": -12},
                    "text": {"field": "t"},
                    "color": shown_in("ink" if standing == "chosen" else "ink2"),
                },
            },
            {
                "data": rows(y=places, t=[_said(one.behind, voice) for _, one in mine]),
                "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": 10},
                "encoding": {"y": y("y"), "x": {"value": "width"}, "text": {"field": "t"}, "color": shown_in("ink")},
            },
        ]
    legend = Message("Point: how far behind the best; bar: 95% interval")
    layers.append(
        {
            "data": rows(t=[voice.say(legend)]),
            "mark": {"type": "text", "align": "left", "baseline": "middle"},
            "encoding": {"x": {"value": -margins.left + 8}, "y": {"value": -18}, "text": {"field": "t"}},
        }
    )
    height = round(down * _ROW) + margins.top + margins.bottom
    title = voice.say(Message("How far each model's forecasts lay behind the best (log score, nats a customer)"))
    spec = plot(layers, voice.lang, frame, height, margins)
    return Chart("choice", title, choice_sentence(content, voice), spec, voice.lang)


def _said(behind: float, voice: Voice) -> str:
    return voice.say(Message("the best")) if behind <= 0 else measure(behind, 2)

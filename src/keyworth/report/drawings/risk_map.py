"""Value if kept against churn risk: everyone in hexagons, four quadrants to act on."""

import math

from keyworth.report.chart import Chart, Spec
from keyworth.report.content import ReportContent
from keyworth.report.quadrants import NAMES
from keyworth.report.sentences import risk_map_sentence
from keyworth.report.theme import Frame, Margins, across, labelled_axis, linear, plot, rows, shown_in, tenfold
from keyworth.report.tokens import ACCENT_STEPS, LIGHT, RISK_STEPS
from keyworth.report.voice import Voice
from keyworth.words import Message

_BAND = 20  # pixels for the names above and below


def risk_map_chart(content: ReportContent, voice: Voice, frame: Frame) -> Chart | None:
    if content.risk_map is None:
        return None
    found, limits = content.risk_map.cells, content.risk_map.limits
    height, margins = 330 if frame.narrow else 420, Margins(left=48, right=14, top=38, bottom=48)
    inside_x, inside_y = frame.width - margins.left - margins.right, height - margins.top - margins.bottom
    size = [math.log10(value) for value in found.value]
    threshold, step = math.log10(limits.value), math.log10(found.value_ratio)
    low, high = min([*size, threshold]) - step, max([*size, threshold]) + step
    spare = max(0.0, 2.0 - (high - low)) / 2  # where all are worth much the same: room for two powers of ten
    low, high = low - spare, high + spare
    # Above and below the hexagons a band is left free for the quadrants' names.
    band = _BAND / (inside_y - 2 * _BAND) * (1 + 2 * found.risk_step)
    bottom, top = -found.risk_step - band, 1 + found.risk_step + band
    decades = [math.log10(value) for value in tenfold(10**low, 10**high)]
    x_axis = labelled_axis(
        decades,
        lambda power: voice.amounts.tick(10**power),
        title=voice.say(Message("Value if kept (each step is ten times)")),
    )
    y_axis = across([0, 0.2, 0.4, 0.6, 0.8, 1.0], voice.rate)

    def x(field: str) -> Spec:
        return linear(field, low, high, x_axis)

    def y(field: str) -> Spec:
        return linear(field, bottom, top, y_axis)

    breaks = _breaks(int(found.customers.max()) if len(found.customers) else 1)
    fills = []
    for value, risk, count in zip(found.value, found.risk, found.customers, strict=True):
        shade = max(index for index, least in enumerate(breaks) if count >= least)
        urgent = value >= limits.value and risk >= limits.risk
        fills.append((RISK_STEPS if urgent else ACCENT_STEPS)[shade])
    # A few hexagons may be wider than their column: else a single customer would be a hair line.
    half_x = max(step / (high - low) * inside_x / 2, 8.0 if len(found.customers) < 12 else 2.0)
    reach_y = found.risk_step / (top - bottom) * inside_y * 2 / 3
    hexagon = (
        f"M0,{-reach_y:.2f}L{half_x:.2f},{-reach_y / 2:.2f}L{half_x:.2f},{reach_y / 2:.2f}"
        f"L0,{reach_y:.2f}L{-half_x:.2f},{reach_y / 2:.2f}L{-half_x:.2f},{-reach_y / 2:.2f}Z"
    )
    # Vega scales a shape by half the root of its size: 4 leaves it in pixels.
    mark = {"type": "point", "shape": hexagon, "size": 4, "filled": True, "opacity": 1, "strokeWidth": 0.8}
    layers: list[Spec] = [
        {
            "data": rows(v=size, r=found.risk, fill=fills),
            "mark": {**mark, "stroke": LIGHT["surface"]},
            "encoding": {
                "x": x("v"),
                "y": y("r"),
                "fill": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
            },
        },
        _threshold({"x": x("at")}, threshold, {"y": {"value": 0}, "y2": {"value": "height"}}),
        _threshold({"y": y("at")}, limits.risk, {"x": {"value": 0}, "x2": {"value": "width"}}),
    ]
    for name, (right, down) in {
        "low_value_high_risk": (False, False),
        "high_value_high_risk": (True, False),
        "low_value_low_risk": (False, True),
        "high_value_low_risk": (True, True),
    }.items():
        layers += _corner(voice.say(NAMES[name]), frame, right=right, down=down)
    layers += _legend(voice, breaks, inside_x)
    spec = plot(layers, voice.lang, frame, height, margins)
    title = voice.say(Message("Value if kept against churn risk"))
    return Chart("risk_map", title, risk_map_sentence(content, voice), spec, voice.lang)


def _breaks(most: int) -> list[int]:
    """The least count of each of five shades, evenly spread over the powers; fewer shades for few people."""
    return sorted({max(1, round(most ** (shade / 5))) for shade in range(5)})


def _threshold(along: Spec, at: float, span: Spec) -> Spec:
    return {
        "data": rows(at=[at]),
        "mark": {"type": "rule", "strokeDash": [4, 3], "strokeWidth": 1.2},
        "encoding": {**along, **span, "color": shown_in("ink")},
    }


def _corner(words: str, frame: Frame, *, right: bool, down: bool) -> list[Spec]:
    """A quadrant's name in its corner, over a halo so that the threshold's line does not run through it."""
    place: Spec = {
        "x": {"value": "width"} if right else {"value": 0},
        "y": {"value": "height"} if down else {"value": 0},
        "text": {"field": "t"},
    }
    mark: Spec = {
        "type": "text",
        "align": "right" if right else "left",
        "baseline": "bottom" if down else "top",
        "dx": -2 if right else 2,
        "dy": -3 if down else 3,
        "fontSize": 11 if frame.narrow else 12,
        "fontWeight": 600,
    }
    halo = {**mark, "stroke": LIGHT["surface"], "strokeWidth": 5, "strokeJoin": "round"}
    return [
        {"data": rows(t=[words]), "mark": halo, "encoding": {**place, "color": shown_in("surface")}},
        {"data": rows(t=[words]), "mark": mark, "encoding": {**place, "color": shown_in("ink")}},
    ]


def _legend(voice: Voice, breaks: list[int], width: int) -> list[Spec]:
    """How many people a shade stands for, above the picture, at its right end."""
    small = "M0,-7L6,-3.5L6,3.5L0,7L-6,3.5L-6,-3.5Z"
    many = voice.say(Message("{count}+ customers", count=breaks[-1]))
    right = width - (8 * len(many) if voice.lang == "en" else 52)
    places = [right - 16 * (len(breaks) - index) for index in range(len(breaks))]
    first = voice.say(Message("Each hexagon: {count}", count=1))
    text: Spec = {"type": "text", "baseline": "middle"}
    return [
        {
            "data": rows(x=places, fill=[ACCENT_STEPS[index] for index in range(len(breaks))]),
            "mark": {"type": "point", "shape": small, "size": 4, "filled": True, "opacity": 1},
            "encoding": {
                "x": {"field": "x", "type": "quantitative", "scale": None},
                "y": {"value": -22},
                "color": {"field": "fill", "type": "nominal", "scale": None, "legend": None},
            },
        },
        {
            "data": rows(x=[places[0] - 12], t=[first]),
            "mark": {**text, "align": "right"},
            "encoding": {
                "x": {"field": "x", "type": "quantitative", "scale": None},
                "y": {"value": -22},
                "text": {"field": "t"},
            },
        },
        {
            "data": rows(x=[places[-1] + 12], t=[many]),
            "mark": {**text, "align": "left"},
            "encoding": {
                "x": {"field": "x", "type": "quantitative", "scale": None},
                "y": {"value": -22},
                "text": {"field": "t"},
            },
        },
    ]

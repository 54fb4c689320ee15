"""How every chart looks: no frame, hairlines across, labels of 12 points, one accent."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from keyworth.report.chart import Spec
from keyworth.report.tokens import FONTS, LIGHT
from keyworth.words import Language

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True, slots=True)
class Frame:
    """The room a chart has, in CSS pixels, axis labels included: a column of the page, or a phone."""

    width: int
    narrow: bool


WIDE = Frame(640, narrow=False)
HALF = Frame(488, narrow=False)
NARROW = Frame(328, narrow=True)


@dataclass(frozen=True, slots=True)
class Margins:
    """Room for the labels, set beforehand: what draws here may not have the fonts that the reader has."""

    left: int = 56
    right: int = 16
    top: int = 12
    bottom: int = 28


def plot(layers: list[Spec], lang: Language, frame: Frame, height: int, margins: Margins) -> Spec:
    """A layered drawing that fills the frame's width and `height` exactly, with the design's look."""
    inside = frame.width - margins.left - margins.right
    return {
        "$schema": SCHEMA,
        "background": None,
        "width": inside,
        "height": height - margins.top - margins.bottom,
        "padding": {
            "left": margins.left,
            "right": margins.right,
            "top": margins.top,
            "bottom": margins.bottom,
        },
        "autosize": "none",
        "layer": layers,
        "config": {
            "font": FONTS[lang],
            "aria": False,  # the generated labels are English; the chart as a whole is labelled instead
            "view": {"stroke": None},
            "axis": {
                "labelColor": LIGHT["ink3"],
                "labelFontSize": 12,
                "labelLimit": 0,
                "labelOverlap": False,
                "labelFlush": False,
                "labelPadding": 6,
                "titleColor": LIGHT["ink3"],
                "titleFontSize": 12,
                "titleFontWeight": "normal",
                "titlePadding": 6,
                "ticks": False,
                "domain": False,
                "grid": False,
            },
            "axisX": {"labelPadding": 9},
            "text": {"fontSize": 12, "fill": LIGHT["ink2"], "limit": 0},
        },
    }


def rows(**columns: Iterable[Any]) -> Spec:
    """Columns as the inline data of a layer; what is not finite becomes null and is not drawn."""
    names = list(columns)
    return {
        "values": [
            {name: _plain(value) for name, value in zip(names, row, strict=True)}
            for row in zip(*columns.values(), strict=True)
        ]
    }


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.7g}") if math.isfinite(value) else None
    return value


def linear(field: str, low: float, high: float, axis: Spec | None = None, **more: Any) -> Spec:
    """A position on a linear scale of fixed ends."""
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": axis,
        **more,
    }


def shown_in(colour: str) -> Spec:
    """A colour by its name in `tokens.LIGHT`; the page turns it into the dark one."""
    return {"value": LIGHT[colour]}


def ticks(top: float, most: int = 6, *, whole: bool = False) -> list[float]:
    """From three to `most` round steps from 0 to at least `top`, as little beyond it as can be.

    `whole` for what is counted, of which there is no half.
    """
    if not (math.isfinite(top) and top > 0):
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(top))
    sizes = [size * power * scale for scale in (0.1, 1) for size in (1, 2, 2.5, 4, 5)]
    if whole:
        sizes = sorted({max(1.0, float(round(size))) for size in sizes})
    many = {size: math.ceil(top / size - 1e-9) for size in sizes}
    fitting = [size for size in sizes if 3 <= many[size] <= most] or [next(s for s in sizes if many[s] <= most)]
    step = min(fitting, key=lambda size: (many[size] * size, many[size]))
    return [step * index for index in range(many[step] + 1)]


def tenfold(low: float, high: float) -> list[float]:
    """The powers of ten that lie within a range of money."""
    if not (0 < low <= high):
        return []
    return [10.0**power for power in range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """The powers of ten within a range, with 2 and 5 times them where there are fewer than two of them."""
    tens = tenfold(low, high)
    if len(tens) > 1 or not 0 < low <= high:
        return tens
    power = 10.0 ** math.floor(math.log10(low))
    return [at for at in (size * power * more for more in (1, 10) for size in (1, 2, 5)) if low <= at <= high]


def labelled_axis(values: Sequence[float], label: Callable[[float], str], **more: Any) -> Spec:
    """An axis whose ticks say what our own formats say, whatever the drawing library would."""
    words = json.dumps([label(value) for value in values], ensure_ascii=False)
    return {
        "title": None,
        "values": list(values),
        "labelExpr": f"{words}[indexof({json.dumps(list(values))}, datum.value)]",
        **more,
    }


def across(values: Sequence[float], label: Callable[[float], str], **more: Any) -> Spec:
    """The axis on the left, with its horizontal hairlines and the line that everything stands on."""
    return labelled_axis(values, label, grid=True, gridColor=LIGHT["line"], **more)

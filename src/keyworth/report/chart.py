"""A chart: its specification, its words, and its picture."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from keyworth.report.tokens import LIGHT
from keyworth.words import Language

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """A Vega-Lite specification with a title, what it shows in words, and how it is read.

    `description` stands for the picture where it cannot be seen. In a notebook a chart shows itself. The
    Vega-Lite version is the one that vl-convert carries.
    """

    name: str
    title: str
    description: str
    spec: Mapping[str, Any]
    lang: Language

    def _repr_mimebundle_(self, **_kept: object) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": f"{self.title}: {self.description}"}

    def _repr_html_(self) -> str:
        return (
            f'<figure lang="{_HTML_LANG[self.lang]}" style="{_PAPER}"><figcaption>{escape(self.title)}</figcaption>'
            f"{chart_svg(self)}</figure>"
        )


# In a dark notebook the chart keeps its paper: its inks are those of the light scheme.
_PAPER = f"background:{LIGHT['surface']};color:{LIGHT['ink']};padding:12px"

_HTML_LANG: dict[Language, str] = {"zh": "zh-Hans", "en": "en"}


def chart_svg(chart: Chart, *, part: str = "") -> str:
    """The chart as an SVG element that can stand in a page: named, described, its inner ids its own.

    `part` sets apart two pictures of one chart in one page.
    """
    import vl_convert  # starts a JavaScript engine: only who draws pays for it

    svg: str = vl_convert.vegalite_to_svg(json.dumps(chart.spec), show_warnings=False)
    own = f"kw-{chart.name}{part}-"
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{own}\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{own}\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{own}\1"', svg)
    label = escape(
        f"{chart.title}: {chart.description}" if chart.lang == "en" else f"{chart.title}：{chart.description}"
    )
    return svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def chart_png(chart: Chart, *, scale: float = 2.0) -> bytes:
    """The chart as a PNG at `scale` pixels a point.

    Chinese needs a Chinese font on the machine that draws; an SVG takes the reader's.
    """
    import vl_convert

    on_paper = {**chart.spec, "background": LIGHT["surface"]}
    png: bytes = vl_convert.vegalite_to_png(json.dumps(on_paper), scale=scale, show_warnings=False)
    return png

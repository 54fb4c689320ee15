"""The report: one page of HTML that holds everything it needs and opens without a network."""

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from keyworth.report import backtest_tables, explained, facts, sentences, tables, why_these_models
from keyworth.report.chart import Chart, chart_svg
from keyworth.report.content import ReportContent
from keyworth.report.customer_lists import risk_groups, top_rows
from keyworth.report.drawings import charts
from keyworth.report.quadrants import quadrant_rows
from keyworth.report.theme import HALF, NARROW, WIDE
from keyworth.report.tokens import DARK, FONTS, LIGHT
from keyworth.report.voice import Voice
from keyworth.value import broken_promise
from keyworth.words import Language, Message, say


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as the page shows it: one drawing for a screen or paper, one for a phone."""

    name: str
    title: str
    wide: Markup
    narrow: Markup


# Charts that stand side by side where there is room.
_PAIRED = {"cohort_value", "cohort_people", "tracking_weekly", "tracking_cumulative", "backtest", "conditional"}


@cache
def _templates() -> Environment:
    # Everything is escaped, whatever a template is called: customers choose their own names.
    made = Environment(
        loader=PackageLoader("keyworth.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["minus"] = "−"
    return made


def write_report(content: ReportContent, lang: Language) -> str:
    """The whole report as one HTML document in one language.

    It loads nothing and runs no script; colours follow the reader's light or dark scheme, and it prints on A4.
    """
    voice = Voice.of(content, lang)
    top, scale = top_rows(content, voice)
    pictures = _pictures(content, lang)
    page: str = (
        _templates()
        .get_template("report.html.j2")
        .render(
            lang=lang,
            gap="" if lang == "zh" else " ",  # between two sentences
            t=lambda key, **values: say(Message(key, **values), lang),
            voice=voice,
            content=content,
            pictures=pictures,
            sentences=sentences,
            tables=tables,
            looks=backtest_tables,
            facts=facts,
            quadrants=quadrant_rows(content, voice),
            explained=explained,
            why=why_these_models,
            broken_promise=broken_promise(content.base.figure) is not None,
            brief=sentences.brief(content, voice),
            top=top,
            scale=scale,
            at_risk=risk_groups(content, voice),
            absent=explained.absent(content, voice),
            light=LIGHT,
            dark=DARK,
            recoloured=_recoloured(),
            fonts=FONTS[lang],
        )
    )
    return page


def _pictures(content: ReportContent, lang: Language) -> dict[str, Picture]:
    wide, half, narrow = (charts(content, lang, frame) for frame in (WIDE, HALF, NARROW))

    def picture(chart: Chart) -> Picture:
        large = half[chart.name] if chart.name in _PAIRED else chart
        return Picture(
            chart.name,
            chart.title,
            Markup(chart_svg(large)),  # noqa: S704  our own drawing; the words in it are escaped where it is made
            Markup(chart_svg(narrow[chart.name], part="-narrow")),  # noqa: S704
        )

    return {name: picture(chart) for name, chart in wide.items()}


def _recoloured() -> list[tuple[str, str]]:
    """What a chart's colours become in the dark: drawings keep their light colours and the page overrules."""
    changed: dict[str, str] = {}
    for token, colour in LIGHT.items():
        changed.setdefault(colour, DARK[token])
    return list(changed.items())

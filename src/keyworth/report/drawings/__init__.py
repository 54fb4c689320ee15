"""Every chart of a report, by name, in the order in which the page shows them."""

from collections.abc import Callable

from keyworth.report.chart import Chart
from keyworth.report.content import ReportContent
from keyworth.report.drawings.backtest import backtest_totals
from keyworth.report.drawings.base_worth import base_worth
from keyworth.report.drawings.choice import model_choice
from keyworth.report.drawings.churn import churn_bars
from keyworth.report.drawings.cohorts import cohort_people, cohort_value
from keyworth.report.drawings.concentration import concentration_curve
from keyworth.report.drawings.conditional import conditional_chart
from keyworth.report.drawings.repeat_counts import repeat_counts_chart
from keyworth.report.drawings.rfm import rfm_grid_chart
from keyworth.report.drawings.risk_map import risk_map_chart
from keyworth.report.drawings.tracking import tracking_cumulative, tracking_weekly
from keyworth.report.theme import HALF, NARROW, WIDE, Frame
from keyworth.report.voice import Voice
from keyworth.words import Language

__all__ = ["HALF", "NARROW", "WIDE", "charts"]

_DRAWN: tuple[Callable[[ReportContent, Voice, Frame], Chart | None], ...] = (
    base_worth,
    concentration_curve,
    rfm_grid_chart,
    risk_map_chart,
    churn_bars,
    cohort_value,
    cohort_people,
    tracking_weekly,
    tracking_cumulative,
    repeat_counts_chart,
    backtest_totals,
    conditional_chart,
    model_choice,
)


def charts(content: ReportContent, lang: Language, frame: Frame = WIDE) -> dict[str, Chart]:
    """The charts that this content has something to show in; `frame` is WIDE or, for a phone, NARROW."""
    voice = Voice.of(content, lang)
    drawn = (draw(content, voice, frame) for draw in _DRAWN)
    return {chart.name: chart for chart in drawn if chart is not None}

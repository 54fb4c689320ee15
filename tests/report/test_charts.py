"""The charts: in the design's colours and fonts, in one language, safe, and usable outside the page."""

import dataclasses
import re

import numpy as np
import pytest
from invented_business import bare, filled

from keyworth.report import NARROW, WIDE, Chart, ReportContent, chart_png, chart_svg, charts
from keyworth.report.theme import Frame, log_ticks, ticks
from keyworth.report.tokens import LIGHT
from keyworth.value import Interval
from keyworth.words import Message

NAMES = [
    "base",
    "concentration",
    "rfm",
    "risk_map",
    "churn",
    "cohort_value",
    "cohort_people",
    "tracking_weekly",
    "tracking_cumulative",
    "repeat_counts",
    "backtest",
    "conditional",
    "choice",
]


def test_every_chart_is_there_and_none_where_nothing_is_known(content: ReportContent) -> None:
    assert list(charts(content, "zh")) == NAMES
    assert {"base", "concentration", "risk_map", "churn", "tracking_weekly", "backtest", "choice"}.isdisjoint(
        charts(bare(Message("yes")), "zh")
    )


@pytest.fixture(scope="module")
def drawn(content: ReportContent) -> dict[tuple[str, int], str]:
    """Every chart as SVG, in Chinese, by name and width."""
    return {
        (name, frame.width): chart_svg(chart)
        for frame in (WIDE, NARROW)
        for name, chart in charts(content, "zh", frame).items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_uses_only_the_designs_colours(drawn: dict[tuple[str, int], str], name: str) -> None:
    svg = drawn[name, NARROW.width]
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none", "transparent"}
    # Attribute values are compared as written: the dark scheme finds them by these very letters.
    assert colours <= set(LIGHT.values()), colours - set(LIGHT.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_as_wide_as_it_was_told(drawn: dict[tuple[str, int], str], name: str) -> None:
    for frame in (WIDE, NARROW):
        assert re.search(rf'viewBox="0 0 {frame.width} ', drawn[name, frame.width])


def test_the_readers_fonts_are_named(content: ReportContent) -> None:
    assert "PingFang SC" in chart_svg(charts(content, "zh")["rfm"])
    english = chart_svg(charts(content, "en")["rfm"])
    assert english.index("Roboto") < english.index("PingFang SC")


def test_labels_carry_no_english_made_by_the_drawing_library(drawn: dict[tuple[str, int], str]) -> None:
    for svg in drawn.values():
        assert "aria-label" not in svg.split(">", 1)[1]


def test_a_chart_shows_itself_in_a_notebook(content: ReportContent) -> None:
    chart = charts(content, "zh")["concentration"]
    shown = chart._repr_mimebundle_()
    assert shown["text/html"].startswith('<figure lang="zh-Hans" style="background:#FFFFFF;')
    assert "<figcaption>多少客户撑起多少价值</figcaption>" in shown["text/html"]
    assert chart.title in shown["text/plain"]


def test_a_chart_can_be_a_picture_file(content: ReportContent) -> None:
    assert chart_png(charts(content, "en")["base"], scale=1).startswith(b"\x89PNG")


def test_words_in_a_chart_cannot_carry_code() -> None:
    spec = {"data": {"values": [{"t": "<script>x</script>"}]}, "mark": "text",
            "encoding": {"text": {"field": "t"}}}  # fmt: skip
    svg = chart_svg(Chart("x", '"><script>', "<b>", spec, "en"))
    assert "<script" not in svg
    assert "<b>" not in svg


def test_two_drawings_of_one_chart_share_no_id() -> None:
    spec = {"data": {"values": [{"a": 1, "b": 2}]}, "mark": {"type": "line", "clip": True},
            "encoding": {"x": {"field": "a"}, "y": {"field": "b"}}}  # fmt: skip
    chart = Chart("x", "", "", spec, "en")
    first, second = chart_svg(chart), chart_svg(chart, part="-narrow")
    # The drawing library numbers its ids from one count per process: only ours tell drawings apart for sure.
    assert set(re.findall(r'\bid="(kw-x-)?', first)) == {"kw-x-"}
    assert set(re.findall(r'\bid="(kw-x-narrow-)?', second)) == {"kw-x-narrow-"}
    assert re.findall(r"url\(#(kw-x-)?", first) == ["kw-x-"]


def test_the_stroke_of_the_expectation_stands_where_it_should(content: ReportContent) -> None:
    spec = charts(content, "zh")["base"].spec
    drawn = spec["layer"][1]["data"]["values"][0]["x"]
    assert drawn == pytest.approx(content.base.figure.expected, rel=1e-6)
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"][0] == 0, "nothing starts from a cut axis"


def test_a_week_cut_short_is_not_drawn_as_a_collapse() -> None:
    content = filled(60)
    assert content.backtest is not None
    tracking = content.backtest.tracking
    cut = dataclasses.replace(tracking, ends=np.append(tracking.ends[:-1], tracking.ends[-2] + 2))
    short = dataclasses.replace(content, backtest=dataclasses.replace(content.backtest, tracking=cut))
    for chart, last in (("tracking_weekly", None), ("tracking_cumulative", tracking.actual.sum())):
        drawn = charts(short, "en")[chart].spec["layer"][0]["data"]["values"][-1]["y"]
        assert drawn == (last if last is None else pytest.approx(last))
    assert charts(content, "en")["tracking_weekly"].spec["layer"][0]["data"]["values"][-1]["y"] is not None


def test_a_past_forecast_is_the_line_that_what_came_is_drawn_from(content: ReportContent) -> None:
    layers = charts(content, "en")["backtest"].spec["layer"]
    assert layers[0]["data"]["values"] == [{"y": 0}]
    assert [round(point["y"], 3) for point in layers[2]["data"]["values"]] == [0.02, -0.04, 0.13, 0.04]
    assert [point["t"] for point in layers[-1]["data"]["values"]] == ["+2%", "−4%", "+13%", "+4%"]


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("top", [1.0, 2.0, 3.0, 11.0, 999.0, 1020.0, 15_908.0, 1.29e8])
def test_an_axis_has_few_round_steps_and_little_beyond_them(top: float, whole: bool) -> None:
    steps = ticks(top, whole=whole)
    assert len(steps) <= 7
    assert top <= steps[-1] <= 1.34 * top
    assert len(set(map(round, steps))) == len(steps) or not whole


def test_a_scale_of_multiples_has_two_marks_however_short() -> None:
    assert log_ticks(0.5, 2e4) == [1, 10, 100, 1000, 10_000]
    assert log_ticks(3600, 44_000) == [5000, 10_000, 20_000]


@pytest.mark.parametrize(("top", "last"), [(0.0, 1.0), (1.0, 1.0), (7.3, 7.5), (999.0, 1000.0), (1.29e8, 1.5e8)])
def test_an_axis_reaches_past_its_highest_value(top: float, last: float) -> None:
    assert ticks(top)[0] == 0
    assert ticks(top)[-1] == pytest.approx(last)


def test_conditional_bars_are_means_of_what_came_and_ticks_of_what_was_expected() -> None:
    chart = charts(filled(), "en")["conditional"]
    bars, expected = (layer["data"]["values"] for layer in chart.spec["layer"][:2])
    assert [round(row["y"], 4) for row in bars[:2]] == [round(3 / 40, 4), round(10 / 36, 4)]
    assert [round(row["y"], 4) for row in expected[:2]] == [round(2 / 40, 4), round(10 / 36, 4)]


@pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
def test_one_interval_out_of_all_proportion_does_not_flatten_the_others(content: ReportContent, frame: Frame) -> None:
    assert content.backtest is not None
    first, *rest = content.backtest.totals
    far = Interval(0.1 * first.expected, 6.0 * first.expected)
    totals = (dataclasses.replace(first, interval_95=far), *rest)
    changed = dataclasses.replace(content, backtest=dataclasses.replace(content.backtest, totals=totals))
    drawn = charts(changed, "en", frame)["backtest"].spec["layer"]
    low, high = drawn[1]["encoding"]["y"]["scale"]["domain"]
    assert -1.0 <= low < 0 < high < 0.5
    assert len(drawn[2]["data"]["values"]) == len(totals)

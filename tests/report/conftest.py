"""The filled report is drawn once for all tests of this room: drawing takes a second or two."""

import pytest
from invented_business import filled

from keyworth.report import ReportContent, write_report


@pytest.fixture(scope="session")
def content() -> ReportContent:
    return filled()


@pytest.fixture(scope="session")
def chinese(content: ReportContent) -> str:
    return write_report(content, "zh")


@pytest.fixture(scope="session")
def english(content: ReportContent) -> str:
    return write_report(content, "en")


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what a page says: its charts are specified but not drawn, which is nearly all of its cost."""
    monkeypatch.setattr("keyworth.report.page.chart_svg", lambda chart, part="": "<svg></svg>")

"""Values into pages: chart specifications, tables and the self-contained report. No files, no clock.

A run fills in `ReportContent`, mostly with what `value` and `backtest` return;
`write_report` makes the page, `charts` the same pictures for a notebook or a file.
"""

from keyworth.report.chart import Chart, chart_png, chart_svg
from keyworth.report.content import (
    AtRiskCustomer,
    Backtest,
    BaseWorth,
    DataNotes,
    Measured,
    Provenance,
    ReportContent,
    RiskMap,
    TopCustomer,
)
from keyworth.report.drawings import HALF, NARROW, WIDE, charts
from keyworth.report.page import write_report
from keyworth.report.risk_map import risk_map

__all__ = [
    "HALF",
    "NARROW",
    "WIDE",
    "AtRiskCustomer",
    "Backtest",
    "BaseWorth",
    "Chart",
    "DataNotes",
    "Measured",
    "Provenance",
    "ReportContent",
    "RiskMap",
    "TopCustomer",
    "chart_png",
    "chart_svg",
    "charts",
    "risk_map",
    "write_report",
]

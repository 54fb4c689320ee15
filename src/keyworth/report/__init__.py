"""Values into pages: chart specifications, tables and the self-contained report. No files, no clock.

A run fills in `ReportContent`, with the functions of `gathered` where it has one row per customer;
`write_report` makes the page, `charts` the same pictures for a notebook or a file.
"""

from keyworth.report.chart import Chart, chart_png, chart_svg
from keyworth.report.content import (
    AtRiskCustomer,
    Backtest,
    BaseWorth,
    ChurnSplit,
    Cohort,
    Concentration,
    DataNotes,
    Estimate,
    Interval,
    MeasureScores,
    OriginTotal,
    ParameterValue,
    Provenance,
    Quadrant,
    RepeatCounts,
    ReportContent,
    RfmGrid,
    RiskMap,
    TopCustomer,
    Tracking,
    ValueClass,
)
from keyworth.report.drawings import HALF, NARROW, WIDE, charts
from keyworth.report.gathered import (
    churn_split,
    cohorts,
    concentration,
    most_at_stake,
    rfm_grid,
    risk_map,
)
from keyworth.report.page import write_report

__all__ = [
    "HALF",
    "NARROW",
    "WIDE",
    "AtRiskCustomer",
    "Backtest",
    "BaseWorth",
    "Chart",
    "ChurnSplit",
    "Cohort",
    "Concentration",
    "DataNotes",
    "Estimate",
    "Interval",
    "MeasureScores",
    "OriginTotal",
    "ParameterValue",
    "Provenance",
    "Quadrant",
    "RepeatCounts",
    "ReportContent",
    "RfmGrid",
    "RiskMap",
    "TopCustomer",
    "Tracking",
    "ValueClass",
    "chart_png",
    "chart_svg",
    "charts",
    "churn_split",
    "cohorts",
    "concentration",
    "most_at_stake",
    "rfm_grid",
    "risk_map",
    "write_report",
]

"""Were we right? Past origins, scores, simple rules to beat, and tables for looking."""

from keyworth.backtest.origin_totals import OriginTotal
from keyworth.backtest.origins import Origin, origins
from keyworth.backtest.repeat_counts import RepeatCounts, repeat_counts
from keyworth.backtest.scores import Scores, coverage, score
from keyworth.backtest.simple_rules import SimpleRule, last_year_again, last_year_days, same_rate
from keyworth.backtest.tables import GroupRow, by_past_repeats, decile_table
from keyworth.backtest.tracking import Tracking, tracking
from keyworth.backtest.verdict import MEASURES, Measure, does_better, verdict, verdict_on_totals

__all__ = [
    "MEASURES",
    "GroupRow",
    "Measure",
    "Origin",
    "OriginTotal",
    "RepeatCounts",
    "Scores",
    "SimpleRule",
    "Tracking",
    "by_past_repeats",
    "coverage",
    "decile_table",
    "does_better",
    "last_year_again",
    "last_year_days",
    "origins",
    "repeat_counts",
    "same_rate",
    "score",
    "tracking",
    "verdict",
    "verdict_on_totals",
]

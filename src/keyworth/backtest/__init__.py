"""Were we right? Past origins, scores, simple rules to beat, and tables for looking."""

from keyworth.backtest.born_after import BornAfter, JudgedFit
from keyworth.backtest.maybe_older import MaybeOlder, maybe_older
from keyworth.backtest.origin_totals import OriginTotal
from keyworth.backtest.origins import Origin, needed_days, origins
from keyworth.backtest.repeat_counts import RepeatCounts, repeat_counts
from keyworth.backtest.scores import Scores, coverage, score
from keyworth.backtest.simple_rules import SimpleRule, last_year_again, last_year_days, same_rate
from keyworth.backtest.tables import GroupRow, by_past_repeats, decile_table
from keyworth.backtest.tracking import Tracking, tracking
from keyworth.backtest.verdict import MEASURES, Measure, verdict, verdict_on_totals

__all__ = [
    "MEASURES",
    "BornAfter",
    "GroupRow",
    "JudgedFit",
    "MaybeOlder",
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
    "last_year_again",
    "last_year_days",
    "maybe_older",
    "needed_days",
    "origins",
    "repeat_counts",
    "same_rate",
    "score",
    "tracking",
    "verdict",
    "verdict_on_totals",
]

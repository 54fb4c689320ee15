"""Were we right? Past origins, scores, simple rules to beat, and tables for looking."""

from keyworth.backtest.naive_rules import NaiveRule, last_year_again, same_rate
from keyworth.backtest.origins import Origin, origins
from keyworth.backtest.scores import Scores, coverage, score
from keyworth.backtest.tables import (
    GroupRow,
    RepeatCountRow,
    by_past_repeats,
    decile_table,
    repeat_count_table,
)
from keyworth.backtest.tracking import Tracking, tracking
from keyworth.backtest.verdict import does_better, verdict

__all__ = [
    "GroupRow",
    "NaiveRule",
    "Origin",
    "RepeatCountRow",
    "Scores",
    "Tracking",
    "by_past_repeats",
    "coverage",
    "decile_table",
    "does_better",
    "last_year_again",
    "origins",
    "repeat_count_table",
    "same_rate",
    "score",
    "tracking",
    "verdict",
]

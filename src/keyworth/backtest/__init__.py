"""Were we right? Past origins, scores, simple rules to beat, and tables for looking."""

from keyworth.backtest.born_after import BornAfter, JudgedFit
from keyworth.backtest.calibration import calibration_verdict, inside, pit_ks, too_sure, with_distributions
from keyworth.backtest.candidates import Candidate, CandidateForecasts, OriginForecasts
from keyworth.backtest.choosing import choose
from keyworth.backtest.count_scores import count_scores
from keyworth.backtest.distribution_scores import DistributionScores
from keyworth.backtest.maybe_older import MaybeOlder, maybe_older
from keyworth.backtest.origin_totals import OriginTotal
from keyworth.backtest.origins import Origin, days_unknown, needed_days, origins, origins_up_to
from keyworth.backtest.repeat_counts import RepeatCounts, repeat_counts
from keyworth.backtest.scores import Scores, coverage, score
from keyworth.backtest.simple_rules import SimpleRule, last_year_again, last_year_days, same_rate
from keyworth.backtest.spend_scores import SpendForecast, SpendScores
from keyworth.backtest.standing import DECIDING, Choice, Lag, Standing
from keyworth.backtest.tables import GroupRow, by_past_repeats, decile_table
from keyworth.backtest.tracking import Tracking, tracking
from keyworth.backtest.verdict import MEASURES, WHOLE_NUMBERS, Measure, verdict, verdict_on_totals
from keyworth.backtest.whole_forecasts import WholeForecasts, score_whole_forecasts

__all__ = [
    "DECIDING",
    "MEASURES",
    "WHOLE_NUMBERS",
    "BornAfter",
    "Candidate",
    "CandidateForecasts",
    "Choice",
    "DistributionScores",
    "GroupRow",
    "JudgedFit",
    "Lag",
    "MaybeOlder",
    "Measure",
    "Origin",
    "OriginForecasts",
    "OriginTotal",
    "RepeatCounts",
    "Scores",
    "SimpleRule",
    "SpendForecast",
    "SpendScores",
    "Standing",
    "Tracking",
    "WholeForecasts",
    "by_past_repeats",
    "calibration_verdict",
    "choose",
    "count_scores",
    "coverage",
    "days_unknown",
    "decile_table",
    "inside",
    "last_year_again",
    "last_year_days",
    "maybe_older",
    "needed_days",
    "origins",
    "origins_up_to",
    "pit_ks",
    "repeat_counts",
    "same_rate",
    "score",
    "score_whole_forecasts",
    "too_sure",
    "tracking",
    "verdict",
    "verdict_on_totals",
    "with_distributions",
]

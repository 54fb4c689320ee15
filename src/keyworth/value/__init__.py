"""What each customer is worth, and the base of them all."""

from keyworth.value.base_figure import BaseFigure
from keyworth.value.cautions import far_beyond_the_ledger, far_from_the_orders, unusual_questions
from keyworth.value.cohorts import Cohort, cohorts_by_quarter
from keyworth.value.comparison import MOVES, BookComparison, Movement, compare_books
from keyworth.value.concentration import TIERS, Concentration, ValueClass, concentration, tiers
from keyworth.value.customer_values import CustomerValues
from keyworth.value.dated_values import DatedValues, ModelUsed, as_may_be_said, book_id, dated_values
from keyworth.value.hexagons import Hexagons, hexagons
from keyworth.value.margins import (
    CategorySpend,
    margin_rates_given,
    margin_rates_seen,
    margin_that_came,
    refuse_margins,
)
from keyworth.value.model_choice import ModelChoice, TriedModel
from keyworth.value.options import BASES, DRAWS, Basis, ValueOptions
from keyworth.value.predictive import LEVELS, Interval, Quantiles
from keyworth.value.promise import broken_promise
from keyworth.value.purchase_scores import PurchaseScores, score_purchases
from keyworth.value.reasons import KINDS, Reasons, reasons
from keyworth.value.rfm import RfmGrid, rfm_grid
from keyworth.value.risk_map import (
    STRATEGIES,
    ChurnSplit,
    Quadrant,
    Thresholds,
    churn_split,
    most_at_stake,
    quadrants,
    strategies,
    thresholds_by_share,
)
from keyworth.value.risk_reasons import risk_reason
from keyworth.value.spend_law import SpendLaw, law_of
from keyworth.value.spend_view import SpendInput, SpendView
from keyworth.value.total import value_total
from keyworth.value.valuation import Valuation, value_customers
from keyworth.value.widening import PastMiss
from keyworth.value.withheld import CANNOT_TELL, NEED_WHO_LEFT, SPEND_TOO_ALIKE, for_analysts

__all__ = [
    "BASES",
    "CANNOT_TELL",
    "DRAWS",
    "KINDS",
    "LEVELS",
    "MOVES",
    "NEED_WHO_LEFT",
    "SPEND_TOO_ALIKE",
    "STRATEGIES",
    "TIERS",
    "BaseFigure",
    "Basis",
    "BookComparison",
    "CategorySpend",
    "ChurnSplit",
    "Cohort",
    "Concentration",
    "CustomerValues",
    "DatedValues",
    "Hexagons",
    "Interval",
    "ModelChoice",
    "ModelUsed",
    "Movement",
    "PastMiss",
    "PurchaseScores",
    "Quadrant",
    "Quantiles",
    "Reasons",
    "RfmGrid",
    "SpendInput",
    "SpendLaw",
    "SpendView",
    "Thresholds",
    "TriedModel",
    "Valuation",
    "ValueClass",
    "ValueOptions",
    "as_may_be_said",
    "book_id",
    "broken_promise",
    "churn_split",
    "cohorts_by_quarter",
    "compare_books",
    "concentration",
    "dated_values",
    "far_beyond_the_ledger",
    "far_from_the_orders",
    "for_analysts",
    "hexagons",
    "law_of",
    "margin_rates_given",
    "margin_rates_seen",
    "margin_that_came",
    "most_at_stake",
    "quadrants",
    "reasons",
    "refuse_margins",
    "rfm_grid",
    "risk_reason",
    "score_purchases",
    "strategies",
    "thresholds_by_share",
    "tiers",
    "unusual_questions",
    "value_customers",
    "value_total",
]

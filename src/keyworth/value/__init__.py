"""What each customer is worth, and the base of them all."""

from keyworth.value.cohorts import Cohort, cohorts_by_quarter
from keyworth.value.concentration import Concentration, ValueClass, concentration
from keyworth.value.rfm import RfmGrid, RfmScores, bins, even_edges, rfm_grid, rfm_scores
from keyworth.value.risk_map import (
    STRATEGIES,
    ChurnSplit,
    Hexagons,
    Quadrant,
    Thresholds,
    churn_split,
    hexagons,
    quadrants,
    strategies,
    thresholds_by_share,
)

__all__ = [
    "STRATEGIES",
    "ChurnSplit",
    "Cohort",
    "Concentration",
    "Hexagons",
    "Quadrant",
    "RfmGrid",
    "RfmScores",
    "Thresholds",
    "ValueClass",
    "bins",
    "churn_split",
    "cohorts_by_quarter",
    "concentration",
    "even_edges",
    "hexagons",
    "quadrants",
    "rfm_grid",
    "rfm_scores",
    "strategies",
    "thresholds_by_share",
]

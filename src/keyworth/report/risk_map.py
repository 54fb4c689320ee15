"""The map of value against risk, put together."""

import numpy as np
from numpy.typing import NDArray

from keyworth.report.content import RiskMap
from keyworth.value import hexagons, quadrants, thresholds_by_share

Floats = NDArray[np.float64]


def risk_map(value_if_kept: Floats, churn_risk: Floats, residual_value: Floats) -> RiskMap | None:
    """Everyone by value if kept and churn risk, each array of shape (n,), as hexagons and four quadrants.

    The thresholds are those of `value.thresholds_by_share`. None where nobody has a positive value: then there is
    nothing to draw.
    """
    if not (value_if_kept > 0).any():
        return None
    limits = thresholds_by_share(value_if_kept)
    return RiskMap(
        cells=hexagons(value_if_kept, churn_risk),
        limits=limits,
        quadrants=quadrants(value_if_kept, churn_risk, residual_value, limits),
    )

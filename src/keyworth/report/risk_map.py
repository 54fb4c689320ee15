"""The map of value against risk, put together; and whom to list as at risk."""

import numpy as np
from numpy.typing import NDArray

from keyworth.report.content import Floats, RiskMap
from keyworth.value import Thresholds, hexagons, quadrants, thresholds_by_share


def risk_map(
    value_if_kept: Floats, churn_risk: Floats, residual_value: Floats, thresholds: Thresholds | None = None
) -> RiskMap | None:
    """Everyone by value if kept and churn risk, each array of shape (n,), as hexagons and four quadrants.

    Unless given, the thresholds are those of `value.thresholds_by_share`. None where nobody has a positive
    value: then there is nothing to draw.
    """
    if not (value_if_kept > 0).any():
        return None
    limits = thresholds or thresholds_by_share(value_if_kept)
    cells = hexagons(value_if_kept, churn_risk)
    return RiskMap(
        value=cells.value,
        risk=cells.risk,
        customers=cells.customers,
        value_ratio=cells.value_ratio,
        risk_step=cells.risk_step,
        value_threshold=limits.value,
        risk_threshold=limits.risk,
        quadrants=quadrants(value_if_kept, churn_risk, residual_value, limits),
        undrawn=cells.undrawn,
    )


def most_at_stake(value_if_kept: Floats, gone: Floats, leaving: Floats, each: int = 10) -> NDArray[np.int64]:
    """Whom to list as at risk: the `each` with most at stake who are probably here, then those probably gone.

    All arrays have shape (n,); returns row numbers. One list by value at stake alone would hold only those who
    have left for certain, whom nothing can keep.
    """
    stake = value_if_kept * (gone + leaving)
    listed = []
    for group in (gone <= 0.5, gone > 0.5):
        rows = np.flatnonzero(group & (stake > 0))
        listed.append(rows[np.argsort(-stake[rows], kind="stable")][:each])
    return np.concatenate(listed).astype(np.int64)

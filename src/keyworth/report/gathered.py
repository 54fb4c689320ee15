"""From one row per customer to what a report shows: plain arrays in, sections of `ReportContent` out."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from keyworth.report.content import (
    ChurnSplit,
    Cohort,
    Concentration,
    Counts,
    Floats,
    Quadrant,
    QuadrantName,
    RfmGrid,
    RiskMap,
    ValueClass,
)

RECENCY_EDGES = (0, 31, 91, 181, 366, np.inf)
PURCHASE_EDGES = (1, 2, 3, 5, 10, np.inf)

_CURVE_POINTS = 201
_HEXAGONS_ACROSS = 26
_HEXAGON_ROWS = 24


def concentration(value: Floats) -> Concentration | None:
    """How few customers carry how much; `value` is each customer's horizon value, shape (n,).

    None where nothing is expected of anyone: then nobody carries anything.
    """
    ordered = np.sort(np.maximum(value, 0))[::-1]
    total = float(ordered.sum())
    if not total > 0:
        return None
    n = len(ordered)
    carried = np.concatenate([[0.0], np.cumsum(ordered) / total])
    carried[-1] = 1.0
    people = np.arange(n + 1) / n
    at = np.unique(np.linspace(0, n, min(_CURVE_POINTS, n + 1)).round().astype(np.int64))
    # The fewest customers that reach each share; the last class is whoever is left.
    ends = [int(np.searchsorted(carried, share - 1e-12)) for share in (0.80, 0.95)] + [n]
    classes, begin = [], 0
    for name, end in zip("ABC", ends, strict=True):
        classes.append(ValueClass(name, end - begin, float(value_between(ordered, begin, end))))
        begin = end
    return Concentration(
        customer_share=people[at],
        value_share=carried[at],
        classes=tuple(classes),
        top_fifth=float(np.interp(0.2, people, carried)),
        for_four_fifths=ends[0] / n,
    )


def value_between(ordered: Floats, begin: int, end: int) -> float:
    """The sum over a stretch of customers in order of value."""
    return float(ordered[begin:end].sum())


def rfm_grid(
    recency_days: Floats,
    purchases: Floats,
    spent: Floats,
    value: Floats,
    chance: Floats | None = None,
    *,
    recency_edges: tuple[float, ...] = RECENCY_EDGES,
    purchase_edges: tuple[float, ...] = PURCHASE_EDGES,
) -> RfmGrid:
    """Customers by days since the last purchase and number of purchases; all arrays have shape (n,).

    Every customer falls in a cell: who lies outside the edges is put in the nearest row or column.
    """
    rows, columns = len(recency_edges) - 1, len(purchase_edges) - 1
    row = np.clip(np.searchsorted(recency_edges, recency_days, side="right") - 1, 0, rows - 1)
    column = np.clip(np.searchsorted(purchase_edges, purchases, side="right") - 1, 0, columns - 1)
    cell = row * columns + column

    def summed(weights: Floats) -> Floats:
        sums = np.bincount(cell, weights, minlength=rows * columns)
        return sums.astype(np.float64).reshape(rows, columns)

    customers: Counts = np.bincount(cell, minlength=rows * columns).reshape(rows, columns).astype(np.int64)
    mean_chance = None
    if chance is not None:
        with np.errstate(invalid="ignore", divide="ignore"):
            mean_chance = np.where(customers > 0, summed(chance) / customers, np.nan)
    return RfmGrid(
        recency_days=np.asarray(recency_edges, dtype=np.float64),
        purchases=np.asarray(purchase_edges, dtype=np.float64),
        customers=customers,
        spent=summed(spent),
        value=summed(value),
        chance=mean_chance,
    )


def risk_map(
    value_if_kept: Floats,
    churn_risk: Floats,
    residual_value: Floats,
    *,
    value_threshold: float | None = None,
    risk_threshold: float = 0.5,
) -> RiskMap | None:
    """Everyone by value if kept and churn risk, each array of shape (n,), as hexagons and four quadrants.

    Unless given, the value threshold is the value that a fifth of the customers reach. Quadrants carry
    `residual_value`, so that they add up to the base's. None where nobody has a positive value.
    """
    drawn = value_if_kept > 0
    if not drawn.any():
        return None
    if value_threshold is None:
        value_threshold = float(np.quantile(value_if_kept, 0.8)) or float(value_if_kept[drawn].min())
    high, risky = value_if_kept >= value_threshold, churn_risk >= risk_threshold
    chosen: tuple[tuple[QuadrantName, NDArray[np.bool_]], ...] = (
        ("prevent", high & risky),
        ("monitor", high & ~risky),
        ("watch", ~high & risky),
        ("ignore", ~high & ~risky),
    )
    quadrants = tuple(Quadrant(name, int(who.sum()), float(residual_value[who].sum())) for name, who in chosen)
    size, risk = np.log10(value_if_kept[drawn]), churn_risk[drawn]
    # A thousandth of the customers at each end may be far out; they are drawn in the outermost hexagons.
    low, top = np.quantile(size, [0.001, 0.999])
    # Where all are worth much the same, the picture still spans a decade and a half.
    across = max(top - low, 1.5) / _HEXAGONS_ACROSS
    up = 1 / _HEXAGON_ROWS
    x, y, count = _hexagons(np.clip(size, low, top), risk, across, up)
    return RiskMap(
        value=10.0**x,
        risk=y,
        customers=count,
        value_ratio=float(10.0**across),
        risk_step=up,
        value_threshold=value_threshold,
        risk_threshold=risk_threshold,
        quadrants=quadrants,
        undrawn=int((~drawn).sum()),
    )


def _hexagons(x: Floats, y: Floats, across: float, up: float) -> tuple[Floats, Floats, Counts]:
    """Centres and counts: rows `up` apart, every other one shifted by half of `across`; the nearest wins."""
    even_row, odd_row = 2 * np.round(y / up / 2), 2 * np.floor(y / up / 2) + 1
    even_column, odd_column = np.round(x / across), np.floor(x / across) + 0.5

    def distance(column: Floats, row: Floats) -> Floats:
        # In a regular pattern rows stand sqrt(3)/2 of a column's width apart.
        return np.asarray((x / across - column) ** 2 + 0.75 * (y / up - row) ** 2)

    nearer = distance(even_column, even_row) <= distance(odd_column, odd_row)
    centres = np.stack([np.where(nearer, even_column, odd_column), np.where(nearer, even_row, odd_row)], axis=1)
    unique, count = np.unique(centres, axis=0, return_counts=True)
    return unique[:, 0] * across, unique[:, 1] * up, count.astype(np.int64)


def churn_split(gone: Floats, leaving: Floats, value_if_kept: Floats) -> ChurnSplit:
    """Expected customers and their value if kept in the three parts; all arrays have shape (n,)."""
    staying = 1 - gone - leaving
    return ChurnSplit(
        gone=float(gone.sum()),
        leaving=float(leaving.sum()),
        staying=float(staying.sum()),
        value_gone=float((gone * value_if_kept).sum()),
        value_leaving=float((leaving * value_if_kept).sum()),
        value_staying=float((staying * value_if_kept).sum()),
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


def cohorts(
    first_day: "np.ndarray[tuple[int], np.dtype[np.datetime64]]",
    as_of: date,
    value: Floats,
    spent: Floats | None = None,
    chance: Floats | None = None,
) -> tuple[Cohort, ...]:
    """Customers by the quarter of their first purchase (by year where that makes more than 24 quarters).

    `first_day` is datetime64[D]; all arrays have shape (n,). Quarters in which nobody came are left out.
    """
    if len(first_day) == 0:
        return ()
    month = first_day.astype("datetime64[M]").astype(np.int64)
    length = 3 if month.max() // 3 - month.min() // 3 < 24 else 12
    group = month // length
    found, which = np.unique(group, return_inverse=True)
    made = []
    for index, number in enumerate(found):
        inside = which == index
        start = np.datetime64(int(number) * length, "M").astype("datetime64[D]").astype(date)
        after = np.datetime64((int(number) + 1) * length, "M").astype("datetime64[D]").astype(date)
        made.append(
            Cohort(
                first_day=start,
                last_day=min(after - timedelta(days=1), as_of),
                customers=int(inside.sum()),
                spent=None if spent is None else float(spent[inside].sum()),
                value=float(value[inside].sum()),
                still_customers=None if chance is None else float(chance[inside].sum()),
            )
        )
    return tuple(made)

"""What a report says, before it is said: the values a run fills in.

What the room `value` cuts out of a book (concentration, grid, cohorts, churn split) is taken as it comes;
nothing here is formatted or translated. Money is in one currency as float64 (it is an estimate, or is drawn);
shares and chances lie within 0 and 1; what is not known is None, or NaN inside an array, and is shown as "—".
Only `base`, `data` and `provenance` are always there. A section that is None is shown as an empty state with
its usual reason; `missing` may hold a better one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest import GroupRow, RepeatCounts
from keyworth.units import Discount, Horizon, TimeUnit
from keyworth.value import Basis, ChurnSplit, Cohort, Concentration, Interval, Quadrant, RfmGrid
from keyworth.words import Message

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

SectionName = Literal[
    "concentration",
    "rfm",
    "risk_map",
    "churn",
    "cohorts",
    "tracking",
    "repeat_counts",
    "top",
    "at_risk",
    "backtest",
]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A sum we cannot know, with its prediction intervals; an interval is None where it was not computed."""

    expected: float
    interval_80: Interval | None = None
    interval_95: Interval | None = None


@dataclass(frozen=True, slots=True)
class BaseWorth:
    """What all customers together are worth.

    `horizon_value` is undiscounted, its interval simulated jointly and widened by how far totals missed at
    the past `widened_by` origins; where that is empty, `not_widened` says why. `residual_value` is the
    discounted lifetime sum, of which the share `beyond_ledger` falls later than the ledger is long
    (extrapolation).
    `same_span_before` is what came in, on the same basis, in a span of the horizon's length up to `as_of`.
    `chance_withheld` says why no chance of being a customer is shown; then `still_customers` is None too.
    `model_errors_known`: whether the fits told how uncertain they are, so that the interval can hold it.
    """

    customers: int
    horizon_value: Estimate
    widened_by: tuple[date, ...] = ()
    not_widened: Message | None = None
    still_customers: float | None = None
    residual_value: float | None = None
    beyond_ledger: float | None = None
    same_span_before: float | None = None
    chance_withheld: Message | None = None
    model_errors_known: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class RiskMap:
    """Customers by value if kept (residual value given that they are still here) and churn risk.

    Hexagons: `value`, `risk` their centres and `customers` how many fall in each, shape (h,). `value` is in
    money and was binned by its logarithm; `value_ratio` is the ratio between neighbours in a row, `risk_step`
    the distance between rows. `undrawn` customers have no positive value and stand in no hexagon.
    """

    value: Floats
    risk: Floats
    customers: Counts
    value_ratio: float
    risk_step: float
    value_threshold: float
    risk_threshold: float
    quadrants: tuple[Quadrant, ...]
    undrawn: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Tracking:
    """Repeat purchases of all customers, week by week, shape (w,) each; `days` are the weeks' last days.

    What lies after `fitted_until` the model had not seen.
    """

    days: tuple[date, ...]
    actual: Floats
    expected: Floats
    fitted_until: date | None = None


@dataclass(frozen=True, slots=True)
class TopCustomer:
    """One of those worth most over the horizon; `value` is the expectation, the key draws the rest."""

    customer: str
    value: float
    share: float  # of the base
    name: str | None = None
    median: float | None = None
    interval_50: Interval | None = None
    interval_80: Interval | None = None
    chance: float | None = None
    purchases: int | None = None
    last_purchase: date | None = None
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class AtRiskCustomer:
    """Someone whose leaving would cost most: `at_stake` is value if kept times churn risk.

    Churn risk over the horizon is `gone` (has left already) plus `leaving` (is here and leaves within it).
    """

    customer: str
    at_stake: float
    value_if_kept: float
    gone: float
    leaving: float
    win_back: bool  # the strategy for them: more likely gone than here, so prevention comes too late
    name: str | None = None
    purchases: int | None = None
    last_purchase: date | None = None
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class OriginTotal:
    """The total predicted on a past day for the hold-out after it, and what came."""

    origin: date
    expected: float
    actual: float
    interval_80: Interval | None = None
    interval_95: Interval | None = None


@dataclass(frozen=True, slots=True)
class MeasureScores:
    """How well one measure was foretold for single customers, at the latest origin.

    `bias` is a fraction of the actual total, `mae` in purchases or money for one customer; `simple_rules` are
    the same error of rules that need no model.
    """

    measure: Literal["count", "spend"]
    bias: float | None
    mae: float | None
    simple_rules: tuple[tuple[Message, float], ...] = ()
    coverage_80: float | None = None
    coverage_95: float | None = None
    spearman: float | None = None
    gini: float | None = None


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the model said of the past, beside what happened. `origins` are totals of `origins_of`.

    Of the latest origin: customers in ten groups by expected purchases, and by repeat purchases until then.
    """

    holdout_days: int
    origins: tuple[OriginTotal, ...]
    scores: tuple[MeasureScores, ...]
    verdicts: tuple[Message, ...] = ()  # where a simple rule would do better, or that none does
    origins_of: Literal["count", "spend"] = "spend"
    deciles: tuple[GroupRow, ...] = ()
    by_past_repeats: tuple[GroupRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DataNotes:
    """What went in, and what could not. Refund shares are of refunded money and add up to 1."""

    first_day: date
    last_day: date
    orders: int
    spent: float | None = None
    rows_read: int | None = None
    rows_refused: int | None = None
    rows_without_customer: int | None = None
    refunds_by_reference: float | None = None
    refunds_by_item: float | None = None
    refunds_by_date: float | None = None
    maybe_older: int | None = None  # customers whose first purchase may lie before the ledger
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterValue:
    name: str
    value: float
    standard_error: float | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Enough to make the same report again."""

    model: str  # "MBG/NBD"
    unit: TimeUnit
    ledger_version: int
    software_version: str
    book_id: str = ""
    spend_model: str | None = "Gamma-Gamma"
    parameters: tuple[ParameterValue, ...] = ()
    discount: Discount | None = None
    options: tuple[tuple[str, str], ...] = ()
    left_out_of_spend: int | None = None  # customers whose mean repeat value is not positive
    verdict: Message | None = None  # of the fit


@dataclass(frozen=True, slots=True, eq=False)
class ReportContent:
    """One report on one value book. `written_at` is the clock of whoever asked, never read in here."""

    business: str
    as_of: date
    currency: str  # ISO 4217, or units.UNSTATED
    basis: Basis
    horizon: Horizon
    written_at: datetime
    base: BaseWorth
    data: DataNotes
    provenance: Provenance
    concentration: Concentration | None = None
    rfm: RfmGrid | None = None
    risk_map: RiskMap | None = None
    churn: ChurnSplit | None = None
    cohorts: tuple[Cohort, ...] | None = None
    tracking: Tracking | None = None
    repeat_counts: RepeatCounts | None = None
    top: tuple[TopCustomer, ...] | None = None
    at_risk: tuple[AtRiskCustomer, ...] | None = None
    backtest: Backtest | None = None
    method: tuple[Message, ...] = ()  # said after the standing explanation
    limits: tuple[Message, ...] = ()
    missing: Mapping[SectionName, Message] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def horizon_end(self) -> date:
        return self.horizon.end(self.as_of)

"""What a report says, before it is said: the values a run fills in.

What `value` and `backtest` return is taken as it comes; nothing here is formatted or translated. Money is in one
currency as float64 (it is an estimate, or is drawn), or amounts are purchases where no money is known; shares and
chances lie within 0 and 1; what is not known is None, or NaN inside an array, and is shown as "—". A section
that is None is left out, and the page says why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from keyworth.backtest import GroupRow, OriginTotal, RepeatCounts, Scores, Tracking
from keyworth.units import Discount, Horizon, TimeUnit
from keyworth.value import (
    BaseFigure,
    Basis,
    ChurnSplit,
    Cohort,
    Concentration,
    Hexagons,
    Interval,
    ModelChoice,
    ModelUsed,
    Quadrant,
    RfmGrid,
    Thresholds,
)
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class BaseWorth:
    """What all customers together are worth, and what that is to be seen beside.

    `known` ids stand in the ledger; the `customers` among them have a purchase that was not wholly cancelled.
    `same_span_before` is what came in, on the same basis, in a span of the horizon's length up to the report's day.
    `still_customers` is None where the fit did not settle who has left; then the page shows no chances at all.
    """

    figure: BaseFigure
    customers: int
    known: int
    same_span_before: float
    still_customers: float | None

    @property
    def knows_who_left(self) -> bool:
        return self.still_customers is not None


@dataclass(frozen=True, slots=True, eq=False)
class RiskMap:
    """Everyone by value if kept and churn risk: in hexagons, and in the four quadrants that `limits` make."""

    cells: Hexagons
    limits: Thresholds
    quadrants: tuple[Quadrant, ...]


@dataclass(frozen=True, slots=True)
class TopCustomer:
    """One of those worth most over the horizon; `value` is the expectation, the key draws the rest."""

    customer: str
    value: float
    share: float  # of the base
    median: float
    interval_50: Interval
    interval_80: Interval
    chance: float | None
    last_purchase: date
    reason: Message


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
    last_purchase: date
    reason: Message


@dataclass(frozen=True, slots=True)
class Measured:
    """How well one thing was foretold for single customers, by the model and by each simple rule, by its name."""

    what: Basis
    model: Scores
    rules: tuple[tuple[Message, Scores], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """What the model said of the past, beside what happened.

    `totals` at every origin, in money where spend was measured. Of the latest origin: `measured`, customers in
    ten groups by expected purchases, and by repeat purchases until then; `tracking` week by week since the
    ledger's first day. `verdicts`: where a simple rule would do better, or that none does.
    """

    holdout_days: int
    totals: tuple[OriginTotal, ...]
    measured: tuple[Measured, ...]
    verdicts: tuple[Message, ...]
    deciles: tuple[GroupRow, ...]
    by_past_repeats: tuple[GroupRow, ...]
    tracking: Tracking

    @property
    def in_money(self) -> bool:
        return any(one.what != "purchases" for one in self.measured)

    @property
    def fitted_until(self) -> date:
        """The latest origin: what lies after it the model had not seen."""
        return self.totals[-1].origin


@dataclass(frozen=True, slots=True)
class DataNotes:
    """What went in, and what could not. Refund shares are of refunded money and add up to 1."""

    first_day: date
    last_day: date
    orders: int
    spent: float | None
    rows_read: int
    rows_refused: int
    rows_without_customer: int
    refunds_by_reference: float | None
    refunds_by_item: float | None
    refunds_by_date: float | None
    maybe_older: int  # customers whose first purchase may lie before the ledger


@dataclass(frozen=True, slots=True)
class Provenance:
    """Enough to make the same report again. `margins` were given, by category; "" is everything else.

    `choice` tells why `buying` was chosen, `spend_choice` why `spending`; None where nothing was.
    """

    book_id: str
    ledger_version: int
    software_version: str
    unit: TimeUnit
    discount: Discount
    buying: ModelUsed
    spending: ModelUsed | None
    left_out_of_spend: int  # customers whose mean repeat value is not positive
    margins: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    choice: ModelChoice | None = None
    spend_choice: ModelChoice | None = None

    @property
    def models(self) -> tuple[ModelUsed, ...]:
        return (self.buying,) if self.spending is None else (self.buying, self.spending)

    @property
    def model_errors_known(self) -> bool:
        """Whether the fits told how uncertain they are, so that the interval can hold it."""
        return all(model.standard_errors is not None for model in self.models)


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
    concentration: Concentration
    rfm: RfmGrid
    cohorts: tuple[Cohort, ...]
    repeat_counts: RepeatCounts
    top: tuple[TopCustomer, ...]
    risk_map: RiskMap | None = None
    churn: ChurnSplit | None = None
    at_risk: tuple[AtRiskCustomer, ...] = ()
    backtest: Backtest | None = None
    limits: tuple[Message, ...] = ()
    cautions: tuple[Message, ...] = ()  # to be read before the figure
    too_short: Message | None = None  # why there is no back-test

    @property
    def horizon_end(self) -> date:
        return self.horizon.end(self.as_of)

    @property
    def weeks(self) -> tuple[date, ...]:
        """The last day of each week that the model was followed; none without a back-test."""
        if self.backtest is None:
            return ()
        return tuple(self.data.first_day + timedelta(days=int(end)) for end in self.backtest.tracking.ends)

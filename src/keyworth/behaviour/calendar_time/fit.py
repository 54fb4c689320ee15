"""What a fit by the calendar returns: parameters, what hurries purchases, how sure we are, whether to believe it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np

from keyworth.behaviour import parameters as of
from keyworth.behaviour.calendar_time.calendar import Calendar, Days
from keyworth.behaviour.calendar_time.clock import PurchaseClock, centred
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.likelihood import ClockLikelihood
from keyworth.behaviour.edges import natural
from keyworth.behaviour.fit import FLAT, Fit, verdict_on
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Maximum, maximise
from keyworth.behaviour.parameters import P
from keyworth.behaviour.steady_sums import per_row
from keyworth.errors import NotEnoughHistory, ParametersRefused
from keyworth.units import TimeUnit
from keyworth.words import Message

_RANGE = math.log(1e5)  # how far, up or down, each parameter may move from its scale
_FARTHEST = 10.0  # a column that hurries purchases 22,000-fold means something else
_IN_95 = 1.959963984540054
# Where a coefficient keeps less than this share of what the data would say of it if all else were known, its error is
# at least 1.7 times as large for what it shares with others: with those to which it is tied so closely.
NEARLY_THE_SAME, TIED = 0.35, 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Season:
    """How fast purchases come on each day beside a usual one, with a 95% band; all of shape (n,)."""

    days: Days
    speed: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class CalendarFit(Generic[P]):
    """A maximum-likelihood fit of a model whose purchases follow a clock.

    coefficients: of each column of the calendar, on the logarithm of the rate of purchase. standard_errors: of the
    parameters and the coefficients, by name; with the ridge in them where there is one; None where there is no
    curvature to take them from. covariance: of the parameters' logarithms, then the coefficients, (4 + k, 4 + k).
    log_likelihood: unpenalised, in nats, with ln h of every repeat purchase in it: so that it can be held against
    `log_likelihood_without`, that of the same model without a calendar. aic, bic: of the unpenalised. caution: what
    to know although the fit converged.
    """

    model: str
    parameters: P
    clock: PurchaseClock
    standard_errors: dict[str, float] | None
    covariance: Floats | None
    log_likelihood: float
    log_likelihood_without: float
    aic: float
    bic: float
    ridge: float
    customers: int
    unique_histories: int
    converged: bool
    verdict: Message
    caution: Message | None
    steps: int

    @property
    def unit(self) -> TimeUnit:
        return self.clock.unit

    @property
    def coefficients(self) -> dict[str, float]:
        return dict(zip(self.clock.calendar.names, self.clock.coefficients.tolist(), strict=True))

    @property
    def intervals(self) -> dict[str, tuple[float, float]] | None:
        """Of each coefficient, the 95% interval."""
        errors = self.standard_errors
        if errors is None:
            return None
        return {
            name: (at - _IN_95 * errors[name], at + _IN_95 * errors[name]) for name, at in self.coefficients.items()
        }

    def season(self, days: Days) -> Season:
        """The curve of some days. Its band is NaN where the fit has no errors."""
        clock = self.clock
        speed, told = clock.speed(days), clock.calendar.columns[:, clock.calendar.place(days)] - clock.centre[:, None]
        if self.covariance is None:
            return Season(days, speed, np.full_like(speed, np.nan), np.full_like(speed, np.nan))
        own = self.covariance[4:, 4:]
        spread = sum((told[i] * per_row(told.T, own[i]) for i in range(len(told))), np.zeros(len(speed)))
        reach = np.exp(_IN_95 * np.sqrt(np.maximum(spread, 0.0)))
        return Season(days, speed, speed / reach, speed * reach)


def climb(likelihood: ClockLikelihood, start: Floats, scales: Floats) -> Maximum:
    """From the fit without a calendar, (ln parameters, then γ), within a box around the parameters' `scales` (4,)."""
    rest = np.full(len(start) - 4, _FARTHEST)
    lower = np.concatenate([np.log(scales) - _RANGE, -rest])
    upper = np.concatenate([np.log(scales) + _RANGE, rest])
    return maximise(likelihood, start, lower, upper)


def clock_for(h: DatedHistories, calendar: Calendar, ridge: float) -> PurchaseClock:
    """A clock that is still steady, centred on the days observed. Raises where a column tells nothing of them."""
    if not (math.isfinite(ridge) and ridge >= 0.0):
        raise ParametersRefused(Message("A ridge is a number from 0 on; got {ridge}.", ridge=ridge))
    same = unchanging(h, calendar)
    if same:
        raise NotEnoughHistory(
            Message("On all days observed these columns of the calendar are the same: {columns}.", columns=same),
            hint=Message("What never changed cannot be told from the usual: leave the columns out."),
        )
    return PurchaseClock(calendar, np.zeros(len(calendar.names)), centred(calendar, h), h.unit)


def unchanging(h: DatedHistories, calendar: Calendar) -> list[str]:
    """The columns that were the same on all days on which repeats could be seen."""
    days = np.arange(h.first_day.min() + 1, h.end[0] + 1)
    seen = calendar.columns[:, calendar.place(days)]
    return [name for name, column in zip(calendar.names, seen, strict=True) if not len(days) or np.ptp(column) == 0.0]


def calendar_fit(
    maximum: Maximum,
    without: Fit[P],
    kind: type[P],
    clock: PurchaseClock,
    h: DatedHistories,
    likelihood: ClockLikelihood,
) -> CalendarFit[P]:
    """Turn the end of the climb into a fit with its verdict."""
    found = ended(maximum, (*of.names(kind), *clock.calendar.names))
    k, value = len(maximum.at), float(maximum.value + likelihood.penalty(maximum.at))
    return CalendarFit(
        model=without.model,
        parameters=of.from_array(kind, natural(maximum)[:4]),
        clock=PurchaseClock(clock.calendar, maximum.at[4:], clock.centre, clock.unit),
        standard_errors=found.standard_errors,
        covariance=found.covariance,
        log_likelihood=value,
        log_likelihood_without=without.log_likelihood,
        aic=2 * k - 2 * value,
        bic=k * math.log(h.customers) - 2 * value,
        ridge=likelihood.ridge,
        customers=round(h.customers),
        unique_histories=len(h),
        converged=found.converged,
        verdict=found.verdict,
        caution=found.caution,
        steps=maximum.steps,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """What the end of a climb says of itself, with errors and covariance where the curvature gives them."""

    standard_errors: dict[str, float] | None
    covariance: Floats | None
    converged: bool
    verdict: Message
    caution: Message | None


def ended(maximum: Maximum, names: Sequence[str]) -> Ended:
    """Look at where a climb ended; four parameters stand first, in logarithms, then coefficients."""
    converged, verdict = verdict_on(maximum, names)
    information = -maximum.hessian
    if maximum.edges or float(np.linalg.eigvalsh(information)[0]) < FLAT:
        return Ended(None, None, converged, verdict, None)
    inverse = np.linalg.inv(information)
    covariance = np.asarray((inverse + inverse.T) / 2, dtype=np.float64)
    spread = np.sqrt(np.diag(covariance)) * np.concatenate([np.exp(maximum.at[:4]), np.ones(len(names) - 4)])
    errors = dict(zip(names, spread.tolist(), strict=True))
    return Ended(errors, covariance, converged, verdict, nearly_the_same(information, covariance, names))


def nearly_the_same(information: Floats, covariance: Floats, names: Sequence[str]) -> Message | None:
    """A caution where a column explains nearly what others or the parameters explain, so that little is known of it."""
    kept = 1.0 / (np.diag(information) * np.diag(covariance))[4:]
    if not len(kept) or float(kept.min()) >= NEARLY_THE_SAME:
        return None
    spread = np.sqrt(np.diag(covariance))
    tied = np.abs(covariance[4 + int(kept.argmin())] / (spread[4 + int(kept.argmin())] * spread)) >= TIED
    return Message(
        "{parameters} explain nearly the same, so each by itself is little known: a trend looks like customers who "
        "differ where all began at about the same time, and a season like a trend where less than two years were seen.",
        parameters=[name for name, one in zip(names, tied.tolist(), strict=True) if one],
    )

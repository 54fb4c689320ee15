"""Pareto/NBD by a purchase clock: buying by the clock, leaving by the calendar.

Given still a customer now, λ ~ Gamma(r + x, α + H(T)), and the time left here is as without a clock. So purchases
ahead are the rate times Σ over days of h times the share of the day that one will still be here for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import gammaln

from keyworth.behaviour import parameters as of
from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.calendar_time.calendar import Calendar, Days
from keyworth.behaviour.calendar_time.clock import PurchaseClock
from keyworth.behaviour.calendar_time.dated_histories import DatedHistories
from keyworth.behaviour.calendar_time.fit import CalendarFit, calendar_fit, climb, clock_for
from keyworth.behaviour.calendar_time.leaving_meanwhile import LeavingMeanwhile
from keyworth.behaviour.calendar_time.likelihood import Buyers, ClockLikelihood
from keyworth.behaviour.calendar_time.ticks import Pieces
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_in_time.lifetimes import waits
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import legendre
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.behaviour.leaving_in_time.pareto_nbd import ParetoNbdParameters
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.steady_sums import dot, per_row

_STEP = 7  # days that a piece of the integral over the time of leaving spans
_NODES = 12  # on each such piece of the time ahead
_BLOCK = 2_000_000


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class InTimeByCalendar:
    """A CalendarModel; `steady` is the same story without a calendar."""

    steady: LeavingInTime[ParetoNbdParameters]

    @property
    def name(self) -> str:
        return self.steady.name

    @property
    def title(self) -> str:
        return self.steady.title

    @property
    def parameter_kind(self) -> type[ParetoNbdParameters]:
        return self.steady.parameter_kind

    def fit(self, h: DatedHistories, calendar: Calendar, *, ridge: float = 0.0) -> CalendarFit[ParetoNbdParameters]:
        clock = clock_for(h, calendar, ridge)
        without = self.steady.fit(h.unique())
        likelihood = self.likelihood(h, clock, ridge)
        observed = dot(h.weights, h.plain().observed_for) / h.customers
        start = np.concatenate([np.log(of.as_array(without.parameters)), clock.coefficients])
        maximum = climb(likelihood, start, np.array([1.0, observed, 1.0, observed]))
        return calendar_fit(maximum, without, self.steady.parameter_kind, clock, h, likelihood)

    def likelihood(self, h: DatedHistories, clock: PurchaseClock, ridge: float = 0.0) -> ClockLikelihood:
        calendar, pieces = clock.calendar, clock.pieces()
        first, last = calendar.place(h.first_day) + 1, calendar.place(h.last_day) + 1
        now = np.full(len(h), calendar.place(h.end)[0] + 1)
        on = per_row(pieces.told[:, calendar.place(h.purchase_days)], h.purchases)
        steady = Pieces(pieces.width, np.zeros((0, len(pieces.width))))
        leaving = LeavingMeanwhile(h.repeats, h.weights, first, last, now, steady, _STEP)
        return ClockLikelihood(Buyers(h.repeats, h.weights, first, on), pieces, leaving, ridge)

    def log_likelihood(self, p: ParetoNbdParameters, clock: PurchaseClock, h: DatedHistories) -> float:
        return self.likelihood(h, clock)(_at(p, clock)).value

    def chance_alive(self, p: ParetoNbdParameters, clock: PurchaseClock, h: DatedHistories) -> Floats:
        return self.likelihood(h, clock).chance_here(_at(p, clock))

    def expected_purchases(
        self, p: ParetoNbdParameters, clock: PurchaseClock, h: DatedHistories, until: date
    ) -> Floats:
        return np.asarray(self.chance_alive(p, clock, h) * self.expected_if_alive(p, clock, h, [until])[0])

    def expected_if_alive(
        self, p: ParetoNbdParameters, clock: PurchaseClock, h: DatedHistories, until: Sequence[date]
    ) -> Floats:
        times, at = np.unique(h.plain().observed_for, return_inverse=True)
        days = [max((day - h.as_of).days, 0) for day in until]
        here = _time_by_clock(p, clock, h.end[0], times, max(days))
        rate = (p.r + h.repeats) / (p.alpha + clock.histories(h).observed_for)
        return np.asarray(rate * here[days][:, at])

    def count_distribution_ahead(
        self, p: ParetoNbdParameters, clock: PurchaseClock, h: DatedHistories, until: date, up_to: int
    ) -> Floats:
        days = max((until - h.as_of).days, 0)
        read = clock.ahead_by_day(h.end[0], days)
        edges = np.unique(np.append(np.arange(0, days, _STEP), days))
        x, w = legendre(_NODES)
        at = (edges[:-1, None] + x * np.diff(edges)[:, None]).ravel()
        wide = (w * np.diff(edges)[:, None]).ravel() / clock.unit.days
        # Leaving at each node, and then not at all by the end.
        at = np.append(at, float(days))
        by_clock, ahead = np.interp(at, np.arange(days + 1), read), at / clock.unit.days
        alive, life = self.chance_alive(p, clock, h), p.lifetime
        shape, rate = p.r + h.repeats, p.alpha + clock.histories(h).observed_for
        observed, n = h.plain().observed_for, np.arange(up_to + 1.0)
        out = np.empty((len(h), up_to + 1))
        rows = max(1, _BLOCK // (len(at) * (up_to + 1)))
        for start in range(0, len(h), rows):
            part = slice(start, start + rows)
            s, a, t = shape[part, None], rate[part, None], observed[part, None]
            stays = np.exp(-life.fade(t, ahead))
            weight = np.exp(life.log_hazard(t + ahead)) * stays
            weight[:, :-1] *= wide
            weight[:, -1] = stays[:, -1]
            share = by_clock / (a + by_clock)
            with np.errstate(divide="ignore", invalid="ignore"):
                power = np.where(n > 0, n * np.log(share)[..., None], 0.0)
            bought = np.exp(
                (gammaln(s + n) - gammaln(s) - gammaln(n + 1.0))[:, None, :]
                - (s * np.log1p(by_clock / a))[..., None] + power
            )  # fmt: skip
            out[part] = alive[part, None] * (weight[..., None] * bought).sum(axis=1)
        out[:, 0] += 1.0 - alive
        return out

    def expected_from_start(self, p: ParetoNbdParameters, clock: PurchaseClock, first: Days, until: Days) -> Floats:
        until, out = np.asarray(until), np.zeros((len(until), len(first)))
        for at, day in enumerate(np.asarray(first)):
            days = np.maximum((until - day).astype(np.int64), 0)
            out[:, at] = _time_by_clock(p, clock, day, np.zeros(1), int(days.max(initial=0)))[days, 0]
        return p.r / p.alpha * out

    def draw_ahead(
        self, p: ParetoNbdParameters, clock: PurchaseClock, h: DatedHistories, until: date, *, seed: int, draws: int = 1
    ) -> Futures:
        rng, shape = np.random.default_rng(seed), (draws, len(h))
        days = max((until - h.as_of).days, 0)
        alive = rng.random(shape) < self.chance_alive(p, clock, h)
        rates = rng.standard_gamma(np.broadcast_to(p.r + h.repeats, shape))
        rates /= p.alpha + clock.histories(h).observed_for
        stays = waits(p.lifetime, h.plain().observed_for, rng.standard_exponential(shape)) * clock.unit.days
        read = np.interp(np.minimum(stays, days), np.arange(days + 1), clock.ahead_by_day(h.end[0], days))
        bought = np.where(alive, rng.poisson(rates * read), 0).astype(np.int32)
        return Futures(bought, alive & (stays > days))


def _at(p: ParetoNbdParameters, clock: PurchaseClock) -> Floats:
    return np.concatenate([np.log(of.as_array(p)), clock.coefficients])


def _time_by_clock(
    p: ParetoNbdParameters, clock: PurchaseClock, after: np.datetime64, observed: Floats, days: int
) -> Floats:
    """By the clock, how much of the next 0, 1, …, days one who was there after `observed` will be there for.

    Shape (days + 1, len(observed)).
    """
    steps = np.arange(days + 1)[:, None] / clock.unit.days
    here = p.lifetime.stay(np.broadcast_to(observed, (days + 1, len(observed))), steps)
    speed = np.diff(clock.ahead_by_day(after, days)) * clock.unit.days
    passed = np.diff(here, axis=0) * speed[:, None]
    return np.concatenate([np.zeros((1, len(observed))), np.cumsum(passed, axis=0)])

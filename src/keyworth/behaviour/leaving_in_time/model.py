"""Pareto/NBD and its kin as one story: buy at a steady rate while here; leave at some time, whatever was bought.

Given still a customer at T, and the history, Bayes' rule with the likelihood λ^x·exp(−λT) gives λ ~ Gamma(r + x,
α + T), and the time left here has survival S(T + u) / S(T), independent of λ. So every answer about one who is still
a customer is a product of something about buying and something about staying; only the chance of being one at all
mixes the two (`odds`). Sources in `pareto_nbd.py` and `gamma_gompertz_nbd.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
from scipy.special import expit, gammaln

from keyworth.behaviour.buying_model import Form, Futures
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_in_time.lifetimes import Lifetime
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import time_here
from keyworth.behaviour.leaving_in_time.odds import log_odds_left
from keyworth.behaviour.newton import Objective
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.parameters import climbed_logs, names
from keyworth.behaviour.spans import refuse_ahead, refuse_count, refuse_endless, refuse_seed, refuse_times
from keyworth.behaviour.unique_histories import UniqueHistories, distinct
from keyworth.behaviour.worlds import CountsAhead, Worlds
from keyworth.units import TimeUnit

if TYPE_CHECKING:
    from keyworth.behaviour.leaving_in_time.fit import Limit


class InTimeParameters(Protocol):
    """r and alpha: how buying rates differ between customers; `lifetime`: how long customers stay."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def r(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def lifetime(self) -> Lifetime: ...


T = TypeVar("T", bound=InTimeParameters)


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class LeavingInTime(Generic[T]):
    """A BuyingModel; `lifetime_kind` is made of the parameters after r and alpha, in order.

    scales: by which power of time each parameter is told. starts: where a fit looks first for those of the lifetime,
    times in mean times of observation. limit: see `fit_leaving_in_time`.
    """

    name: str
    title: str
    parameter_kind: type[T]
    lifetime_kind: type[Lifetime]
    scales: tuple[int, ...]
    starts: tuple[tuple[float, ...], ...]
    limit: "Limit | None" = None

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return names(self.parameter_kind)

    @property
    def loses_one_time_buyers(self) -> bool:
        return True

    @property
    def reads_gaps(self) -> bool:
        return False

    def fit(
        self, histories: UniqueHistories | PurchaseHistories, *, form: Form | None = None, start: T | None = None
    ) -> Fit[T]:
        from keyworth.behaviour.leaving_in_time.fit import fit_leaving_in_time

        unique = distinct(histories)
        return fit_leaving_in_time(
            unique, self.parameter_kind, self.name, self.lifetime_kind, self.scales, self.starts, form, self.limit,
            None if start is None else climbed_logs(start),
        )  # fmt: skip

    @property
    def time_powers(self) -> dict[str, int]:
        return {name: power for name, power in zip(self.parameter_names, self.scales, strict=True) if power}

    def objective(self, unique: UniqueHistories, p: T, /) -> Objective:  # noqa: ARG002
        from keyworth.behaviour.leaving_in_time.likelihood import LeavingInTimeLikelihood

        return LeavingInTimeLikelihood(unique, self.lifetime_kind)

    def make_ready(self, unique: UniqueHistories) -> None:
        from keyworth.behaviour.leaving_in_time.fit import make_ready

        make_ready(unique, self.lifetime_kind, len(self.parameter_names))

    def log_likelihood(self, p: T, h: PurchaseHistories) -> Floats:
        x, shape = h.repeats, p.r + h.repeats
        buying = gammaln(shape) - gammaln(p.r) - x * np.log(p.alpha) - shape * np.log1p(h.observed_for / p.alpha)
        staying = p.lifetime.fade(np.zeros(len(h)), h.observed_for)
        evidence: Floats = buying - staying + np.logaddexp(0.0, log_odds_left(p.lifetime, p.r, p.alpha, h))
        return evidence

    def chance_alive(self, p: T, h: PurchaseHistories) -> Floats:
        alive: Floats = expit(-log_odds_left(p.lifetime, p.r, p.alpha, h))
        return alive

    def expected_purchases(self, p: T, h: PurchaseHistories, ahead: float) -> Floats:
        return self.chance_alive(p, h) * self.expected_purchases_if_alive(p, h, ahead)

    def expected_purchases_if_alive(self, p: T, h: PurchaseHistories, ahead: float) -> Floats:
        refuse_ahead(ahead)
        return _rate(p, h) * _by_time(p, h, lambda t: p.lifetime.stay(t, ahead))

    def chance_leaves_if_alive(self, p: T, h: PurchaseHistories, ahead: float) -> Floats:
        refuse_ahead(ahead)
        leaves: Floats = -np.expm1(-p.lifetime.fade(h.observed_for, ahead))
        return leaves

    def discounted_if_alive(
        self, p: T, h: PurchaseHistories, force_of_interest: float, ahead: float | None = None
    ) -> Floats:
        refuse_ahead(ahead)
        refuse_endless(force_of_interest, ahead)
        return _rate(p, h) * _by_time(p, h, lambda t: time_here(p.lifetime, t, force_of_interest, ahead))

    def expected_from_start(self, p: T, t: Floats | float) -> Floats:
        refuse_times(t)
        times = np.asarray(t, dtype=np.float64)
        stays = p.lifetime.stay(np.zeros(times.size), times.ravel())
        return p.r / p.alpha * stays.reshape(times.shape)

    def count_distribution(self, p: T, t: float, up_to: int, *, after: float = 0.0) -> Floats:
        from keyworth.behaviour.leaving_in_time.chances import chances_if_here

        refuse_ahead(t)
        refuse_ahead(after)
        refuse_count(up_to)
        gone = -np.expm1(-p.lifetime.fade(np.zeros(1), after))
        r, alpha, start = np.array([p.r]), np.array([p.alpha]), np.array([after])
        # Who bought or not before `after` is not known: λ is as at the start.
        chances = (1.0 - gone) * chances_if_here(p.lifetime, r, alpha, start, t, up_to, p.alpha - after)[0]
        chances[:1] += gone
        return np.asarray(chances)

    def count_distribution_ahead(self, p: T, h: PurchaseHistories, ahead: float, up_to: int) -> Floats:
        from keyworth.behaviour.leaving_in_time.chances import chances_if_here

        refuse_ahead(ahead)
        refuse_count(up_to)
        alive = self.chance_alive(p, h)[:, None]
        rows, back = np.unique(np.column_stack([h.repeats, h.observed_for]), axis=0, return_inverse=True)
        shapes, t = p.r + rows[:, 0], rows[:, 1]
        chances = alive * chances_if_here(p.lifetime, shapes, p.alpha + t, t, ahead, up_to, p.alpha)[back.reshape(-1)]
        chances[:, :1] += 1.0 - alive
        return np.asarray(chances)

    def simulate(self, p: T, observed_for: Floats, *, seed: int, unit: TimeUnit = TimeUnit.WEEK) -> PurchaseHistories:
        from keyworth.behaviour.leaving_in_time.draws import simulate

        refuse_times(observed_for)
        refuse_seed(seed)
        return simulate(p.lifetime, p.r, p.alpha, observed_for, seed=seed, unit=TimeUnit.parse(unit))

    def draw_ahead(
        self,
        p: T,
        h: PurchaseHistories,
        ahead: float,
        *,
        seed: int,
        draws: int = 1,
        first_draw: int = 0,
        form: Form | None = None,
    ) -> Futures:
        from keyworth.behaviour.leaving_in_time.draws import draw_futures

        refuse_ahead(ahead)
        refuse_seed(seed)
        return draw_futures(
            self.chance_alive(p, h), p.r + h.repeats, p.alpha + h.observed_for, h.observed_for, p.lifetime,
            ahead, seed=seed, draws=draws, first_draw=first_draw, form=form,
        )  # fmt: skip

    def counts_ahead(self, worlds: Worlds, h: PurchaseHistories, ahead: float, *, form: Form) -> CountsAhead:
        from keyworth.behaviour.leaving_in_time.counts import counts_in_time

        return counts_in_time(self.lifetime_kind, worlds, h, ahead, form)


def _rate(p: InTimeParameters, h: PurchaseHistories) -> Floats:
    """The rate of buying expected of one who is still a customer."""
    return (p.r + h.repeats) / (p.alpha + h.observed_for)


def _by_time(p: InTimeParameters, h: PurchaseHistories, answer: Callable[[Floats], Floats]) -> Floats:
    """Ask once per distinct T: how long one who is still here will stay depends on nothing else.

    Where each history has parameters of its own (see `covariates`), it depends on these.
    """
    if np.ndim(p.r):
        return answer(h.observed_for)
    times, at = np.unique(h.observed_for, return_inverse=True)
    return answer(times)[at]

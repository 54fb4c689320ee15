"""What a model of contracts answers: who renews, for how long, and what that is worth.

The end of a contract is seen, so there is no doubt about who is a customer and nothing to say about purchases:
this is a contract of its own beside `BuyingModel`. Everything follows from the retention rate r(t), the chance
to renew at the end of period t for one who got so far; survival is the product of retention rates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from keyworth.behaviour.contracts.survivors import Survivors
from keyworth.behaviour.contracts.tenures import Tenures
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.parameters import Parameters, names
from keyworth.behaviour.spans import refuse_endless, refuse_seed, refuse_times
from keyworth.errors import ParametersRefused
from keyworth.words import Message


class ContractParameters(Parameters, Protocol):
    """The chance of leaving at a renewal differs between customers as Beta(alpha, beta)."""

    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...


C = TypeVar("C", bound=ContractParameters)


class Retention(NamedTuple):
    """ln r(t) at t = 1, …, m: value (m,), first (k, m) and second derivatives (k, k, m) in the parameters."""

    value: Floats
    slope: Floats
    curve: Floats


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class ContractModel(Generic[C]):
    """A story of renewing. `p` are its parameters; periods are whole and count renewals since signing.

    log_retention: ln r(t) for t = 1, …, m. pace: the power of t by which resolve is used up (1 where each
    customer's chance of leaving stays the same). starts: where a fit begins to climb, in log-parameters, given the
    churn of the whole sample and the mean number of periods lived.
    `force_of_interest` is per period: ln(1 + d) for a discount rate d per period.
    """

    name: str
    title: str
    parameter_kind: type[C]
    log_retention: Callable[[C, int], Retention]
    pace: Callable[[C], float]
    starts: Callable[[float, float], list[Floats]]

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return names(self.parameter_kind)

    def fit(self, seen: Tenures | Survivors) -> Fit[C]:
        """The maximum-likelihood parameters. Raises NotEnoughHistory where nothing can be estimated.

        Several cohorts, of whatever age, are fitted together as `Tenures.together`.
        """
        from keyworth.behaviour.contracts.fit import fit_contract

        return fit_contract(self, seen.tenures() if isinstance(seen, Survivors) else seen)

    def log_likelihood(self, p: C, seen: Tenures) -> Floats:
        """How well the parameters explain each row, in nats, for one customer of it; shape (n,)."""
        from keyworth.behaviour.contracts.likelihood import chance_of_leaving

        renewed = self.log_retention(p, max(seen.longest, 1)).value
        survived = np.append(0.0, np.cumsum(renewed))
        leaves = np.append(0.0, np.log(chance_of_leaving(renewed)))
        at = seen.periods.astype(np.int64)
        evidence: Floats = np.where(seen.ended, survived[np.maximum(at - 1, 0)] + leaves[at], survived[at])
        return evidence

    def survival(self, p: C, t: ArrayLike) -> Floats:
        """The chance that a new customer survives t renewals; t ≥ 0 of any shape."""
        from keyworth.behaviour.contracts.survival import log_survival

        refuse_times(np.asarray(t, dtype=np.float64))
        chances: Floats = np.exp(log_survival(p.alpha, p.beta, self.pace(p), np.asarray(t, dtype=np.float64)))
        return chances

    def retention_rate(self, p: C, t: ArrayLike) -> Floats:
        """The chance to renew at the end of period t ≥ 1 of one who has come so far."""
        from keyworth.behaviour.contracts.survival import log_survival

        at, pace = np.asarray(t, dtype=np.float64), self.pace(p)
        wrong = at[~((at >= 1.0) & np.isfinite(at))]
        if wrong.size:
            raise ParametersRefused(
                Message("The ends of periods are counted from 1; got {period}.", period=f"{float(wrong.flat[0]):g}")
            )
        before, after = (log_survival(p.alpha, p.beta, pace, when) for when in (at - 1.0, at))
        rates: Floats = np.exp(after - before)
        return rates

    def expected_renewals(self, p: C, *, renewed: int = 0, ahead: int | None = None) -> float:
        """Renewals still to come of one who has renewed `renewed` times, in the next `ahead` or in all the future.

        Over all the future it is infinite where alpha · pace ≤ 1: so many hardly ever leave that the mean has
        no end, although every cohort dies out. Give `ahead` then, or discount.
        """
        if ahead is None and p.alpha * self.pace(p) <= 1.0:
            return float("inf")
        return self._sum(p, renewed, 0.0, ahead)

    def discounted_lifetime(self, p: C, force_of_interest: float, *, ahead: int | None = None) -> float:
        """DEL: payments of one who has just signed, the first, which is made now, among them; each discounted to now.

        Payments fall at the beginning of each period. With `ahead`, the first and the next `ahead` of them.
        """
        return 1.0 + float(np.exp(-force_of_interest)) * self.discounted_residual(p, force_of_interest, ahead=ahead)

    def discounted_residual(
        self, p: C, force_of_interest: float, *, renewed: int = 0, ahead: int | None = None
    ) -> float:
        """DERL: payments still to come of one who has renewed `renewed` times and is about to decide again.

        The moment is the end of period `renewed` + 1: if they renew, the next payment is made now and counts in
        full. Raises ParametersRefused for a force of interest below zero, or of zero without `ahead`.
        """
        refuse_endless(force_of_interest, ahead)
        return self._sum(p, renewed, force_of_interest, ahead)

    def simulate(self, p: C, observed_for: ArrayLike, *, seed: int) -> Tenures:
        """New customers, one per entry of `observed_for`, watched for so many renewals at most.

        A customer with chance θ survives t renewals with chance (1 − θ)^(t^pace), which is turned round.
        """
        refuse_seed(seed)
        rng = np.random.default_rng(seed)
        watched = np.atleast_1d(np.asarray(observed_for, dtype=np.float64))
        with np.errstate(divide="ignore", over="ignore"):
            resolve = -np.log1p(-rng.beta(p.alpha, p.beta, len(watched)))
            lasts = (rng.exponential(size=len(watched)) / resolve) ** (1.0 / self.pace(p))
        ended_at = np.maximum(np.ceil(lasts), 1.0)
        ended = ended_at <= watched
        return Tenures.from_columns(np.where(ended, ended_at, watched), ended)

    def _sum(self, p: C, renewed: int, force_of_interest: float, ahead: int | None) -> float:
        from keyworth.behaviour.contracts.survival import sum_ahead

        return sum_ahead(p.alpha, p.beta, self.pace(p), renewed, force_of_interest, ahead)

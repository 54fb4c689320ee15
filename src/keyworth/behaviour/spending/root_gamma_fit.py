"""Fitting the root gamma-gamma: a climb for each root, the likeliest of them, and what it leaves to explain.

All the model reads of a customer is a few sums, so a climb costs a dozen passes over five columns, whatever
number of purchases is behind them.
"""

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from keyworth.behaviour.fit import Fit, fit_from
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Evaluation, Maximum, Objective, in_logs, maximise
from keyworth.behaviour.spending.gamma_gamma import LEAST_ABOVE_ONE, hardly_above
from keyworth.behaviour.spending.spend_sums import ROOTS, SpendSums
from keyworth.behaviour.steady_sums import dot
from keyworth.errors import NotEnoughHistory
from keyworth.words import Message

if TYPE_CHECKING:
    from keyworth.behaviour.spending.root_gamma_gamma import RootGammaGamma, RootGammaGammaParameters

_RANGE = np.log(1e5)
# With p or q of this, times k², purchases of one customer, or customers, differ by one in a hundred: more alike is
# not worth telling apart, and the climb would go on for ever.
ALIKE = np.log(1e4)
_SURE = 1e8  # the curvature of what is held and not climbed in
_FEWEST = 4
_SCOUTS = 100_000
_BLOCK = 32_768
_NEVER_ENDING = 0.05  # by how much a shape must be above k for its mean to be believed in the sum of all


def fit_spend(s: SpendSums, model: "RootGammaGamma") -> "Fit[RootGammaGammaParameters]":
    known = s.purchases > 0
    both = int(np.count_nonzero(s.knows_first & (s.repeats > 0)))
    if both < _FEWEST:
        raise NotEnoughHistory(
            Message(
                "{customers} {customers:customer|customers} with repeat purchases of known value "
                "{customers:is|are} too few to tell how "
                "spending differs.",
                customers=both,
            ),
            hint=Message("At least 4 are needed, and a few hundred for a result worth having."),
            counts={"customers": len(s), "customers_with_spend": both},
        )
    taught = s.rows(known)
    # In one order whatever order they came in, so that sums have one last digit and scouts are even.
    taught = taught.rows(np.lexsort((taught.logs, taught.scaled_logs, taught.purchases)))
    climb, k = _likeliest(taught)
    maximum, alike = _held(climb)
    p, q, gamma, first = np.exp(maximum.at).tolist()
    found = model.parameter_kind(p, q, gamma, first, 1.0, k)
    net, variance = net_of(model, found, taught)
    fit = fit_from(
        _with_net(maximum, net, variance), model.parameter_kind, model=model.name, unit=None,
        customers=len(taught), unique_histories=len(taught), fixed={"k": k},
    )  # fmt: skip
    # net is no parameter of the likelihood: it settles what the money came to, afterwards.
    fit = replace(fit, aic=fit.aic - 2.0, bic=fit.bic - math.log(len(taught)))
    endless = int(np.count_nonzero(model.level(fit.parameters, s)[0] <= k))
    return replace(fit, verdict=_verdict(fit, alike, endless)) if fit.converged else fit


def _likeliest(s: SpendSums) -> tuple[Maximum, int]:
    """The highest of the climbs with k = 1, 2, … and its k; one that ran to another edge than `_held` last of all.

    A climb is in (ln p, ln q, ln m, ln first) with gamma = m·q/p: m is a level of spending, which stays where it is
    when customers are so alike that q knows no bound.
    """
    every = max(1, len(s) // _SCOUTS)
    few = s.rows(slice(None, None, every)) if every > 1 else s
    typical = float(np.median(s.scaled_logs / s.purchases))
    climbs: list[Maximum] = []
    for k in range(1, ROOTS + 1):
        # p and q grow as k²: the scatter of a k-th root is a k-th of that of the whole, in logarithms.
        middle = 2.0 * math.log(k)
        centre = np.array([middle, middle, typical / k, 0.0])
        box = centre - _RANGE, centre + np.array([ALIKE, ALIKE, _RANGE, _RANGE])
        scout = _by_level(RootLikelihood(few, k))
        if not climbs:
            starts = [
                np.array([math.log(p), math.log(q), typical, 0.0])
                for p, q in itertools.product((0.7, 3.0, 12.0, 60.0), (1.6, 4.0, 15.0))
            ]
            best = sorted(starts, key=lambda start: -scout(start).value)[:2]
        else:
            at = climbs[0].at
            best = [np.array([at[0] + middle, at[1] + middle, at[2] / k, at[3]])]
        highest = max((maximise(scout, start, *box) for start in best), key=lambda climb: climb.value)
        if few is not s:
            highest = maximise(_by_level(RootLikelihood(s, k)), highest.at, *box)
        if 0 in _alike(highest):
            # Purchases that do not scatter have no tail either, so no other root says more.
            return _polished(_by_level(RootLikelihood(s, k)), highest), k
        climbs.append(highest)
    chosen = max(range(ROOTS), key=lambda i: (not _held(climbs[i])[0].edges, climbs[i].value))
    return climbs[chosen], chosen + 1


def _polished(objective: Objective, climb: Maximum) -> Maximum:
    """Newton's last steps by the gradient alone, p staying where it is.

    With a p so large the value is a small difference of large numbers, whose rounding stops a climb early.
    """
    at, free = climb.at.copy(), np.array([i for i in range(4) if i not in climb.edges])
    for _ in range(3):
        here = objective(at)
        at[free] += np.linalg.solve(-here.hessian[np.ix_(free, free)], here.gradient[free])
    here = objective(at)
    return replace(climb, at=at, value=here.value, gradient=here.gradient, hessian=here.hessian)


def _by_level(likelihood: "RootLikelihood") -> Objective:
    def at(point: Floats) -> Evaluation:
        there = likelihood(_with_gamma(point))
        return Evaluation(there.value, *_carried(there.gradient, there.hessian, 1.0))

    return at


def _with_gamma(point: Floats) -> Floats:
    logs = point.copy()
    logs[2] += point[1] - point[0]
    return logs


def _carried(gradient: Floats, hessian: Floats, way: float) -> tuple[Floats, Floats]:
    """Derivatives for ln m in place of ln gamma, or with -1 the way back."""
    slope, curve = gradient.copy(), hessian.copy()
    for lines in (slope, curve, curve.T):
        lines[0] -= way * lines[2]
        lines[1] += way * lines[2]
    return slope, curve


def _alike(climb: Maximum) -> list[int]:
    """Which of p and q ran to the upper edge."""
    return [edge for edge in climb.edges if edge < 2 and climb.gradient[edge] > 0]


def _held(climb: Maximum) -> tuple[Maximum, list[int]]:
    """The end of a climb with gamma again, p and q taken for known if they ran to the upper edge; which did."""
    held, alike = held_alike(climb)
    gradient, hessian = _carried(held.gradient, held.hessian, -1.0)
    return replace(held, at=_with_gamma(held.at), gradient=gradient, hessian=hessian), alike


def held_alike(climb: Maximum) -> tuple[Maximum, list[int]]:
    """The end of a climb in p, q and others, p and q taken for known if they ran to the upper edge; which did."""
    alike = _alike(climb)
    gradient, hessian = climb.gradient.copy(), climb.hessian.copy()
    gradient[alike] = hessian[alike] = hessian[:, alike] = 0.0
    hessian[alike, alike] = -_SURE
    edges = tuple(edge for edge in climb.edges if edge not in alike)
    return replace(climb, gradient=gradient, hessian=hessian, edges=edges), alike


def _verdict(fit: "Fit[RootGammaGammaParameters]", alike: list[int], endless: int) -> Message:
    p = fit.parameters
    if alike:
        return alike_verdict(fit.steps, alike)
    if p.q <= p.k:
        return Message(
            "Converged, but q = {q} is not above k = {k}: spending differs so much between customers that it "
            "has no finite mean, so no value can be expected of a new customer, nor of {customers} of these.",
            q=float(f"{p.q:.3g}"),
            k=p.k,
            customers=endless,
        )
    if p.q <= p.k + LEAST_ABOVE_ONE:
        return hardly_above(p.q, p.k)
    return fit.verdict


def alike_verdict(steps: int, alike: list[int]) -> Message:
    """Who or what hardly differs."""
    reasons = [
        Message("the purchases of one customer hardly differ (p)"),
        Message("customers hardly differ in what they spend (q)"),
    ]
    return Message(
        "Converged in {steps} {steps:step|steps}, at the limit of what can be told apart: {reasons}.",
        steps=steps,
        reasons=[reasons[which] for which in alike],
    )


def net_of(model: "RootGammaGamma", p: "RootGammaGammaParameters", s: SpendSums) -> tuple[float, float]:
    """What purchases came to over what the model makes of them with a net of 1, with the variance of its logarithm.

    Customers whose spend has no mean are left out of both. Were the model true to the last tail and nothing
    ever given back, it would be 1 but for chance. The variance takes the other parameters for known, though they
    were fitted to the same money: so it is an upper bound, and a wide one where the model is true.
    """
    shape, _ = model.level(p, s)
    tells = shape > p.k + _NEVER_ENDING
    if not tells.any():
        return 1.0, 0.0
    made = (model.expected_value(p, s) * (s.repeats + p.first * s.knows_first))[tells]
    brought = s.brought[tells]
    came, foretold = float(brought.sum()), float(made.sum())
    if came <= 0:
        raise NotEnoughHistory(
            Message("Refunds outweigh what all purchases brought, so that there is no spend to expect."),
            hint=Message("Check the amounts and the signs of refunds in the order files."),
        )
    net = came / foretold
    missed = brought - net * made
    return net, dot(missed, missed) / came**2


def _with_net(climbed: Maximum, net: float, variance: float) -> Maximum:
    """The end of the climb with ln(net) beside the four logarithms climbed in, as if it had been climbed to."""
    hessian = np.zeros((5, 5))
    hessian[:4, :4] = climbed.hessian
    hessian[4, 4] = -1.0 / max(variance, 1e-12)
    return replace(
        climbed,
        at=np.append(climbed.at, math.log(net)),
        gradient=np.append(climbed.gradient, 0.0),
        hessian=hessian,
    )


class RootLikelihood:
    """Called with (ln p, ln q, ln γ, d = ln first); returns the log-likelihood and its derivatives in them.

    With N purchases, Y = Σ z^(1/k) of repeats, F = (first value · e^−d)^(1/k), S = Y + F, L = Σ ln z, B = 1 where
    the first is known: ln L = lnΓ(pN+q) − lnΓ(q) − N·lnΓ(p) − q·ln(1+S/γ) − pN·ln(γ+S) + (p/k)(L − B·d)
    − L − N·ln k. Gamma functions per distinct N only.
    """

    def __init__(self, s: SpendSums, k: int) -> None:
        self.k, self.made = k, s.purchases
        self.repeated, self.first = s.scaled_roots(k), s.scaled_first(k)
        self.counts, self.customers_with = np.unique(self.made, return_counts=True)
        self.customers = len(s)
        self.purchases, self.firsts = float(self.made.sum()), float(s.knows_first.sum())
        self.logs = float(s.scaled_logs.sum())
        moved = s.logs + np.log(np.where(s.knows_first, s.first_value, 1.0))
        self.moved = float(moved.sum()) + self.purchases * math.log(k)

    def __call__(self, logs: Floats) -> Evaluation:
        p, q, gamma = np.exp(logs[:3]).tolist()
        d, k, n = float(logs[3]), self.k, self.customers
        counts, of = self.counts, self.customers_with
        above, more, less, made_rate, rate2, made_rate2, f, made_f, f2, made_f2, f_rate, made_f_rate = self._row_sums(
            gamma, math.exp(-d / k)
        )
        shape = p * counts + q
        level = self.logs - self.firsts * d
        log_sums = more + self.purchases * float(logs[2])
        gammas = dot(of, gammaln(shape) - gammaln(q)) - self.purchases * float(gammaln(p))
        value = gammas - q * above - p * log_sums + p / k * level - self.moved
        psi, curve = digamma(shape), polygamma(1, shape)
        weighted_f = q * f + p * made_f
        own = np.array(
            [
                dot(of * counts, psi) - self.purchases * float(digamma(p)) - log_sums + level / k,
                dot(of, psi - digamma(q)) - above,
                q * less / gamma - p * made_rate,
                (weighted_f - p * self.firsts) / k,
            ]
        )
        h = np.zeros((4, 4))
        h[0, 0] = dot(of * counts**2, curve) - self.purchases * float(polygamma(1, p))
        h[0, 1] = dot(of * counts, curve)
        h[0, 2] = -made_rate
        h[0, 3] = (made_f - self.firsts) / k
        h[1, 1] = dot(of, curve - polygamma(1, q))
        h[1, 2] = less / gamma
        h[1, 3] = f / k
        h[2, 2] = q * (rate2 - n / gamma**2) + p * made_rate2
        h[2, 3] = -(q * f_rate + p * made_f_rate) / k
        # d is a logarithm already: what in_logs adds on the diagonal is taken off before.
        h[3, 3] = (q * f2 + p * made_f2 - weighted_f) / k**2 - own[3]
        return in_logs(value, own, h, np.array([p, q, gamma, 1.0]))

    def _row_sums(self, gamma: float, shrink: float) -> Floats:
        """Sums by blocks that fit a cache, with ρ = 1/(γ+S) and F shrunk.

        They are of ln(1+S/γ), N·ln(1+S/γ), Sρ, Nρ, ρ², Nρ², Fρ, NFρ, (Fρ)², N(Fρ)², Fρ², NFρ².
        """
        sums = np.zeros(12)
        for start in range(0, self.customers, _BLOCK):
            at = slice(start, start + _BLOCK)
            made, first = self.made[at], self.first[at] * shrink
            total = self.repeated[at] + first
            above = np.log1p(total / gamma)
            rate = 1.0 / (gamma + total)
            f = first * rate
            made_rate, made_f = made * rate, made * f
            sums += (
                above.sum(), dot(made, above), dot(total, rate), made_rate.sum(),
                dot(rate, rate), dot(made_rate, rate), f.sum(), made_f.sum(),
                dot(f, f), dot(made_f, f), dot(f, rate), dot(made_f, rate),
            )  # fmt: skip
        return sums

"""How regular each customer is: the one integral of Pareto/GGG that no formula closes, over k, by a rule per history.

Given k, the x gaps that add up to t_x and whose logarithms add up to ℓ leave λ ~ Gamma(a, A), with a = r + k·x and
A = α + k·t_x. The unfinished gap lasts longer than d with the chance R(d) = I(A / (A + k·d); a, k), a regularised
incomplete beta function, since a Gamma number over a Gamma number is a beta prime; ρ is its density. So the
evidence of a history given k is

    Γ(a)/Γ(r) · α^r · k^(kx) · e^((k−1)ℓ) / (Γ(k)^x · A^a) · [ S(t_x)·R(D) + ∫ ρ(d)·(S(t_x) − S(t_x + d)) dd ]

over 0 < d < D = T − t_x. The second term is that of having left: the next purchase would have come at t_x + d, and
the customer left before it. Both are positive, so no digit is lost.

The integral over d is a Gauss–Legendre rule in the coordinate w = 2·√a·asinh(√(k·d/A)), in which ρ has a spread of
about 1 whatever a, k and A are. The integral over k is the trapezoid rule in ln k over the range in which a history's
evidence is within 20 nats of its highest, which converges exponentially. How far both are from twice as many nodes
and from adaptive quadrature is told in `pareto_ggg.py`.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaln, digamma, gammaln

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import legendre

NODES = 28  # of k
_ORDER = 20  # of d
_NATS = 20.0  # what lies lower is left out: e^−20 = 2e-9
_LEAST, _MOST = -16.0, 10.0  # ln k: beyond, gaps are all or nothing, or as even as a clock's
_GOLDEN = 0.5 * (np.sqrt(5.0) - 1.0)
_ROWS = 64  # histories worked on together


@dataclass(frozen=True, slots=True, eq=False)
class Rhythms:
    """Nodes of ln k and the steps between them for m histories, (m, nodes) and (m, 1)."""

    logs: Floats
    step: Floats

    @property
    def k(self) -> Floats:
        return np.asarray(np.exp(self.logs))


def log_prior(t: float, gamma: float, logs: Floats) -> Floats:
    """The logarithm of the density of ln k."""
    return np.asarray(t * np.log(gamma) - gammaln(t) + t * logs - gamma * np.exp(logs))


def knowledge(r: float, alpha: float, k: Floats, h: PurchaseHistories) -> tuple[Floats, Floats]:
    """Shape a and rate A of λ given k, (m, nodes) each."""
    return r + k * h.repeats[:, None], alpha + k * h.last_repeat[:, None]


def log_gaps_told(r: float, alpha: float, k: Floats, h: PurchaseHistories) -> Floats:
    """The logarithm of the evidence of the gaps that have ended, (m, nodes)."""
    x, shape, rate = h.repeats[:, None], *knowledge(r, alpha, k, h)
    told = gammaln(shape) - gammaln(r) - x * (gammaln(k) - k * np.log(k)) + (k - 1.0) * h.needed_gaps()[:, None]
    return np.asarray(told + r * (np.log(alpha) - np.log(rate)) - k * x * np.log(rate))


def log_silence(shape: Floats, k: Floats, rate: Floats, d: Floats) -> Floats:
    """The logarithm of the chance that the unfinished gap lasts longer than d; finite also where the chance is not."""
    share = rate / (rate + k * d)
    chance = betainc(shape, k, share)
    # The first term of the continued fraction, where a float holds no smaller chance.
    lowest = shape * np.log(share) + k * np.log1p(-np.minimum(share, 1.0 - 1e-16)) - np.log(shape) - betaln(shape, k)
    known = np.log(np.maximum(chance, 1e-290))
    return np.asarray(np.where(chance > 1e-290, known, np.minimum(lowest, np.log(1e-290))))


def spread(shape: Floats, k: Floats, rate: Floats, d: Floats | float) -> Floats:
    """The coordinate w of d."""
    return np.asarray(2.0 * np.sqrt(shape) * np.arcsinh(np.sqrt(k * d / rate)))


def rhythms(
    t: float, gamma: float, r: float, alpha: float, gone: Floats, h: PurchaseHistories, nodes: int = NODES
) -> Rhythms:
    """The nodes of every history; `gone` (m,) is the chance of leaving between t_x and T, by which silence is excused.

    Looks for the top of the evidence by golden section and for where it has fallen by bisection.
    """
    silent = (h.observed_for - h.last_repeat)[:, None]
    excused = np.log(np.maximum(gone, 1e-300))[:, None]

    def height(logs: Floats) -> Floats:
        k = np.exp(logs)
        shape, rate = knowledge(r, alpha, k, h)
        quiet = np.logaddexp(log_silence(shape, k, rate, silent), excused)
        return log_prior(t, gamma, logs) + log_gaps_told(r, alpha, k, h) + quiet

    low, high = np.full((len(h), 1), _LEAST), np.full((len(h), 1), _MOST)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = height(left), height(right)
    for _ in range(32):
        rises = at_left < at_right
        low, high = np.where(rises, left, low), np.where(rises, high, right)
        probe = np.where(rises, low + _GOLDEN * (high - low), high - _GOLDEN * (high - low))
        there = height(probe)
        left, right = np.where(rises, right, probe), np.where(rises, probe, left)
        at_left, at_right = np.where(rises, at_right, there), np.where(rises, there, at_left)
    top = 0.5 * (low + high)
    floor = height(top) - _NATS
    inside, outside = np.repeat(top, 2, axis=1), np.broadcast_to([_LEAST, _MOST], (len(h), 2))
    for _ in range(16):
        middle = 0.5 * (inside + outside)
        within = height(middle) > floor
        inside, outside = np.where(within, middle, inside), np.where(within, outside, middle)
    step = (outside[:, 1:] - outside[:, :1]) / nodes
    return Rhythms(outside[:, :1] + (np.arange(nodes) + 0.5) * step, step)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Of each history given k, (m, nodes) each: ln of the evidence, and of its part in which nobody has left.

    slopes (4, m, nodes): derivatives of the first in ln r, ln α, ln s and ln β, where they were asked for.
    """

    logs: Floats
    here: Floats
    slopes: Floats


def evidence(
    r: float, alpha: float, s: float, beta: float, k: Floats, h: PurchaseHistories, *, slopes: bool = False
) -> Evidence:
    """See the head of this file. Slopes are taken under the integral; that of R in a by a difference."""
    found = Evidence(np.empty_like(k), np.empty_like(k), np.empty((4 if slopes else 0, *k.shape)))

    def block(start: int, end: int) -> None:
        of = slice(start, end)
        found.logs[of], found.here[of], found.slopes[:, of] = _evidence(
            (r, alpha, s, beta), k[of], h.rows(of), slopes=slopes
        )

    in_blocks(len(h), _ROWS, block)
    return found


def _evidence(
    p: tuple[float, float, float, float], k: Floats, h: PurchaseHistories, *, slopes: bool
) -> tuple[Floats, Floats, Floats]:
    r, alpha, s, beta = p
    (shape, rate), told = knowledge(r, alpha, k, h), log_gaps_told(r, alpha, k, h)
    last, silent = h.last_repeat[:, None], (h.observed_for - h.last_repeat)[:, None]
    quiet, since = log_silence(shape, k, rate, silent), beta + last[..., None]
    x, weights = legendre(_ORDER)
    start, width = reach(shape, k, rate, silent)
    way = (start[..., None] + width[..., None] * x) / (2.0 * np.sqrt(shape))[..., None]
    # ln sinh and ln cosh, which themselves may be more than a float holds
    fades = np.exp(-2.0 * way)
    log_sinh = way + np.log(np.maximum(-np.expm1(-2.0 * way), 1e-300)) - np.log(2.0)
    log_cosh = way + np.log1p(fades) - np.log(2.0)
    density = (2.0 * k - 1.0)[..., None] * log_sinh + (1.0 - 2.0 * (shape + k))[..., None] * log_cosh
    d = (rate / k)[..., None] * np.exp(np.minimum(2.0 * log_sinh, 700.0))
    worn = np.log1p(d / since)
    leaves = -np.expm1(-s * worn)
    top = density.max(axis=-1, keepdims=True)
    weighted = np.exp(density - top) * weights
    total = np.maximum(np.einsum("ijk,ijk->ij", weighted, leaves), 1e-300)
    with np.errstate(divide="ignore"):
        left = np.log(total) + top[..., 0] + np.log(width) - 0.5 * np.log(shape) - betaln(k, shape)
    stays = -s * np.log1p(last / beta)
    either = np.logaddexp(quiet, left)
    logs, here = told + stays + either, told + quiet - s * np.log1p(h.observed_for[:, None] / beta)
    if not slopes:
        return logs, here, np.empty((0, *k.shape))
    gone = weighted * leaves
    stay = weighted * (1.0 - leaves)
    of_shape = digamma(shape + k) - digamma(shape) - 2.0 * np.einsum("ijk,ijk->ij", gone, log_cosh) / total
    squares = np.einsum("ijk,ijk->ij", gone, np.exp(2.0 * (log_sinh - log_cosh))) / total
    of_rate = ((shape + k) * squares - k) / rate
    of_s = np.einsum("ijk,ijk->ij", stay, worn) / total
    of_beta = -s * np.einsum("ijk,ijk->ij", stay, d / (since * (since + d))) / total
    step = 1e-4 * shape
    quiet_by_shape = (log_silence(shape + step, k, rate, silent) - log_silence(shape - step, k, rate, silent)) / (
        2.0 * step
    )
    share = rate / (rate + k * silent)
    by_share = shape * np.log(share) + k * np.log(np.maximum(1.0 - share, 1e-300)) - betaln(shape, k)
    quiet_by_rate = np.exp(np.minimum(by_share - quiet, 700.0)) / rate
    of_left = np.exp(left - either)
    of_quiet = np.exp(quiet - either)
    found = np.empty((4, *k.shape))
    ended = digamma(shape) - digamma(r) + np.log(alpha) - np.log(rate)
    found[0] = r * (ended + of_quiet * quiet_by_shape + of_left * of_shape)
    found[1] = alpha * (r / alpha - shape / rate + of_quiet * quiet_by_rate + of_left * of_rate)
    found[2] = stays + s * of_left * of_s
    found[3] = beta * (s * last / (beta * (beta + last)) + of_left * of_beta)
    return logs, here, found


def reach(shape: Floats, k: Floats, rate: Floats, d: Floats) -> tuple[Floats, Floats]:
    """Where, in w, the next purchase may fall, no later than d: the start of it and how wide it is."""
    end, centre = spread(shape, k, rate, d), 2.0 * np.sqrt(shape) * np.arcsinh(np.sqrt(k / shape))
    start = np.maximum(0.0, np.minimum(centre, end) - 9.0)
    return start, np.minimum(end, centre + np.maximum(9.0, 25.0 / np.sqrt(shape))) - start


def added(logs: Floats, step: Floats) -> Floats:
    """The logarithm of the trapezoid rule over the nodes of each history."""
    top = logs.max(axis=1, keepdims=True)
    return np.asarray((top + np.log(np.exp(logs - top).sum(axis=1, keepdims=True) * step))[:, 0])

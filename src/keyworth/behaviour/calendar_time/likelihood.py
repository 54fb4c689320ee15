"""The likelihood of buying by a clock, with exact first and second derivatives, whatever makes customers leave.

A customer bought at rate λ ~ Gamma(r, α) by the clock H until leaving, or still does. Each *ending* j, a moment of
leaving or none by now, leaves H_j of clock time to buy in and has a chance of its own, exp(φ_j); so per history

    ln L = lnΓ(r+x) − lnΓ(r) + r·ln α + Σ ln h(purchases) + ln Σ_j exp(φ_j − (r+x)·ln(α + H_j)).

BG/NBD has two endings, with the last purchase or none; Pareto/NBD has as many as its integral over the time of
leaving has nodes. Slopes of the last term are means over endings, p_j = exp(φ_j − …)/Σ, of the slopes of its
exponents, and the curvature adds their covariance. The forms are our own; without a clock they are those of
`leaving_after_purchase` and `leaving_in_time`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.calendar_time.ticks import Pieces, Places, Ticks, TooFast, gram
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.newton import Evaluation
from keyworth.behaviour.steady_sums import dot, per_row


@dataclass(frozen=True, slots=True, eq=False)
class Endings:
    """Ways in which histories may have ended, N of them: all arrays of shape (N,) unless said otherwise.

    The first of them, one for each history, are of those who are still customers. row: of which history, counted
    from the first of its block. low, high, share: where on the clock, as in `Ticks.between`. logs: φ. slopes: (m, N),
    of φ by the leaving's own numbers. curves: given weights (N,), the sum of weights times second derivatives of φ,
    (m, m).
    """

    row: NDArray[np.intp]
    low: Places
    high: Places
    share: Floats
    logs: Floats
    slopes: Floats
    curves: Callable[[Floats], Floats]


class Leaving(Protocol):
    """What makes customers leave; m numbers tell it: two parameters, then the γ of a clock of its own, if any.

    together: how many histories to work on at once, so that their endings stay near the processor.
    """

    together: int

    def outside(self, told: Floats) -> tuple[float, Floats, Floats]:
        """What does not depend on the ending, over all histories: value, slopes (m,), curves (m, m)."""

    def endings(self, at: "Standing") -> "EndingsOf":
        """The endings of some of the histories, given from which to which."""


EndingsOf = Callable[[int, int], Endings]


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """Where a climb stands: r, alpha, the leaving's own m numbers, and the clock of buying as it runs here."""

    r: float
    alpha: float
    told: Floats
    buying: Ticks


@dataclass(frozen=True, slots=True, eq=False)
class Buyers:
    """n histories: repeats, weights and the place on the clock at which each begins, all (n,).

    on_purchases: Σ z over all repeat purchases, (k,).
    """

    repeats: Floats
    weights: Floats
    start: Places
    on_purchases: Floats


class ClockLikelihood:
    """Called with (ln r, ln α, ln of the leaving's two, its γ, γ); returns value, gradient and Hessian in them.

    Minus infinity where a clock would run beyond telling. `ridge` takes half of itself times Σγ² off, over both clocks'
    γ.
    """

    def __init__(self, buyers: Buyers, clock: Pieces, leaving: Leaving, ridge: float = 0.0) -> None:
        x, weights = buyers.repeats, buyers.weights
        more = weights.sum() - np.cumsum(np.bincount(x.astype(np.int64), weights=weights))
        self.bought_more = more[:-1]  # customers who bought more than j times, j = 0, 1, …
        self.customers = float(weights.sum())
        self.buyers, self.clock, self.leaving, self.ridge = buyers, clock, leaving, ridge

    def __call__(self, at: Floats) -> Evaluation:
        try:
            return self._here(at)
        except TooFast:
            return Evaluation(-np.inf, np.zeros(len(at)), np.zeros((len(at), len(at))))

    def _here(self, at: Floats) -> Evaluation:
        k = len(self.clock.told)
        inner = len(at) - k  # the place from which the γ of buying stand
        natural = np.concatenate([np.exp(at[:4]), at[4:]])
        r, alpha, gamma = float(natural[0]), float(natural[1]), at[inner:]
        buy = 1.0 / (r + np.arange(len(self.bought_more)))
        value = -dot(self.bought_more, np.log(buy)) + self.customers * r * at[1] + dot(gamma, self.buyers.on_purchases)
        slope, curve = np.zeros(len(at)), np.zeros((len(at), len(at)))
        slope[0] = dot(self.bought_more, buy) + self.customers * at[1]
        slope[1] = self.customers * r / alpha
        slope[inner:] = self.buyers.on_purchases
        curve[0, 0] = -dot(self.bought_more, buy**2)
        curve[0, 1] = curve[1, 0] = self.customers / alpha
        curve[1, 1] = -self.customers * r / alpha**2
        outside, of_slope, of_curve = self.leaving.outside(natural[2:inner])
        slope[2:inner] += of_slope
        curve[2:inner, 2:inner] += of_curve

        mixed, of_slope, of_curve = self._over_endings(self._standing(at))
        slope, curve = slope + of_slope, curve + of_curve
        scale = np.concatenate([natural[:4], np.ones(len(at) - 4)])
        slope *= scale
        curve *= np.outer(scale, scale)
        curve[range(4), range(4)] += slope[:4]
        slope[4:] -= self.ridge * at[4:]
        curve[range(4, len(at)), range(4, len(at))] -= self.ridge
        return Evaluation(value + outside + mixed - self.penalty(at), slope, curve)

    def penalty(self, at: Floats) -> float:
        """What the ridge takes off the log-likelihood."""
        return 0.5 * self.ridge * dot(at[4:], at[4:])

    def chance_here(self, at: Floats) -> Floats:
        """The chance of each history that its customer is one still, (n,)."""
        standing = self._standing(at)
        endings, here = self.leaving.endings(standing), np.empty(len(self.buyers.repeats))

        def block(start: int, end: int) -> None:
            here[start:end] = _mix(self.buyers, standing, endings(start, end), start, end).likely[: end - start]

        in_blocks(len(here), self.leaving.together, block)
        return here

    def _standing(self, at: Floats) -> Standing:
        inner = len(at) - len(self.clock.told)
        r, alpha = np.exp(at[:2]).tolist()
        return Standing(r, alpha, np.concatenate([np.exp(at[2:4]), at[4:inner]]), self.clock.run(at[inner:]))

    def _over_endings(self, standing: Standing) -> tuple[float, Floats, Floats]:
        size, rows = 2 + len(standing.told) + len(self.clock.told), len(self.buyers.repeats)
        endings = self.leaving.endings(standing)
        each = self.leaving.together
        blocks = -(-rows // each)
        values, slopes, curves = np.zeros(blocks), np.zeros((blocks, size)), np.zeros((blocks, size, size))

        def block(start: int, end: int) -> None:
            at = start // each
            mixed = _mix(self.buyers, standing, endings(start, end), start, end)
            values[at] = dot(self.buyers.weights[start:end], mixed.evidence)
            slopes[at], curves[at] = _slopes(mixed, self.buyers.weights[start:end], standing.buying)

        in_blocks(rows, each, block)
        return float(values.sum()), slopes.sum(axis=0), curves.sum(axis=0)


@dataclass(frozen=True, slots=True, eq=False)
class _Mixture:
    """The endings of some histories weighed: `likely` (N,), which add up to 1 for each, `evidence` (n,) in nats.

    reading: (1 + k, N), of the clock and its slopes. past: ln(α + reading). shapes: r + x of each ending.
    """

    ends: Endings
    begin: Places
    reading: Floats
    past: Floats
    rate: Floats
    shapes: Floats
    likely: Floats
    evidence: Floats


def _mix(buyers: Buyers, at: Standing, ends: Endings, start: int, end: int) -> _Mixture:
    row, rows = ends.row, end - start
    shapes, begin = (at.r + buyers.repeats[start:end])[row], buyers.start[start:end][row]
    reading = at.buying.between(begin, ends.low, ends.high, ends.share)
    rate = 1.0 / (at.alpha + reading[0])
    past = -np.log(rate)
    logs = ends.logs - shapes * past
    top = np.full(rows, -np.inf)
    np.maximum.at(top, row, logs)
    likely = np.exp(logs - top[row])
    total = np.bincount(row, likely, rows)
    likely /= total[row]
    return _Mixture(ends, begin, reading, past, rate, shapes, likely, top + np.log(total))


def _slopes(mixed: _Mixture, weights: Floats, ticks: Ticks) -> tuple[Floats, Floats]:
    """Σ over histories of weights · slopes and curves of their evidence, by r, alpha, the leaving's own and γ."""
    ends, by_gamma = mixed.ends, mixed.reading[1:]
    fall = -mixed.shapes * mixed.rate
    slopes = np.vstack([-mixed.past, fall, ends.slopes, fall * by_gamma])
    weighted = mixed.likely * weights[ends.row]
    means = np.array([np.bincount(ends.row, mixed.likely * of, len(weights)) for of in slopes])
    curve = gram(slopes, weighted) - gram(means, weights)
    # Second derivatives of the exponents themselves.
    m, by_rate = 2 + len(ends.slopes), weighted * mixed.rate
    bent = by_rate * fall
    curve[2:m, 2:m] += ends.curves(weighted)
    curve[1, 1] -= bent.sum()
    for at, of in ((0, by_rate), (1, bent)):
        across = per_row(by_gamma, of)
        curve[at, m:] -= across
        curve[m:, at] -= across
    curve[0, 1] -= by_rate.sum()
    curve[1, 0] -= by_rate.sum()
    curve[m:, m:] += gram(by_gamma, -bent)
    curve[m:, m:] += ticks.curves(mixed.begin, ends.low, ends.high, ends.share, weighted * fall)
    return per_row(slopes, weighted), curve

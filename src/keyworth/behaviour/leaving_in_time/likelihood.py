"""The likelihood of models that leave in time, on weighted unique histories, with exact derivatives.

    ln L = lnΓ(r+x) − lnΓ(r) + r·ln α − (r+x)·ln(α+T) + ln S(T) + ln(1 + odds),

with the odds of having left of `leaving_in_time/odds.py`. All but the last term depend on x or on T alone: over all
customers they become sums over the distinct counts and times (as in `leaving_after_purchase/likelihood.py`). Source of
the one integral: Schmittlein, Morrison and Colombo (1987), Management Science 33(1), 1-24; the derivatives are our own.
"""

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.leaving_in_time.lifetimes import Lifetime, RowSums
from keyworth.behaviour.leaving_in_time.odds import log_odds_with_slopes, upper
from keyworth.behaviour.newton import Evaluation, in_logs
from keyworth.behaviour.slopes_by_row import of_having_left
from keyworth.behaviour.steady_sums import dot, per_row
from keyworth.behaviour.unique_histories import UniqueHistories, time_codes

_ROWS = 2_048


class LeavingInTimeLikelihood:
    """Called with the logarithms of r, alpha and what makes the lifetime; returns value, gradient and Hessian.

    `lifetime` makes a lifetime of its parameters. `rows` sums what every history contributes by itself; by NumPy
    if not given.
    """

    def __init__(self, unique: UniqueHistories, lifetime: type[Lifetime], rows: RowSums | None = None) -> None:
        x, weights = unique.histories.repeats, unique.weights
        more = weights.sum() - np.cumsum(np.bincount(x.astype(np.int64), weights=weights))
        self.bought_more = more[:-1]  # customers who bought more than j times, j = 0, 1, …
        self.customers, self.purchases = float(weights.sum()), dot(weights, x)
        times, _, observed = time_codes(unique.histories)
        customers = np.bincount(observed, weights=weights, minlength=len(times))
        seen = customers > 0
        self.times, self.customers_at = times[seen], customers[seen]
        self.purchases_at = np.bincount(observed, weights=weights * x, minlength=len(times))[seen]
        self.lifetime = lifetime
        self.rows = rows or row_sums_in_numpy(unique, lifetime)

    def __call__(self, logs: Floats) -> Evaluation:
        parameters = np.exp(logs)
        r, alpha = float(parameters[0]), float(parameters[1])
        life, size = self.lifetime(*parameters[2:].tolist()), len(parameters)
        start, times = np.zeros_like(self.times), self.times
        shapes = r * self.customers_at + self.purchases_at
        past, rate = np.log1p(times / alpha), 1.0 / (alpha + times)
        buy = 1.0 / (r + np.arange(len(self.bought_more)))
        fade, (fade1, fade2) = life.fade(start, times), life.fade_slopes(start, times)

        value = (
            -dot(self.bought_more, np.log(buy))
            - dot(shapes, past)
            - self.purchases * float(np.log(alpha))
            - dot(self.customers_at, fade)
        )
        own = np.zeros(size)
        own[0] = dot(self.bought_more, buy) - dot(self.customers_at, past)
        own[1] = self.customers * r / alpha - dot(shapes, rate)
        own[2:] = -per_row(fade1, self.customers_at)
        h = np.zeros((size, size))
        h[0, 0] = -dot(self.bought_more, buy**2)
        h[0, 1] = dot(self.customers_at, times * rate) / alpha
        h[1, 1] = dot(shapes, rate**2) - self.customers * r / alpha**2
        for (i, j), curve in zip(upper(size - 2), -per_row(fade2, self.customers_at), strict=True):
            h[2 + i, 2 + j] = curve

        sums = self.rows(parameters)
        own += sums[1 : 1 + size]
        for (i, j), curve in zip(upper(size), sums[1 + size :], strict=True):
            h[i, j] += curve
        return in_logs(value + float(sums[0]), own, h, parameters)


def row_sums_in_numpy(unique: UniqueHistories, lifetime: type[Lifetime]) -> RowSums:
    """The row sums by NumPy, with nothing to compile: for some thousands of unique histories.

    Every block's sums are kept and added in order, so threads change no digit.
    """
    h, weights = unique.histories, unique.weights

    def sums(parameters: Floats) -> Floats:
        r, alpha = parameters[:2].tolist()
        life = lifetime(*parameters[2:].tolist())
        blocks = np.zeros((-(-len(h) // _ROWS), 1 + len(parameters) + len(upper(len(parameters)))))

        def block(start: int, end: int) -> None:
            part = slice(start, end)
            odds, first, second = log_odds_with_slopes(life, r, alpha, h.rows(part))
            gone, doubt, left = of_having_left(odds)
            w = weights[part]
            curves = [doubt * first[i] * first[j] + gone * second[at] for at, (i, j) in enumerate(upper(len(first)))]
            rows = np.array([left, *(gone * first), *curves])
            blocks[start // _ROWS] = per_row(rows, w)

        in_blocks(len(h), _ROWS, block)
        total: Floats = blocks.sum(axis=0)
        return total

    return sums

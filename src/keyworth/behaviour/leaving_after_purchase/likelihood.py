"""The likelihood of BG/NBD and MBG/NBD on weighted unique histories, with exact first and second derivatives.

Per history, with c = x (BG/NBD) or x + 1 (MBG/NBD) occasions on which the customer chose to stay:

    ln L = lnΓ(r+x) − lnΓ(r) + r ln α + ln B(a, b+c) − ln B(a, b) − (r+x) ln(α+T) + ln(1 + e^u),
    u = ln(a / (b+c−1)) + (r+x) ln((α+T) / (α+t_x)),    the last term only where c > 0.

1 / (1 + e^−u) is the chance that the customer has left, written `gone` below.
Source: Fader, Hardie and Lee (2005), Marketing Science 24(2), equation 6; Batislam, Denizel and Filiztekin
(2007), International Journal of Research in Marketing 24(3); the derivatives are our own.

x is a whole number, so lnΓ(r+x) − lnΓ(r) = Σ_{j<x} ln(r+j): over all customers it becomes one dot product
with the number of customers who bought more than j times, with no gamma function and no cancellation.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Evaluation, in_logs
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories, time_codes

# What the rows contribute, in this order, each weighted and summed over histories with c > 0. With g = gone,
# v = g(1−g), s = r+x, l = ln((α+T)/(α+t)), d = 1/(α+T) − 1/(α+t), d2 the same of squares, k = 1/(b+c−1).
ROW_SUMS = (
    "softplus", "g", "gl", "gsd", "gk", "gd", "gsd2", "gkk",
    "v", "vl", "vll", "vsd", "vsdl", "vssdd", "vk", "vkl", "vksd", "vkk",
)  # fmt: skip
RowSums = Callable[[float, float, float, float], Floats]


class LeavingLikelihood:
    """Called with (ln r, ln α, ln a, ln b); returns the sample's log-likelihood and its derivatives in them.

    `first_chance` is 0 where the first occasion to leave is the first repeat (BG/NBD), 1 where it is the
    first purchase (MBG/NBD). `rows` sums what every history contributes by itself; by NumPy if not given.
    """

    def __init__(self, unique: UniqueHistories, first_chance: int, rows: RowSums | None = None) -> None:
        x, weights = unique.histories.repeats, unique.weights
        counts = np.bincount(x.astype(np.int64), weights=weights)
        more = weights.sum() - np.cumsum(counts)  # customers who bought more than j times, j = 0, 1, …
        self.customers = float(weights.sum())
        self.bought_more = more[:-1]
        self.stayed_more = np.concatenate([[self.customers], more[:-1]]) if first_chance else more[:-1]
        self.purchases = dot(weights, x)
        # Every term in ln(α + T) is a sum over distinct T, of customers and of their purchases.
        times, _, observed = time_codes(unique.histories)
        self.observed = times
        self.observed_customers = np.bincount(observed, weights=weights, minlength=len(times))
        self.observed_purchases = np.bincount(observed, weights=weights * x, minlength=len(times))
        self.rows = rows or row_sums_in_numpy(unique, first_chance)
        self._unique, self._first_chance = unique, first_chance

    def __call__(self, logs: Floats) -> Evaluation:
        r, alpha, a, b = np.exp(logs).tolist()
        s = dict(zip(ROW_SUMS, self.rows(r, alpha, a, b).tolist(), strict=True))
        n, times = self.customers, self.observed
        shapes = r * self.observed_customers + self.observed_purchases
        past, rate = np.log1p(times / alpha), 1.0 / (alpha + times)
        bought, stayed = np.arange(len(self.bought_more)), np.arange(len(self.stayed_more))
        buy, stay, leave = 1.0 / (r + bought), 1.0 / (b + stayed), 1.0 / (a + b + stayed)

        value = (
            -dot(self.bought_more, np.log(buy))
            + dot(self.stayed_more, np.log(leave / stay))
            - dot(shapes, past)
            - self.purchases * np.log(alpha)
            + s["softplus"]
        )
        short = dot(self.stayed_more, leave)
        short2 = dot(self.stayed_more, leave**2)
        own = np.array(
            [
                dot(self.bought_more, buy) - dot(self.observed_customers, past) + s["gl"],
                n * r / alpha - dot(shapes, rate) + s["gsd"],
                s["g"] / a - short,
                dot(self.stayed_more, stay) - short - s["gk"],
            ]
        )
        h = np.empty((4, 4))
        h[0, 0] = s["vll"] - dot(self.bought_more, buy**2)
        h[0, 1] = dot(self.observed_customers, times * rate) / alpha + s["gd"] + s["vsdl"]
        h[0, 2], h[0, 3] = s["vl"] / a, -s["vkl"]
        h[1, 1] = dot(shapes, rate**2) - n * r / alpha**2 - s["gsd2"] + s["vssdd"]
        h[1, 2], h[1, 3] = s["vsd"] / a, -s["vksd"]
        h[2, 2] = short2 + (s["v"] - s["g"]) / a**2
        h[2, 3] = short2 - s["vk"] / a
        h[3, 3] = short2 - dot(self.stayed_more, stay**2) + s["gkk"] + s["vkk"]
        return in_logs(float(value), own, h, np.array([r, alpha, a, b]))

    def slope(self, logs: Floats) -> tuple[float, Floats]:
        """Value and gradient alone, by compiled code: a tenth of the time."""
        return self._slope(logs)

    @cached_property
    def _slope(self) -> Callable[[Floats], tuple[float, Floats]]:
        from keyworth.behaviour.leaving_after_purchase.slope import leaving_slope

        return leaving_slope(self, self._unique, self._first_chance)


def row_sums_in_numpy(unique: UniqueHistories, first_chance: int) -> RowSums:
    """The row sums by NumPy: for some tens of thousands of unique histories, with nothing to compile."""
    could_leave = unique.histories.repeats + first_chance > 0
    x = unique.histories.repeats[could_leave]
    last = unique.histories.last_repeat[could_leave]
    observed = unique.histories.observed_for[could_leave]
    w = unique.weights[could_leave]
    stays = x + first_chance
    silent = observed - last

    def sums(r: float, alpha: float, a: float, b: float) -> Floats:
        s, k = r + x, 1.0 / (b + stays - 1.0)
        rate, rate_last = 1.0 / (alpha + observed), 1.0 / (alpha + last)
        length = np.log1p(silent * rate_last)
        odds = np.log(a * k) + s * length
        fading = np.exp(-np.abs(odds))
        softplus = np.maximum(odds, 0.0) + np.log1p(fading)
        gone = np.where(odds > 0, 1.0, fading) / (1.0 + fading)
        g, v = w * gone, w * fading / (1.0 + fading) ** 2
        d = -silent * rate * rate_last
        d2 = d * (rate + rate_last)
        sd = s * d
        weighted = (
            w * softplus, g, g * length, g * sd, g * k, g * d, g * s * d2, g * k * k,
            v, v * length, v * length**2, v * sd, v * sd * length, v * sd * sd,
            v * k, v * k * length, v * k * sd, v * k * k,
        )  # fmt: skip
        return np.array([column.sum() for column in weighted])

    return sums

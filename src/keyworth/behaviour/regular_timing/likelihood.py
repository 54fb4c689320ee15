"""The likelihood of BG/CNBD-k and MBG/CNBD-k for one k, on weighted unique histories, with exact derivatives.

Per history, with s = r + k·x and c = x (BG) or x + 1 (MBG) occasions on which the customer chose to stay:

    ln L = lnΓ(s) − lnΓ(r) + r ln α + ln B(a, b+c) − ln B(a, b) − s ln(α+T) + ln Q + ln(1 + e^u)
           + (k−1)·Σ ln gaps − x·lnΓ(k),
    u = ln(a / (b+c−1)) + s ln((α+T) / (α+t_x)) − ln Q,    the term in u only where c > 0.

Q is that of `regular_silence`. The last two terms hold no parameter that is climbed, but without them no k could
be compared with another. Σ ln gaps enters as a sum, so histories of one (x, t_x, T) are one, with its mean.
Source: Platzer and Reutterer (2016), Marketing Science 35(5), and Reutterer, Platzer and Schröder (2021), IJRM
38(1); the form and the derivatives are our own.
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.special import gammaln

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Evaluation, in_logs
from keyworth.behaviour.regular_timing.silence import silence
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories

# What the rows contribute, each weighted by w and summed over histories. With g = w·gone, v = w·gone·(1 − gone), o the
# log-odds of having left and k = 1/(b+c−1): `level` is ln Q + ln(1 + e^u) − s ln(1 + T/α), and by_… its derivatives
# in r and alpha; the others are what a and b need.
ROW_SUMS = (
    "level", "by_r", "by_alpha", "by_rr", "by_r_alpha", "by_alpha_alpha",
    "g", "gk", "v", "vk", "gkk+vkk", "vo_r", "vko_r", "vo_alpha", "vko_alpha",
)  # fmt: skip
RowSums = Callable[[float, float, float, float], Floats]


class RegularLikelihood:
    """Called with (ln r, ln α, ln a, ln b); returns the sample's log-likelihood and its derivatives in them.

    `rows` sums what every history contributes by itself; by NumPy if not given.
    """

    def __init__(self, unique: UniqueHistories, first_chance: int, k: int, rows: RowSums | None = None) -> None:
        h, weights = unique.histories, unique.weights
        self.customers = float(weights.sum())
        self.ticks = k * dot(weights, h.repeats)
        counts = np.bincount(h.repeats.astype(np.int64), weights=weights)
        more = self.customers - np.cumsum(counts)  # customers who bought more than j times, j = 0, 1, …
        # The clock of one who bought more than j times ticked more than jk, jk + 1, …, jk + k − 1 times.
        self.ticked_more = np.repeat(more[:-1], k)
        self.stayed_more = np.concatenate([[self.customers], more[:-1]]) if first_chance else more[:-1]
        # Rows of one history may come in any order, each with gaps of its own; fsum gives one sum for all orders.
        log_gaps = math.fsum((weights * h.needed_gaps()).tolist())
        self.gaps = (k - 1) * log_gaps - dot(weights, h.repeats) * float(gammaln(k))
        self.rows = rows or row_sums_in_numpy(unique, first_chance, k)

    def __call__(self, logs: Floats) -> Evaluation:
        r, alpha, a, b = np.exp(logs).tolist()
        s = dict(zip(ROW_SUMS, self.rows(r, alpha, a, b).tolist(), strict=True))
        ticked, stayed = np.arange(len(self.ticked_more)), np.arange(len(self.stayed_more))
        tick, stay, leave = 1.0 / (r + ticked), 1.0 / (b + stayed), 1.0 / (a + b + stayed)
        value = (
            self.gaps
            - dot(self.ticked_more, np.log(tick))
            + dot(self.stayed_more, np.log(leave / stay))
            + s["level"]
            - self.ticks * np.log(alpha)
        )
        short, short2 = dot(self.stayed_more, leave), dot(self.stayed_more, leave**2)
        own = np.array(
            [
                dot(self.ticked_more, tick) + s["by_r"],
                s["by_alpha"] - self.ticks / alpha,
                s["g"] / a - short,
                dot(self.stayed_more, stay) - short - s["gk"],
            ]
        )
        h = np.empty((4, 4))
        h[0, 0] = s["by_rr"] - dot(self.ticked_more, tick**2)
        h[0, 1] = s["by_r_alpha"]
        h[0, 2], h[0, 3] = s["vo_r"] / a, -s["vko_r"]
        h[1, 1] = s["by_alpha_alpha"] + self.ticks / alpha**2
        h[1, 2], h[1, 3] = s["vo_alpha"] / a, -s["vko_alpha"]
        h[2, 2] = short2 + (s["v"] - s["g"]) / a**2
        h[2, 3] = short2 - s["vk"] / a
        h[3, 3] = short2 - dot(self.stayed_more, stay**2) + s["gkk+vkk"]
        return in_logs(float(value), own, h, np.array([r, alpha, a, b]))


def row_sums_in_numpy(unique: UniqueHistories, first_chance: int, k: int) -> RowSums:
    """The row sums by NumPy: for some tens of thousands of unique histories, with nothing to compile."""
    h, w = unique.histories, unique.weights
    ticks, stays, silent = k * h.repeats, h.repeats + first_chance, h.observed_for - h.last_repeat

    def sums(r: float, alpha: float, a: float, b: float) -> Floats:
        s = r + ticks
        rate, rate_last = 1.0 / (alpha + h.observed_for), 1.0 / (alpha + h.last_repeat)
        past, length = np.log1p(h.observed_for / alpha), np.log1p(silent * rate_last)
        q = silence(k, s, silent * rate, rate)
        with np.errstate(divide="ignore"):
            once = np.where(stays > 0, 1.0 / (b + stays - 1.0), 0.0)
            odds = np.log(a * once) + s * length - q.log_q
        fading = np.exp(-np.abs(odds))
        softplus = np.where(odds > 0, odds, 0.0) + np.log1p(fading)
        gone = np.where(odds > 0, 1.0, fading) / (1.0 + fading)
        g, v = w * gone, w * fading / (1.0 + fading) ** 2
        d = -silent * rate * rate_last
        o_r, o_alpha = length - q.by_r, s * d - q.by_alpha
        o_ra, o_aa = d - q.by_r_alpha, -s * d * (rate + rate_last) - q.by_alpha_alpha
        # s ln(1 + T/α) by alpha, first and second, and by both.
        wear = h.observed_for * rate / alpha
        vk = v * once
        weighted = (
            w * (q.log_q + softplus - s * past),
            w * (q.by_r - past) + g * o_r,
            w * (q.by_alpha + s * wear) + g * o_alpha,
            (w - g) * q.by_rr + v * o_r**2,
            w * (q.by_r_alpha + wear) + g * o_ra + v * o_r * o_alpha,
            w * (q.by_alpha_alpha - s * wear * (rate + 1.0 / alpha)) + g * o_aa + v * o_alpha**2,
            g, g * once, v, vk, (g + v) * once**2, v * o_r, vk * o_r, v * o_alpha, vk * o_alpha,
        )  # fmt: skip
        return np.array([column.sum() for column in weighted])

    return sums

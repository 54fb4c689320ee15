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

import numpy as np
from scipy.special import gammaln

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Evaluation, in_logs
from keyworth.behaviour.regular_silence import silence
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories


class RegularLikelihood:
    """Called with (ln r, ln α, ln a, ln b); returns the sample's log-likelihood and its derivatives in them."""

    def __init__(self, unique: UniqueHistories, first_chance: int, k: int) -> None:
        h = unique.histories
        x, self.weights, self.k = h.repeats, unique.weights, k
        self.customers = float(self.weights.sum())
        self.ticks = k * x
        self.purchases = dot(self.weights, x)
        self.last, self.observed, self.silent = h.last_repeat, h.observed_for, h.observed_for - h.last_repeat
        self.stays = x + first_chance
        counts = np.bincount(x.astype(np.int64), weights=self.weights)
        more = self.customers - np.cumsum(counts)  # customers who bought more than j times, j = 0, 1, …
        # The clock of one who bought more than j times ticked more than jk, jk + 1, …, jk + k − 1 times.
        self.ticked_more = np.repeat(more[:-1], k)
        self.stayed_more = np.concatenate([[self.customers], more[:-1]]) if first_chance else more[:-1]
        # Rows of one history may come in any order, each with gaps of its own; fsum gives one sum for all orders.
        log_gaps = math.fsum((self.weights * h.needed_gaps()).tolist())
        self.gaps = (k - 1) * log_gaps - self.purchases * float(gammaln(k))

    def __call__(self, logs: Floats) -> Evaluation:
        r, alpha, a, b = np.exp(logs).tolist()
        n, w, s = self.customers, self.weights, r + self.ticks
        rate, rate_last = 1.0 / (alpha + self.observed), 1.0 / (alpha + self.last)
        past = np.log1p(self.observed / alpha)
        length = np.log1p(self.silent * rate_last)
        q = silence(self.k, s, self.silent * rate, rate)
        with np.errstate(divide="ignore"):
            once = np.where(self.stays > 0, 1.0 / (b + self.stays - 1.0), 0.0)
            odds = np.log(a * once) + s * length - q.log_q
        fading = np.exp(-np.abs(odds))
        softplus = np.where(odds > 0, odds, 0.0) + np.log1p(fading)
        gone = np.where(odds > 0, 1.0, fading) / (1.0 + fading)
        g, v = w * gone, w * fading / (1.0 + fading) ** 2
        # The log-odds of having left by r and alpha, first and second.
        d = -self.silent * rate * rate_last
        u_r, u_alpha = length - q.by_r, s * d - q.by_alpha
        u_ra, u_aa = d - q.by_r_alpha, -s * d * (rate + rate_last) - q.by_alpha_alpha

        ticked, stayed = np.arange(len(self.ticked_more)), np.arange(len(self.stayed_more))
        tick, stay, leave = 1.0 / (r + ticked), 1.0 / (b + stayed), 1.0 / (a + b + stayed)
        value = (
            self.gaps
            - dot(self.ticked_more, np.log(tick))
            + dot(self.stayed_more, np.log(leave / stay))
            + float((w * (q.log_q + softplus - s * past)).sum())
            - self.k * self.purchases * np.log(alpha)
        )
        short, short2 = dot(self.stayed_more, leave), dot(self.stayed_more, leave**2)
        own = np.array(
            [
                dot(self.ticked_more, tick) + float((w * (q.by_r - past) + g * u_r).sum()),
                n * r / alpha + float((w * (q.by_alpha - s * rate) + g * u_alpha).sum()),
                float(g.sum()) / a - short,
                dot(self.stayed_more, stay) - short - dot(g, once),
            ]
        )
        h = np.empty((4, 4))
        h[0, 0] = float((w * q.by_rr - g * q.by_rr + v * u_r**2).sum()) - dot(self.ticked_more, tick**2)
        h[0, 1] = float((w * (q.by_r_alpha + self.observed * rate / alpha) + g * u_ra + v * u_r * u_alpha).sum())
        h[0, 2], h[0, 3] = dot(v, u_r) / a, -float((v * once * u_r).sum())
        h[1, 1] = float((w * (q.by_alpha_alpha + s * rate**2) + g * u_aa + v * u_alpha**2).sum()) - n * r / alpha**2
        h[1, 2], h[1, 3] = dot(v, u_alpha) / a, -float((v * once * u_alpha).sum())
        h[2, 2] = short2 + float((v - g).sum()) / a**2
        h[2, 3] = short2 - dot(v, once) / a
        h[3, 3] = short2 - dot(self.stayed_more, stay**2) + float(((g + v) * once**2).sum())
        return in_logs(float(value), own, h, np.array([r, alpha, a, b]))

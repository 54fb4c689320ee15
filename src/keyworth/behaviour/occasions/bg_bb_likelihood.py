"""The likelihood of BG/BB on weighted histories, with exact first and second derivatives.

ln L = (what was taken and lived through by t_x) + ln Q_{t_x}, as in `bg_bb_silence.py`. The first is a sum over
whole numbers, Σ_{j<x} ln(α+j) and its like, so over all customers it becomes dot products with the number of
customers who went beyond j. The second is carried back along the walk with its derivatives: where Q = T₁ + T₂,
with ω = T₁ / Q and the gradients gₖ and Hessians Hₖ of ln Tₖ,

    ∇ ln Q = ω·g₁ + (1−ω)·g₂,    ∇² ln Q = ω·H₁ + (1−ω)·H₂ + ω(1−ω)·(g₁−g₂)(g₁−g₂)ᵀ
"""

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Evaluation, in_logs
from keyworth.behaviour.occasions.bg_bb_silence import B, BuyingAndLeaving, steps, walks
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.behaviour.parameters import from_array
from keyworth.behaviour.steady_sums import dot


class BgBbLikelihood:
    """Called with (ln α, ln β, ln γ, ln δ); returns the sample's log-likelihood and its derivatives in them."""

    def __init__(self, h: OccasionHistories, kind: type[B]) -> None:
        self.kind, self.weights = kind, h.customers
        self.walks = walks(h)
        longest = int(h.last_repeat.max(initial=0))
        self.j = np.arange(longest, dtype=np.float64)
        self.bought = _beyond(h.repeats, h.customers, longest)
        self.missed = _beyond(h.last_repeat - h.repeats, h.customers, longest)
        self.lived = _beyond(h.last_repeat, h.customers, longest)

    def __call__(self, logs: Floats) -> Evaluation:
        at = np.exp(logs)
        taken, own, h = self._taken(*at.tolist())
        quiet, slope, curve = self._silence(from_array(self.kind, at))
        return in_logs(taken + quiet, own + slope, h + curve, at)

    def _taken(self, alpha: float, beta: float, gamma: float, delta: float) -> tuple[float, Floats, Floats]:
        """Σ ln of the chance of all that happened up to each last purchase, its gradient and its Hessian."""
        j, bought, missed, lived = self.j, self.bought, self.missed, self.lived
        a, b, c = 1.0 / (alpha + j), 1.0 / (beta + j), 1.0 / (alpha + beta + j)
        d, e = 1.0 / (delta + j), 1.0 / (gamma + delta + j)
        value = (
            dot(bought, np.log1p(j / alpha))
            + dot(missed, np.log1p(j / beta))
            - dot(lived, np.log1p(j / (alpha + beta)))
            - bought.sum() * np.log1p(beta / alpha)
            - missed.sum() * np.log1p(alpha / beta)
            - dot(lived, np.log1p(gamma * d))
        )
        c1, c2, e1, e2 = dot(lived, c), dot(lived, c * c), dot(lived, e), dot(lived, e * e)
        own = np.array([dot(bought, a) - c1, dot(missed, b) - c1, -e1, gamma * dot(lived, d * e)])
        h = np.zeros((4, 4))
        h[:2, :2], h[2:, 2:] = c2, e2
        h[0, 0] -= dot(bought, a * a)
        h[1, 1] -= dot(missed, b * b)
        h[3, 3] -= dot(lived, d * d)
        return float(value), own, h

    def _silence(self, p: BuyingAndLeaving) -> tuple[float, Floats, Floats]:
        """Σ ln Q at each last purchase, its gradient and its Hessian: all of them carried along every walk."""
        alpha, gamma = p.alpha, p.gamma
        w, size = self.walks, len(self.walks.repeats)
        quiet, slope, curve = np.ones(size), np.zeros((4, size)), np.zeros((4, 4, size))
        value, own, h = 0.0, np.zeros(4), np.zeros((4, 4))
        for j, step in enumerate(steps(p, w), start=1):
            going = slice(len(step.urn))
            c, y, e, s = 1.0 / step.urn, 1.0 / step.missed, 1.0 / step.both, 1.0 / step.stays
            stays_quiet = step.stays * e * (step.missed * c) * quiet[going]
            quiet[going] = gamma * e + stays_quiet
            gone = gamma * e / quiet[going]
            waits = stays_quiet / quiet[going]

            g2, curved = slope[:, going], curve[:, :, going]
            g2 += np.stack([-c, (alpha + w.repeats[going]) * y * c, -e, gamma * s * e])
            apart = np.stack([-g2[0], -g2[1], step.stays * e / gamma - g2[2], -e - g2[3]])
            g2 += gone * apart
            # The terms in e² of both Hessians are the same and so keep their whole weight.
            curved[:2, :2] += c * c
            curved[1, 1] -= y * y
            curved[3, 3] -= s * s
            curved *= waits
            curved[2:, 2:] += e * e
            curved[2, 2] -= gone / gamma**2
            curved += gone * waits * (apart[:, None] * apart[None, :])

            rows, walk = w.arrive[j], w.walk[j]
            weights = self.weights[rows]
            value += dot(weights, np.log(quiet[walk]))
            own += (slope[:, walk] * weights).sum(axis=-1)
            h += (curve[:, :, walk] * weights).sum(axis=-1)
        return value, own, h


def _beyond(counts: Floats, customers: Floats, longest: int) -> Floats:
    """How many customers went beyond j, for j < longest."""
    having = np.bincount(counts.astype(np.int64), weights=customers, minlength=longest + 1)
    beyond: Floats = having[::-1].cumsum()[::-1][1:]
    return beyond

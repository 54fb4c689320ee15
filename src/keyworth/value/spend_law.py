"""How purchases scatter under a fitted spend model, said in one way for all of them: the scale trick's two shapes.

Given n purchases ahead, a customer with x repeats spends a scale of their own times G(p·n) / G(Q(x)), where G(s) is a
gamma variable of shape s (`spend_ratio.py`). Gamma-Gamma is just that, with Q = q + p·x. Of Root Gamma-Gamma it is the
nearest such law. With k = 1 it is exact, Q = q + p·(x + 1), the first purchase being heard too. With k above 1 what a
purchase brings is y^k over ν^k, y being a gamma of shape p: p' is that of a gamma variable as scattered, measured
against its mean, as y^k, and Q' that of an inverse gamma as scattered as ν^(-k), or, where this has no variance, of as
heavy a tail. What a purchase brings on average is always the model's own.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, polygamma

from keyworth.behaviour import LEAST_ABOVE_ONE, ROOT_GAMMA_GAMMA, Fit
from keyworth.behaviour.parameters import as_array

Floats = NDArray[np.float64]

_LARGE = 1e4  # from here on what is small beside ln Γ is worked out by itself


class SpendLaw(Protocol):
    """`repeats` are x, of shape (m,); drawn parameters (K, k) are in the order of the fit's."""

    @property
    def p(self) -> float: ...

    def shape(self, repeats: Floats) -> Floats:
        """Q of so many repeats, (m,); it may be 1 or less, where spend has no mean."""

    def believable(self, drawn: Floats) -> Floats:
        """The drawn parameters, those without a mean spend moved to where there is one."""

    def in_worlds(self, drawn: Floats, repeats: Floats) -> tuple[Floats, Floats, Floats]:
        """In each world p (K,), Q (K, m), and the scale of an average customer over the estimate's, (K, m)."""


@dataclass(frozen=True, slots=True)
class GammaGammaLaw:
    """Of estimated p, q and gamma."""

    p: float
    q: float
    gamma: float

    def shape(self, repeats: Floats) -> Floats:
        return self.q + self.p * repeats

    def believable(self, drawn: Floats) -> Floats:
        drawn[:, 1] = np.maximum(drawn[:, 1], 1.0 + LEAST_ABOVE_ONE)
        return drawn

    def in_worlds(self, drawn: Floats, repeats: Floats) -> tuple[Floats, Floats, Floats]:
        p, q, gamma = (column[:, None] for column in drawn.T)
        mean_value = self.p * self.gamma / (max(self.q, 1.0 + LEAST_ABOVE_ONE) - 1)
        scale = (gamma + repeats * mean_value) / (self.gamma + repeats * mean_value)
        return drawn[:, 0].copy(), q + p * repeats, scale


@dataclass(frozen=True, slots=True)
class RootGammaGammaLaw:
    """Of an estimate (p, q, gamma, first, net, k); `estimate` is of shape (1, 6)."""

    estimate: Floats

    @property
    def p(self) -> float:
        return float(_amounts(self.estimate)[0])

    def shape(self, repeats: Floats) -> Floats:
        shapes: Floats = _levels(self.estimate, repeats)[0]
        return shapes

    def believable(self, drawn: Floats) -> Floats:
        drawn[:, 5] = np.rint(drawn[:, 5])
        drawn[:, 1] = np.maximum(drawn[:, 1], LEAST_ABOVE_ONE)
        return drawn

    def in_worlds(self, drawn: Floats, repeats: Floats) -> tuple[Floats, Floats, Floats]:
        p, shape = _amounts(drawn), np.maximum(_levels(drawn, repeats), 1.0 + LEAST_ABOVE_ONE)
        usual_p, usual_shape = _amounts(self.estimate), np.maximum(self.shape(repeats), 1.0 + LEAST_ABOVE_ONE)
        mean, usual_mean = self.means(drawn, repeats), self.means(self.estimate, repeats)
        scale = mean * (shape - 1.0) / p[:, None] / (usual_mean * (usual_shape - 1.0) / usual_p[:, None])
        return p, shape, scale

    def means(self, drawn: Floats, repeats: Floats) -> Floats:
        """What a purchase of an average customer with so many repeats brings in each world, (K, m)."""
        p, q, gamma, _, net, k = (column[:, None] for column in drawn.T)
        own_p, own_q, own_gamma, own_k = self.estimate[0, [0, 1, 2, 5]]
        usual_root = own_p * own_gamma / (max(own_q, own_k + LEAST_ABOVE_ONE) - 1.0)
        made = repeats + 1.0
        rate, shape = gamma + made * usual_root, q + p * made
        value = net * rate**k
        for j in range(int(own_k)):
            value = value * (p + j) / np.maximum(shape - 1.0 - j, LEAST_ABOVE_ONE)
        means: Floats = value
        return means


def law_of(fit: Fit[Any]) -> SpendLaw:
    """The law of a fitted spend model."""
    found = as_array(fit.parameters)
    if fit.model == ROOT_GAMMA_GAMMA.name:
        return RootGammaGammaLaw(found[None, :])
    return GammaGammaLaw(*found.tolist())


def _amounts(drawn: Floats) -> Floats:
    """In each world p', (K,): one over the squared coefficient of variation of y^k."""
    p, k = drawn[:, 0], drawn[:, 5]
    shapes: Floats = 1.0 / np.expm1(_bend_of_log_gamma(p, k))
    return shapes


def _levels(drawn: Floats, repeats: Floats) -> Floats:
    """In each world Q', (K, m): ν^(-k) varies, squared, by 1 / (Q' - 2) of its mean, and its tail's power is Q/k."""
    p, q, k = drawn[:, 0, None], drawn[:, 1, None], drawn[:, 5, None]
    shape = q + p * (repeats + 1.0)
    above = np.maximum(shape - 2 * k, 1e-9)
    scatter = np.expm1(_bend_of_log_gamma(above, k))
    levels: Floats = np.where(shape > 2 * k, 2.0 + 1.0 / scatter, shape / k)
    return levels


def _bend_of_log_gamma(x: Floats, k: Floats) -> Floats:
    """Ln Γ(x + 2k) + ln Γ(x) - 2 ln Γ(x + k), which for large x is k² ψ'(x + k) and small beside its own terms."""
    plain = gammaln(x + 2 * k) + gammaln(x) - 2 * gammaln(x + k)
    bend: Floats = np.where(x > _LARGE, k**2 * polygamma(1, x + k), plain)
    return bend

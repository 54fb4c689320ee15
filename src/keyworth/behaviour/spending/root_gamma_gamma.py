"""Root gamma-gamma: what each purchase brings, from every purchase, with tails as heavy as the data show.

Story. Each customer has a level of spending of their own. The k-th root of what a purchase brings scatters as
Gamma(shape p, rate ν), and ν differs between customers as Gamma(shape q, rate gamma): k = 1 is the story of
Gamma-Gamma, and a larger k has a heavier tail (as k grows, both tend to log-normal). First purchases are `first`
times as large as later ones. What the purchases brought in the end, refunds off, is `net` times what this comes to.

Unlike Gamma-Gamma it hears how single purchases scatter, not only their mean, and hears the first purchase too,
so that one who never came back is told apart from others. Source: the density is a generalised beta of the
second kind (McDonald 1984, Econometrica 52(3), 647-663) made of gamma-gamma's two gammas (Fader and Hardie 2013,
note 025); docs/decisions/0003-spend-model.md has the evidence.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaln, gammaln

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.parameters import chosen, names, refuse_unless_positive
from keyworth.behaviour.spans import refuse_seed, refuse_share
from keyworth.behaviour.spending.next_value import odds_below
from keyworth.behaviour.spending.spend_sums import ROOTS, SpendSums
from keyworth.errors import ParametersRefused
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class RootGammaGammaParameters:
    """p, q, first and net without unit; gamma in the k-th root of the currency; k is 1, 2, 3 or 4.

    Raises ParametersRefused unless all are above zero and k is one of these.
    """

    p: float
    q: float
    gamma: float
    first: float
    net: float
    k: int = chosen()

    def __post_init__(self) -> None:
        refuse_unless_positive(self)
        if self.k not in range(1, ROOTS + 1):
            raise ParametersRefused(
                Message("The root k must be a whole number from 1 to {most}; got {k}.", k=self.k, most=ROOTS)
            )

    @property
    def population_mean(self) -> float:
        """What a repeat purchase of an unknown customer is worth; infinite where q ≤ k."""
        return float(_mean(self, np.array([self.q]), np.array([self.gamma]))[0])


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class RootGammaGamma:
    """The spend model; `p` are its parameters, `s` n customers' sums, answers are float64 of shape (n,)."""

    name: str = "root-gamma-gamma"
    title: str = "Root Gamma-Gamma"
    parameter_kind: type[RootGammaGammaParameters] = RootGammaGammaParameters

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return names(self.parameter_kind)

    def log_likelihood(self, p: RootGammaGammaParameters, s: SpendSums) -> Floats:
        """The log-density of each customer's purchases of known value, in nats; 0 for those without any."""
        made, shape, rate = s.purchases, *self.level(p, s)
        # Of each value the logarithm, had it been a repeat of scale 1; the rest is the change of variable.
        logs = s.scaled_logs - s.knows_first * np.log(p.first)
        moved = s.logs + np.log(np.where(s.knows_first, s.first_value, 1.0))
        scatter = p.p / p.k * logs - moved - made * (np.log(p.k) + gammaln(p.p))
        levels = gammaln(shape) - gammaln(p.q) - p.q * np.log(rate / p.gamma) - p.p * made * np.log(rate)
        density: Floats = scatter + levels
        return density

    def level(self, p: RootGammaGammaParameters, s: SpendSums) -> tuple[Floats, Floats]:
        """The belief about each customer's ν after their purchases: the shape and the rate of a gamma."""
        brought = s.scaled_roots(p.k) + s.scaled_first(p.k) / p.first ** (1.0 / p.k)
        return p.q + p.p * s.purchases, p.gamma + brought

    def expected_value(self, p: RootGammaGammaParameters, s: SpendSums) -> Floats:
        """The expected value of each customer's next purchase, refunds off.

        E = net · scale · rate^k · Π (p + j) / (shape − 1 − j) over j = 0 … k − 1, with shape and rate of `level`.
        Infinite where the shape is k or less: see `population_mean`.
        """
        value: Floats = s.scale * _mean(p, *self.level(p, s))
        return value

    def chance_up_to(self, p: RootGammaGammaParameters, s: SpendSums, value: Floats | float) -> Floats:
        """The chance that a customer's next purchase, if it brings something, brings at most `value`.

        It is of single purchases as they are made: `net`, which is about their sum, is not in it.
        """
        shape, rate = self.level(p, s)
        root = np.maximum(value / s.scale, 0.0) ** (1.0 / p.k)
        chance: Floats = betainc(p.p, shape, root / (rate + root))
        return chance

    def log_density(self, p: RootGammaGammaParameters, s: SpendSums, value: Floats | float) -> Floats:
        """The log-density at `value` > 0 of what `chance_up_to` tells, in nats."""
        shape, rate = self.level(p, s)
        log_root = np.log(value / s.scale) / p.k
        density: Floats = (
            p.p * log_root - np.log(value) - np.log(p.k) - betaln(p.p, shape)
            - p.p * np.log(rate) - (p.p + shape) * np.log1p(np.exp(log_root) / rate)
        )  # fmt: skip
        return density

    def quantile(self, p: RootGammaGammaParameters, s: SpendSums, share: float) -> Floats:
        """The value that a customer's next purchase stays below with a chance of `share`; finite whatever q is."""
        refuse_share(share)
        shape, rate = self.level(p, s)
        value: Floats = s.scale * (rate * odds_below(p.p, shape, share)) ** p.k
        return value

    def fit(self, s: SpendSums) -> Fit[RootGammaGammaParameters]:
        """Maximum likelihood for each k, and of these the likeliest; then `net`, what it leaves to explain.

        Raises NotEnoughHistory with fewer than 4 customers whose first purchase and a repeat are known, or where
        refunds outweigh purchases.
        """
        from keyworth.behaviour.spending.root_gamma_fit import fit_spend

        return fit_spend(s, self)

    def draw_totals(
        self,
        p: RootGammaGammaParameters,
        s: SpendSums,
        purchases: np.ndarray,
        *,
        seed: int,
        first_draw: int = 0,
        form: Form | None = None,
    ) -> Floats:
        """Simulate what `purchases` (draws, n) repeat purchases bring each customer in all; shape (draws, n).

        One ν per customer and draw, from `level`, and a root for each purchase; refunds off, so that the mean is
        `expected_value` times purchases. Draws follow the rules of `BuyingModel.draw_ahead`, from streams of
        their own under the same seed.
        """
        from keyworth.behaviour.spending.root_gamma_draws import draw_totals

        refuse_seed(seed)
        shape, rate = self.level(p, s)
        scales = np.log(p.net * s.scale) + p.k * np.log(rate)
        return draw_totals(p.p, p.k, shape, scales, purchases, seed=seed, first_draw=first_draw, form=form)


def _mean(p: RootGammaGammaParameters, shape: Floats, rate: Floats) -> Floats:
    value = np.full(shape.shape, p.net, dtype=np.float64)
    for j in range(p.k):
        value *= (p.p + j) * rate / np.where(shape > p.k, shape - 1.0 - j, 1.0)
    return np.where(shape > p.k, value, np.inf)


ROOT_GAMMA_GAMMA = RootGammaGamma()

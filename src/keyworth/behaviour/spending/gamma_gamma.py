"""Gamma-gamma: what each purchase brings, as far as past purchases tell.

Story. Each customer has a typical value; single purchases scatter about it as Gamma(shape p, rate ν), and ν
differs between customers as Gamma(shape q, rate gamma). What one spends says nothing about how often one buys
or when one leaves (check the correlation in your data). After x repeats of mean z̄ the belief about ν is
Gamma(q + p·x, gamma + x·z̄), so a customer's expected value lies between their own mean and everybody's.
Source: Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value, note 025; Fader, Hardie and Lee
(2005), RFM and CLV, Journal of Marketing Research 42(4), 415-430; Colombo and Jiang (1999).
"""

import itertools
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from keyworth.behaviour.buying_model import Form
from keyworth.behaviour.fit import Fit, fit_from
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Evaluation, in_logs, maximise
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.parameters import names, refuse_unless_positive
from keyworth.behaviour.spans import refuse_seed, refuse_share
from keyworth.behaviour.spending.next_value import odds_below
from keyworth.behaviour.spending.spend_histories import SpendHistories
from keyworth.behaviour.steady_sums import dot
from keyworth.errors import NotEnoughHistory
from keyworth.words import Message

# Spend has a finite mean only where the shape q + p·x is above 1. By how much it must be above to be believed: a mean
# that is finite by a hair is far from any spend seen and turns on the last digit of q.
LEAST_ABOVE_ONE = 0.05

_RANGE = np.log(1e5)
_SCOUTS = 100_000
_BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class GammaGammaParameters:
    """p and q without unit; gamma in the currency. Raises ParametersRefused unless all are above zero."""

    p: float
    q: float
    gamma: float

    def __post_init__(self) -> None:
        refuse_unless_positive(self)

    @property
    def population_mean(self) -> float:
        """What a purchase of an unknown customer is worth; infinite where q ≤ 1."""
        return self.p * self.gamma / (self.q - 1.0) if self.q > 1.0 else float("inf")


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class GammaGamma:
    """The spend model; `p` are its parameters, `s` n spend histories, answers are float64 of shape (n,)."""

    name: str = "gamma-gamma"
    title: str = "Gamma-Gamma"
    parameter_kind: type[GammaGammaParameters] = GammaGammaParameters

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return names(self.parameter_kind)

    def log_likelihood(self, p: GammaGammaParameters, s: SpendHistories) -> Floats:
        """The log-density of each mean value, in nats; 0 for those who teach nothing (`usable`)."""
        usable = s.usable
        x, mean = np.where(usable, s.repeats, 1.0), np.where(usable, s.mean_value, 1.0)
        total, px = x * mean, p.p * x
        shape = gammaln(px + p.q) - gammaln(px) - gammaln(p.q)
        density = shape - np.log(mean) - px * np.log1p(p.gamma / total) - p.q * np.log1p(total / p.gamma)
        return np.where(usable, density, 0.0)

    def expected_value(self, p: GammaGammaParameters, s: SpendHistories) -> Floats:
        """The expected value of each customer's next purchase, E(M) = p(γ + x·z̄) / (p·x + q − 1).

        A mean of zero or less counts as zero. Infinite where p·x + q ≤ 1: see `population_mean`; `quantile` never is.
        """
        shape = p.p * s.repeats + p.q - 1.0
        value: Floats = np.full(len(s), np.inf)
        np.divide(p.p * (p.gamma + s.total), shape, out=value, where=shape > 0)
        return value

    def quantile(self, p: GammaGammaParameters, s: SpendHistories, share: float) -> Floats:
        """The value that a customer's next purchase stays below with a chance of `share`; finite whatever q is."""
        refuse_share(share)
        return (p.gamma + s.total) * odds_below(p.p, p.q + p.p * s.repeats, share)

    def fit(self, s: SpendHistories) -> Fit[GammaGammaParameters]:
        """Maximum likelihood over the `usable` histories. Raises NotEnoughHistory with fewer than 4."""
        usable = s.usable
        x, mean = s.repeats[usable], s.mean_value[usable]
        if len(x) < 4:
            raise NotEnoughHistory(
                Message(
                    "{customers} {customers:customer|customers} with repeat purchases of known value "
                    "{customers:is|are} too few to tell how "
                    "spending differs.",
                    customers=len(x),
                ),
                hint=Message("At least 4 are needed, and a few hundred for a result worth having."),
                counts={"customers": len(s), "customers_with_spend": len(x)},
            )
        # In one order whatever order they came in, so that sums have one last digit and scouts are even.
        order = np.lexsort((mean, x))
        x, mean = x[order], mean[order]
        typical = float(np.median(mean))  # not the mean, which a heavy tail carries away from all that is typical
        centre = np.log([1.0, 1.0, typical])
        lower, upper = centre - _RANGE, centre + _RANGE
        objective = SpendLikelihood(x, mean)
        every = max(1, len(x) // _SCOUTS)
        scout = SpendLikelihood(x[::every], mean[::every]) if every > 1 else objective
        starts = [
            np.log([p, q, typical * (q - 1.0) / p])
            for p, q in itertools.product((0.7, 3.0, 12.0, 60.0), (1.6, 4.0, 15.0))
        ]
        best = sorted(starts, key=lambda start: -scout(start).value)[:2]
        climbs = [maximise(scout, start, lower, upper) for start in best]
        highest = max(climbs, key=lambda climb: climb.value)
        if scout is not objective:
            highest = maximise(objective, highest.at, lower, upper)
        fit = fit_from(
            highest, self.parameter_kind, model=self.name, unit=None,
            customers=len(x), unique_histories=len(x),
        )  # fmt: skip
        if fit.converged and fit.parameters.q <= 1.0:
            verdict = Message(
                "Converged, but q = {q} is not above 1: spending differs so much between customers that "
                "it has no finite mean, so no value can be expected of a customer without repeats.",
                q=float(f"{fit.parameters.q:.3g}"),
            )
            return replace(fit, verdict=verdict)
        if fit.converged and fit.parameters.q <= 1.0 + LEAST_ABOVE_ONE:
            return replace(fit, verdict=hardly_above(fit.parameters.q, 1))
        return fit

    def draw_totals(
        self,
        p: GammaGammaParameters,
        s: SpendHistories,
        purchases: np.ndarray,
        *,
        seed: int,
        first_draw: int = 0,
        form: Form | None = None,
    ) -> Floats:
        """Simulate what `purchases` (draws, n) purchases bring each customer in all; shape (draws, n).

        One ν per customer and draw: the belief after their history; then Gamma(p·purchases, ν). Draws follow
        the rules of `BuyingModel.draw_ahead`, from streams of their own under the same seed.
        """
        from keyworth.behaviour.spending.spend_draws import draw_totals

        refuse_seed(seed)
        return draw_totals(
            p.p, p.q + p.p * s.repeats, p.gamma + s.total, purchases,
            seed=seed, first_draw=first_draw, form=form,
        )  # fmt: skip


def hardly_above(q: float, least: int) -> Message:
    """That a mean is finite by a hair only, which is no news of what customers spend."""
    return Message(
        "Converged, but q = {q} is hardly above {least}: spending differs so much between customers that its mean "
        "turns on the last digits of q, so what is expected of a customer without repeats is not to be believed.",
        q=float(f"{q:.3g}"),
        least=least,
    )


GAMMA_GAMMA = GammaGamma()


class SpendLikelihood:
    """Called with (ln p, ln q, ln γ); returns the sample's log-likelihood and its derivatives in them.

    With S = x·z̄: ln L = lnΓ(px+q) − lnΓ(px) − lnΓ(q) − ln z̄ − px·ln(1+γ/S) − q·ln(1+S/γ), note 025's
    equation 1a arranged so that large and small S lose no digits. Gamma functions per distinct x only.
    """

    def __init__(self, x: Floats, mean: Floats) -> None:
        self.counts, self.customers_with = np.unique(x, return_counts=True)
        self.customers = len(x)
        self.x, self.total = x, x * mean
        self.log_total = np.log(self.total)
        self.log_means = float(np.log(mean).sum())

    def __call__(self, logs: Floats) -> Evaluation:
        p, q, gamma = np.exp(logs).tolist()
        n, counts, of = self.customers, self.counts, self.customers_with
        above, below, less, x_rate, rate2, x_rate2 = self._row_sums(gamma, float(logs[2]))
        px = p * counts
        shapes = gammaln(px + q) - gammaln(px) - gammaln(q)
        value = dot(of, shapes) - self.log_means - p * below - q * above
        psi, curve = digamma(px + q), polygamma(1, px + q)
        own = np.array(
            [
                dot(of * counts, psi - digamma(px)) - below,
                dot(of, psi - digamma(q)) - above,
                q * less / gamma - p * x_rate,
            ]
        )
        h = np.empty((3, 3))
        h[0, 0] = dot(of * counts**2, curve - polygamma(1, px))
        h[0, 1] = dot(of * counts, curve)
        h[0, 2] = -x_rate
        h[1, 1] = dot(of, curve - polygamma(1, q))
        h[1, 2] = less / gamma
        h[2, 2] = p * x_rate2 + q * (rate2 - n / gamma**2)
        return in_logs(value, own, h, np.array([p, q, gamma]))

    def _row_sums(self, gamma: float, log_gamma: float) -> Floats:
        """With ρ = 1/(γ+S): sums of ln(1+S/γ), x·ln(1+γ/S), S·ρ, x·ρ, ρ², x·ρ²; by blocks that fit a cache."""
        sums = np.zeros(6)
        for start in range(0, self.customers, _BLOCK):
            at = slice(start, start + _BLOCK)
            x, total = self.x[at], self.total[at]
            above = np.log1p(total / gamma)
            rate = 1.0 / (gamma + total)
            rate2 = rate * rate
            sums += (
                above.sum(), dot(x, above + (log_gamma - self.log_total[at])), dot(total, rate),
                dot(x, rate), rate2.sum(), dot(x, rate2),
            )  # fmt: skip
        return sums

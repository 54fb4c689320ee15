"""Who the customers are: how often each buys, how easily each leaves, how much each spends."""

from dataclasses import asdict, dataclass

import numpy as np

from keyworth.errors import ParametersRefused
from keyworth.sample.seasons import Floats
from keyworth.words import Message

# Clubs grow: as many people joined per day at the end as 1.25 / 0.75 times at the beginning.
_FIRST_PACE, _LAST_PACE = 0.75, 1.25


@dataclass(frozen=True, slots=True)
class Population:
    """The seven numbers behind every customer; the days are days of an average season.

    Buying and leaving are MBG/NBD: purchases come at a customer's own rate, drawn from Gamma(r, alpha), and
    after each purchase, the first included, the customer leaves with a chance of their own, drawn from
    Beta(a, b). Spend is Gamma-Gamma: one purchase day is Gamma(p, v) with the customer's own v from
    Gamma(q, gamma), in CNY. Raises ParametersRefused unless all are positive and q is above 1.
    Source: Batislam, Denizel and Filiztekin (2007), IJRM 24(3); Fader and Hardie, note 025 (2013).
    """

    r: float = 0.95
    alpha: float = 13.5  # days
    a: float = 0.35
    b: float = 0.90
    p: float = 4.0
    q: float = 4.0
    gamma: float = 126.0  # CNY

    def __post_init__(self) -> None:
        wrong = [name for name, value in asdict(self).items() if not (np.isfinite(value) and value > 0)]
        if wrong:
            raise ParametersRefused(
                Message("A population's parameters must be positive; these are not: {names}.", names=wrong)
            )
        if self.q <= 1:
            raise ParametersRefused(Message("q must be above 1, or the mean spend does not exist; got {q}.", q=self.q))

    @property
    def mean_rate(self) -> float:
        """Purchases a day of the average customer while they stay."""
        return self.r / self.alpha

    @property
    def mean_spend(self) -> float:
        """CNY on a purchase day, averaged over customers."""
        return self.p * self.gamma / (self.q - 1)


@dataclass(frozen=True, slots=True)
class People:
    """One entry per customer, in the order in which they came; each array has shape (n,)."""

    arrival: Floats  # season days since the business opened
    rate: Floats  # purchases per season day
    leaves: Floats  # chance of leaving after each purchase
    spend_rate: Floats  # v: one purchase day is Gamma(p, v)


def draw_people(
    population: Population, count: int, *, closes: float, rng: np.random.Generator, opens: float = 0.0
) -> People:
    """Draw `count` customers who first buy between the season days `opens` and `closes`."""
    arrival = np.sort(opens + (closes - opens) * joining_time(rng.random(count)))
    return People(
        arrival=np.minimum(arrival, np.nextafter(closes, opens)),
        rate=rng.gamma(population.r, 1 / population.alpha, count),
        # A chance of exactly zero would make somebody immortal, and the geometric draw refuse it.
        leaves=np.clip(rng.beta(population.a, population.b, count), 1e-9, 1.0),
        spend_rate=rng.gamma(population.q, 1 / population.gamma, count),
    )


def joining_time(uniform: Floats) -> Floats:
    """The share of the time gone by when a given share of everybody has joined, at a linearly rising pace."""
    rise = _LAST_PACE - _FIRST_PACE
    times: Floats = (np.sqrt(_FIRST_PACE**2 + 2 * rise * uniform) - _FIRST_PACE) / rise
    return times

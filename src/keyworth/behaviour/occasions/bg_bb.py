"""BG/BB: at each occasion buy or not, and before each one perhaps leave.

Story. Chances to buy come one by one and to everybody at once: the year's appeal, the monthly trip. While a
customer, each person takes an occasion with a chance p of their own. Before every occasion, the first included,
they leave for good with a chance θ of their own, and nobody tells us. Both chances vary between people, p as
Beta(alpha, beta) and θ as Beta(gamma, delta), independently.

So "a customer" here means somebody who will still be there at the next occasion. Everything below follows the
posterior means along the occasions: after i of them lived through, x of them taken,

    buying at the next one     (alpha + x) / (alpha + beta + i)        an urn, to which each occasion adds a ball
    leaving before it          gamma / (gamma + delta + i)             those who stay are ever more faithful

which leaves sums and products of positive terms: no difference of large numbers, no special function.
Source: Fader, Hardie and Shang (2010), Customer-Base Analysis in a Discrete-Time Noncontractual Setting,
Marketing Science 29(6), 1086-1108.
"""

from dataclasses import dataclass

import numpy as np

from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.occasions.bg_bb_silence import log_taken, silence
from keyworth.behaviour.occasions.occasion_histories import MOST_OCCASIONS, OccasionHistories
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.parameters import names, refuse_unless_positive
from keyworth.behaviour.spans import refuse_count, refuse_endless, refuse_seed
from keyworth.errors import ParametersRefused
from keyworth.units import TimeUnit
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class BgBbParameters:
    """Buying: alpha, beta. Leaving: gamma, delta. None has a unit. Raises ParametersRefused unless all > 0."""

    alpha: float
    beta: float
    gamma: float
    delta: float

    def __post_init__(self) -> None:
        refuse_unless_positive(self)

    @property
    def mean_buying(self) -> float:
        """The part of new customers, if still there, who take an occasion."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def mean_leaving(self) -> float:
        """The part of new customers who leave before the first occasion."""
        return self.gamma / (self.gamma + self.delta)


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class BgBb:
    """The model of occasions. `p` are its parameters, `h` n histories of occasions.

    It answers what `BuyingModel` answers, under the same names, but counts occasions where that measures time:
    `ahead`, `t` and `after` are whole numbers of them. Now is between occasions n and n + 1, and a customer "now" is
    one who will be there at occasion n + 1. Answers are float64 of shape (n,), one customer's of each row, unless
    said otherwise. Whole numbers that are none raise ParametersRefused.
    """

    name: str = "bg-bb"
    title: str = "BG/BB"
    parameter_kind: type[BgBbParameters] = BgBbParameters

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return names(self.parameter_kind)

    def fit(self, h: OccasionHistories) -> Fit[BgBbParameters]:
        """The maximum-likelihood parameters. Raises NotEnoughHistory where nothing can be estimated."""
        from keyworth.behaviour.occasions.bg_bb_fit import fit_bg_bb

        return fit_bg_bb(h, self.parameter_kind, self.name)

    def log_likelihood(self, p: BgBbParameters, h: OccasionHistories) -> Floats:
        """How well the parameters explain each history, in nats: equation 5 of the paper."""
        quiet, _ = silence(p, h)
        evidence: Floats = log_taken(p, h) + np.log(quiet)
        return evidence

    def chance_alive(self, p: BgBbParameters, h: OccasionHistories) -> Floats:
        """The chance that each will be there at occasion n + 1: equation 11."""
        quiet, there = silence(p, h)
        stays = p.delta + h.occasions
        at_next: Floats = there / quiet * (stays / (p.gamma + stays))
        return at_next

    def expected_purchases(self, p: BgBbParameters, h: OccasionHistories, ahead: int) -> Floats:
        """Occasions taken of the next `ahead`: `chance_alive` times `expected_purchases_if_alive`; equation 13."""
        return self.chance_alive(p, h) * self.expected_purchases_if_alive(p, h, ahead)

    def expected_purchases_if_alive(self, p: BgBbParameters, h: OccasionHistories, ahead: int) -> Floats:
        """Occasions taken of the next `ahead`, by one who is a customer now."""
        return self.discounted_if_alive(p, h, 0.0, ahead)

    def chance_leaves_if_alive(self, p: BgBbParameters, h: OccasionHistories, ahead: int) -> Floats:
        """The chance that one who is a customer now will not be there at occasion n + `ahead` + 1."""
        from keyworth.behaviour.occasions.bg_bb_future import chance_leaves

        return chance_leaves(p.gamma, self._stays(p, h), whole(ahead))

    def discounted_if_alive(
        self, p: BgBbParameters, h: OccasionHistories, force_of_interest: float, ahead: int | None = None
    ) -> Floats:
        """Future purchases of one who is a customer now, each counted exp(−δ·j) when made at occasion n + j.

        δ is per occasion: ln(1 + d) for a rate of d from one occasion to the next. Over all the future, which needs
        δ > 0, or over the next `ahead` only. `chance_alive` times this is the paper's DERT, equation 14.
        """
        from keyworth.behaviour.occasions.bg_bb_future import worth_of_staying

        refuse_endless(force_of_interest, ahead)
        a, b = self._buys(p, h)
        reach = None if ahead is None else whole(ahead)
        return a / (a + b) * worth_of_staying(p.gamma, self._stays(p, h), force_of_interest, reach)

    def expected_from_start(self, p: BgBbParameters, t: Floats | float) -> Floats:
        """Repeat purchases expected of a new customer at the first t occasions; same shape as t. Equation 8."""
        from keyworth.behaviour.occasions.bg_bb_future import there_at

        counts = np.asarray(t, dtype=np.float64)
        longest = max((whole(count) for count in counts.ravel()), default=0)
        grown = np.append(0.0, np.cumsum(there_at(p.gamma, p.delta, longest)[1:]))
        return np.asarray(p.mean_buying * grown[counts.astype(np.int64)], dtype=np.float64)

    def count_distribution(self, p: BgBbParameters, t: int, up_to: int, *, after: int = 0) -> Floats:
        """The chance of exactly 0, 1, …, up_to purchases of a new customer at occasions after + 1 to after + t.

        Shape (up_to + 1,). Source: equations 7 and 9 of the paper.
        """
        from keyworth.behaviour.occasions.bg_bb_future import chances_of_counts, there_at

        refuse_count(up_to)
        first = whole(after) + 1
        alive = there_at(p.gamma, p.delta, first)[-1:]
        buys = np.array([p.alpha]), np.array([p.beta])
        chances = chances_of_counts(alive, *buys, p.gamma, np.array([p.delta + first]), whole(t), whole(up_to))
        return chances.reshape(-1)

    def count_distribution_ahead(self, p: BgBbParameters, h: OccasionHistories, ahead: int, up_to: int) -> Floats:
        """The chance that each takes exactly 0, 1, …, up_to of the next `ahead` occasions; shape (n, up_to + 1).

        Who has left takes none, so the chance of 0 holds the chance of having left. Source: equation 12.
        """
        from keyworth.behaviour.occasions.bg_bb_future import chances_of_counts

        refuse_count(up_to)
        alive, stays = self.chance_alive(p, h), self._stays(p, h)
        return chances_of_counts(alive, *self._buys(p, h), p.gamma, stays, whole(ahead), whole(up_to))

    def next_purchase(self, p: BgBbParameters, h: OccasionHistories, up_to: int) -> Floats:
        """The chance that the next purchase comes at occasion n + 1, …, n + up_to; shape (n, up_to)."""
        from keyworth.behaviour.occasions.bg_bb_future import chances_of_next

        return chances_of_next(self.chance_alive(p, h), *self._buys(p, h), p.gamma, self._stays(p, h), whole(up_to))

    def simulate(
        self, p: BgBbParameters, occasions: Floats, *, seed: int, unit: TimeUnit | None = None
    ) -> OccasionHistories:
        """New customers, one for each n of `occasions` (n,)."""
        from keyworth.behaviour.occasions.bg_bb_draws import simulate

        refuse_seed(seed)
        return simulate(p, np.asarray(occasions, dtype=np.float64), seed=seed, unit=unit)

    def draw_ahead(
        self, p: BgBbParameters, h: OccasionHistories, ahead: int, *, seed: int, draws: int = 1, first_draw: int = 0
    ) -> Futures:
        """Simulate one customer of each row over the next `ahead` occasions, `draws` times.

        Draw d of row i depends on (seed, first_draw + d, i) and the parameters alone.
        """
        from keyworth.behaviour.occasions.bg_bb_draws import draw_futures

        refuse_seed(seed)
        return draw_futures(
            self.chance_alive(p, h), *self._buys(p, h), p.gamma, self._stays(p, h),
            whole(ahead), seed=seed, draws=draws, first_draw=first_draw,
        )  # fmt: skip

    @staticmethod
    def _buys(p: BgBbParameters, h: OccasionHistories) -> tuple[Floats, Floats]:
        """Of one who is a customer now, the belief Beta(a, b) about the chance to take an occasion."""
        return p.alpha + h.repeats, p.beta + (h.occasions - h.repeats)

    @staticmethod
    def _stays(p: BgBbParameters, h: OccasionHistories) -> Floats:
        """Of one who is a customer now, and so has stayed n + 1 times: θ ~ Beta(gamma, this)."""
        return p.delta + h.occasions + 1.0


BG_BB = BgBb()


def whole(count: float) -> int:
    """A number of occasions. Raises ParametersRefused for one that is not whole, negative or out of all reason."""
    if not (0 <= count <= MOST_OCCASIONS and count == int(count)):
        raise ParametersRefused(
            Message(
                "A whole number of occasions from 0 to {most} was expected; got {count}.",
                most=MOST_OCCASIONS,
                count=float(count),
            ),
        )
    return int(count)

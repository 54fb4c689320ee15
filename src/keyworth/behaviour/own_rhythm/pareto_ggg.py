"""Pareto/GGG: buying with a rhythm of one's own, and leaving at a moment that has nothing to do with buying.

Story. While a customer, a person waits between one purchase and the next for a Gamma(k, k·λ) time, 1/λ on average:
k = 1 is random buying, the larger k the more alike the gaps. Both λ and k are the customer's own, λ ~ Gamma(r, alpha)
and k ~ Gamma(t, gamma); they leave at an exponential time with rate μ ~ Gamma(s, beta). So silence tells more of one
who came like a clock than of one who never did. Where t and gamma grow alike, k is 1 for all and this is Pareto/NBD.

The paper samples k, λ and μ by Markov chains; here λ and μ are integrated in closed form and k by a rule of 28 nodes
per history (`pareto_ggg_rhythms`). Measured against 128 nodes of k and 96 of the time of leaving, a log-likelihood was
at most 1e-9 off where t is 6, 5e-6 at t = 1, 2e-5 where the mean k is 40; below t = 0.2 the rule is coarse, and a fit
does not go there. Expected purchases were at most 4e-7 off at t = 6, and 1e-4 where gaps come in bursts (t = 2, mean
k of 0.8). An answer takes some 20 milliseconds, and a fit costs by the customer, since hardly two have the same gaps:
so this model is in `RHYTHM_MODELS`, which are fitted and asked about a customer, and not among `MODELS`, by which a
whole base is valued.

`UniqueHistories` keeps the mean of `log_gaps` of customers of the same x, t_x
and T: answers on merged histories are those of that mean.
Source: Platzer and Reutterer (2016), Ticking Away the Moments: Timing Regularity Helps to Better Predict Customer
Activity, Marketing Science 35(5), 779-799. The integration is our own.
"""

from dataclasses import dataclass

import numpy as np

from keyworth.behaviour.buying_model import Form, Futures
from keyworth.behaviour.counts_by_drawing import counts_by_drawing
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_in_time.lifetimes_pareto import ParetoLifetime
from keyworth.behaviour.newton import Objective
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.own_rhythm.pareto_ggg_arrivals import Pairs, chances_at_least, purchases
from keyworth.behaviour.own_rhythm.pareto_ggg_rhythms import added, evidence, knowledge, log_prior, rhythms
from keyworth.behaviour.parameters import climbed_logs, names, refuse_unless_positive
from keyworth.behaviour.spans import refuse_ahead, refuse_count, refuse_endless, refuse_seed, refuse_times
from keyworth.behaviour.unique_histories import UniqueHistories, distinct
from keyworth.behaviour.worlds import CountsAhead, Worlds
from keyworth.errors import ParametersRefused
from keyworth.units import TimeUnit
from keyworth.words import Message

_LEAST_WEIGHT = 1e-11  # of a node of k; less is left out


@dataclass(frozen=True, slots=True)
class ParetoGggParameters:
    """t, gamma, r, s without unit; alpha, beta in the unit of the histories. Raises ParametersRefused unless > 0."""

    t: float
    gamma: float
    r: float
    alpha: float
    s: float
    beta: float

    def __post_init__(self) -> None:
        refuse_unless_positive(self)

    @property
    def lifetime(self) -> ParetoLifetime:
        return ParetoLifetime(self.s, self.beta)


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """What n histories tell.

    logs, here: ln of the evidence and of its part of those still customers, (n,). k, chances: given that they are,
    nodes of k and how likely each is, (n, nodes).
    """

    logs: Floats
    here: Floats
    k: Floats
    chances: Floats


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class ParetoGgg:
    """A BuyingModel, but for later intervals of a new customer's life; `h` are n histories with `log_gaps`.

    `form` is accepted where the contract has it, and changes nothing: there is no compiled code here.
    """

    name: str = "pareto-ggg"
    title: str = "Pareto/GGG"

    @property
    def parameter_kind(self) -> type[ParetoGggParameters]:
        return ParetoGggParameters

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return names(ParetoGggParameters)

    @property
    def loses_one_time_buyers(self) -> bool:
        return True

    @property
    def reads_gaps(self) -> bool:
        return True

    @property
    def time_powers(self) -> dict[str, int]:
        return {"alpha": 1, "beta": 1}

    def fit(
        self,
        histories: UniqueHistories | PurchaseHistories,
        *,
        form: Form | None = None,  # noqa: ARG002
        start: ParetoGggParameters | None = None,
    ) -> Fit[ParetoGggParameters]:
        """The maximum-likelihood parameters, of at most 5,000 histories; its verdict says so if there are more.

        Raises NotEnoughHistory, and HistoryRefused where the histories do not tell the time between purchases.
        """
        from keyworth.behaviour.own_rhythm.pareto_ggg_fit import fit_pareto_ggg

        unique = distinct(histories)
        logs = None if start is None else climbed_logs(start)
        return fit_pareto_ggg(unique, ParetoGggParameters, self.name, logs)

    def objective(self, unique: UniqueHistories, p: ParetoGggParameters, /) -> Objective:  # noqa: ARG002
        """The sample's log-likelihood, with derivatives, in the logarithms of the parameters."""
        from keyworth.behaviour.own_rhythm.pareto_ggg_fit import RhythmLikelihood

        return RhythmLikelihood(unique)

    def make_ready(self, _: UniqueHistories, /) -> None:
        """Load the fit, so that who then times it times nothing else."""
        from keyworth.behaviour.own_rhythm import pareto_ggg_fit  # noqa: F401

    def log_likelihood(self, p: ParetoGggParameters, h: PurchaseHistories) -> Floats:
        """How well the parameters explain each history, the gaps between its purchases among it, in nats."""
        return _known(p, h).logs

    def chance_alive(self, p: ParetoGggParameters, h: PurchaseHistories) -> Floats:
        """The chance that each is still a customer at the end of observation."""
        known = _known(p, h)
        return np.asarray(np.minimum(1.0, np.exp(known.here - known.logs)))

    def expected_purchases(self, p: ParetoGggParameters, h: PurchaseHistories, ahead: float) -> Floats:
        """Purchases expected in the next `ahead`."""
        return self.chance_alive(p, h) * self.expected_purchases_if_alive(p, h, ahead)

    def expected_purchases_if_alive(self, p: ParetoGggParameters, h: PurchaseHistories, ahead: float) -> Floats:
        """Purchases expected in the next `ahead` of one who is still a customer now."""
        refuse_ahead(ahead)
        return self.discounted_if_alive(p, h, 0.0, ahead)

    def chance_leaves_if_alive(self, p: ParetoGggParameters, h: PurchaseHistories, ahead: float) -> Floats:
        """The chance that one who is still a customer now has left by the end of `ahead`."""
        refuse_ahead(ahead)
        leaves: Floats = -np.expm1(-p.lifetime.fade(h.observed_for, ahead))
        return leaves

    def discounted_if_alive(
        self, p: ParetoGggParameters, h: PurchaseHistories, force_of_interest: float, ahead: float | None = None
    ) -> Floats:
        """Future purchases of one who is a customer now, each counted exp(−δ·τ) when made τ from now."""
        refuse_ahead(ahead)
        refuse_endless(force_of_interest, ahead)
        return purchases(_pairs(p, h), len(h), p.lifetime, ahead, force_of_interest)

    def expected_from_start(self, p: ParetoGggParameters, t: Floats | float) -> Floats:
        """Repeat purchases expected of a new customer in the first t; same shape as t."""
        refuse_times(t)
        times = np.asarray(t, dtype=np.float64)
        expected = [self.expected_purchases_if_alive(p, _NEW, each)[0] for each in times.ravel().tolist()]
        return np.reshape(np.array(expected, dtype=np.float64), times.shape)

    def count_distribution(self, p: ParetoGggParameters, t: float, up_to: int, *, after: float = 0.0) -> Floats:
        """The chance of exactly 0, 1, …, up_to repeats of a new customer in the first t; shape (up_to + 1,).

        Raises ParametersRefused if `after` is not 0: how long the gap has lasted in which a later interval begins
        is not known, and averaging over it would be one integral more than is done here.
        """
        refuse_ahead(t)
        refuse_ahead(after)
        refuse_count(up_to)
        if after != 0.0:
            raise ParametersRefused(
                Message(
                    "Pareto/GGG tells a new customer's purchases from the first day on, not those of a later time."
                ),
                hint=Message("Draw new customers with simulate, or ask a model without a rhythm, such as pareto-nbd."),
            )
        return np.asarray(self.count_distribution_ahead(p, _NEW, t, up_to)[0])

    def count_distribution_ahead(
        self, p: ParetoGggParameters, h: PurchaseHistories, ahead: float, up_to: int
    ) -> Floats:
        """The chance that each makes exactly 0, 1, …, up_to purchases in the next `ahead`; shape (n, up_to + 1)."""
        refuse_ahead(ahead)
        refuse_count(up_to)
        alive = self.chance_alive(p, h)[:, None]
        at_least = alive * chances_at_least(_pairs(p, h), len(h), p.lifetime, ahead, up_to + 1)
        chances = np.concatenate([1.0 - at_least[:, :1], at_least[:, :-1] - at_least[:, 1:]], axis=1)
        return np.asarray(np.maximum(chances, 0.0))

    def simulate(
        self, p: ParetoGggParameters, observed_for: Floats, *, seed: int, unit: TimeUnit = TimeUnit.WEEK
    ) -> PurchaseHistories:
        """New customers from their first purchase on, one for each T of `observed_for` (n,), with `log_gaps`."""
        from keyworth.behaviour.own_rhythm.pareto_ggg_draws import simulate

        refuse_times(observed_for)
        refuse_seed(seed)
        return simulate(p.t, p.gamma, p.r, p.alpha, p.s, p.beta, observed_for, seed=seed, unit=TimeUnit.parse(unit))

    def draw_ahead(
        self,
        p: ParetoGggParameters,
        h: PurchaseHistories,
        ahead: float,
        *,
        seed: int,
        draws: int = 1,
        first_draw: int = 0,
        form: Form | None = None,  # noqa: ARG002
    ) -> Futures:
        """Simulate each history's next `ahead`, `draws` times, as every buying model does."""
        from keyworth.behaviour.own_rhythm.pareto_ggg_draws import draw_futures

        refuse_ahead(ahead)
        refuse_seed(seed)
        known = _known(p, h)
        shape, rate = knowledge(p.r, p.alpha, known.k, h)
        return draw_futures(
            np.minimum(1.0, np.exp(known.here - known.logs)), known.k, known.chances, shape, rate,
            h.observed_for - h.last_repeat, p.s, p.beta + h.observed_for, ahead,
            seed=seed, draws=draws, first_draw=first_draw,
        )  # fmt: skip

    def counts_ahead(
        self,
        worlds: Worlds,
        h: PurchaseHistories,
        ahead: float,
        *,
        form: Form,  # noqa: ARG002
    ) -> CountsAhead:
        """Each history's purchases in the next `ahead` in every world, drawn one by one."""
        return counts_by_drawing(self, worlds, h, ahead)


_NEW = PurchaseHistories(np.zeros(1), np.zeros(1), np.zeros(1), log_gaps=np.zeros(1))


def _known(p: ParetoGggParameters, h: PurchaseHistories) -> _Known:
    gone = -np.expm1(-p.lifetime.fade(h.last_repeat, h.observed_for - h.last_repeat))
    nodes = rhythms(p.t, p.gamma, p.r, p.alpha, gone, h)
    k, prior = nodes.k, log_prior(p.t, p.gamma, nodes.logs)
    given = evidence(p.r, p.alpha, p.s, p.beta, k, h)
    here = added(prior + given.here, nodes.step)
    chances = np.exp(prior + given.here - here[:, None]) * nodes.step
    return _Known(added(prior + given.logs, nodes.step), here, k, chances)


def _pairs(p: ParetoGggParameters, h: PurchaseHistories) -> Pairs:
    known = _known(p, h)
    shape, rate = knowledge(p.r, p.alpha, known.k, h)
    row, node = np.nonzero(known.chances > _LEAST_WEIGHT)
    return Pairs(
        row, known.k[row, node], shape[row, node], rate[row, node], (h.observed_for - h.last_repeat)[row],
        h.observed_for[row], known.chances[row, node],
    )  # fmt: skip


PARETO_GGG = ParetoGgg()

"""A model whose buying and leaving may depend on each other, made of one in which they do not.

Every answer is that of four customers of the independent model, weighed by how well each explains the history; of who
is a customer now the weights are closed, since then λ and the leaning to leave are independent in each of the four.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np

from keyworth.behaviour.buying_model import Form, Futures
from keyworth.behaviour.dependence.here import Plain, chance_here, parts_if_here
from keyworth.behaviour.dependence.joint import corners, worlds
from keyworth.behaviour.dependence.likelihood import averaged, log_likelihoods
from keyworth.behaviour.dependence.parameters import (
    BgNbdSarmanovParameters,
    D,
    MbgNbdSarmanovParameters,
    ParetoNbdSarmanovParameters,
    independent,
    omega_at,
)
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.bg_nbd import BG_NBD
from keyworth.behaviour.leaving_after_purchase.mbg_nbd import MBG_NBD
from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.leaving_in_time.pareto_nbd import PARETO_NBD
from keyworth.behaviour.newton import Objective
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.parameters import climbed_logs, names
from keyworth.behaviour.spans import refuse_ahead, refuse_count, refuse_endless, refuse_seed, refuse_times
from keyworth.behaviour.unique_histories import UniqueHistories, distinct
from keyworth.behaviour.worlds import CountsAhead, Worlds
from keyworth.units import TimeUnit


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class Dependent(Generic[D]):
    """A BuyingModel; `plain` is the one without dependence, whose parameters are those of this but for the last."""

    plain: Plain
    parameter_kind: type[D]

    @property
    def name(self) -> str:
        return f"{self.plain.name}-sarmanov"

    @property
    def title(self) -> str:
        return f"{self.plain.title}-Sarmanov"

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return names(self.parameter_kind)

    @property
    def loses_one_time_buyers(self) -> bool:
        return self.plain.loses_one_time_buyers

    @property
    def reads_gaps(self) -> bool:
        return False

    def fit(
        self, histories: UniqueHistories | PurchaseHistories, *, form: Form | None = None, start: D | None = None
    ) -> Fit[D]:
        from keyworth.behaviour.dependence.fit import fit_dependent

        unique = distinct(histories)
        return fit_dependent(self, unique, form, None if start is None else climbed_logs(start))

    @property
    def time_powers(self) -> dict[str, int]:
        return self.plain.time_powers

    def objective(self, unique: UniqueHistories, p: D, /) -> Objective:
        from keyworth.behaviour.dependence.likelihood import DependentLikelihood

        return DependentLikelihood(self.plain, unique, self._told(p)[0])

    def make_ready(self, unique: UniqueHistories) -> None:
        self.plain.make_ready(unique)

    def log_likelihood(self, p: D, h: PurchaseHistories) -> Floats:
        return log_likelihoods(self.plain, *self._told(p), h)

    def chance_alive(self, p: D, h: PurchaseHistories) -> Floats:
        plain, omega = self._told(p)
        return chance_here(self.plain, plain, h, parts_if_here(self.plain, plain, omega, h))

    def expected_purchases(self, p: D, h: PurchaseHistories, ahead: float) -> Floats:
        return self.chance_alive(p, h) * self.expected_purchases_if_alive(p, h, ahead)

    def expected_purchases_if_alive(self, p: D, h: PurchaseHistories, ahead: float) -> Floats:
        refuse_ahead(ahead)
        return self._if_alive(p, h, lambda world: self.plain.expected_purchases_if_alive(world, h, ahead))

    def chance_leaves_if_alive(self, p: D, h: PurchaseHistories, ahead: float) -> Floats:
        refuse_ahead(ahead)
        leaves = self._if_alive(p, h, lambda world: self.plain.chance_leaves_if_alive(world, h, ahead))
        return np.clip(leaves, 0.0, 1.0)

    def discounted_if_alive(
        self, p: D, h: PurchaseHistories, force_of_interest: float, ahead: float | None = None
    ) -> Floats:
        refuse_ahead(ahead)
        refuse_endless(force_of_interest, ahead)
        return self._if_alive(
            p, h, lambda world: self.plain.discounted_if_alive(world, h, force_of_interest, ahead)
        )  # fmt: skip

    def expected_from_start(self, p: D, t: Floats | float) -> Floats:
        refuse_times(t)
        return self._of_newcomers(p, lambda world: self.plain.expected_from_start(world, t))

    def count_distribution(self, p: D, t: float, up_to: int, *, after: float = 0.0) -> Floats:
        refuse_ahead(t)
        refuse_ahead(after)
        refuse_count(up_to)
        chances = self._of_newcomers(p, lambda world: self.plain.count_distribution(world, t, up_to, after=after))
        return np.maximum(chances, 0.0)

    def count_distribution_ahead(self, p: D, h: PurchaseHistories, ahead: float, up_to: int) -> Floats:
        refuse_ahead(ahead)
        refuse_count(up_to)

        def chances(world: Any) -> Floats:
            return self.plain.count_distribution_ahead(world, h, ahead, up_to)

        return np.maximum(averaged(self.plain, *self._told(p), h, chances), 0.0)

    def simulate(self, p: D, observed_for: Floats, *, seed: int, unit: TimeUnit = TimeUnit.WEEK) -> PurchaseHistories:
        from keyworth.behaviour.dependence.draws import simulate

        refuse_times(observed_for)
        refuse_seed(seed)
        return simulate(self.plain, *self._told(p), observed_for, seed=seed, unit=TimeUnit.parse(unit))

    def draw_ahead(
        self,
        p: D,
        h: PurchaseHistories,
        ahead: float,
        *,
        seed: int,
        draws: int = 1,
        first_draw: int = 0,
        form: Form | None = None,
    ) -> Futures:
        from keyworth.behaviour.dependence.draws import draw_futures

        refuse_ahead(ahead)
        refuse_seed(seed)
        return draw_futures(
            self.plain, *self._told(p), self.chance_alive(p, h), h, ahead,
            seed=seed, draws=draws, first_draw=first_draw, form=form,
        )  # fmt: skip

    def counts_ahead(self, worlds: Worlds, h: PurchaseHistories, ahead: float, *, form: Form) -> CountsAhead:
        if isinstance(self.plain, LeavingAfterPurchase):
            from keyworth.behaviour.dependence.counts import counts_after_purchase

            return counts_after_purchase(self.plain.first_chance, worlds, h, ahead, form)
        from keyworth.behaviour.dependence.counts_in_time import counts_in_time

        return counts_in_time(self.plain, worlds, h, ahead, form)

    def omega(self, p: D) -> float:
        """Sarmanov's parameter."""
        return self._told(p)[1]

    def _told(self, p: D) -> tuple[Any, float]:
        """The independent model's parameters, and omega."""
        plain = independent(self.plain.parameter_kind, p)
        return plain, omega_at(plain, p.dependence)

    def _of_newcomers(self, p: D, answer: Callable[[Any], Floats]) -> Floats:
        return np.asarray(sum(weight * answer(world) for weight, world in corners(*self._told(p))))

    def _if_alive(self, p: D, h: PurchaseHistories, answer: Callable[[Any], Floats]) -> Floats:
        """The answers of those who are customers now."""
        plain, omega = self._told(p)
        parts = parts_if_here(self.plain, plain, omega, h)
        found = np.asarray(sum(part * answer(world) for part, world in zip(parts, worlds(plain), strict=True)))
        return np.asarray(np.maximum(found / parts.sum(axis=0), 0.0))


BG_NBD_SARMANOV = Dependent(BG_NBD, BgNbdSarmanovParameters)
MBG_NBD_SARMANOV = Dependent(MBG_NBD, MbgNbdSarmanovParameters)
PARETO_NBD_SARMANOV = Dependent(PARETO_NBD, ParetoNbdSarmanovParameters)

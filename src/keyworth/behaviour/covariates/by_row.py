"""Every answer of a model where each customer has parameters of their own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.covariates.groups import Told, split
from keyworth.behaviour.covariates.one_by_one import row_formula
from keyworth.behaviour.covariates.own_parameters import each_own
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.leaving_in_time.lifetimes_pareto import ParetoLifetime
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.behaviour.parameters import P, climbed, climbed_logs, names
from keyworth.behaviour.regular_timing.model import RegularBuying
from keyworth.behaviour.spending.gamma_gamma import GammaGamma
from keyworth.behaviour.spending.root_gamma_gamma import RootGammaGamma
from keyworth.behaviour.spending.spend_histories import SpendHistories
from keyworth.behaviour.spending.spend_sums import SpendSums
from keyworth.errors import HistoryRefused
from keyworth.words import Message

_MANY = 20  # sets of parameters; fewer are asked one after another as quickly


@dataclass(frozen=True, slots=True, eq=False)
class ParametersByRow(Generic[P]):
    """m distinct `parameters` and, of each of n rows, `which` of them it has.

    The answers are those of the model's contract, of histories that stand in the order of the rows. Customers with
    the same parameters are asked for together, so that cost grows with m. unknown: by column, in how many rows there
    was a level that the fit did not see; they have the average effect. beyond: a sentence for every column with
    numbers far beyond those of the fit.
    """

    model: Any
    parameters: tuple[P, ...]
    which: NDArray[np.intp]
    unknown: Mapping[str, int]
    beyond: tuple[Message, ...] = ()

    def __len__(self) -> int:
        return len(self.which)

    @property
    def told(self) -> tuple[Message, ...]:
        """A sentence for every column with unknown levels, or with numbers far beyond those of the fit."""
        levels = tuple(
            Message(
                "The fit has not seen the level of {column} in {count} of {whole}: the average effect is put there.",
                count=count,
                whole=len(self.which),
                column=column,
            )
            for column, count in self.unknown.items()
        )
        return levels + self.beyond

    def log_likelihood(self, h: Told) -> Floats:
        return self._at_once(h, self.model.log_likelihood, row_formula(self.model))

    def chance_alive(self, h: PurchaseHistories) -> Floats:
        by_row = isinstance(self.model, LeavingAfterPurchase | LeavingInTime | RegularBuying)
        return self._at_once(h, self.model.chance_alive, self.model.chance_alive if by_row else None)

    def expected_purchases(self, h: PurchaseHistories, ahead: float) -> Floats:
        return self._of_staying(h, lambda p, some: self.model.expected_purchases(p, some, ahead))

    def expected_purchases_if_alive(self, h: PurchaseHistories, ahead: float) -> Floats:
        return self._of_staying(h, lambda p, some: self.model.expected_purchases_if_alive(p, some, ahead))

    def chance_leaves_if_alive(self, h: PurchaseHistories, ahead: float) -> Floats:
        return self._of_staying(h, lambda p, some: self.model.chance_leaves_if_alive(p, some, ahead))

    def discounted_if_alive(self, h: PurchaseHistories, force_of_interest: float, ahead: float | None = None) -> Floats:
        return self.ask(h, lambda p, some: self.model.discounted_if_alive(p, some, force_of_interest, ahead))

    def count_distribution_ahead(self, h: PurchaseHistories, ahead: float, up_to: int) -> Floats:
        """Shape (n, up_to + 1)."""
        return self.ask(h, lambda p, some: self.model.count_distribution_ahead(p, some, ahead, up_to))

    def expected_value(self, s: SpendHistories | SpendSums) -> Floats:
        """What the next purchase of each is expected to bring, by a spend model."""
        by_row = isinstance(self.model, GammaGamma | RootGammaGamma)
        return self._at_once(s, self.model.expected_value, self.model.expected_value if by_row else None)

    def survival(self, t: ArrayLike) -> Floats:
        """The chance that a new customer of each row survives t renewals, by a model of contracts; (n, shape of t)."""
        return np.array([self.model.survival(p, t) for p in self.parameters])[self.which]

    def retention_rate(self, t: ArrayLike) -> Floats:
        """The chance to renew at the end of period t of one who has come so far; (n, shape of t)."""
        return np.array([self.model.retention_rate(p, t) for p in self.parameters])[self.which]

    def expected_from_start(self, t: float) -> Floats:
        """Repeat purchases expected of a new customer of each row in the first t, (n,)."""
        found = np.array([float(self.model.expected_from_start(p, t)) for p in self.parameters])
        return found[self.which]

    def count_distribution(self, t: float, up_to: int, *, after: float = 0.0) -> Floats:
        """The chance of 0, 1, …, up_to repeats of a new customer of each row in (after, after + t], (n, up_to + 1)."""
        found = np.array([self.model.count_distribution(p, t, up_to, after=after) for p in self.parameters])
        return np.asarray(found[self.which])

    def mean(self, of: Callable[[P], float]) -> Floats:
        """Anything that follows from the parameters alone, (n,)."""
        return np.array([of(p) for p in self.parameters])[self.which]

    def _of_staying(self, h: Any, question: Callable[[Any, Any], Floats]) -> Floats:
        """`ask` what is closed where customers leave at a steady rate of their own, so that it takes arrays."""
        closed = isinstance(self.model, LeavingInTime) and self.model.lifetime_kind is ParetoLifetime
        return self._at_once(h, question, question if closed else None)

    def _at_once(
        self, told: Any, question: Callable[[Any, Any], Floats], by_row: Callable[[Any, Any], Floats] | None
    ) -> Floats:
        """`ask`, but in one call where `by_row` answers the same and takes arrays of parameters."""
        if by_row is None or len(told) != len(self.which) or len(self.parameters) < _MANY:
            return self.ask(told, question)
        logs = np.array([climbed_logs(p) for p in self.parameters])
        return by_row(each_own(self.parameters[0], logs[self.which]), told)

    def ask(self, told: Any, question: Callable[[P, Any], Floats]) -> Floats:
        """Any question to the model about parameters and histories, one answer a row."""
        if len(told) != len(self.which):
            raise HistoryRefused(
                Message(
                    "One row of covariates per history was expected; got {rows} for {histories}.",
                    rows=len(self.which),
                    histories=len(told),
                ),
                hint=Message("Give one row per customer, in the order of the histories."),
            )
        answer: Floats | None = None
        for p, at in zip(self.parameters, split(self.which, len(self.parameters)), strict=True):
            part = question(p, told.rows(at))
            if answer is None:
                answer = np.empty((len(told), *part.shape[1:]))
            answer[at] = part
        return np.zeros(0) if answer is None else answer


def with_logs(everybody: P, logs: Floats) -> tuple[P, ...]:
    """Parameters from the logarithms of the climbed ones, (m, b); a number that was chosen is everybody's."""
    moving = climbed(everybody)
    fixed = {name: getattr(everybody, name) for name in names(everybody) if name not in moving}
    return tuple(type(everybody)(**dict(zip(moving, row, strict=True)), **fixed) for row in np.exp(logs).tolist())

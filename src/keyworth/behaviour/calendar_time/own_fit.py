"""Fits with columns of each customer's own: on the rate of purchase, and for Pareto/NBD on the rate of leaving too."""

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, cast

import numpy as np

from keyworth.behaviour import parameters as of
from keyworth.behaviour.calendar_time.fit import climb, ended
from keyworth.behaviour.calendar_time.leaving_after import LeavingAfter
from keyworth.behaviour.calendar_time.leaving_meanwhile import LeavingMeanwhile
from keyworth.behaviour.calendar_time.likelihood import Buyers, ClockLikelihood, Leaving
from keyworth.behaviour.calendar_time.own_columns import OwnColumns, OwnHistories, OwnTime, own_time
from keyworth.behaviour.calendar_time.own_future import OwnFuture
from keyworth.behaviour.edges import natural
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase.bg_nbd import BG_NBD
from keyworth.behaviour.leaving_after_purchase.mbg_nbd import MBG_NBD
from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.behaviour.leaving_in_time.pareto_nbd import PARETO_NBD
from keyworth.behaviour.own_kind import refuse_parameters
from keyworth.behaviour.parameters import P
from keyworth.behaviour.steady_sums import per_row
from keyworth.errors import NotEnoughHistory, ParametersRefused
from keyworth.words import Message


@dataclass(frozen=True, slots=True, eq=False)
class OwnFit(Generic[P]):
    """A maximum-likelihood fit; `buying` and `leaving` are coefficients by column, on the logarithm of each rate.

    standard_errors: by name, those of leaving as `leaving: name`. covariance: of the parameters' logarithms, the
    coefficients of leaving, then those of buying. centre: the mean of each column over the time observed, which the
    rates are told at. The rest as in `CalendarFit`.
    """

    model: str
    parameters: P
    buying: dict[str, float]
    leaving: dict[str, float]
    centre: dict[str, float]
    standard_errors: dict[str, float] | None
    covariance: Floats | None
    log_likelihood: float
    log_likelihood_without: float
    aic: float
    bic: float
    ridge: float
    customers: int
    converged: bool
    verdict: Message
    caution: Message | None
    steps: int

    @property
    def at(self) -> Floats:
        """Where the climb ended: logarithms of the parameters, coefficients of leaving, of buying."""
        logs = np.log(of.as_array(self.parameters))
        return np.concatenate([logs, list(self.leaving.values()), list(self.buying.values())])

    @property
    def at_zero(self) -> P:
        """The parameters as papers tell them, where all columns are 0, instead of at their means."""
        p: Any = self.parameters
        told = {"alpha": p.alpha * math.exp(sum(each * self.centre[name] for name, each in self.buying.items()))}
        if self.leaving:
            told["beta"] = p.beta * math.exp(sum(each * self.centre[name] for name, each in self.leaving.items()))
        return cast(P, replace(p, **told))


@dataclass(frozen=True, slots=True)
class OwnColumnsModel(Generic[P]):
    """BG/NBD, MBG/NBD or Pareto/NBD where each customer's rates follow columns of their own."""

    steady: LeavingAfterPurchase[Any] | LeavingInTime[Any]

    def fit(
        self,
        h: OwnHistories,
        columns: OwnColumns,
        *,
        buying: tuple[str, ...] | None = None,
        leaving: tuple[str, ...] = (),
        ridge: float = 0.0,
    ) -> OwnFit[P]:
        """Parameters and coefficients together. `buying` names the columns that change it: all, if not given.

        `leaving` is for Pareto/NBD alone: the others leave at purchases, and by nothing else.
        """
        kept = columns.names if buying is None else buying
        self._refuse(columns, kept, leaving)
        time = own_time(h, columns, h.as_of)
        centre = _centre(time, columns)
        without = self.steady.fit(h.plain())
        likelihood = self.likelihood(h, columns, time, centre, kept, leaving, ridge)
        start = np.concatenate([np.log(of.as_array(without.parameters)), np.zeros(len(leaving) + len(kept))])
        maximum = climb(likelihood, start, self.scales(h))
        kind, k = self.steady.parameter_kind, len(start)
        names = (*of.names(kind), *(f"leaving: {name}" for name in leaving), *kept)
        found, value = ended(maximum, names), float(maximum.value + likelihood.penalty(maximum.at))
        inner = 4 + len(leaving)
        return OwnFit(
            model=self.steady.name,
            parameters=of.from_array(kind, natural(maximum)[:4]),
            buying=dict(zip(kept, maximum.at[inner:].tolist(), strict=True)),
            leaving=dict(zip(leaving, maximum.at[4:inner].tolist(), strict=True)),
            centre=dict(zip(columns.names, centre.tolist(), strict=True)),
            standard_errors=found.standard_errors,
            covariance=found.covariance,
            log_likelihood=value,
            log_likelihood_without=without.log_likelihood,
            aic=2 * k - 2 * value,
            bic=k * math.log(len(h)) - 2 * value,
            ridge=ridge,
            customers=len(h),
            converged=found.converged,
            verdict=found.verdict,
            caution=found.caution,
            steps=maximum.steps,
        )

    def scales(self, h: OwnHistories) -> Floats:
        observed = float(h.plain().observed_for.mean())
        return np.array([1.0, observed, 1.0, observed if isinstance(self.steady, LeavingInTime) else 1.0])

    def likelihood(
        self,
        h: OwnHistories,
        columns: OwnColumns,
        time: OwnTime,
        centre: Floats,
        buying: tuple[str, ...],
        leaving: tuple[str, ...],
        ridge: float = 0.0,
    ) -> ClockLikelihood:
        of_buying = [columns.names.index(name) for name in buying]
        of_leaving = [columns.names.index(name) for name in leaving]
        pieces = time.told(columns.only(buying), centre[of_buying])
        period = (h.on - np.datetime64(columns.first, "D")).astype(np.int64) // columns.days
        on = (columns.values[of_buying][:, h.bought, period] - centre[of_buying, None]).sum(axis=1)
        weights = np.ones(len(h))
        leave: Leaving
        if isinstance(self.steady, LeavingInTime):
            clock = time.told(columns.only(leaving), centre[of_leaving])
            leave = LeavingMeanwhile(h.repeats, weights, time.first, time.last, time.now, clock, step=1)
        else:
            leave = LeavingAfter(h.repeats, weights, self.steady.first_chance, time.last, time.now)
        return ClockLikelihood(Buyers(h.repeats, weights, time.first, on), pieces, leave, ridge)

    def chance_alive(self, fit: OwnFit[P], h: OwnHistories, columns: OwnColumns) -> Floats:
        """The chance that each is still a customer, (n,)."""
        return self._told(fit, h, columns, own_time(h, columns, h.as_of)).chance_here(fit.at)

    def expected_purchases(self, fit: OwnFit[P], h: OwnHistories, columns: OwnColumns, until: date) -> Floats:
        """Purchases expected after `h.as_of` and by `until`, if the columns come as they tell, (n,)."""
        alive, ahead = self._ahead(fit, h, columns, until)
        return np.asarray(alive * ahead.purchases_if_alive())

    def count_distribution_ahead(
        self, fit: OwnFit[P], h: OwnHistories, columns: OwnColumns, until: date, up_to: int
    ) -> Floats:
        """The chance that each makes exactly 0, 1, …, up_to purchases by `until`, (n, up_to + 1)."""
        alive, ahead = self._ahead(fit, h, columns, until)
        return ahead.counts(alive, up_to)

    def expected_from_start(self, fit: OwnFit[P], h: OwnHistories, columns: OwnColumns, until: date) -> Floats:
        """Repeats by `until` expected of customers who begin when these did and have their columns, (n,).

        What they bought counts for nothing: held against it, it tells whether the model follows the base.
        """
        return self._ahead(fit, h, columns, until)[1].purchases_from_start()

    def _ahead(self, fit: OwnFit[P], h: OwnHistories, columns: OwnColumns, until: date) -> tuple[Floats, OwnFuture]:
        """The chance that each is still a customer, and all that asks of the time until a day."""
        time = own_time(h, columns, until)
        likelihood = self._told(fit, h, columns, time)
        buying, leaving = likelihood.clock.run(np.array(list(fit.buying.values()))), None
        if isinstance(likelihood.leaving, LeavingMeanwhile):
            leaving = likelihood.leaving.clock.run(np.array(list(fit.leaving.values())))
        first_chance = 0 if isinstance(self.steady, LeavingInTime) else self.steady.first_chance
        ahead = OwnFuture(fit.parameters, h.repeats, time, buying, leaving, first_chance)
        return likelihood.chance_here(fit.at), ahead

    def _refuse(self, columns: OwnColumns, buying: tuple[str, ...], leaving: tuple[str, ...]) -> None:
        unknown = [name for name in (*buying, *leaving) if name not in columns.names]
        if unknown:
            raise ParametersRefused(
                Message(
                    "There is no column {unknown}; there are {columns}.", unknown=unknown, columns=list(columns.names)
                )
            )
        if leaving and not isinstance(self.steady, LeavingInTime):
            raise ParametersRefused(
                Message(
                    "By {model} customers leave at purchases, so no column can change when.", model=self.steady.title
                ),
                hint=Message("Take pareto-nbd, or let the columns change buying alone."),
            )

    def _told(self, fit: OwnFit[P], h: OwnHistories, columns: OwnColumns, time: OwnTime) -> ClockLikelihood:
        if not isinstance(fit, OwnFit):
            refuse_parameters(self.steady, fit, OwnFit)
        if type(fit.parameters) is not self.steady.parameter_kind:
            refuse_parameters(self.steady, fit.parameters)
        centre = np.array([fit.centre[name] for name in columns.names])
        return self.likelihood(h, columns, time, centre, tuple(fit.buying), tuple(fit.leaving))


def _centre(time: OwnTime, columns: OwnColumns) -> Floats:
    seen = columns.values[:, time.row, time.period]
    same = [name for name, column in zip(columns.names, seen, strict=True) if not len(time.row) or np.ptp(column) == 0]
    if same:
        raise NotEnoughHistory(
            Message("On all days observed these columns of the calendar are the same: {columns}.", columns=same),
            hint=Message("What never changed cannot be told from the usual: leave the columns out."),
        )
    return per_row(seen, time.width) / float(time.width.sum())


OWN_COLUMNS_MODELS: dict[str, OwnColumnsModel[Any]] = {
    model.name: OwnColumnsModel(model) for model in (BG_NBD, MBG_NBD, PARETO_NBD)
}

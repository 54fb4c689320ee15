"""What a fit of groups that borrow from one another returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from keyworth.behaviour.covariates.by_row import ParametersByRow
from keyworth.behaviour.covariates.tables import columns
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.nested import LikelihoodRatio
from keyworth.behaviour.parameters import P
from keyworth.units import Share
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class GroupParameters(Generic[P]):
    """One group: how many customers, its parameters, and by parameter the ends of its 95% interval.

    The intervals take the spread between groups as it was found, and reach to infinity where nothing is known.
    """

    name: str
    customers: int
    parameters: P
    low: Mapping[str, float]
    high: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class PooledFit(Generic[P]):
    """Groups with parameters of their own, drawn towards everybody's.

    parameters: of a group of which nothing is known yet. spreads: by process, how much groups differ: the standard
    deviation of logarithms. log_likelihood: without the prior. effective_parameters: as many as the data have
    decided; less than one for each group. plain: one fit for all. lift: how much likelier the groups are than if all
    were alike, the u averaged over; None where all spreads were given.
    """

    model: Any
    parameters: P
    spreads: Mapping[str, float]
    groups: tuple[GroupParameters[P], ...]
    log_likelihood: float
    effective_parameters: float
    customers: int
    plain: Fit[P]
    lift: LikelihoodRatio | None
    converged: bool
    verdict: Message
    rounds: int

    def group(self, name: str) -> GroupParameters[P]:
        return next(each for each in self.groups if each.name == name)

    def customers_of(self, groups: ArrayLike) -> ParametersByRow[P]:
        """The parameters of each customer by the name of their group; a new group has everybody's, and is counted."""
        labels = columns({"group": groups}, ("group",))["group"]
        told = [f"{label:.15g}" if isinstance(label, float) else str(label) for label in labels.tolist()]
        places = {each.name: at for at, each in enumerate(self.groups)}
        which = np.array([places.get(label, len(places)) for label in told], dtype=np.intp)
        strange = int((which == len(places)).sum())
        own = (*(each.parameters for each in self.groups), self.parameters)
        return ParametersByRow(self.model, own, which, {"group": strange} if strange else {})


def lift_of_groups(gain: float, spreads: int) -> LikelihoodRatio:
    """A spread of 0 lies at the edge of its range, so one degree of freedom counts half the time (see `nested`)."""
    statistic = max(2.0 * gain, 0.0)
    p_value = 1.0
    if spreads:
        fewer = float(chdtrc(spreads - 1, statistic)) if spreads > 1 else float(statistic == 0.0)
        p_value = 0.5 * (float(chdtrc(spreads, statistic)) + fewer)
    return LikelihoodRatio(
        statistic,
        spreads,
        p_value,
        Message(
            "If all groups were alike, chance would make them look so different in {share} of all samples.",
            share=Share(p_value),
        ),
    )


def verdict_of_groups(
    spreads: Mapping[str, float], plain: Fit[Any], lift: LikelihoodRatio | None, *, settled: bool
) -> tuple[bool, Message]:
    """Whether to believe it, and in what groups differ."""
    if not settled:
        return False, Message("Not converged: how much groups differ did not settle.")
    if not plain.converged:
        return False, Message(
            "One fit for all groups is not to be believed, and so neither is this one. {verdict}", verdict=plain.verdict
        )
    differ = [name for name, each in spreads.items() if each > 0.0]
    if not differ:
        return True, Message("Groups differ by no more than chance: one fit for all serves every group.")
    drawn = Message("Each group is drawn towards all in {processes}, the smaller the more.", processes=differ)
    return True, drawn if lift is None else Message("{drawn} {because}", drawn=drawn, because=lift.because)

"""Parameters of models whose buying and leaving may depend on each other: the independent ones, and one more.

`dependence` is a number without unit: 1 where there is none; above 1, who buys often leaves early; below, late. It
stands for Sarmanov's omega, which it moves from one of its limits to the other (see `joint`).
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol, TypeVar

from keyworth.behaviour.dependence.joint import means, omega_of
from keyworth.behaviour.leaving_after_purchase.bg_nbd import BgNbdParameters
from keyworth.behaviour.leaving_after_purchase.mbg_nbd import MbgNbdParameters
from keyworth.behaviour.leaving_in_time.pareto_nbd import ParetoNbdParameters


class DependentParameters(Protocol):
    """The parameters of an independent model, with `dependence` as the last."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def dependence(self) -> float: ...


D = TypeVar("D", bound=DependentParameters)


@dataclass(frozen=True, slots=True)
class BgNbdSarmanovParameters(BgNbdParameters):
    """Those of BG/NBD, and `dependence`. Raises ParametersRefused unless all > 0."""

    dependence: float


@dataclass(frozen=True, slots=True)
class MbgNbdSarmanovParameters(MbgNbdParameters):
    """Those of MBG/NBD, and `dependence`. Raises ParametersRefused unless all > 0."""

    dependence: float


@dataclass(frozen=True, slots=True)
class ParetoNbdSarmanovParameters(ParetoNbdParameters):
    """Those of Pareto/NBD, and `dependence`. Raises ParametersRefused unless all > 0."""

    dependence: float


def omega_at(independent: Any, dependence: float) -> float:
    """Sarmanov's omega."""
    return float(omega_of(*means(independent), dependence))


def independent(kind: Any, p: DependentParameters) -> Any:
    """The parameters without dependence, of this kind."""
    return kind(*(getattr(p, each.name) for each in fields(kind)))

"""Why a value book rests on the models it rests on, kept in the book beside what it was computed from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from keyworth.behaviour import PaceTable
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class TriedModel:
    """One model that was asked on past days what would come.

    `behind`: by how much it was worse than the best, and the ends of the interval that holds that 95 times in 100, by
    measure (`backtest.DECIDING`). `within_noise`: of the best, by every measure.
    """

    name: str
    chosen: bool
    within_noise: bool
    behind: Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """Why in sentences; the past days `origins`, from each of which `holdout_days` were foretold; who was tried.

    Without past days no model was tried, and the sentence says so. `about_pace`: why the model is asked at another pace
    (`ValueOptions.pace`), or each history at its own (`ValueOptions.paces`), where it is. `paces_without`: of each of
    `origins` the paces that the others alone would have taught, by which that day can be judged.
    """

    because: tuple[Message, ...]
    origins: tuple[date, ...] = ()
    holdout_days: int = 0
    tried: tuple[TriedModel, ...] = ()
    about_pace: tuple[Message, ...] = ()
    paces_without: Mapping[date, PaceTable] = field(default_factory=dict)

"""How candidates did beside each other, and which was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from keyworth.backtest.candidates import Candidate
from keyworth.backtest.origins import Origin
from keyworth.words import Message

# What must all be within noise, and whether more of it is better.
DECIDING: Mapping[str, bool] = MappingProxyType({"log_score": True, "crps": False, "squared_error": False})
# Models whose AIC differ by less explain what happened about equally well (Burnham and Anderson 2004, Sociological
# Methods and Research 33, 261-304).
LEVEL_AIC = 2.0


@dataclass(frozen=True, slots=True)
class Lag:
    """By how much a candidate is worse than the best, and the interval that holds it 95 times in 100.

    0 for the best itself; in nats, purchases, or squares of purchases, a customer.
    """

    behind: float
    low: float
    high: float

    @property
    def within_noise(self) -> bool:
        return self.low <= 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How one candidate did. Means over customers and then over origins; None where it was not scored.

    `bias` is what all its expectations miss the total of all origins by, as a fraction of it. `pit_ks` is the mean
    over origins, `calibration_95` what intervals of 95% held, everybody at every origin counted. `lags` by the names
    in `DECIDING`, each behind the best by that measure among the eligible. `within_noise`: of the best by every
    measure, or, where AIC decides, close to it. `eligible`: whether it may win; who did not converge may not, unless
    nobody did.
    """

    candidate: Candidate
    within_noise: bool
    eligible: bool
    log_score: float | None = None
    crps: float | None = None
    rmse: float | None = None
    mae: float | None = None
    bias: float | None = None
    pit_ks: float | None = None
    calibration_95: float | None = None
    lags: Mapping[str, Lag] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The model that was chosen, the standing of each, best first, and why in sentences.

    `origins` are the past days that were looked back from; without any, the fits were compared by AIC (`by`).
    """

    chosen: str
    by: Literal["forecasts", "aic"]
    ranking: tuple[Standing, ...]
    origins: tuple[Origin, ...]
    because: tuple[Message, ...]

    def standing(self, name: str) -> Standing:
        """That of one candidate. Raises KeyError for none of that name."""
        for one in self.ranking:
            if one.candidate.name == name:
                return one
        raise KeyError(name)

"""The likelihood of tenures under any model of contracts, with exact derivatives, period by period.

At the end of each period those who have come so far renew or leave. With r(t) the chance to renew, the sample
speaks through how many did either: Σ_t stayed(t)·ln r(t) + left(t)·ln(1 − r(t)). Cohorts of any age and
contracts that still run are thereby told apart from those that ended.
"""

import numpy as np

from keyworth.behaviour import parameters as of
from keyworth.behaviour.contracts.model import C, ContractModel
from keyworth.behaviour.contracts.tenures import Tenures
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Evaluation, in_logs

# A chance of leaving that rounding has brought to nothing is still a chance: its logarithm must not be endless.
_LEAST = 1e-100


def chance_of_leaving(log_retention: Floats) -> Floats:
    """1 − r(t), never quite 0."""
    chances: Floats = np.maximum(-np.expm1(log_retention), _LEAST)
    return chances


class ContractLikelihood:
    """Called with log-parameters; returns the sample's log-likelihood and its derivatives in them."""

    def __init__(self, model: ContractModel[C], seen: Tenures) -> None:
        self.model = model
        self.stayed, self.left = seen.stayed[1:], seen.left[1:]

    def __call__(self, logs: Floats) -> Evaluation:
        at = np.exp(logs)
        renewed = self.model.log_retention(of.from_array(self.model.parameter_kind, at), len(self.left))
        leaving = chance_of_leaving(renewed.value)
        odds = np.exp(renewed.value) / leaving  # of renewing
        value = float((self.stayed * renewed.value).sum() + (self.left * np.log(leaving)).sum())
        # d ln(1 − r) = −odds·d ln r, and odds grow by odds·(1 + odds)·d ln r.
        weight = self.stayed - self.left * odds
        bend = self.left * odds * (1.0 + odds)
        gradient = (renewed.slope * weight).sum(axis=-1)
        outer = renewed.slope[:, None, :] * renewed.slope[None, :, :]
        hessian = (renewed.curve * weight - outer * bend).sum(axis=-1)
        return in_logs(value, gradient, np.triu(hessian), at)

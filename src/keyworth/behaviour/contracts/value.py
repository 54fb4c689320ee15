"""What a new contract is worth beside what it cost to win it, and when it has paid that back."""

import math
from dataclasses import dataclass

import numpy as np

from keyworth.behaviour.contracts.model import C, ContractModel
from keyworth.errors import ParametersRefused
from keyworth.words import Message

_LONGEST = 100_000  # periods; what has not paid back by then does so in nobody's time


@dataclass(frozen=True, slots=True)
class NewContractValue:
    """Expected worth of one new customer, in the money of the margin.

    payments: how many margins all their payments are worth now, the first among them (DEL). value: the same
    in money. net: less what it cost to win them. payback: after how many renewals the expected margins so far,
    discounted, reach that cost: 0 if the first payment does, None if they never do.
    """

    payments: float
    value: float
    net: float
    payback: int | None


def new_contract_value(
    model: ContractModel[C],
    p: C,
    *,
    margin: float,
    acquisition_cost: float,
    force_of_interest: float,
    ahead: int | None = None,
) -> NewContractValue:
    """Value of a customer who signs now, pays a `margin` now and at each renewal, and cost `acquisition_cost` now.

    `ahead` looks at so many renewals only. Raises ParametersRefused for money that is negative or not finite,
    and as `discounted_lifetime` does.
    """
    bad = [money for money in (margin, acquisition_cost) if not (math.isfinite(money) and money >= 0)]
    if bad:
        raise ParametersRefused(
            Message("Margin and acquisition cost must be finite and not negative; got {money}.", money=str(bad[0]))
        )
    payments = model.discounted_lifetime(p, force_of_interest, ahead=ahead)
    value = margin * payments
    periods = np.arange(1 + (_LONGEST if ahead is None else min(ahead, _LONGEST)))
    so_far = margin * np.cumsum(model.survival(p, periods) * np.exp(-force_of_interest * periods))
    reached = np.flatnonzero(so_far >= acquisition_cost)
    return NewContractValue(payments, value, value - acquisition_cost, int(reached[0]) if len(reached) else None)

"""What a value book keeps to itself where its orders cannot tell who has left: decided here for every door.

Whether somebody has left is read from a fit. One that found no best answer still yields numbers, such as a chance of
1 for everybody, and nobody should act on them. Totals over the horizon hold all the same: they rest on how much all
customers buy together, and are tried on past days.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from keyworth.value.base_figure import BaseFigure
from keyworth.value.customer_values import CustomerValues
from keyworth.words import Message

CANNOT_TELL = Message(
    "These orders are too few or too alike to tell who has left: totals can be used, chances of single customers "
    "cannot. So no chances, no risks and no residual value are given."
)
SPEND_TOO_ALIKE = Message(
    "These amounts are too few or too alike to tell how spend differs between customers: totals can be used, what a "
    "single customer's purchase brings is rough."
)
# Columns of a customer that are known only where it is known who has left; the strategy is made of them.
NEED_WHO_LEFT = ("chance", "gone", "leaving", "beyond_ledger", "value_if_kept", "residual_value", "strategy")


def customers_without_chances(customers: CustomerValues) -> CustomerValues:
    """The same customers, with NaN for all that needs to know who has left, and reasons that name no chance."""
    unknown = np.full(len(customers), np.nan)
    return replace(
        customers,
        chance=unknown,
        gone=unknown,
        leaving=unknown,
        beyond_ledger=unknown,
        value_if_kept=None if customers.value_if_kept is None else unknown,
        residual_value=None if customers.residual_value is None else unknown,
        reasons=customers.reasons.without_chances(),
    )


def risk_of_another(model: str, other: str) -> Message:
    """Which model tells who has left where the one that tells purchases cannot."""
    return Message(
        "{model} believes that whoever bought once is a customer for ever, so the chance of being a "
        "customer, churn risk and residual value come from {other}, fitted to the same histories.",
        model=model,
        other=other,
    )


def notes_without_chances(notes: Sequence[Message]) -> tuple[Message, ...]:
    """What is said of a book that gives no chances: that first, and nothing of where they would come from."""
    of_another = risk_of_another("", "").key
    rest = tuple(note for note in notes if note.key != of_another)
    return rest if CANNOT_TELL in rest else (CANNOT_TELL, *rest)


def for_analysts(verdict: Message) -> Message:
    """What is wrong with a fit in the words of statistics: after the plain sentence, for those who want it."""
    return Message("For analysts: {verdict}", verdict=verdict)


def base_without_residual_value(base: BaseFigure) -> BaseFigure:
    """The same base over the horizon, without what lies beyond it."""
    return replace(base, residual_value=None, beyond_ledger=None)

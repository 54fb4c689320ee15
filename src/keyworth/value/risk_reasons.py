"""Why a customer is at risk: which part of churn risk it comes from, beside what was seen of them."""

from keyworth.units import Horizon, Share
from keyworth.value.reasons import GONE, ONE_TIME, OVERDUE
from keyworth.words import Message


def risk_reason(seen: Message, kind: int, gone: float, leaving: float, horizon: Horizon) -> Message:
    """The sentence on what was `seen` (of `kind`, an index into KINDS), and what makes the risk.

    `gone` and `leaving` are the two parts of churn risk over the horizon. A silence explains itself; a customer in
    rhythm may still be among those of whom many leave within the horizon, and that has to be said.
    """
    if leaving > gone:
        return Message(
            "{seen} The risk lies ahead: of customers like this one {leaving} leave within {horizon}.",
            seen=seen,
            leaving=Share(leaving),
            horizon=horizon,
        )
    if kind in (ONE_TIME, OVERDUE, GONE):
        return seen
    return Message("{seen} The risk is that they have left already, unnoticed: {gone}.", seen=seen, gone=Share(gone))

"""Whether a fit with covariates is to be believed, in a sentence that says what to do about the formula."""

from collections.abc import Sequence

from keyworth.behaviour.fit import verdict_on
from keyworth.behaviour.newton import Maximum
from keyworth.words import Message


def verdict_of(maximum: Maximum, parameters: Sequence[str], columns: Sequence[str]) -> tuple[bool, Message]:
    """Whether the climb arrived, and what kept it from arriving."""
    return verdict_on(maximum, [*parameters, *columns], edge=_separated, ridge=_told_twice)


def _separated(names: list[str]) -> Message:
    return Message(
        "Not converged: {names} ran to the edge of the range searched. Where these are covariates, a level or a "
        "value separates customers so well that no finite coefficient is best: give the formula a prior (ridge), "
        "or join that level to another.",
        names=names,
    )


def _told_twice(names: list[str]) -> Message:
    return Message(
        "Not converged: the likelihood is a ridge, {names} can move together and explain the histories equally "
        "well. Covariates that say the same cannot be told apart: leave one out, or give a prior (ridge).",
        names=names,
    )

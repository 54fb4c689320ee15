"""Whether a fit with covariates is to be believed, in a sentence."""

import math
from collections.abc import Sequence

import numpy as np

from keyworth.behaviour.fit import ARRIVED, FLAT
from keyworth.behaviour.newton import Maximum
from keyworth.words import Message

_PART = 0.2  # of a direction, that a column must have to be named


def verdict_of(maximum: Maximum, parameters: Sequence[str], columns: Sequence[str]) -> tuple[bool, Message]:
    """Whether the climb arrived, and what kept it from arriving."""
    names = [*parameters, *columns]
    if maximum.edges:
        return False, Message(
            "Not converged: {names} ran to the edge of the range searched. Where these are covariates, a level or a "
            "value separates customers so well that no finite coefficient is best: give the formula a prior (ridge), "
            "or join that level to another.",
            names=[names[edge] for edge in maximum.edges],
        )
    curvature, directions = np.linalg.eigh(-maximum.hessian)
    if curvature[0] < FLAT:
        flattest = np.abs(directions[:, 0])
        return False, Message(
            "Not converged: the likelihood is a ridge, {names} can move together and explain the histories equally "
            "well. Covariates that say the same cannot be told apart: leave one out, or give a prior (ridge).",
            names=[name for name, part in zip(names, flattest, strict=True) if part > _PART],
        )
    distance = math.sqrt(float((maximum.gradient * np.linalg.solve(-maximum.hessian, maximum.gradient)).sum()))
    if not distance < ARRIVED:
        return False, Message(
            "Not converged: stopped after {steps} {steps:step|steps}, {distance} standard errors short of the maximum.",
            steps=maximum.steps,
            distance=float(f"{distance:.2g}"),
        )
    return True, Message(
        "Converged in {steps} {steps:step|steps}: the gradient vanishes and the likelihood falls in every direction.",
        steps=maximum.steps,
    )

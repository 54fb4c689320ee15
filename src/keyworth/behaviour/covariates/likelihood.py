"""The likelihood where customers' parameters differ by what is known of them, with exact derivatives.

Every model tells the likelihood of customers alike with its gradient g and Hessian H in the logarithms of the climbed
parameters. Where those of unit i (a group of customers alike, or one history) are everybody's plus z_i·coefficients,
the chain rule needs no formula of any paper: the gradient is Σ A_iᵀ g_i and the Hessian Σ A_iᵀ H_i A_i, with A_i the
matrix that adds the two up. So there is one likelihood with covariates for all models.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from keyworth.behaviour.covariates.processes import Move
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import Evaluation

# Given the logarithms of each unit's own parameters, (u, b): log-likelihood (u,), gradient (u, b), Hessian (u, b, b),
# all times the number of customers that a unit stands for.
OwnSlopes = Callable[[Floats], tuple[Floats, Floats, Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class Shift:
    """One process: which parameter it moves, and the columns of each unit, (u, c), that move it."""

    move: Move
    columns: Floats


def own_logs(point: Floats, base: int, shifts: Sequence[Shift], units: int) -> Floats:
    """The logarithms of each unit's parameters, (u, b); `point` is everybody's b, then the coefficients."""
    logs = np.repeat(point[None, :base], units, axis=0)
    place = base
    for shift in shifts:
        width = shift.columns.shape[1]
        logs[:, shift.move.at] += shift.move.by * np.einsum("uc,c->u", shift.columns, point[place : place + width])
        place += width
    return logs


class CovariateLikelihood:
    """Called with everybody's logarithms and the coefficients; returns value, gradient and Hessian, less the penalty.

    `penalty` is a matrix K over the coefficients, of which half of the quadratic form is taken off: a normal prior.
    """

    def __init__(self, own: OwnSlopes, base: int, shifts: Sequence[Shift], units: int) -> None:
        self.own, self.base, self.shifts, self.units = own, base, shifts, units
        self.size = base + sum(shift.columns.shape[1] for shift in shifts)
        self.penalty: Floats | None = None

    def __call__(self, point: Floats) -> Evaluation:
        evaluation = self.unpenalised(point)
        if self.penalty is None:
            return evaluation
        coefficients = point[self.base :]
        pull = np.einsum("ij,j->i", self.penalty, coefficients)
        gradient, hessian = evaluation.gradient.copy(), evaluation.hessian.copy()
        gradient[self.base :] -= pull
        hessian[self.base :, self.base :] -= self.penalty
        return Evaluation(evaluation.value - 0.5 * float((pull * coefficients).sum()), gradient, hessian)

    def unpenalised(self, point: Floats) -> Evaluation:
        logs = own_logs(point, self.base, self.shifts, self.units)
        value, slopes, curves = self.own(logs)
        gradient, hessian = np.empty(self.size), np.empty((self.size, self.size))
        gradient[: self.base] = slopes.sum(axis=0)
        hessian[: self.base, : self.base] = curves.sum(axis=0)
        places = np.cumsum([self.base, *(shift.columns.shape[1] for shift in self.shifts)])
        for which, shift in enumerate(self.shifts):
            at, by, z = shift.move.at, shift.move.by, shift.columns
            here = slice(places[which], places[which + 1])
            gradient[here] = by * np.einsum("uc,u->c", z, slopes[:, at])
            hessian[here, : self.base] = by * np.einsum("uc,ub->cb", z, curves[:, at])
            hessian[: self.base, here] = hessian[here, : self.base].T
            for other in range(which + 1):
                beside = self.shifts[other]
                there = slice(places[other], places[other + 1])
                both = by * beside.move.by * curves[:, at, beside.move.at]
                hessian[here, there] = np.einsum("uc,ud->cd", z * both[:, None], beside.columns)
                hessian[there, here] = hessian[here, there].T
        return Evaluation(float(value.sum()), gradient, hessian)

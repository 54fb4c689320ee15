"""Numbers in place of covariates: the columns that a fit multiplies by coefficients, and how it reports these.

Columns are made so that all zeros is an average customer: numbers are centred and scaled, levels are told by sum
contrasts (each against the mean of all levels). So everybody's parameters mean something, and a level that nobody has
seen gets the average effect by itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """What the coefficients of c columns say to a person, e effects in all.

    names: of each effect, such as `channel[shop]`. own: (e, c), each effect as a sum of coefficients; the level that
    has no column of its own is minus the sum of the others. unit: (e,), how large one step of the column is in the
    user's units, by which an effect is divided.
    """

    names: tuple[str, ...]
    own: Floats
    unit: Floats

    @property
    def columns(self) -> int:
        return int(self.own.shape[1])

    @property
    def told(self) -> Floats:
        """(e, c): from coefficients to effects in the user's units."""
        return np.asarray(self.own / self.unit[:, None])

    @property
    def penalty(self) -> Floats:
        """(c, c): the sum of squared effects, each level counted, as a quadratic form of the coefficients.

        So it does not turn on which level has no column.
        """
        return np.asarray(np.einsum("ei,ej->ij", self.own, self.own))


def distinct_rows(columns: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """The distinct rows of (n, c) columns in rising order, and which of them each row is."""
    if columns.shape[1] == 0:
        return np.zeros((1, 0)), np.zeros(len(columns), dtype=np.intp)
    rows, which = np.unique(columns + 0.0, axis=0, return_inverse=True)  # + 0.0: there is one zero
    return rows, which.reshape(-1)

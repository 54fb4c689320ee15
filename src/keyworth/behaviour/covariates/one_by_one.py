"""Every history by itself: its likelihood and derivatives where each customer has parameters of their own.

Where a covariate is a number, hardly two customers are alike in it, and a likelihood for each sort of customers would
be one for each customer. Models that leave after a purchase or in time, and contracts, tell exact derivatives row by
row. Of every other the log-likelihood is a formula of a row, smooth to the last digits, and its derivatives are
central differences, of all rows at once: with steps of a thousandth a gradient is right to some 1e-12 and a Hessian to
1e-7 of it.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from keyworth.behaviour.contracts.model import ContractModel
from keyworth.behaviour.covariates.after_purchase_by_row import slopes_after_purchase
from keyworth.behaviour.covariates.contracts_by_row import log_likelihood_of_tenures, slopes_of_tenures
from keyworth.behaviour.covariates.in_time_by_row import slopes_in_time
from keyworth.behaviour.covariates.likelihood import OwnSlopes
from keyworth.behaviour.covariates.occasions_by_row import log_likelihood_of_occasions
from keyworth.behaviour.covariates.own_parameters import each_own
from keyworth.behaviour.covariates.processes import HELD
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.behaviour.occasions.bg_bb import BgBb
from keyworth.behaviour.parameters import climbed
from keyworth.behaviour.regular_timing.model import RegularBuying
from keyworth.behaviour.spending.gamma_gamma import GammaGamma
from keyworth.behaviour.spending.root_gamma_gamma import RootGammaGamma

_ROWS = 8_192  # histories worked on together, so that they stay near the processor
_STEP = 1e-3  # of a logarithm, of which differences are taken

# Of parameters with an array (n,) each, and n rows: the log-likelihood of each, (n,).
RowFormula = Callable[[Any, Any], Floats]
# Of n rows and the logarithms of their parameters, (n, b): log-likelihood, gradient (n, b), Hessian (n, b, b).
RowSlopes = Callable[[Any, Floats], tuple[Floats, Floats, Floats]]


def row_formula(model: Any) -> RowFormula | None:
    """The model's log-likelihood where it takes arrays of parameters; None where it takes numbers only."""
    if isinstance(model, ContractModel):
        return lambda p, told: log_likelihood_of_tenures(model, p, told)
    if isinstance(model, BgBb):
        return log_likelihood_of_occasions
    if isinstance(model, LeavingAfterPurchase | LeavingInTime | RegularBuying | GammaGamma | RootGammaGamma):
        return model.log_likelihood
    return None


def one_by_one(model: Any, told: Any, customers: Floats, everybody: Any) -> OwnSlopes | None:
    """Every row of `told` as a unit that stands for some `customers`; None where the model takes numbers only.

    Of `everybody` only what was chosen counts.
    """
    slopes = _row_slopes(model, everybody)
    if slopes is None:
        return None

    def own(logs: Floats) -> tuple[Floats, Floats, Floats]:
        n, b = logs.shape
        value, gradient, hessian = np.empty(n), np.empty((n, b)), np.empty((n, b, b))

        def block(start: int, end: int) -> None:
            part = slice(start, end)
            value[part], gradient[part], hessian[part] = slopes(told.rows(part), logs[part])

        in_blocks(n, _ROWS, block)
        return value * customers, gradient * customers[:, None], hessian * customers[:, None, None]

    return own


def _row_slopes(model: Any, everybody: Any) -> RowSlopes | None:
    if isinstance(model, LeavingAfterPurchase):
        return lambda told, logs: slopes_after_purchase(told, model.first_chance, logs)
    if isinstance(model, LeavingInTime):
        return lambda told, logs: slopes_in_time(told, model.lifetime_kind, logs)
    if isinstance(model, ContractModel):
        return slopes_of_tenures
    formula = row_formula(model)
    if formula is None:
        return None
    free = [at for at, name in enumerate(climbed(everybody)) if name not in HELD.get(model.name, ())]
    return lambda told, logs: by_differences(lambda at: formula(each_own(everybody, at), told), logs, free)


def by_differences(
    rows: Callable[[Floats], Floats], logs: Floats, free: Sequence[int]
) -> tuple[Floats, Floats, Floats]:
    """Value, gradient and Hessian of a function of each row's logarithms, told for all rows at once.

    Of two step lengths the error of the third derivative cancels in the gradient. What is not among the `free` columns
    has no slope, and just enough curvature to stay where it is.
    """
    n, size = logs.shape

    def moved(*by: tuple[int, float]) -> Floats:
        there = logs.copy()
        for at, step in by:
            there[:, at] += step
        return rows(there)

    here, gradient, hessian = rows(logs), np.zeros((n, size)), np.zeros((n, size, size))
    hessian[:, range(size), range(size)] = -1.0 / n
    up = {at: moved((at, _STEP)) - here for at in free}
    down = {at: moved((at, -_STEP)) - here for at in free}
    for place, i in enumerate(free):
        near = (moved((i, _STEP / 2)) - moved((i, -_STEP / 2))) / _STEP
        gradient[:, i] = (4.0 * near - (up[i] - down[i]) / (2.0 * _STEP)) / 3.0
        hessian[:, i, i] = (up[i] + down[i]) / _STEP**2
        for j in free[:place]:
            both = moved((i, _STEP), (j, _STEP)) + moved((i, -_STEP), (j, -_STEP)) - 2.0 * here
            hessian[:, i, j] = hessian[:, j, i] = 0.5 * (both - up[i] - down[i] - up[j] - down[j]) / _STEP**2
    return here, gradient, hessian

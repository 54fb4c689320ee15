"""The total of a base alone, for past days of which nobody asks what each customer was worth."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import MODELS, Fit, PurchaseHistories
from keyworth.value.base_figure import BaseFigure, base_figure, total_draws
from keyworth.value.draw_plan import draw_plan
from keyworth.value.futures import form_for, simulate
from keyworth.value.options import ValueOptions, refuse_other_unit
from keyworth.value.spending import spend_outlook
from keyworth.value.valuation import SpendInput
from keyworth.value.whole_spend import SpendWorlds, count_variances, inverse_of, scale_squares, spend_variances
from keyworth.value.widening import PastMiss

Floats = NDArray[np.float64]

_SIMULATED = 20_000  # histories whose futures stand for all: the variance of the total is then right to about 1%


def value_total(
    histories: PurchaseHistories,
    buying: Fit[Any],
    options: ValueOptions,
    *,
    spend: SpendInput | None = None,
    margin_rate: float | Floats | None = None,
    past_misses: Sequence[PastMiss] = (),
) -> BaseFigure:
    """The same base figure as `value_customers` gives, without valuing customers one by one.

    Arguments as there. `expected` and `expected_purchases` are the same. So are the median and the intervals
    where there are up to 20,000 distinct histories; of more, a systematic sample is simulated to learn how much
    customers' own chance moves the total, and the standard deviation differs by less than 1%. All that lies
    beyond the horizon is left out: `residual_value` and `beyond_ledger` are None.
    """
    refuse_other_unit(buying.unit, options)
    unique, model, ahead = histories.unique(), MODELS[buying.model], options.ahead
    by_history = model.expected_purchases(buying.parameters, unique.histories, ahead)
    purchases = by_history[inverse_of(unique)]
    expected, squares, spend_worlds = purchases, unique.weights, None
    if spend is not None:
        outlook = spend_outlook(spend.histories, spend.first_value, spend.fit)
        expected = purchases * outlook.per_purchase
        if margin_rate is not None:
            expected = expected * margin_rate
        margin = np.broadcast_to(1.0 if margin_rate is None else margin_rate, len(histories))
        scale = outlook.scale * margin
        squares = scale_squares(unique, scale)
        spend_worlds = SpendWorlds(spend.fit, unique, scale, purchases, margin)
    h = unique.histories

    def variances(mean_count: Floats, mean_square: Floats, repeats: Floats) -> Floats:
        if spend is None:
            return count_variances(mean_count, mean_square)
        return spend_variances(mean_count, mean_square, repeats, spend.fit)

    # Counts are about geometric, which is near enough to know whose variance matters.
    about = variances(by_history, by_history + 2 * by_history**2, h.repeats)
    asked, weights = _standing_for_all(squares * about)
    some = h.rows(asked)
    plan = draw_plan(buying, None if spend is None else spend.fit, options.draws, options.seed)
    # In the form for the whole base: where that is large its fit has loaded numba anyway.
    futures = simulate(model, some, ahead, plan, None, form=form_for(len(unique)))
    each = variances(futures.mean_count, futures.mean_square, some.repeats)
    variance = float((squares[asked] * weights * each).sum())
    draws = total_draws(model, buying, histories, ahead, expected, variance, spend_worlds, options.seed)
    return base_figure(
        draws,
        expected=float(expected.sum()),
        expected_purchases=float(purchases.sum()),
        residual_value=None,
        beyond_ledger=None,
        misses=past_misses,
    )


def _standing_for_all(sizes: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Histories to simulate and how many times each counts: everybody once, or every so much of the sizes' sum.

    `sizes` (m,) are about what a history adds to the variance, so those that matter are asked more surely. The
    sample is systematic: no dice, and the same for the same base.
    """
    if sizes.size <= _SIMULATED or not sizes.any():
        return np.arange(sizes.size), np.ones(sizes.size)
    sums = np.cumsum(sizes)
    step = float(sums[-1]) / _SIMULATED
    asked, hits = np.unique(np.searchsorted(sums, (np.arange(_SIMULATED) + 0.5) * step), return_counts=True)
    return asked, hits * step / sizes[asked]

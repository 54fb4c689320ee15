"""The total of a base alone, for past days of which nobody asks what each customer was worth."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import Fit, PurchaseHistories
from keyworth.value.base_figure import BaseFigure, base_figure, total_draws
from keyworth.value.buying_view import BuyingView
from keyworth.value.draw_plan import draw_plan
from keyworth.value.futures import form_for, simulate
from keyworth.value.options import ValueOptions
from keyworth.value.spend_view import SpendInput, SpendView
from keyworth.value.whole_spend import spend_worlds, variances, weights
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
    view = BuyingView.of(histories, buying, options)
    money = None if spend is None else SpendView.of(spend, margin_rate)
    by_history = view.expected()
    purchases = view.each(by_history)
    expected = purchases if money is None else money.in_basis(purchases * money.outlook.per_purchase)
    h, squares = view.unique.histories, weights(view, money)
    # Counts are about geometric, which is near enough to know whose variance matters.
    about = variances(money, by_history, by_history + 2 * by_history**2, h.repeats)
    asked, times = _standing_for_all(squares * about)
    some = h.rows(asked)
    plan = draw_plan(buying, None if money is None else money.fit, options.draws, options.seed)
    # In the form for the whole base: where that is large its fit has loaded numba anyway.
    futures = simulate(view.model, some, view.ahead, plan, None, form=form_for(len(h)))
    each = variances(money, futures.mean_count, futures.mean_square, some.repeats)
    worlds = None if money is None else spend_worlds(view, money, purchases)
    draws = total_draws(view, expected, float((squares[asked] * times * each).sum()), worlds, options.seed)
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

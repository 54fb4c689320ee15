"""From fitted models and histories to what each customer, and the base, is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import MBG_NBD, MODELS, Fit, PurchaseHistories, UniqueHistories
from keyworth.behaviour.in_blocks import Progress
from keyworth.value.base_figure import BaseFigure, base_figure, total_draws
from keyworth.value.buying_view import BuyingView
from keyworth.value.customer_values import CustomerValues, customer_values
from keyworth.value.draw_plan import draw_plan
from keyworth.value.futures import SimulatedFutures, simulate
from keyworth.value.options import Basis, ValueOptions
from keyworth.value.spend_ratio import spend_tables
from keyworth.value.spend_view import SpendInput, SpendView
from keyworth.value.whole_spend import own_chance, spend_worlds
from keyworth.value.widening import PastMiss
from keyworth.value.withheld import risk_of_another
from keyworth.words import Message

Floats = NDArray[np.float64]

# Of the total nothing is said: past misses widen it, and where there are none that is said of it by itself.
_PARAMETERS_TAKEN_FOR_SURE = Message(
    "The fit does not tell how uncertain its parameters are, so the intervals of single customers leave that part out "
    "and are too narrow."
)
_SIMULATING = 0.7  # about the part of the time that futures take


@dataclass(frozen=True, slots=True, eq=False)
class Valuation:
    """What `value_customers` found. `risk` is the fit that chance and risk come from, `buying` the others."""

    customers: CustomerValues
    base: BaseFigure
    basis: Basis
    buying: Fit[Any]
    risk: Fit[Any]
    spending: Fit[Any] | None
    spend_correlation: float | None
    left_out_of_spend: int
    notes: tuple[Message, ...]


def value_customers(
    histories: PurchaseHistories,
    buying: Fit[Any],
    options: ValueOptions,
    *,
    spend: SpendInput | None = None,
    margin_rate: float | Floats | None = None,
    past_misses: Sequence[PastMiss] = (),
    progress: Progress | None = None,
) -> Valuation:
    """Value every customer at the day the histories end.

    `buying` is a fit of one of MODELS in the unit of `options`. Chance and risk, and with them value if kept
    and residual value, come from the same fit; where its model can lose no one-time buyer, from an MBG/NBD
    fitted beside it. `margin_rate`: the part of revenue that is margin, for all or for
    each, shape (n,); None means that the book is in revenue. Without `spend` only purchases are valued.
    `progress` is told the share that is done, from 0 to 1. The same arguments give the same digits, whatever the
    number of threads.
    """
    told = progress or (lambda share: None)  # noqa: ARG005
    view = BuyingView.of(histories, buying, options)
    money = None if spend is None else SpendView.of(spend, margin_rate)
    notes: list[Message] = []
    risk = _risk_fit(buying, view.unique, notes)
    if money is not None:
        notes.extend(money.outlook.notes)
    futures = _simulate(view, money, options, lambda share: told(_SIMULATING * share))
    customers = customer_values(view, risk, money, futures, options)
    told(0.5 + 0.5 * _SIMULATING)
    purchases = customers.expected_purchases
    expected = purchases if customers.value is None else customers.value
    draws = total_draws(
        view,
        expected,
        own_chance(view, money, futures.mean_count, futures.mean_square),
        None if money is None else spend_worlds(view, money, purchases),
        options.seed,
    )
    lasting = customers.residual_value
    base = base_figure(
        draws,
        expected=float(expected.sum()),
        expected_purchases=float(purchases.sum()),
        residual_value=None if lasting is None else float(lasting.sum()),
        beyond_ledger=None if lasting is None else _part(customers.beyond_ledger, lasting),
        misses=past_misses,
    )
    if buying.covariance is None or (money is not None and money.fit.covariance is None):
        notes.append(_PARAMETERS_TAKEN_FOR_SURE)
    if base.not_widened is not None:
        notes.append(base.not_widened)
    told(1.0)
    return Valuation(
        customers=customers,
        base=base,
        basis="purchases" if money is None else money.basis,
        buying=buying,
        risk=risk,
        spending=None if money is None else money.fit,
        spend_correlation=None if money is None else money.outlook.correlation,
        left_out_of_spend=0 if money is None else money.outlook.left_out,
        notes=tuple(notes),
    )


def _risk_fit(buying: Fit[Any], unique: UniqueHistories, notes: list[Message]) -> Fit[Any]:
    if MODELS[buying.model].loses_one_time_buyers:
        return buying
    notes.append(risk_of_another(MODELS[buying.model].title, MBG_NBD.title))
    return MBG_NBD.fit(unique)


def _simulate(view: BuyingView, money: SpendView | None, options: ValueOptions, progress: Progress) -> SimulatedFutures:
    plan = draw_plan(view.fit, None if money is None else money.fit, options.draws, options.seed)
    h, tables = view.unique.histories, None
    if money is not None:
        tables = spend_tables(plan, money.law, np.unique(h.repeats))
    return simulate(view.model, h, view.ahead, plan, tables, progress=progress)


def _part(share: Floats, of: Floats) -> float | None:
    total = float(of.sum())
    return float((share * of).sum()) / total if total > 0 else None

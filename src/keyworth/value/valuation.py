"""From fitted models and histories to what each customer, and the base, is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import MBG_NBD, MODELS, BuyingModel, Fit, PurchaseHistories, SpendHistories, UniqueHistories
from keyworth.behaviour.in_blocks import Progress
from keyworth.behaviour.parameters import as_array
from keyworth.value.base_figure import BaseFigure, base_figure, total_draws
from keyworth.value.customer_values import CustomerValues, share_and_rank
from keyworth.value.draw_plan import draw_plan
from keyworth.value.futures import SimulatedFutures, simulate
from keyworth.value.options import Basis, ValueOptions, refuse_other_unit
from keyworth.value.predictive import Quantiles
from keyworth.value.reasons import reasons
from keyworth.value.spend_ratio import spend_tables
from keyworth.value.spending import SpendOutlook, spend_outlook
from keyworth.value.whole_spend import SpendWorlds, count_variances, scale_squares, spend_variances
from keyworth.value.widening import PastMiss
from keyworth.words import Message

Floats = NDArray[np.float64]

_SIMULATING = 0.7  # about the part of the time that futures take


@dataclass(frozen=True, slots=True, eq=False)
class SpendInput:
    """Money, in one currency: the spend histories, each customer's first value, and the fitted spend model."""

    histories: SpendHistories
    first_value: Floats
    fit: Fit[Any]


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
    risk: Fit[Any] | None = None,
    past_misses: Sequence[PastMiss] = (),
    progress: Progress | None = None,
) -> Valuation:
    """Value every customer at the day the histories end.

    `buying` is a fit of one of MODELS in the unit of `options`. Chance and risk, and with them value if kept
    and residual value, come from `risk`, by default the same fit; where that model can lose no one-time
    buyer, from an MBG/NBD fitted beside it. `margin_rate`: the part of revenue that is margin, for all or for
    each, shape (n,); None means that the book is in revenue. Without `spend` only purchases are valued.
    `progress` is told the share that is done, from 0 to 1. The same arguments give the same digits, whatever the
    number of threads.
    """
    refuse_other_unit(buying.unit, options)
    told = progress or (lambda share: None)  # noqa: ARG005
    unique = histories.unique()
    notes: list[Message] = []
    risk = _risk_fit(buying, risk, unique, notes)
    if buying.covariance is None or (spend is not None and spend.fit.covariance is None):
        notes.append(
            Message(
                "The fit does not tell how uncertain its parameters are, so intervals leave that part out and "
                "are too narrow."
            )
        )
    model, ahead = MODELS[buying.model], options.ahead
    outlook = None
    if spend is not None:
        outlook = spend_outlook(spend.histories, spend.first_value, spend.fit)
        notes.extend(outlook.notes)
    futures = _simulate(model, unique, buying, spend, options, lambda share: told(_SIMULATING * share))
    customers = _customers(histories, unique, model, buying, risk, options, outlook, margin_rate, futures)
    if outlook is None or spend is None:
        expected, spend_worlds = customers.expected_purchases, None
        variance = float((unique.weights * count_variances(futures.mean_count, futures.mean_square)).sum())
    else:
        margin = np.broadcast_to(1.0 if margin_rate is None else margin_rate, len(histories))
        scale = outlook.scale * margin
        each = spend_variances(futures.mean_count, futures.mean_square, unique.histories.repeats, spend.fit)
        variance = float((scale_squares(unique, scale) * each).sum())
        assert customers.value is not None
        expected = customers.value
        spend_worlds = SpendWorlds(spend.fit, unique, scale, customers.expected_purchases, margin)
    told(0.5 + 0.5 * _SIMULATING)
    draws = total_draws(model, buying, histories, ahead, expected, variance, spend_worlds, options.seed)
    lasting = customers.residual_value
    base = base_figure(
        draws,
        expected=float(expected.sum()),
        expected_purchases=float(customers.expected_purchases.sum()),
        residual_value=None if lasting is None else float(lasting.sum()),
        beyond_ledger=None if lasting is None else _part(customers.beyond_ledger, lasting),
        misses=past_misses,
    )
    if base.not_widened is not None:
        notes.append(base.not_widened)
    told(1.0)
    return Valuation(
        customers=customers,
        base=base,
        basis="purchases" if spend is None else "revenue" if margin_rate is None else "margin",
        buying=buying,
        risk=risk,
        spending=None if spend is None else spend.fit,
        spend_correlation=None if outlook is None else outlook.correlation,
        left_out_of_spend=0 if outlook is None else outlook.left_out,
        notes=tuple(notes),
    )


def _risk_fit(buying: Fit[Any], risk: Fit[Any] | None, unique: UniqueHistories, notes: list[Message]) -> Fit[Any]:
    chosen = buying if risk is None else risk
    if MODELS[chosen.model].loses_one_time_buyers:
        return chosen
    notes.append(
        Message(
            "{model} believes that whoever bought once is a customer for ever, so the chance of being a "
            "customer, churn risk and residual value come from {other}, fitted to the same histories.",
            model=MODELS[chosen.model].title,
            other=MBG_NBD.title,
        )
    )
    return MBG_NBD.fit(unique)


def _simulate(
    model: BuyingModel[Any],
    unique: UniqueHistories,
    buying: Fit[Any],
    spend: SpendInput | None,
    options: ValueOptions,
    progress: Progress,
) -> SimulatedFutures:
    plan = draw_plan(buying, None if spend is None else spend.fit, options.draws, options.seed)
    tables = None
    if spend is not None:
        distinct = np.unique(unique.histories.repeats)
        tables = spend_tables(plan, as_array(spend.fit.parameters), distinct)
    return simulate(model, unique.histories, options.ahead, plan, tables, progress=progress)


def _customers(
    histories: PurchaseHistories,
    unique: UniqueHistories,
    model: BuyingModel[Any],
    buying: Fit[Any],
    risk: Fit[Any],
    options: ValueOptions,
    outlook: SpendOutlook | None,
    margin_rate: float | Floats | None,
    futures: SimulatedFutures,
) -> CustomerValues:
    h, back, ahead, days = unique.histories, unique.inverse, options.ahead, options.unit.days
    staying, p = MODELS[risk.model], risk.parameters
    expected = model.expected_purchases(buying.parameters, h, ahead)[back]
    chance = staying.chance_alive(p, h)[back]
    leaving = chance * staying.chance_leaves_if_alive(p, h, ahead)[back]
    force, span = options.force_of_interest, options.ledger_days / days
    lifetime = staying.discounted_if_alive(p, h, force)
    within = staying.discounted_if_alive(p, h, force, span)
    beyond = np.clip(1.0 - np.divide(within, lifetime, out=np.ones_like(within), where=lifetime > 0), 0.0, 1.0)
    value = spent = kept = quantiles = per_purchase = None
    if outlook is not None and futures.ratio is not None:
        per_purchase = outlook.per_purchase
        spent = expected * per_purchase
        value = _in_basis(spent, margin_rate)
        kept = _in_basis(lifetime[back] * per_purchase, margin_rate)
        scale = _in_basis(outlook.scale, margin_rate)
        quantiles = Quantiles(futures.ratio.values[:, back] * scale)
    share, rank = share_and_rank(expected if value is None else value)
    return CustomerValues(
        expected_purchases=expected,
        purchase_quantiles=Quantiles(futures.count.values[:, back]),
        expected_spend=spent,
        value=value,
        value_quantiles=quantiles,
        share=share,
        rank=rank,
        chance=chance,
        value_if_kept=kept,
        residual_value=None if kept is None else chance * kept,
        beyond_ledger=beyond[back],
        gone=1.0 - chance,
        leaving=leaving,
        per_purchase=per_purchase,
        reasons=reasons(
            histories.repeats, histories.last_repeat * days, histories.observed_for * days, chance, per_purchase
        ),
    )


def _in_basis(revenue: Floats, margin_rate: float | Floats | None) -> Floats:
    return revenue if margin_rate is None else revenue * margin_rate


def _part(share: Floats, of: Floats) -> float | None:
    total = float(of.sum())
    return float((share * of).sum()) / total if total > 0 else None

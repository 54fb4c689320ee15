"""Customers as a page lists them: what each counts for, who is worth most, and whose leaving would cost most."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keyworth import report as page
from keyworth.behaviour import MODELS, PurchaseHistories
from keyworth.ledger import CustomerSummary
from keyworth.value import DatedValues, Interval, Quantiles, most_at_stake, risk_reason, thresholds_by_share

Floats = NDArray[np.float64]

_TOP = 20


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """What each customer counts for in the book's basis, shape (n,): over the horizon, if kept, and lastingly.

    In purchases there is no all the future, since without money nothing is discounted: then all three are of the
    horizon.
    """

    value: Floats
    quantiles: Quantiles
    if_kept: Floats
    lasting: Floats

    @classmethod
    def of(cls, values: DatedValues, summary: CustomerSummary) -> "Worth":
        customers = values.customers
        if (
            customers.value is not None
            and customers.value_quantiles is not None
            and customers.value_if_kept is not None
            and customers.residual_value is not None
        ):
            return cls(customers.value, customers.value_quantiles, customers.value_if_kept, customers.residual_value)
        model = MODELS[values.risk.name]
        histories = PurchaseHistories.from_columns(
            summary.repeats, summary.last_repeat, summary.observed_for, values.options.unit
        )
        kept = model.expected_purchases_if_alive(
            model.parameter_kind(**values.risk.parameters), histories, values.options.ahead
        )
        return cls(customers.expected_purchases, customers.purchase_quantiles, kept, customers.chance * kept)


def top_customers(values: DatedValues, summary: CustomerSummary, worth: Worth) -> tuple[page.TopCustomer, ...]:
    """Those of whom most is expected, the dearest first; no chances where the fit does not know who has left."""
    customers = values.customers
    fifty, eighty = (worth.quantiles.interval(level) for level in (50, 80))
    return tuple(
        page.TopCustomer(
            customer=str(values.ids[row]),
            value=float(worth.value[row]),
            share=float(customers.share[row]),
            median=float(worth.quantiles.median[row]),
            interval_50=Interval(float(fifty[0][row]), float(fifty[1][row])),
            interval_80=Interval(float(eighty[0][row]), float(eighty[1][row])),
            chance=float(customers.chance[row]) if values.knows_who_left else None,
            last_purchase=summary.last_day[row].item(),
            reason=values.reason(row),
        )
        for row in np.argsort(customers.rank, kind="stable")[:_TOP]
    )


def customers_at_risk(values: DatedValues, summary: CustomerSummary, worth: Worth) -> tuple[page.AtRiskCustomer, ...]:
    """Whom to prevent from leaving, then whom to win back; in each, most at stake first."""
    customers, kept = values.customers, worth.if_kept
    prevent, win_back = most_at_stake(kept, customers.gone, customers.leaving, thresholds_by_share(kept))
    return tuple(
        page.AtRiskCustomer(
            customer=str(values.ids[row]),
            at_stake=float(kept[row] * customers.churn_risk[row]),
            value_if_kept=float(kept[row]),
            gone=float(customers.gone[row]),
            leaving=float(customers.leaving[row]),
            win_back=lost,
            last_purchase=summary.last_day[row].item(),
            reason=risk_reason(
                values.reason(row),
                int(customers.reasons.kind[row]),
                float(customers.gone[row]),
                float(customers.leaving[row]),
                values.options.horizon,
            ),
        )
        for rows, lost in ((prevent, False), (win_back, True))
        for row in rows
    )

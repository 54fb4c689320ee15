"""A shop whose truth is known: customers simulated step by step from MBG/NBD and gamma-gamma."""

from dataclasses import dataclass

import numpy as np

from keyworth.behaviour import MBG_NBD, MbgNbdParameters, PurchaseHistories
from keyworth.behaviour.spending.gamma_gamma import GAMMA_GAMMA
from keyworth.behaviour.spending.spend_histories import SpendHistories
from keyworth.units import Discount
from keyworth.value import SpendInput, ValueOptions, value_customers

TRUTH = MbgNbdParameters(r=0.8, alpha=6.0, a=0.9, b=3.0)
SPEND = (6.0, 4.0, 15.0)


@dataclass(frozen=True)
class Shop:
    histories: PurchaseHistories
    spend: SpendInput
    future_purchases: np.ndarray
    future_spend: np.ndarray
    still_customer: np.ndarray  # at the end of the time ahead


def open_shop(customers: int, seed: int, days: int = 728, ahead_days: int = 182, window: int = 364) -> Shop:
    """Everybody's purchases one by one, whole days, with what came after day `days` kept apart."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, window, customers)
    rate = rng.gamma(TRUTH.r, 1 / TRUTH.alpha, customers) / 7
    leaves = rng.beta(TRUTH.a, TRUTH.b, customers)
    nu = rng.gamma(SPEND[1], 1 / SPEND[2], customers)
    columns = np.zeros((5, customers))  # repeats, last repeat, repeat spend, future purchases, future spend
    here = np.zeros(customers, dtype=bool)
    first_value = rng.gamma(SPEND[0], 1 / nu)
    for i in range(customers):
        day, alive = float(first[i]), rng.random() >= leaves[i]
        while alive:
            day += rng.exponential(1 / rate[i])
            if day > days + ahead_days:
                break
            value = rng.gamma(SPEND[0], 1 / nu[i])
            if day <= days:
                whole = max(np.ceil(day) - first[i], columns[1, i] + 1)
                columns[:3, i] = columns[0, i] + 1, whole, columns[2, i] + value
            else:
                columns[3:, i] += 1, value
            alive = rng.random() >= leaves[i]
        here[i] = alive
    x = columns[0]
    observed = np.maximum(days - first, columns[1])
    histories = PurchaseHistories.from_columns(x, columns[1] / 7, observed / 7)
    spent = SpendHistories.from_columns(x, np.divide(columns[2], x, out=np.zeros(customers), where=x > 0))
    return Shop(histories, SpendInput(spent, first_value, GAMMA_GAMMA.fit(spent)), columns[3], columns[4], here)


def valued(shop: Shop, **changes):
    """The shop's valuation over half a year, as a run would make it."""
    options = ValueOptions(horizon_days=182, discount=Discount(0.1), ledger_days=729)
    arguments = {"buying": MBG_NBD.fit(shop.histories), "options": options, "spend": shop.spend} | changes
    return value_customers(shop.histories, **arguments)

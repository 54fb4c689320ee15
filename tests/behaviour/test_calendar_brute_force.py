"""Pareto/NBD by clocks, held against sums over what each customer's two rates may be: no formula of ours in them.

Given rates λ and μ, the chance of a history by step functions h and l is elementary, week by week; the rates are then
summed over by Gauss and Laguerre's rule for their gamma distributions.
"""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.special import gamma, roots_genlaguerre

from keyworth.behaviour import ParetoNbdParameters
from keyworth.behaviour.calendar_time import OWN_COLUMNS_MODELS, OwnColumns, OwnFit, OwnHistories
from keyworth.behaviour.calendar_time.own_columns import own_time
from keyworth.words import Message

MONDAY, WEEKS = date(2023, 1, 2), 12
R, ALPHA, S, BETA = 1.4, 6.0, 1.8, 9.0
HEAT, RISK = 0.6, -0.9  # of one column, on buying and on leaving
WEATHER = np.array([[0.3, -1.0, 0.8, 1.5, -0.4, 0.0, 2.0, -1.2, 0.7, 0.2, -0.6, 1.1]])
END, UNTIL = MONDAY + timedelta(days=7 * 9 + 3), MONDAY + timedelta(days=7 * WEEKS - 1)
DAYS_BOUGHT = ([3], [0, 20], [5, 6, 30, 33, 50], [12, 66], [66])


def summed(bought: list[int]) -> tuple[float, float, float]:
    """The chance of a history, the share of it in which the customer is one still, and what they will buy."""
    x, wx = roots_genlaguerre(80, R - 1.0)
    y, wy = roots_genlaguerre(80, S - 1.0)
    rate, risk = (x / ALPHA)[:, None], (y / BETA)[None, :]
    weight = (wx[:, None] * wy[None, :]) / (gamma(R) * gamma(S))
    by_day = np.repeat(WEATHER[0], 7)
    h, leave = np.exp(HEAT * by_day), np.exp(RISK * by_day)
    first, last, now, later = bought[0], bought[-1], (END - MONDAY).days, (UNTIL - MONDAY).days
    here, gone, ahead = np.ones((80, 80)), np.zeros((80, 80)), np.zeros((80, 80))
    for day in range(first + 1, later + 1):
        buys, leaves = rate * h[day] / 7, risk * leave[day] / 7
        if day <= now:
            if day > last:  # left during this day, after the last purchase
                gone += here * leaves / (buys + leaves) * -np.expm1(-buys - leaves)
            here = here * np.exp(-buys - leaves)
        else:  # purchases on this day of one who is here when it begins
            if day == now + 1:
                still = here.copy()
            ahead += still * buys * -np.expm1(-leaves) / leaves
            still = still * np.exp(-leaves)
    times = rate ** (len(bought) - 1) * np.prod(h[bought[1:]])
    whole = (weight * times * (here + gone)).sum()
    return whole, (weight * times * here).sum() / whole, (weight * times * ahead).sum() / whole


def test_all_answers_are_what_the_story_says() -> None:
    who = np.repeat(np.arange(len(DAYS_BOUGHT)), [len(days) for days in DAYS_BOUGHT])
    on = np.datetime64(MONDAY) + np.concatenate(DAYS_BOUGHT)
    h = OwnHistories.from_purchases(who, on, END)
    columns = OwnColumns(MONDAY, ("weather",), np.broadcast_to(WEATHER, (1, len(h), WEEKS)))
    model, told = OWN_COLUMNS_MODELS["pareto-nbd"], ("weather",)
    whole = [summed(days) for days in DAYS_BOUGHT]
    time = own_time(h, columns, END)
    likelihood = model.likelihood(h, columns, time, np.zeros(1), told, told)
    at = np.append(np.log([R, ALPHA, S, BETA]), [RISK, HEAT])
    assert likelihood(at).value == pytest.approx(sum(np.log(chance) for chance, _, _ in whole), rel=1e-9)
    fit = OwnFit(
        "pareto-nbd", ParetoNbdParameters(R, ALPHA, S, BETA), {"weather": HEAT}, {"weather": RISK}, {"weather": 0.0},
        None, None, 0.0, 0.0, 0.0, 0.0, 0.0, len(h), True, Message("as the story says"), None, 0,
    )  # fmt: skip
    np.testing.assert_allclose(model.chance_alive(fit, h, columns), [alive for _, alive, _ in whole], rtol=1e-9)
    ahead = model.expected_purchases(fit, h, columns, UNTIL)
    np.testing.assert_allclose(ahead, [expected for _, _, expected in whole], rtol=1e-9)

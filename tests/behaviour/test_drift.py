"""Drift: said where it is more than chance and large enough to matter, and nowhere else."""

import numpy as np
import pytest
from scipy.stats import kstest

from keyworth.behaviour import (
    GAMMA_GAMMA,
    MBG_NBD,
    MODELS,
    MbgNbdParameters,
    PurchaseHistories,
    SpendHistories,
    drift,
)
from keyworth.errors import HistoryRefused, ParametersRefused
from keyworth.words import say

TRUTH = MbgNbdParameters(0.6, 6.0, 0.9, 2.0)
AHEAD = 13.0


def lives(n, seed, faster=1.0, came=0):
    """The same customers of MBG/NBD on two days, 13 weeks apart; after the first they buy `faster`.

    `came` more begin in between, and are known on the second day only.
    """
    rng = np.random.default_rng(seed)
    known = [rng.integers(140, 280) / 7 for _ in range(n)] + [rng.integers(7, 91) / 7 - AHEAD for _ in range(came)]
    then, now = [], []
    for until in known:
        rate, leaves = rng.gamma(TRUTH.r, 1 / TRUTH.alpha), rng.beta(TRUTH.a, TRUTH.b)
        days, clock = [], 0.0
        while rng.random() >= leaves:
            wait = rng.exponential(1 / rate)
            if clock + wait > until:  # what of the wait falls after the first day passes faster
                soon = max(until - clock, 0.0)
                wait = soon + (wait - soon) / faster
            clock += wait
            if clock > until + AHEAD:
                break
            days.append(clock)
        if until >= 0:
            then.append(row([day for day in days if day <= until], until))
        now.append(row(days, until + AHEAD))
    return tuple(
        PurchaseHistories.from_columns(*np.array(rows).T[:3], log_gaps=np.array(rows).T[3]) for rows in (then, now)
    )


def row(days, until):
    return len(days), days[-1] if days else 0.0, until, float(np.log(np.diff([0.0, *days])).sum())


def seen(n, seed, faster=1.0, came=0):
    then, now = lives(n, seed, faster, came)
    return drift(MBG_NBD.fit(then), then, now)


def test_customers_who_go_on_as_before_have_not_drifted():
    found = seen(1500, 5, came=200)
    assert found.kind == "steady"
    assert found.p_value > 0.01
    assert not found.total.surprising
    assert (found.ahead, found.came, found.parameters) == (pytest.approx(AHEAD), 200, 4)
    assert found.total.customers == sum(tenth.customers for tenth in found.tenths) == 1500
    assert found.total.actual == sum(tenth.actual for tenth in found.tenths)
    assert found.total.expected == pytest.approx(sum(tenth.expected for tenth in found.tenths))
    per_head = [tenth.expected / tenth.customers for tenth in found.tenths]
    assert per_head == sorted(per_head, reverse=True)
    assert found.fit.customers == 1700
    assert "no more than chance. Of those known then" in str(found.verdict)


def test_customers_who_buy_half_as_much_again_have_drifted():
    found = seen(1500, 1, faster=1.5)
    assert found.kind == "drifted"
    assert found.total.surprising
    assert found.p_value < 0.1
    assert found.total.actual > found.total.interval_95[1]
    assert found.change > 0.05
    assert "no longer buy as MBG/NBD said" in str(found.verdict)
    assert "more purchases are expected" in str(found.verdict)
    assert "不容忽视" in say(found.verdict, "zh")


@pytest.mark.slow
def test_customers_who_buy_half_as_much_have_drifted_the_other_way():
    found = seen(1500, 2, faster=0.5)
    assert found.kind == "drifted"
    assert found.total.actual < found.total.interval_95[0]
    assert "fewer purchases are expected" in str(found.verdict)


def test_purchases_that_come_from_elsewhere_are_drift_though_their_number_is_as_foretold():
    then, _ = lives(400, 3)
    again = np.arange(400) % 4 == 0
    now = PurchaseHistories(
        then.repeats + again, np.where(again, then.observed_for + 5, then.last_repeat), then.observed_for + AHEAD
    )
    found = drift(MBG_NBD.fit(then), then, now)
    assert not found.total.surprising
    assert max(tenth.surprise for tenth in found.tenths) > 5
    assert found.kind == "drifted"


def test_of_few_customers_it_cannot_be_told():
    found = seen(60, 1, faster=1.3)
    assert found.kind == "unclear"
    assert "cannot be told" in str(found.verdict)


@pytest.mark.slow
def test_of_many_customers_a_shift_too_small_to_matter_is_called_slight():
    found = seen(20_000, 1, faster=1.03)
    assert found.total.surprising or found.p_value < 0.01
    assert found.kind == "slight"
    assert drift_again(found, 0.01).kind == "drifted"


def drift_again(found, matters):
    then, now = lives(20_000, 1, faster=1.03)
    assert found.total.customers == len(then)
    return drift(MBG_NBD.fit(then), then, now, matters=matters)


@pytest.mark.slow
def test_without_drift_chance_is_what_it_says():
    """The likelihood ratio's p-values are even, and one interval of 95% in twenty is missed."""
    found = [seen(500, 100 + seed) for seed in range(50)]
    assert kstest([one.p_value for one in found], "uniform").pvalue > 1e-3
    missed = [not low <= one.total.actual <= high for one in found for low, high in [one.total.interval_95]]
    assert sum(missed) <= 8  # of 50; more than 8 have a chance of 0.1%
    assert sum(one.kind == "drifted" for one in found) <= 4


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_any_model_can_be_asked(name):
    then, now = lives(400, 3, faster=3.0)
    found = drift(MODELS[name].fit(then), then, now)
    assert found.model == found.fit.model == name
    assert found.kind == "drifted"
    assert found.statistic > 0
    assert found.p_value is None or 0 <= found.p_value <= 1


def test_two_tellings_agree_to_the_last_digit():
    then, now = lives(300, 4)
    fit = MBG_NBD.fit(then)
    one, other = drift(fit, then, now), drift(fit, then, now)
    assert (one.total, one.tenths, one.statistic, one.p_value) == (
        other.total,
        other.tenths,
        other.statistic,
        other.p_value,
    )


def test_nothing_new_is_no_drift():
    then, _ = lives(300, 4)
    later = PurchaseHistories(then.repeats, then.last_repeat, then.observed_for + 1e-3, then.unit, then.log_gaps)
    found = drift(MBG_NBD.fit(then), then, later)
    assert found.kind in {"steady", "unclear"}
    assert found.statistic == pytest.approx(0.0, abs=1e-3)


def test_histories_that_do_not_continue_are_refused():
    then, now = lives(50, 5)
    fit = MBG_NBD.fit(then)
    for wrong, reason in (
        (now.rows(slice(0, 40)), "all customers known then"),
        (now.rows(np.arange(49, -1, -1)), "one time longer"),
        (then, "one time longer"),
        (PurchaseHistories(0 * now.repeats, 0 * now.last_repeat, now.observed_for), "can become fewer"),
    ):
        with pytest.raises(HistoryRefused, match=reason):
            drift(fit, then, wrong)
    s = SpendHistories.from_columns([1, 1, 2, 3, 5, 1], [3, 5, 8, 13, 4, 6])
    with pytest.raises(ParametersRefused, match="only one of a model of buying"):
        drift(GAMMA_GAMMA.fit(s), then, now)

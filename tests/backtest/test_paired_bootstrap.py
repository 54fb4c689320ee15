"""Drawing customers again: against slow loops, and where one customer is seen at several origins."""

import numpy as np
import pytest

from keyworth.backtest import paired_bootstrap
from keyworth.backtest.paired_bootstrap import drawn_again, means_over_origins


def seen(rng, *, people=40):
    """Two origins; at the earlier one only some of the customers were known. Two columns of values."""
    everybody = np.arange(100, 100 + people)
    some = np.sort(rng.choice(everybody, people // 2, replace=False))
    return [some, everybody], [rng.normal(size=(len(some), 2)), rng.normal(size=(people, 2))]


def test_it_is_the_slow_loop_over_customers_and_origins():
    customers, values = seen(np.random.default_rng(1))
    found = drawn_again(customers, values, rng=np.random.default_rng(2), draws=25)
    dice = np.random.default_rng(2)
    everybody = sorted({int(one) for origin in customers for one in origin})
    times = dice.multinomial(len(everybody), [1 / len(everybody)] * len(everybody), size=25)
    for draw, counted in zip(found, times, strict=True):
        drawn = [who for who, count in zip(everybody, counted, strict=True) for _ in range(count)]
        means = []
        for who, rows in zip(customers, values, strict=True):
            theirs = [rows[list(who).index(one)] for one in drawn if one in who]
            means.append(np.mean(theirs, axis=0))
        assert draw == pytest.approx(np.mean(means, axis=0), abs=1e-12)


def test_the_mean_over_origins_gives_each_origin_one_voice():
    values = [np.array([[1.0], [3.0]]), np.array([[10.0]] * 7)]
    assert means_over_origins(values) == pytest.approx([6.0])


def test_what_repeats_itself_over_origins_is_no_news():
    """The same customers with the same values at four origins are as uncertain as at one."""
    rng = np.random.default_rng(3)
    who, rows = np.arange(300), rng.normal(size=(300, 1))
    once = drawn_again([who], [rows], rng=np.random.default_rng(4), draws=2000).std()
    four = drawn_again([who] * 4, [rows] * 4, rng=np.random.default_rng(4), draws=2000).std()
    assert four == pytest.approx(once, rel=1e-9)
    assert once == pytest.approx(rows.std() / np.sqrt(300), rel=0.06)


def test_bundles_of_many_customers_tell_the_same_spread(monkeypatch):
    rng = np.random.default_rng(5)
    who, rows = np.arange(9000), rng.exponential(size=(9000, 1))
    found = drawn_again([who], [rows], rng=np.random.default_rng(6), draws=1000)
    assert found.mean() == pytest.approx(rows.mean(), abs=0.002)
    assert found.std() == pytest.approx(rows.std() / np.sqrt(9000), rel=0.1)
    monkeypatch.setattr(paired_bootstrap, "MOST_BUNDLES", 10_000)
    alone = drawn_again([who], [rows], rng=np.random.default_rng(6), draws=300)
    assert found.std() == pytest.approx(alone.std(), rel=0.15)


def test_an_origin_of_which_a_draw_holds_nobody_does_not_count_in_it():
    customers = [np.array([7]), np.arange(5)]
    values = [np.array([[100.0]]), np.zeros((5, 1))]
    found = drawn_again(customers, values, rng=np.random.default_rng(7), draws=200)
    # Drawn with others, alone at both origins' expense, or not at all: never a division by nobody.
    assert set(np.unique(found)) <= {0.0, 50.0, 100.0}
    assert {0.0, 50.0} <= set(np.unique(found))

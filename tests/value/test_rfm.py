"""RFM: bins that ties cannot empty, sums that add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.value import rfm_grid
from keyworth.value.rfm import bins, even_edges


def test_without_ties_the_bins_are_fifths():
    edges = even_edges(np.arange(100))
    assert list(edges) == [0, 20, 40, 60, 80, np.inf]


def test_a_crowd_of_one_time_buyers_is_one_bin_and_the_rest_are_still_told_apart():
    purchases = [1] * 60 + [2] * 15 + [3] * 10 + [4] * 5 + [5] * 4 + [8] * 3 + [20] * 3
    edges = even_edges(purchases)
    assert list(edges) == [1, 2, 3, 4, 8, np.inf]
    assert np.all(np.bincount(bins(purchases, edges)) > 0)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=200))
def test_no_bin_is_empty_and_there_are_at_most_five(values):
    edges = even_edges(values)
    heads = np.bincount(bins(values, edges), minlength=edges.size - 1)
    assert heads.sum() == len(values)
    assert 1 <= heads.size <= 5
    assert heads.min() > 0


def test_the_grid_adds_up_to_the_base():
    rng = np.random.default_rng(4)
    n = 2000
    days, bought = rng.integers(0, 700, n), 1 + rng.poisson(0.7, n)
    spent, value, chance = rng.gamma(1, 100, n), rng.gamma(1, 50, n), rng.random(n)
    grid = rfm_grid(days, bought, spent, value, chance)
    assert grid.customers.sum() == n
    assert grid.spent.sum() == pytest.approx(spent.sum())
    assert grid.value.sum() == pytest.approx(value.sum())
    assert np.nansum(grid.chance * grid.customers) == pytest.approx(chance.sum())
    assert grid.customers[0].sum() == np.sum(days < grid.recency_days[1])
    assert grid.customers[:, 0].sum() == np.sum(bought < grid.purchases[1])


def test_a_cell_with_nobody_has_no_chance_and_an_unknown_chance_is_none():
    grid = rfm_grid([1, 100], [5, 1], [10, 20], [1, 2], [0.9, 0.2])
    assert np.isnan(grid.chance[0, 0])
    assert grid.chance[0, 1] == 0.9
    assert rfm_grid([1], [1], [1], [1]).chance is None

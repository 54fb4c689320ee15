"""From rows to sections: nobody is lost, everything adds up."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.report import churn_split, cohorts, concentration, most_at_stake, rfm_grid, risk_map

worths = st.lists(st.floats(0, 1e7), min_size=1, max_size=60).map(np.array)


def test_the_curve_of_ten_customers_by_hand() -> None:
    found = concentration(np.array([50.0, 20, 10, 5, 5, 4, 3, 1, 1, 1]))
    assert found is not None
    assert found.top_fifth == pytest.approx(0.7)
    assert found.for_four_fifths == pytest.approx(0.3)
    assert [(one.name, one.customers, one.value) for one in found.classes] == [
        ("A", 3, 80.0),
        ("B", 4, 17.0),
        ("C", 3, 3.0),
    ]


def test_nobody_worth_anything_has_no_curve() -> None:
    assert concentration(np.zeros(4)) is None
    assert concentration(np.array([])) is None


@given(worths)
def test_classes_hold_everyone_and_all_value(value: np.ndarray) -> None:
    found = concentration(value)
    if found is None:
        assert value.sum() == 0
        return
    assert sum(one.customers for one in found.classes) == len(value)
    assert sum(one.value for one in found.classes) == pytest.approx(value.sum())
    assert (np.diff(found.value_share) >= -1e-12).all()
    assert found.value_share[-1] == 1.0


@given(st.integers(0, 2**32 - 1), st.integers(1, 200))
def test_cells_add_up_to_the_base(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    value, chance = rng.gamma(1, 100, n), rng.random(n)
    grid = rfm_grid(rng.integers(0, 2000, n) * 1.0, rng.integers(1, 40, n) * 1.0, value * 2, value, chance)
    assert grid.customers.sum() == n
    assert grid.value.sum() == pytest.approx(value.sum())
    assert grid.chance is not None
    assert np.nansum(grid.chance * grid.customers) == pytest.approx(chance.sum())
    assert (np.isnan(grid.chance) == (grid.customers == 0)).all()


def test_a_day_belongs_to_the_row_that_begins_with_it() -> None:
    grid = rfm_grid(np.array([0.0, 30, 31, 90]), np.ones(4), np.ones(4), np.ones(4))
    assert grid.customers[:, 0].tolist() == [2, 2, 0, 0, 0]


@given(st.integers(0, 2**32 - 1), st.integers(1, 300))
def test_hexagons_and_quadrants_hold_everyone(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    kept = rng.lognormal(6, 1.5, n) * (rng.random(n) > 0.1)
    risk = rng.random(n)
    found = risk_map(kept, risk, kept * (1 - risk))
    if found is None:
        assert not (kept > 0).any()
        return
    assert found.customers.sum() + found.undrawn == n
    assert sum(one.customers for one in found.quadrants) == n
    assert sum(one.value for one in found.quadrants) == pytest.approx((kept * (1 - risk)).sum())


def test_a_hexagon_is_the_nearest_one() -> None:
    rng = np.random.default_rng(3)
    kept, risk = 10 ** rng.uniform(1, 4, 4000), rng.random(4000)
    found = risk_map(kept, risk, kept)
    assert found is not None
    across = np.log10(found.value_ratio)
    # Against every centre at once, in units in which a hexagon is regular.
    x = (np.log10(kept)[:, None] - np.log10(found.value)[None, :]) / across
    y = (risk[:, None] - found.risk[None, :]) / found.risk_step * np.sqrt(0.75)
    nearest = np.bincount((x**2 + y**2).argmin(axis=1), minlength=len(found.value))
    assert np.abs(nearest - found.customers).sum() <= 0.01 * len(kept)  # the clipped ends may differ


def test_the_same_value_for_all_still_draws() -> None:
    found = risk_map(np.full(9, 50.0), np.linspace(0, 1, 9), np.full(9, 50.0))
    assert found is not None
    assert found.value_ratio > 1


def test_churn_parts_add_up() -> None:
    split = churn_split(np.array([0.2, 0.9]), np.array([0.3, 0.05]), np.array([100.0, 10.0]))
    assert split.gone + split.leaving + split.staying == pytest.approx(2)
    assert split.value_gone == pytest.approx(29.0)
    assert split.value_leaving == pytest.approx(30.5)


def test_who_can_be_kept_is_listed_before_who_has_gone() -> None:
    kept = np.array([1000.0, 900, 10, 500, 0])
    gone = np.array([0.99, 0.1, 0.1, 0.4, 0.2])
    assert most_at_stake(kept, gone, np.full(5, 0.01), each=2).tolist() == [3, 1, 0]


def test_cohorts_are_quarters_and_hold_everyone() -> None:
    first = np.array(["2025-12-31", "2026-01-01", "2026-03-31", "2026-10-02"], dtype="datetime64[D]")
    found = cohorts(first, date(2026, 11, 22), np.array([1.0, 2, 3, 4]), chance=np.array([1.0, 0.5, 0.25, 1]))
    assert [(one.first_day, one.last_day, one.customers, one.value) for one in found] == [
        (date(2025, 10, 1), date(2025, 12, 31), 1, 1.0),
        (date(2026, 1, 1), date(2026, 3, 31), 2, 5.0),
        (date(2026, 10, 1), date(2026, 11, 22), 1, 4.0),
    ]
    assert found[1].still_customers == 0.75
    assert found[1].spent is None


def test_many_years_become_yearly_cohorts() -> None:
    first = np.array(["2010-05-01", "2026-01-01"], dtype="datetime64[D]")
    assert [one.first_day for one in cohorts(first, date(2026, 11, 22), np.ones(2))] == [
        date(2010, 1, 1),
        date(2026, 1, 1),
    ]

"""The ABC curve: by hand, and in every case adding up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.value import TIERS, concentration, tiers


def test_ten_customers_of_whom_two_carry_four_fifths():
    found = concentration([50, 30, 6, 4, 3, 2, 2, 1, 1, 1])
    assert found.top_fifth == pytest.approx(0.8)
    assert found.for_four_fifths == pytest.approx(0.2)
    assert [(c.name, c.customers, c.value) for c in found.classes] == [
        ("A", 2, 80),
        ("B", 4, 15),
        ("C", 4, 5),
    ]
    assert found.value_share[:3] == pytest.approx([0, 0.5, 0.8])


@given(st.lists(st.floats(-5, 1e6), min_size=1, max_size=400))
def test_classes_add_up_and_the_curve_ends_where_it_must(values):
    found = concentration(values)
    assert sum(c.customers for c in found.classes) == len(values)
    assert sum(c.value for c in found.classes) == pytest.approx(sum(values), abs=1e-6)
    assert (found.customer_share[0], found.customer_share[-1]) == (0, 1)
    assert (found.value_share[0], found.value_share[-1]) == (0, 1)
    assert found.customer_share.size <= 201


def test_the_curve_of_many_has_few_points():
    found = concentration(np.random.default_rng(1).gamma(0.3, 1, 100_000))
    assert found.customer_share.size == 201
    assert np.all(np.diff(found.value_share) >= 0)
    assert found.value_share[40] == pytest.approx(found.top_fifth)


def test_nobody_worth_anything_has_no_shares():
    assert concentration([0, 0]).top_fifth is None
    assert concentration([]).for_four_fifths is None


def test_each_customer_has_the_tier_of_the_class_their_rank_falls_in():
    value = np.array([3.0, 50.0, 6.0, 1.0, 30.0, 4.0, 2.0, 2.0, 1.0, 1.0])
    rank = np.argsort(np.argsort(-value, kind="stable"), kind="stable") + 1
    assert "".join(TIERS[place] for place in tiers(value, rank)) == "BABCABBCCC"

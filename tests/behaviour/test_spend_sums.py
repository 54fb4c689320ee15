"""What the root gamma-gamma is told: the gate, and sums that are those of the purchases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.behaviour import SpendSums
from keyworth.errors import HistoryRefused


def test_single_purchases_are_summed_by_customer():
    s = SpendSums.from_purchases([0, 0, 1, 0, 2, 2], [5.0, 16.0, 81.0, 64.0, 9.0, -2.0], [1, 0, 1, 0, 1, 0])
    assert len(s) == 3
    assert s.repeats.tolist() == [2, 0, 0]
    assert s.roots[0] == pytest.approx([80, 12, 16 ** (1 / 3) + 4, 2 + 8**0.5])
    assert s.logs == pytest.approx([np.log(16 * 64), 0, 0])
    assert s.first_value.tolist() == [5, 81, 9]
    assert s.brought.tolist() == [85, 81, 7]
    assert s.purchases.tolist() == [3, 1, 1]
    assert s.scaled_logs == pytest.approx(np.log([5 * 16 * 64, 81, 9]))


def test_a_first_purchase_that_brought_nothing_is_not_known():
    s = SpendSums.from_purchases([0, 1], [0.0, -3.0], [1, 1])
    assert s.first_value.tolist() == [0, 0]
    assert s.purchases.tolist() == [0, 0]
    assert s.brought.tolist() == [0, -3]


def test_what_purchases_came_to_is_their_sum_unless_said():
    roots = [[25.0, 5.0, 25 ** (1 / 3), 5**0.5]]
    assert SpendSums.from_columns([1], roots, [np.log(25)], [7.0]).brought.tolist() == [32]
    assert SpendSums.from_columns([1], roots, [np.log(25)], [7.0], [-1.0]).brought.tolist() == [-1]


GOOD = {
    "repeats": 2.0,
    "roots": [20.0, 6.0, 4.1072, 3.4142],
    "logs": 4.1588,
    "first": 3.0,
    "brought": 23.0,
    "scale": 1.0,
}  # 4 and 16


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"repeats": np.nan}, "a value is missing or not finite"),
        ({"first": np.inf}, "a value is missing or not finite"),
        ({"logs": np.nan}, "a value is missing or not finite"),
        ({"repeats": -1.0}, "a value is negative"),
        ({"roots": [20.0, -6.0, 4.1072, 3.4142]}, "a value is negative"),
        ({"repeats": 1.5}, "the number of repeat purchases is not whole"),
        ({"scale": 0.0}, "the scale is not above zero"),
        ({"logs": 4.7}, "the sums of roots and logarithms are not of the same purchases"),
        ({"roots": [20.0, 6.4, 4.1072, 3.4142]}, "the sums of roots and logarithms are not of the same purchases"),
        ({"roots": [0.0, 0.0, 0.0, 0.0]}, "the sums of roots and logarithms are not of the same purchases"),
    ],
)
def test_a_row_that_cannot_be_is_refused(change, reason):
    rows = [GOOD, GOOD | change]
    columns = [[row[name] for row in rows] for name in GOOD]
    with pytest.raises(HistoryRefused, match=f"1 of 2 histories.*{reason}.*in row 2"):
        SpendSums.from_columns(*columns)


def test_columns_of_other_shapes_are_refused():
    with pytest.raises(HistoryRefused, match="Columns of one length were expected, and 4 roots a row"):
        SpendSums.from_columns([1, 1], [[1.0, 1.0, 1.0]] * 2, [0.0, 0.0], [1.0, 1.0])
    with pytest.raises(HistoryRefused, match="Three columns of one length"):
        SpendSums.from_purchases([0, 0], [5.0], [1, 0])
    with pytest.raises(HistoryRefused, match=r"1 of 2 histories.*not finite"):
        SpendSums.from_purchases([0, 0], [5.0, np.nan], [1, 0])


def test_nobody_is_somebody_to_sum():
    assert len(SpendSums.from_purchases([], [], [])) == 0


money = st.floats(0.01, 1e9)


@given(st.lists(st.tuples(st.integers(0, 4), money), min_size=1, max_size=30), st.floats(1e-3, 1e3))
def test_sums_of_real_purchases_pass_the_gate_and_scale_divides_them(purchases, scale):
    who, value = np.transpose(purchases)
    order = np.argsort(who, kind="stable")
    who, value = who[order].astype(int), value[order]
    first = np.r_[True, who[1:] != who[:-1]]
    n = who.max() + 1
    scaled = SpendSums.from_purchases(who, value, first, scale=np.full(n, scale))
    divided = SpendSums.from_purchases(who, value / scale, first)
    for k in range(1, 5):
        np.testing.assert_allclose(scaled.scaled_roots(k), divided.roots[:, k - 1], rtol=1e-12)
        np.testing.assert_allclose(scaled.scaled_first(k), divided.scaled_first(k), rtol=1e-12)
    np.testing.assert_allclose(scaled.scaled_logs, divided.scaled_logs, rtol=1e-9, atol=1e-9)
    some = scaled.rows(slice(0, 1))
    assert some.roots.tolist() == scaled.roots[:1].tolist()

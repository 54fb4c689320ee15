"""The gate: what is let in, what is refused and in which words."""

import numpy as np
import pytest

from keyworth.behaviour import MBG_NBD, MbgNbdParameters, PurchaseHistories, UniqueHistories
from keyworth.errors import HistoryRefused, OptionRefused
from keyworth.units import TimeUnit


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((np.nan, 1.0, 2.0), "a value is missing or not finite"),
        ((1.0, 1.0, np.inf), "a value is missing or not finite"),
        ((-1.0, 1.0, 2.0), "a value is negative"),
        ((1.5, 1.0, 2.0), "the number of repeat purchases is not whole"),
        ((1.0, 3.0, 2.0), "the last repeat is later than the end of observation"),
        ((0.0, 1.0, 2.0), "there is a last repeat but no repeat purchase"),
        ((2.0, 0.0, 2.0), "there are repeat purchases but the last repeat is at time 0"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_number(row, reason):
    good = (1.0, 1.0, 2.0)
    with pytest.raises(HistoryRefused) as refused:
        PurchaseHistories.from_columns(*np.transpose([good, row, good, row]))
    said = str(refused.value)
    assert f"{reason} (2 times, first in rows 2, 4)" in said
    assert "2 of 4 histories cannot be used" in said
    assert "Correct these rows" in said
    assert refused.value.counts == {"histories_refused": 2, "histories": 4}


def test_all_faults_are_told_at_once():
    with pytest.raises(HistoryRefused, match=r"2 of 2.*is not whole.*later than the end"):
        PurchaseHistories.from_columns([1.5, 1.0], [1.0, 9.0], [2.0, 2.0])


def test_columns_of_different_length_are_refused():
    with pytest.raises(HistoryRefused, match="Three columns of one length"):
        PurchaseHistories.from_columns([1.0], [1.0, 1.0], [2.0])


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan])
def test_a_weight_must_be_positive(weight):
    with pytest.raises(HistoryRefused, match="the weight is not a positive number"):
        UniqueHistories.from_columns([1.0], [1.0], [2.0], [weight])


@pytest.mark.parametrize("unit", list(TimeUnit))
def test_unique_histories_give_back_every_row_in_days_and_in_any_times(unit):
    rng = np.random.default_rng(5)
    observed = rng.integers(1, 40, size=500)
    x = rng.integers(0, 4, size=500)
    last = np.where(x > 0, rng.integers(1, 1 + observed), 0)
    for divisor in (unit.days, 7.3):  # the second is no whole number of days
        h = PurchaseHistories.from_columns(x, last / divisor, observed / divisor, unit=unit)
        unique = h.unique()
        assert unique.weights.sum() == 500 == unique.customers
        assert unique.histories.unit is unit
        for name in ("repeats", "last_repeat", "observed_for"):
            np.testing.assert_array_equal(getattr(unique.histories, name)[unique.inverse], getattr(h, name))
        rows = np.column_stack([x, last, observed])
        assert len(unique) == len(np.unique(rows, axis=0))
        counted = h.unique(inverse=False)
        assert counted.inverse is None
        np.testing.assert_array_equal(counted.weights, unique.weights)


def test_no_histories_at_all_are_no_unique_histories():
    empty = PurchaseHistories.from_columns([], [], [])
    assert len(empty.unique()) == len(empty.unique(inverse=False)) == 0


def test_gaps_that_cannot_be_are_refused():
    with pytest.raises(HistoryRefused, match=r"longer than the time to the last repeat \(1 time, in row 2\)"):
        PurchaseHistories.from_columns([2, 2], [10, 10], [12, 12], log_gaps=[2 * np.log(5), 2 * np.log(5) + 1e-3])
    with pytest.raises(HistoryRefused, match="expected; got 1 for 2"):
        PurchaseHistories.from_columns([2, 2], [10, 10], [12, 12], log_gaps=[3])
    with pytest.raises(HistoryRefused, match="missing or not finite"):
        PurchaseHistories.from_columns([0], [0], [12], log_gaps=[np.nan])


def test_a_model_with_a_rhythm_asks_for_the_gaps():
    assert PurchaseHistories.from_columns([1], [2], [3], log_gaps=[0.5]).needed_gaps().tolist() == [0.5]
    with pytest.raises(HistoryRefused, match="reads the time between purchases"):
        PurchaseHistories.from_columns([1], [2], [3]).needed_gaps()


def test_histories_that_become_one_keep_the_mean_of_their_gaps_whatever_their_order():
    rng = np.random.default_rng(3)
    x = rng.integers(0, 3, 400)
    gaps = np.where(x > 0, x * (np.log(7.0 / np.maximum(x, 1)) - rng.random(400)), 0.0)
    for day in (1.0, 7.3):  # the second is no whole number of days
        h = PurchaseHistories.from_columns(x, np.where(x > 0, 7.0 * day, 0.0), np.full(400, 9.0 * day), log_gaps=gaps)
        unique = h.unique()
        for i in range(3):
            assert unique.histories.log_gaps[i] == pytest.approx(gaps[x == unique.histories.repeats[i]].mean())
        turned = h.rows(np.arange(399, -1, -1)).unique()
        np.testing.assert_array_equal(turned.histories.log_gaps, unique.histories.log_gaps)


def test_a_unit_may_be_written() -> None:
    days = PurchaseHistories.from_columns([1], [5], [9], unit="days")
    assert days.unit is TimeUnit.DAY
    p = MbgNbdParameters(0.5, 6.0, 0.9, 1.6)
    assert MBG_NBD.simulate(p, np.full(3, 40.0), seed=1, unit="day").unit is TimeUnit.DAY
    for given in ("fortnight", 7):
        with pytest.raises(OptionRefused, match="unit expects day, week, month or year; got"):
            PurchaseHistories.from_columns([1], [5], [9], unit=given)

"""What is let in as survivors or tenures, what is refused, and that both say the same of the same people."""

import numpy as np
import pytest

from keyworth.behaviour import BDW, SBG, BdwParameters, SbgParameters, Survivors, Tenures
from keyworth.errors import HistoryRefused, ParametersRefused


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((np.nan, 1, 1), "a value is missing or not finite"),
        ((2, np.nan, 1), "a value is missing or not finite"),
        ((-1, 0, 1), "a value is negative"),
        ((1.5, 1, 1), "the number of periods is not whole"),
        ((1e6, 0, 1), "the number of periods is above 100,000"),
        ((2, 2, 1), "ended is neither yes nor no"),
        ((0, 1, 1), "the contract ended before its first period did"),
        ((2, 1, 0), "the weight is not a positive number"),
    ],
)
def test_a_tenure_that_cannot_be_is_refused_with_its_row(row, reason):
    with pytest.raises(HistoryRefused, match=f"1 of 2 histories.*{reason}.*in row 2"):
        Tenures.from_columns(*np.transpose([(3, 1, 1), row]))


def test_columns_of_different_length_are_refused():
    with pytest.raises(HistoryRefused, match="Columns of one length"):
        Tenures.from_columns([1, 2], [True])


@pytest.mark.parametrize(
    ("survivors", "reason"),
    [
        ([], "period 0: there is no period after it"),
        ([1000], "period 0: there is no period after it"),
        ([0, 0], "period 0: nobody is there to begin with"),
        ([1000, 600, 700], "period 2: 700 survivors are more than the 600 before"),
        ([100, -3], "period 1: -3 is negative"),
        ([100, np.nan, 30], "period 1: the number is missing or not finite"),
        ([100, np.inf, 30], "period 1: the number is missing or not finite"),
        ([10, 20, -5], "period 1: 20 survivors are more than the 10 before, period 2: -5 is negative"),
    ],
)
def test_survivors_that_cannot_be_are_refused_with_their_period(survivors, reason):
    with pytest.raises(HistoryRefused) as refused:
        Survivors.from_columns(survivors)
    assert reason in str(refused.value)


@pytest.mark.parametrize("size", [0, -5, np.nan])
def test_a_cohort_needs_a_size(size):
    with pytest.raises(HistoryRefused, match="size above zero"):
        Survivors.from_columns([1.0, 0.5], cohort=size)


def test_shares_and_percentages_of_a_cohort_are_its_counts():
    counts = Survivors.from_columns([1000, 631, 468])
    for shares in ([1, 0.631, 0.468], [100, 63.1, 46.8]):
        of_1000 = Survivors.from_columns(shares, cohort=1000)
        np.testing.assert_allclose(of_1000.customers, counts.customers, rtol=1e-14)
    assert counts.shares.tolist() == [1.0, 0.631, 0.468]
    assert counts.until(1).customers.tolist() == [1000.0, 631.0]


def test_a_table_and_the_people_in_it_have_one_likelihood():
    table = Survivors.from_columns([6, 4, 4, 1])
    people = Tenures.from_columns([1, 1, 3, 3, 3, 3], [1, 1, 1, 1, 1, 0])
    assert table.tenures().left.tolist() == people.left.tolist() == [0, 2, 0, 3]
    assert table.tenures().running.tolist() == people.running.tolist() == [0, 0, 0, 1]
    for model, p in ((SBG, SbgParameters(0.7, 1.2)), (BDW, BdwParameters(0.7, 1.2, 1.4))):
        summed = [(model.log_likelihood(p, seen) * seen.customers).sum() for seen in (table.tenures(), people)]
        assert summed[0] == pytest.approx(summed[1], rel=1e-14)
        left = -np.diff(model.survival(p, np.arange(4)))
        by_hand = 2 * np.log(left[0]) + 3 * np.log(left[2]) + np.log(model.survival(p, 3))
        assert summed[1] == pytest.approx(by_hand, rel=1e-12)
    assert SBG.fit(table).log_likelihood == pytest.approx(SBG.fit(people).log_likelihood, rel=1e-14)


def test_cohorts_of_different_age_are_one_sample():
    old, young = Survivors.from_columns([1000, 631, 468, 382]), Survivors.from_columns([500, 300])
    together = Tenures.together(old.tenures(), young.tenures())
    assert together.stayed.tolist() == [1500, 931, 468, 382]
    assert together.left.tolist() == [0, 569, 163, 86]
    fit = SBG.fit(together)
    assert fit.customers == 1500
    assert fit.log_likelihood < SBG.fit(old).log_likelihood
    assert len(Tenures.together()) == 0


def test_who_has_not_yet_decided_teaches_nothing():
    seen = Tenures.from_columns([1, 2, 3, 3, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0], [40, 20, 9, 30, 1, 1, 1])
    without = Tenures.from_columns([1, 2, 3, 3], [1, 1, 1, 0], [40, 20, 9, 30])
    assert SBG.fit(seen).log_likelihood == SBG.fit(without).log_likelihood
    assert SBG.log_likelihood(SbgParameters(0.7, 1.2), seen)[-1] == 0.0


@pytest.mark.parametrize("values", [(0.0, 1.0), (1.0, -1.0), (np.nan, 1.0)])
def test_parameters_must_be_positive(values):
    with pytest.raises(ParametersRefused):
        SbgParameters(*values)
    with pytest.raises(ParametersRefused):
        BdwParameters(1.0, *values)

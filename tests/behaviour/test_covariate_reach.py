"""Columns of numbers beyond all reckoning, and questions far beyond what a fit has seen, are refused by their name."""

import json

import numpy as np
import pytest

from keyworth.behaviour import (
    MBG_NBD,
    MbgNbdParameters,
    load_covariate_fit,
    save_covariate_fit,
    with_covariates,
)
from keyworth.errors import HistoryRefused
from keyworth.words import say

pytest.importorskip("formulaic")

N = 300
AGE = np.random.default_rng(5).normal(40.0, 10.0, N)
H = MBG_NBD.simulate(MbgNbdParameters(0.8, 4.0, 0.9, 2.0), np.full(N, 52.0), seed=4)


def put(row, value):
    return np.where(np.arange(N) == row, value, AGE)


@pytest.fixture(scope="module")
def fitted():
    return with_covariates(MBG_NBD, H, {"age": AGE, "kind": AGE > 40}, {"buying": "age + kind"}, ridge=0.0)


@pytest.mark.parametrize(
    ("column", "formula", "said"),
    [
        (AGE * 1e300, "age", "The column age holds 3.19807e+301 in row 1; numbers up to 1e+60 can be reckoned with."),
        (put(5, -1e300), "log(age)", "The column age holds -1e+300 in row 6; numbers up to 1e+60"),
        (AGE * 1e-300, "age", "The numbers in the column age differ by "),
        (put(7, 1e12), "age", "In age row 8 is so far from all others, at 1e+12, that these look alike"),
        (put(7, 1e12), "I(age * 2)", "row 8 is so far from all others, at 2e+12"),
    ],
)
def test_numbers_that_no_fit_can_reckon_with_are_refused_by_column_and_row(column, formula, said):
    with pytest.raises(HistoryRefused) as refused:
        with_covariates(MBG_NBD, H, {"age": column}, {"buying": formula}, ridge=0.0)
    assert said in str(refused.value)
    assert say(refused.value.message, "zh") != str(refused.value.message)
    assert say(refused.value.hint, "zh") != str(refused.value.hint)


@pytest.mark.parametrize(("column", "formula"), [(put(7, 1e12), "log(age)"), (put(7, 1e4), "age")])
def test_a_far_value_that_leaves_the_others_apart_is_learnt_from(column, formula):
    assert with_covariates(MBG_NBD, H, {"age": column}, {"buying": formula}, ridge=0.0).converged


def test_one_customer_of_a_kind_is_no_far_value():
    with_covariates(MBG_NBD, H, {"first": put(7, 0.0) == 0.0}, {"buying": "first"}, ridge=25.0)
    with_covariates(MBG_NBD, H, {"first": (np.arange(N) == 7) * 1.0}, {"buying": "first"}, ridge=25.0)


@pytest.mark.parametrize("value", [1e5, -1e5, 1e59])
def test_far_beyond_what_was_learnt_the_column_is_named_with_its_range_and_the_value(fitted, value):
    with pytest.raises(HistoryRefused) as refused:
        fitted.customers_of({"age": [40.0, 30.0, value], "kind": [True, False, True]})
    low, high = f"{AGE.min():g}", f"{AGE.max():g}"
    assert str(refused.value.message) == (
        f"The column age reached from {low} to {high} when it was fitted, and holds {value:g} in row 3: "
        "so far beyond nothing was learnt."
    )
    assert say(refused.value.message, "zh") != str(refused.value.message)


def test_beyond_but_within_reason_it_is_answered_and_told(fitted):
    own = fitted.customers_of({"age": [40.0, 200.0, 150.0], "kind": [True, False, True]})
    (told,) = own.told
    assert str(told).endswith("2 of 3 customers lie far beyond, the farthest at 200.")
    assert say(told, "zh") != str(told)
    assert fitted.customers_of({"age": [AGE.min() - 5, AGE.max() + 5], "kind": [True, False]}).told == ()


def test_a_saved_fit_keeps_its_reach_and_one_saved_before_is_read_without(fitted):
    text = save_covariate_fit(fitted)
    again = load_covariate_fit(text)
    assert again.formulas["buying"].reach == {"age": (AGE.min(), AGE.max())}
    told = json.loads(text)
    del told["formulas"]["buying"]["reach"]
    assert load_covariate_fit(json.dumps(told)).customers_of({"age": [500.0], "kind": [True]}).told == ()

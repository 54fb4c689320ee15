"""What is no column of numbers is refused by its name and row, at every gate of the engine."""

import numpy as np
import pytest

from keyworth.behaviour import (
    MODELS,
    RHYTHM_MODELS,
    OccasionHistories,
    PurchaseHistories,
    SpendHistories,
    Survivors,
    Tenures,
    load_fit,
    with_covariates,
)
from keyworth.errors import FileUnreadable, HistoryRefused, OptionRefused
from keyworth.words import say


@pytest.mark.parametrize(
    ("gate", "columns", "said"),
    [
        (PurchaseHistories, ([1, "a"], [1, 2], [2, 3]), "repeats was expected to hold numbers; row 2 holds 'a'."),
        (PurchaseHistories, ([1], [1], ["2025-01-01"]), "observed_for was expected to hold numbers; row 1 holds"),
        (PurchaseHistories, ([[1], [1, 2]], [1, 2], [2, 3]), "repeats was expected to hold one number in each row."),
        (SpendHistories, ([1], ["¥5"]), "mean_value was expected to hold numbers; row 1 holds '¥5'."),
        (Survivors, ([100, "n/a"],), "survivors was expected to hold numbers; row 2 holds 'n/a'."),
        (Tenures, (["x"], [1]), "periods was expected to hold numbers; row 1 holds 'x'."),
        (OccasionHistories, ([1], ["?"], [6]), "last_repeat was expected to hold numbers; row 1 holds '?'."),
        (Survivors, ([1, 0.5, 0.3],), "Survivors that begin with 1 and go on with parts of it are shares."),
        (PurchaseHistories, ([1e9], [5.0], [9.0]), "there are more than 1,000,000 repeat purchases"),
    ],
)
def test_the_column_and_the_row_are_named(gate, columns, said):
    with pytest.raises(HistoryRefused) as refused:
        gate.from_columns(*columns)
    assert said in str(refused.value.message)
    assert say(refused.value.message, "zh") != str(refused.value.message)


@pytest.mark.parametrize("name", [*MODELS, *RHYTHM_MODELS])
@pytest.mark.parametrize("given", [np.ones((5, 3)), {"repeats": [1]}, None])
def test_what_is_no_history_is_refused_before_any_model_learns_from_it(name, given):
    with pytest.raises(HistoryRefused, match="Purchase histories were expected; got"):
        (MODELS | RHYTHM_MODELS)[name].fit(given)


def test_a_saved_fit_is_a_text():
    with pytest.raises(FileUnreadable, match="a text was expected; got NoneType"):
        load_fit(None)


def test_one_formula_for_no_process_is_refused():
    h = PurchaseHistories.from_columns([1, 0], [1, 0], [3, 3])
    with pytest.raises(OptionRefused, match="A formula for each process was expected; got str"):
        with_covariates(MODELS["mbg-nbd"], h, {"age": [1.0, 2.0]}, "age")

"""What is no column of numbers is refused by its name and row, at every gate of the engine."""

import pytest

from keyworth.behaviour import OccasionHistories, PurchaseHistories, SpendHistories, Survivors, Tenures
from keyworth.errors import HistoryRefused
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

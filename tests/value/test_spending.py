"""What a purchase is worth, and the factor of a customer's own."""

import numpy as np
import pytest
from shop_of_known_truth import open_shop

from keyworth.behaviour.spending.spend_histories import SpendHistories
from keyworth.value.spending import spend_correlation, spend_outlook


def test_the_scale_is_gamma_and_what_their_repeats_brought(shop):
    found = spend_outlook(shop.spend.histories, shop.spend.first_value, shop.spend.fit)
    expected = shop.spend.fit.parameters.gamma + shop.spend.histories.total
    assert found.scale == pytest.approx(expected)
    assert found.notes == ()


def test_correlation_needs_three_customers_who_differ():
    assert spend_correlation(SpendHistories(np.array([1.0, 2, 0]), np.array([5.0, 6, 0]))) is None
    assert spend_correlation(SpendHistories(np.array([2.0, 2, 2]), np.array([5.0, 6, 7]))) is None
    four = SpendHistories(np.array([1.0, 2, 3, 9]), np.array([3.0, 2, 1, 0]))
    assert spend_correlation(four) == pytest.approx(-1)  # the fourth bought for nothing and does not count


def test_in_few_customers_a_correlation_by_chance_is_not_reported():
    small = open_shop(40, seed=1)
    found = spend_outlook(small.spend.histories, small.spend.first_value, small.spend.fit)
    assert abs(found.correlation) > 0.1
    assert not any("go together" in str(note) for note in found.notes)

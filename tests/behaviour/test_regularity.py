"""Two estimates of regularity, from purchase times whose regularity is known."""

import numpy as np
import pytest

from keyworth.behaviour.regular_timing.regularity import own_regularities, wheat_morrison
from keyworth.errors import NotEnoughHistory


def purchases(k, customers, gaps, seed=1):
    rng = np.random.default_rng(seed)
    each = rng.gamma(k, 1.0, (customers, gaps)) / rng.gamma(1.5, 0.2, (customers, 1))
    return [np.append(0.0, np.cumsum(row)) for row in each]


@pytest.mark.parametrize("k", [0.6, 1.0, 3.0])
def test_both_find_the_k_that_made_the_gaps(k):
    assert wheat_morrison(purchases(k, 20_000, 3)) == pytest.approx(k, rel=0.05)
    assert np.median(own_regularities(purchases(k, 200, 200))) == pytest.approx(k, rel=0.05)


def test_the_first_estimate_is_a_matter_of_two_gaps():
    """Shares of ⅔ and ¼ have a variance about one half of 13/288, hence k = (1 − 4v) / 8v = 59/26."""
    assert wheat_morrison([[0, 9, 11, 12], [0, 1, 4], [0, 5]]) == pytest.approx(59 / 26)


def test_the_second_is_the_likeliest_for_each_customer():
    times = purchases(2.0, 3, 12)
    for days, found in zip(times, own_regularities(times), strict=True):
        gaps = np.diff(days)

        def value(k, gaps=gaps):
            from scipy.special import gammaln

            rate = k / gaps.mean()
            return len(gaps) * (k * np.log(rate) - gammaln(k)) + (k - 1) * np.log(gaps).sum() - rate * gaps.sum()

        assert value(found) > max(value(found * 1.001), value(found / 1.001))
    assert own_regularities([np.arange(12)]).tolist() == [np.inf]
    assert len(own_regularities([*times, [0, 1, 3]])) == 3


@pytest.mark.parametrize("estimate", [wheat_morrison, own_regularities])
def test_too_few_purchases_are_said_in_words(estimate):
    with pytest.raises(NotEnoughHistory, match="too few to tell how regularly they buy"):
        estimate([[0, 4], [0, 3]])

"""How past misses widen the interval of the total."""

import math
from datetime import date

import numpy as np
import pytest
from shop_of_known_truth import valued

from keyworth.value import PastMiss, broken_promise
from keyworth.value.base_figure import TotalDraws, base_figure
from keyworth.value.widening import widening


def miss(actual, expected, model_sd, year=2024, inside=True):
    return PastMiss(date(year, 12, 31), actual, expected, model_sd / max(expected, 1), inside)


def test_the_scale_is_what_the_model_does_not_explain():
    misses = [miss(120, 100, 5, 2022), miss(90, 100, 5, 2023), miss(100, 100, 5, 2024)]
    squares = [math.log(1.2) ** 2, math.log(0.9) ** 2, 0.0]
    found = widening(misses)
    assert found.scale == pytest.approx(math.sqrt(sum(squares) / 3 - 0.05**2))
    assert found.origins == (date(2022, 12, 31), date(2023, 12, 31), date(2024, 12, 31))
    assert found.left_out is None


def test_misses_that_the_model_explains_add_nothing():
    found = widening([miss(103, 100, 10), miss(98, 100, 10)])
    assert found.scale == 0
    assert found.left_out is None


@pytest.mark.parametrize("misses", [[], [miss(120, 100, 5)], [miss(120, 100, 5), miss(0, 100, 5), miss(5, 0, 0)]])
def test_fewer_than_two_origins_measure_nothing_and_say_so(misses):
    found = widening(misses)
    assert found.scale == 0
    assert "leaves that out" in str(found.left_out)


def figure(misses, draws=None):
    places = (np.random.default_rng(2).permutation(4000) + 0.5) / 4000
    totals = np.random.default_rng(1).normal(1000, 10, 4000)
    return base_figure(
        TotalDraws(totals, places),
        expected=1000,
        expected_purchases=50,
        residual_value=None,
        beyond_ledger=None,
        misses=misses,
    )


def test_few_origins_widen_more_than_many_of_the_same_size():
    two = figure([miss(110, 100, 1)] * 2)
    twenty = figure([miss(110, 100, 1)] * 20)
    plain = figure([])

    def width(f):
        return f.interval_95.high - f.interval_95.low

    assert width(plain) < width(twenty) < width(two)
    assert plain.interval_95 == plain.model_95 == two.model_95
    # With many origins the further miss is all but normal: 1.96 of its standard deviations either way.
    assert twenty.interval_95.high == pytest.approx(1000 * math.exp(2.086 * twenty.widened_by), rel=0.01)
    assert two.expected == plain.expected == 1000


def test_the_book_widens_by_past_misses_and_otherwise_notes_that_it_does_not(shop, valuation):
    missed = [miss(130, 100, 3, 2022), miss(0, 100, 3, 2023), miss(80, 100, 3, 2024)]
    found = valued(shop, past_misses=missed)
    assert found.base.interval_80.high > valuation.base.interval_80.high
    assert found.base.interval_80.low < valuation.base.interval_80.low
    assert found.base.model_80 == valuation.base.model_80
    assert found.base.origins == (date(2022, 12, 31), date(2024, 12, 31))  # the days that told something
    assert not any("past origins" in str(note) for note in found.notes)
    assert any("0 past origins" in str(note) for note in valuation.notes)


def test_a_day_on_which_little_was_known_does_not_outweigh_the_others():
    vague = miss(actual=2237.0, expected=2301.0, model_sd=1024.0)
    sharp = [miss(actual=3866.0, expected=3207.0, model_sd=213.0), miss(5382.0, 3798.0, 209.0)]
    assert widening([vague, *sharp]).scale == pytest.approx(widening(sharp).scale, rel=0.1)
    assert widening([vague, *sharp]).scale > 0.2


def test_a_few_monstrous_worlds_do_not_explain_a_miss():
    totals = np.random.default_rng(1).lognormal(math.log(100), 0.05, 4000)
    places = (np.random.default_rng(2).permutation(4000) + 0.5) / 4000

    def spread(totals):
        found = base_figure(
            TotalDraws(totals, places), expected=100, expected_purchases=9, residual_value=None, beyond_ledger=None
        )
        return found.model_spread

    assert spread(totals) == pytest.approx(0.05, rel=0.05)
    assert spread(np.where(np.arange(4000) < 20, 1e5, totals)) == pytest.approx(0.05, rel=0.05)


def test_what_the_model_explains_widens_nothing():
    assert widening([miss(105.0, 100.0, 10.0), miss(93.0, 100.0, 10.0)]).scale == 0.0


@pytest.mark.parametrize(("inside", "dates", "broken"), [(0, 2, True), (1, 2, False), (3, 6, True), (5, 6, False)])
def test_a_promise_is_taken_back_where_the_past_did_not_keep_it(inside, dates, broken):
    misses = [miss(120 if at % 2 else 90, 100, 5, 2015 + at, at < inside) for at in range(dates)]
    draws = TotalDraws(np.linspace(90, 110, 4_000), np.linspace(0.001, 0.999, 4_000))
    figure = base_figure(
        draws, expected=100, expected_purchases=10, residual_value=None, beyond_ledger=None, misses=misses
    )
    assert (figure.judged, figure.inside_80) == (dates, inside)
    assert (broken_promise(figure) is not None) is broken


def test_a_day_whose_own_interval_nothing_widened_is_no_test_of_the_promise():
    misses = [miss(120, 100, 5, 2015, None), miss(90, 100, 5, 2016, None), miss(100, 100, 5, 2017, True)]
    assert (widening(misses).judged, widening(misses).inside_80) == (1, 1)


def test_nothing_is_promised_where_nothing_was_measured():
    draws = TotalDraws(np.linspace(90, 110, 4_000), np.linspace(0.001, 0.999, 4_000))
    figure = base_figure(draws, expected=100, expected_purchases=10, residual_value=None, beyond_ledger=None)
    assert figure.inside_80 is None
    assert broken_promise(figure) is None

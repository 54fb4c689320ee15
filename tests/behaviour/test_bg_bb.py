"""BG/BB against slow ways: an average over both chances, all strings of occasions, sums without end."""

import itertools
import os
import subprocess
import sys
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import hyp2f1, roots_jacobi

from keyworth.behaviour.occasions.bg_bb import BG_BB, BgBbParameters
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.errors import ParametersRefused

P = BgBbParameters(1.204, 0.750, 0.657, 2.783)
OTHERS = [P, BgBbParameters(0.05, 0.4, 30.0, 2.0), BgBbParameters(40.0, 3.0, 0.02, 0.3)]


def told(*rows):
    return OccasionHistories.from_columns(*np.transpose(rows))


@st.composite
def histories(draw):
    """Any histories that pass the gate."""
    rows = draw(st.lists(st.tuples(st.integers(0, 60), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6))
    n, a, b = np.array(rows).T
    last = np.round(n * a)
    return OccasionHistories.from_columns(np.where(last > 0, np.maximum(np.round(last * b), 1), 0), last, n)


parameters = st.builds(BgBbParameters, *[st.floats(-5, 5).map(np.exp)] * 4)


def averaged(of, p, nodes=70):
    """The mean over both beta densities of a polynomial in both chances: exact by Gauss's rule."""

    def rule(a, b):
        at, weights = roots_jacobi(nodes, b - 1, a - 1)
        return (at + 1) / 2, weights / weights.sum()

    (buy, w), (leave, v) = rule(p.alpha, p.beta), rule(p.gamma, p.delta)
    return np.einsum("ij,i,j->", of(buy[:, None], leave[None, :]), w, v)


def there(x, n):
    return lambda buy, leave: buy**x * (1 - buy) ** (n - x) * (1 - leave) ** n


def happened(x, last, n):
    """The chance of a history given both chances: lived through `lived` occasions, then left, or still there."""

    def chance(buy, leave):
        gone = sum(there(x, lived)(buy, leave) * leave for lived in range(last, n))
        return there(x, n)(buy, leave) + gone

    return chance


@pytest.mark.parametrize("p", OTHERS)
@pytest.mark.parametrize(("x", "last", "n"), [(0, 0, 0), (0, 0, 6), (2, 4, 6), (6, 6, 6), (1, 1, 40), (17, 30, 33)])
def test_histories_and_chances_are_averages_over_both_chances(p, x, last, n):
    h = told((x, last, n))
    all_of_it = averaged(happened(x, last, n), p)
    assert BG_BB.log_likelihood(p, h)[0] == pytest.approx(np.log(all_of_it), rel=1e-9, abs=1e-12)

    def at_next(buy, leave):
        return there(x, n)(buy, leave) * (1 - leave)

    alive = averaged(at_next, p) / all_of_it
    assert BG_BB.chance_alive(p, h)[0] == pytest.approx(alive, rel=1e-9)
    for ahead in (1, 2, 9):

        def bought(buy, leave, ahead=ahead):
            return at_next(buy, leave) * buy * sum((1 - leave) ** j for j in range(ahead))

        def stayed(buy, leave, ahead=ahead):
            return at_next(buy, leave) * (1 - leave) ** ahead

        expected = averaged(bought, p) / all_of_it
        assert BG_BB.expected_purchases(p, h, ahead)[0] == pytest.approx(expected, rel=1e-9)
        leaves = 1 - averaged(stayed, p) / averaged(at_next, p)
        assert BG_BB.chance_leaves_if_alive(p, h, ahead)[0] == pytest.approx(leaves, rel=1e-8)


def told_by(strings):
    """Histories of strings of occasions such as (1, 0, 1)."""
    return told(*((sum(s), max((i + 1 for i, taken in enumerate(s) if taken), default=0), len(s)) for s in strings))


@pytest.mark.parametrize("p", OTHERS)
def test_all_strings_of_six_occasions_add_up_to_one(p):
    strings = list(itertools.product((0, 1), repeat=6))
    chances = np.exp(BG_BB.log_likelihood(p, told_by(strings)))
    assert chances.sum() == pytest.approx(1, abs=1e-13)
    by_count, later, positions = np.zeros(7), np.zeros(4), np.zeros(7)
    for string, chance in zip(strings, chances, strict=True):
        by_count[sum(string)] += chance
        later[sum(string[3:])] += chance
        positions[1:] += np.cumsum(string) * chance
    np.testing.assert_allclose(BG_BB.count_distribution(p, 6, 6), by_count, rtol=1e-12)
    np.testing.assert_allclose(BG_BB.count_distribution(p, 3, 3, after=3), later, rtol=1e-12)
    np.testing.assert_allclose(BG_BB.expected_from_start(p, np.arange(7.0)), positions, rtol=1e-12)


@pytest.mark.parametrize("p", OTHERS)
@pytest.mark.parametrize("past", [(), (0, 0, 0), (1, 0, 0, 0), (0, 1, 1)])
def test_the_future_of_a_history_is_that_of_the_strings_it_begins(p, past):
    futures = list(itertools.product((0, 1), repeat=5))
    h = told_by([past]) if past else told((0, 0, 0))
    chances = np.exp(BG_BB.log_likelihood(p, told_by([past + f for f in futures])) - BG_BB.log_likelihood(p, h))
    by_count, by_first = np.zeros(6), defaultdict(float)
    for future, chance in zip(futures, chances, strict=True):
        by_count[sum(future)] += chance
        by_first[(*future, 1).index(1)] += chance
    np.testing.assert_allclose(BG_BB.count_distribution_ahead(p, h, 5, 7)[0], [*by_count, 0, 0], rtol=1e-11)
    np.testing.assert_allclose(BG_BB.count_distribution_ahead(p, h, 5, 2)[0], by_count[:3], rtol=1e-11)
    np.testing.assert_allclose(BG_BB.next_purchase(p, h, 5)[0], [by_first[j] for j in range(5)], rtol=1e-11)
    assert BG_BB.expected_purchases(p, h, 5)[0] == pytest.approx(by_count @ np.arange(6), rel=1e-11)


@pytest.mark.parametrize("p", OTHERS)
@pytest.mark.parametrize("rate", [1e-3, 0.1, 3.0])
def test_all_the_future_discounted_is_what_its_occasions_add_up_to(p, rate):
    h, j = told((0, 0, 0), (2, 4, 6), (500, 500, 500)), np.arange(1, 40 / np.log1p(rate))
    for i, n in enumerate(h.occasions):
        stays = p.delta + n + j
        there = np.append(1, np.cumprod(stays / (p.gamma + stays)))[:-1]
        expected = (p.alpha + h.repeats[i]) / (p.alpha + p.beta + n) * (there * (1 + rate) ** -j).sum()
        got = BG_BB.discounted_if_alive(p, h, np.log1p(rate))[i]
        assert got == pytest.approx(expected, rel=1e-11 if rate < 1 else 1e-8)


@pytest.mark.parametrize("p", OTHERS)
@pytest.mark.parametrize("rate", [1e-6, 0.1])
def test_all_the_future_discounted_is_the_papers_hypergeometric(p, rate):
    h = told((0, 0, 0), (2, 4, 6))  # for longer histories the library's function gives up
    a, stays = p.alpha + h.repeats, p.delta + h.occasions + 1
    series = hyp2f1(1, stays, p.gamma + stays, 1 / (1 + rate))
    expected = a / (p.alpha + p.beta + h.occasions) * series / (1 + rate)
    np.testing.assert_allclose(BG_BB.discounted_if_alive(p, h, np.log1p(rate)), expected, rtol=2e-10)


@given(h=histories(), p=parameters, ahead=st.integers(0, 80))
def test_answers_keep_their_bounds(h, p, ahead):
    chances = BG_BB.count_distribution_ahead(p, h, ahead, 80)
    expected = BG_BB.expected_purchases(p, h, ahead)
    alive, leaves = BG_BB.chance_alive(p, h), BG_BB.chance_leaves_if_alive(p, h, ahead)
    assert (BG_BB.log_likelihood(p, h) <= 1e-12).all()
    for chance in (alive, leaves, chances):
        assert ((chance >= 0) & (chance <= 1 + 1e-12)).all()
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose((chances * np.arange(81)).sum(axis=1), expected, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(1 - BG_BB.next_purchase(p, h, ahead).sum(axis=1), chances[:, 0], atol=1e-12)
    assert (expected <= ahead * alive * (1 + 1e-12)).all()
    assert (BG_BB.expected_purchases(p, h, ahead + 1) >= expected).all()


@given(h=histories(), p=parameters)
def test_discounting_takes_something_and_never_more_than_the_rate_allows(h, p):
    plain, worn = BG_BB.expected_purchases_if_alive(p, h, 26), BG_BB.discounted_if_alive(p, h, 0.05, 26)
    assert (worn <= plain).all()
    assert (worn >= plain * np.exp(-26 * 0.05)).all()
    # What lies beyond 800 occasions is worth less than exp(−40) of it.
    endless = BG_BB.discounted_if_alive(p, h, 0.05)
    np.testing.assert_allclose(BG_BB.discounted_if_alive(p, h, 0.05, 800), endless, rtol=1e-9)


def test_a_new_customer_is_one_with_no_occasion_behind_them():
    nobody_yet = told((0, 0, 0))
    np.testing.assert_allclose(
        BG_BB.count_distribution_ahead(P, nobody_yet, 9, 9)[0], BG_BB.count_distribution(P, 9, 9), rtol=1e-13
    )
    assert BG_BB.log_likelihood(P, nobody_yet)[0] == 0.0
    assert BG_BB.chance_alive(P, nobody_yet)[0] == pytest.approx(1 - P.mean_leaving, rel=1e-15)
    assert BG_BB.expected_from_start(P, 1.0) == pytest.approx(P.mean_buying * (1 - P.mean_leaving), rel=1e-15)
    assert BG_BB.expected_from_start(P, np.zeros((2, 3))).shape == (2, 3)


@pytest.mark.parametrize("p", [P, BgBbParameters(1e-5, 1e-5, 1e-5, 1e-5), BgBbParameters(1e5, 1e5, 1e5, 1e5)])
def test_extreme_histories_have_finite_answers(p):
    h = told((0, 0, 0), (500, 500, 500), (0, 0, 500), (1, 1, 2000), (400, 400, 2000), (1, 2000, 2000))
    answers = [
        BG_BB.log_likelihood(p, h), BG_BB.chance_alive(p, h), BG_BB.expected_purchases(p, h, 300),
        BG_BB.discounted_if_alive(p, h, 1e-4), BG_BB.count_distribution_ahead(p, h, 40, 10),
    ]  # fmt: skip
    assert all(np.isfinite(answer).all() for answer in answers)
    assert (answers[0] <= 1e-9).all()


def test_who_has_just_bought_is_a_customer_whatever_came_before():
    h = told((1, 500, 500), (500, 500, 500), (250, 500, 500))
    np.testing.assert_allclose(BG_BB.chance_alive(P, h), (P.delta + 500) / (P.gamma + P.delta + 500), rtol=1e-14)


def test_nobody_asked_is_nobody_answered():
    empty = OccasionHistories.from_columns([], [], [])
    for answer in (BG_BB.log_likelihood(P, empty), BG_BB.expected_purchases(P, empty, 3)):
        assert answer.shape == (0,)
    assert BG_BB.count_distribution_ahead(P, empty, 3, 2).shape == (0, 3)


@pytest.mark.parametrize("wrong", [2.5, -1, np.nan, 1e9])
def test_occasions_that_are_no_whole_number_are_refused(wrong):
    h = told((1, 1, 2))
    for ask in (
        lambda: BG_BB.expected_purchases(P, h, wrong),
        lambda: BG_BB.count_distribution(P, wrong, 3),
        lambda: BG_BB.count_distribution(P, 3, 3, after=wrong),
        lambda: BG_BB.expected_from_start(P, np.array([1.0, wrong])),
        lambda: BG_BB.draw_ahead(P, h, wrong, seed=1),
    ):
        with pytest.raises(ParametersRefused, match="A whole number of occasions from 0 to 100,000 was expected"):
            ask()


@pytest.mark.parametrize(("force", "ahead"), [(0.0, None), (-0.1, 52), (np.nan, None)])
def test_an_endless_future_needs_a_discount(force, ahead):
    with pytest.raises(ParametersRefused, match=r"discount rate above zero|is a number was expected"):
        BG_BB.discounted_if_alive(P, told((1, 1, 2)), force, ahead)


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, np.inf])
def test_parameters_outside_their_range_are_refused_by_name(wrong):
    with pytest.raises(ParametersRefused, match="above zero; got gamma = "):
        BgBbParameters(1.0, 1.0, wrong, 1.0)


def test_a_fit_and_a_score_need_no_compiler_and_no_optimiser():
    code = (
        "import sys; from keyworth.behaviour.occasions.bg_bb import *;"
        "h = OccasionHistories.from_columns([0, 1, 2, 3, 1], [0, 3, 2, 3, 1], [3] * 5, [50, 9, 9, 9, 30]);"
        "p = BG_BB.fit(h).parameters; BG_BB.expected_purchases(p, h, 3);"
        "print(sorted({'numba', 'scipy.optimize', 'duckdb'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout.strip() == "[]"

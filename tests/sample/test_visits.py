"""When people who are all alike buy and leave, against what can be worked out by hand."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyworth.sample.population import People
from keyworth.sample.seasons import make_seasons
from keyworth.sample.visits import draw_visits

FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)


def alike(count, *, rate, leaves, arrival=0.0):
    same = [np.full(count, float(value)) for value in (arrival, rate, leaves, 1.0)]
    return People(*same)


def visits_of(people, *, seasons=False, seed=1):
    return draw_visits(people, make_seasons(FIRST, LAST, seasons=seasons), np.random.default_rng(seed))


def test_who_surely_leaves_is_gone_after_the_first_purchase():
    visits = visits_of(alike(50, rate=0.3, leaves=1.0))
    assert (visits.count == 1).all()
    assert (visits.left_on == 0).all()


def test_who_hardly_ever_leaves_keeps_buying_at_their_rate():
    visits = visits_of(alike(4_000, rate=0.05, leaves=1e-9))
    assert (visits.left_on == -1).all()
    repeats = visits.count - 1
    assert repeats.mean() == pytest.approx(0.05 * 365, rel=0.02)
    assert repeats.var() == pytest.approx(0.05 * 365, rel=0.08)  # Poisson


@pytest.mark.parametrize(("rate", "leaves"), [(0.003, 0.5), (0.02, 0.2)])
def test_the_share_that_is_left_is_exact(rate, leaves):
    count = 60_000
    visits = visits_of(alike(count, rate=rate, leaves=leaves))
    stays = (1 - leaves) * np.exp(-rate * leaves * 365)
    assert (visits.left_on < 0).mean() == pytest.approx(stays, abs=3.5 * np.sqrt(stays * (1 - stays) / count))
    # Purchases end at rate * leaves, and the first one may already have been the last.
    expected = (1 - leaves) * -np.expm1(-rate * leaves * 365) / leaves
    assert (visits.count - 1).mean() == pytest.approx(expected, rel=0.02)


@given(
    st.integers(1, 30),
    st.floats(1e-4, 3.0),
    st.floats(1e-6, 1.0),
    st.floats(0.0, 364.0),
    st.booleans(),
    st.integers(0, 99),
)
def test_purchase_days_rise_and_are_open(count, rate, leaves, arrival, seasons, seed):
    rhythm = make_seasons(FIRST, LAST, seasons=seasons)
    visits = draw_visits(alike(count, rate=rate, leaves=leaves, arrival=arrival), rhythm, np.random.default_rng(seed))
    assert (visits.count >= 1).all()
    assert visits.count.sum() == len(visits.day) == len(visits.customer)
    same_customer = np.diff(visits.customer) == 0
    assert (np.diff(visits.day)[same_customer] >= 1).all()
    assert np.isin(visits.day, rhythm.open_days).all()
    assert (visits.day[visits.first_visit] == rhythm.day_at(np.array([arrival]))[0]).all()

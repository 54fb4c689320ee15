"""Paces of histories: the table, what is learnt of it, and a model that is asked at it."""

import numpy as np
import pytest

from keyworth.behaviour import (
    MODELS,
    PacedModel,
    PaceTable,
    PurchaseHistories,
    TaughtDay,
    Worlds,
    learn_pace,
    learn_pace_table,
)
from keyworth.behaviour.parameters import as_array
from keyworth.errors import ParametersRefused
from keyworth.units import TimeUnit

TABLE = PaceTable((0.5, 2.5), (69.5,), ((0.5, 1.5), (1.0, 2.0), (0.5, 3.0)))
H = PurchaseHistories.from_columns([0, 0, 1, 2, 3, 9], [0, 0, 5, 39, 12, 40], [9.9, 10, 30, 40, 22, 41])
OWN = [0.5, 1.5, 2.0, 1.0, 3.0, 0.5]


def test_a_history_has_the_pace_of_its_cell() -> None:
    assert TABLE.of(H).tolist() == OWN
    in_days = PurchaseHistories(H.repeats, 7 * H.last_repeat, 7 * H.observed_for, TimeUnit.DAY)
    assert TABLE.of(in_days).tolist() == OWN


def test_a_table_in_steps_has_few_different_paces() -> None:
    fine = PaceTable((0.5,), (), ((1.02,), (0.62,)))
    assert fine.in_steps(0.1).paces == ((1.0,), (pytest.approx(np.exp(-0.5), abs=1e-4),))
    assert fine.in_steps(0.1, 1.03).paces == ((1.03,), (pytest.approx(1.03 * np.exp(-0.5), abs=1e-4),))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(MODELS))
def test_each_history_is_asked_about_its_own_time_ahead(name: str) -> None:
    model, rng = MODELS[name], np.random.default_rng(7)
    seen = MODELS["mbg-nbd"].simulate(
        MODELS["mbg-nbd"].parameter_kind(r=0.8, alpha=6.0, a=0.9, b=3.0), rng.uniform(20, 60, 300), seed=1
    )
    p = model.fit(seen).parameters
    paced = PacedModel(model, TABLE)
    alone = [H.rows(slice(i, i + 1)) for i in range(len(H))]
    each = [model.expected_purchases(p, h, 26 * pace)[0] for h, pace in zip(alone, OWN, strict=True)]
    assert paced.expected_purchases(p, H, 26.0) == pytest.approx(each, rel=1e-12)
    chances = [model.count_distribution_ahead(p, h, 26 * pace, 30)[0] for h, pace in zip(alone, OWN, strict=True)]
    assert paced.count_distribution_ahead(p, H, 26.0, 30) == pytest.approx(np.stack(chances), abs=1e-12)
    worlds = Worlds(np.tile(as_array(p), (200, 1)), (np.arange(200) + 0.5) / 200, seed=1)
    counts = paced.counts_ahead(worlds, H, 26.0, form="numpy")
    whole = counts(0, len(H))
    assert whole.mean(axis=1) == pytest.approx(paced.expected_purchases(p, H, 26.0), rel=0.12, abs=0.05)
    assert (np.concatenate([counts(0, 2), counts(2, 6)]) == whole).all(), "whatever the blocks"


def past_day(times: np.ndarray, seed: int, people: int = 4_000) -> TaughtDay:
    """Customers who came back exactly as MBG/NBD has it, `times` as often if seen (lately, long ago)."""
    model = MODELS["mbg-nbd"]
    p = model.parameter_kind(r=0.8, alpha=6.0, a=0.9, b=3.0)
    rng = np.random.default_rng([seed, 7])  # a stream of its own: `simulate` draws from that of the seed
    h = model.simulate(p, rng.uniform(20, 60, people), seed=seed)
    own = times[(h.observed_for - h.last_repeat > 26).astype(int)]
    came = np.zeros(people)
    for one in np.unique(own):
        came[own == one] = model.draw_ahead(p, h, 26.0 * one, seed=seed).purchases[0][own == one]
    return TaughtDay.of(model.fit(h), h.unique(), 26.0, came)


def test_paces_are_found_again() -> None:
    days = [past_day(np.array([0.6, 2.0]), seed) for seed in (1, 2)]
    table = learn_pace_table(days)
    h, told = days[0].histories, np.log(table.of(days[0].histories))
    long_ago = h.observed_for - h.last_repeat > 26
    for some, pace in ((~long_ago, 0.6), (long_ago, 2.0)):
        weights = days[0].expected[4, some]  # what is foretold at a pace of 1
        assert np.exp(np.average(told[some], weights=weights)) == pytest.approx(pace, rel=0.2)


def test_customers_who_differ_by_chance_alone_are_given_one_pace() -> None:
    days = [past_day(np.array([1.3, 1.3]), seed) for seed in (1, 2)]
    assert learn_pace(days) == pytest.approx(1.3, rel=0.1)
    assert np.ravel(learn_pace_table(days).paces) == pytest.approx(learn_pace(days), abs=1e-4)


def test_the_total_is_kept() -> None:
    """Shrinking moves cells towards the whole; what is foretold of all stays what came."""
    day = past_day(np.array([0.6, 2.0]), 3)
    table = learn_pace_table([day])
    own = np.log(table.of(day.histories))
    asked = np.log(np.geomspace(0.25, 4.0, len(day.expected)))
    foretold = sum(np.exp(np.interp(own[i], asked, np.log(day.expected[:, i]))) for i in range(len(own)))
    assert foretold == pytest.approx(day.came.sum(), rel=0.03)


def test_nobody_came_at_all() -> None:
    day = past_day(np.array([0.6, 2.0]), 3, people=200)
    nobody = TaughtDay(day.histories, day.weights, day.expected, 0 * day.came, 0 * day.squares)
    assert learn_pace([nobody]) == 0.25
    assert np.ravel(learn_pace_table([nobody]).paces) == pytest.approx(0.25, rel=0.03)


@pytest.mark.parametrize(
    ("limits", "paces", "said"),
    [
        (((0.5,), ()), ((1.0,), (1.0, 2.0)), "2 rows of 1 pace were"),
        (((0.5,), ()), ((1.0,),), "got 1"),
        (((2.5, 0.5), ()), ((1.0,),) * 3, r"rise were expected; got 2\.5, 0\.5"),
        (((), ()), ((0.0,),), r"from 0\.25 to 4"),
        (((), ()), ((float("nan"),),), "got nan"),
    ],
)
def test_what_is_no_table_is_refused(limits: tuple, paces: tuple, said: str) -> None:
    with pytest.raises(ParametersRefused, match=said):
        PaceTable(*limits, paces)


def test_no_step_leads_beyond_the_fastest_or_the_slowest_pace() -> None:
    far = PaceTable((0.5,), (), ((4.0,), (0.25,))).in_steps(0.1, 1.02)
    assert far.paces == (
        (pytest.approx(1.02 * np.exp(1.3), abs=1e-4),),
        (pytest.approx(1.02 * np.exp(-1.4), abs=1e-4),),
    )

"""Covariates by formula: every model, one likelihood; what a person reads of it; what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from every_model import CASES

from keyworth.behaviour import (
    BG_BB,
    GAMMA_GAMMA,
    MBG_NBD,
    MODELS,
    RHYTHM_MODELS,
    ROOT_GAMMA_GAMMA,
    OccasionHistories,
    PurchaseHistories,
    SpendHistories,
    pooled,
    with_covariates,
)
from keyworth.behaviour.covariates.processes import PROCESSES
from keyworth.behaviour.parameters import from_array
from keyworth.errors import HistoryRefused, OptionRefused

pytest.importorskip("formulaic")

CHANNELS = {"shop": 0.6, "web": -0.1, "fair": -0.5}
BY_AGE = 0.02  # of buying, a year


def customers(name, n, seed=1):
    """Customers of one model whom channel and age move: both move buying, the channel's half also leaving."""
    rng = np.random.default_rng(seed)
    model = MODELS.get(name) or RHYTHM_MODELS[name]
    p = from_array(model.parameter_kind, CASES[name].example)
    channel, age = rng.choice(list(CHANNELS), n), rng.integers(2, 7, n) * 10.0
    told = np.zeros((4, n))
    leaving, way = PROCESSES[name]["leaving"]
    weeks = rng.integers(27 * 7, 52 * 7, n) / 7
    for one, effect in CHANNELS.items():
        for year in np.unique(age):
            at = np.flatnonzero((channel == one) & (age == year))
            buying = p.alpha * np.exp(-effect - BY_AGE * (year - 40))
            moved = {"alpha": buying, leaving: getattr(p, leaving) * np.exp(way * 0.5 * effect)}
            h = model.simulate(replace(p, **moved), weeks[at], seed=int(rng.integers(2**31)))
            told[:, at] = h.repeats, h.last_repeat, h.observed_for, h.log_gaps
    h = PurchaseHistories.from_columns(*told[:3], log_gaps=told[3])
    return model, h, {"channel": channel, "age": age}


FORMULAS = {"buying": "channel + age", "leaving": "channel"}


@pytest.fixture(scope="module")
def fitted():
    model, h, table = customers("mbg-nbd", 1500)
    return h, table, with_covariates(model, h, table, FORMULAS, ridge=0.0)


TAKES = [name for name in MODELS if name in PROCESSES]
EVERY = [pytest.param(name, marks=() if name == "bg-nbd" else pytest.mark.slow) for name in TAKES]


@pytest.mark.parametrize("name", EVERY)
def test_what_made_the_data_is_found_and_the_likelihood_is_never_lower(name):
    model, h, table = customers(name, 2000)
    fit = with_covariates(model, h, table, FORMULAS, ridge=0.0)
    assert fit.converged
    assert fit.log_likelihood >= fit.plain.log_likelihood
    truth = {("buying", f"channel[{one}]"): effect for one, effect in CHANNELS.items()}
    truth |= {("leaving", f"channel[{one}]"): 0.5 * effect for one, effect in CHANNELS.items()}
    truth["buying", "age"] = BY_AGE
    assert {(each.process, each.name) for each in fit.coefficients} == set(truth)
    for each in fit.coefficients:
        assert abs(each.value - truth[each.process, each.name]) < 3.5 * each.standard_error
        assert each.low < each.value < each.high
    assert fit.lift.p_value < 1e-4
    own = fit.customers_of(table)
    assert own.log_likelihood(h).sum() == pytest.approx(fit.log_likelihood, rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("name", TAKES)
def test_derivatives_are_those_of_the_value(name):
    from keyworth.behaviour.covariates.formulas import learn

    model, h, table = customers(name, 120)
    from keyworth.behaviour.covariates.processes import moves
    from keyworth.behaviour.covariates.sample import Sample

    columns = tuple(learn(text, table, len(h)).columns_of(table)[0] for text in FORMULAS.values())
    plain = model.fit(h)
    sample = Sample(model, h, np.arange(len(h)), columns, moves(name, model.parameter_kind, FORMULAS), plain)
    likelihood = sample.likelihood(np.arange(len(h)))
    point = sample.start
    point[sample.base :] = np.linspace(-0.3, 0.4, len(point) - sample.base)
    likelihood.penalty = np.diag(np.linspace(1.0, 2.0, len(point) - sample.base))
    here = likelihood(point)
    for at in range(len(point)):
        step = np.zeros(len(point))
        step[at] = 1e-5
        up, down = likelihood(point + step), likelihood(point - step)
        scale = 1.0 + np.abs(here.hessian).max()
        assert (up.value - down.value) / 2e-5 == pytest.approx(here.gradient[at], abs=1e-6 * scale)
        assert (up.gradient - down.gradient) / 2e-5 == pytest.approx(here.hessian[at], abs=1e-6 * scale)


def test_the_order_of_rows_the_unit_of_a_number_and_the_names_of_levels_change_no_prediction(fitted):
    h, table, fit = fitted
    expected = fit.customers_of(table).expected_purchases(h, 39.0)
    order = np.random.default_rng(2).permutation(len(h))
    renamed = np.vectorize({"shop": "z", "web": "a", "fair": "m"}.get)(table["channel"])
    turned = with_covariates(
        MBG_NBD, h.rows(order), {"channel": table["channel"][order], "age": table["age"][order]}, FORMULAS, ridge=0.0
    )
    scaled = {"channel": renamed, "age": 7.0 - 12.0 * table["age"]}
    other = with_covariates(MBG_NBD, h, scaled, FORMULAS, ridge=0.0)
    again = turned.customers_of(table).expected_purchases(h, 39.0)
    assert again == pytest.approx(expected, rel=1e-7)
    assert other.customers_of(scaled).expected_purchases(h, 39.0) == pytest.approx(expected, rel=1e-7)
    assert other.coefficient("buying", "age").value == pytest.approx(fit.coefficient("buying", "age").value / -12)
    assert other.coefficient("leaving", "channel[m]").value == pytest.approx(
        fit.coefficient("leaving", "channel[fair]").value, rel=1e-5
    )


def test_the_level_without_a_column_is_told_with_its_error_as_the_others_are(fitted):
    _, _, fit = fitted
    for process in FORMULAS:
        levels = [fit.coefficient(process, f"channel[{each}]") for each in CHANNELS]
        assert sum(each.value for each in levels) == pytest.approx(0.0, abs=1e-12)
        assert all(each.standard_error > 0.01 for each in levels)


def test_a_level_that_nobody_had_gets_the_average_effect_and_is_told(fitted):
    _, _, fit = fitted
    own = fit.customers_of({"channel": ["shop", "moon", "moon"], "age": [40.0, 40.0, 40.0]})
    assert own.unknown == {"channel": 2}
    assert [str(each) for each in own.told] == [
        "The fit has not seen the level of channel in 2 of 3: the average effect is put there."
    ]
    levels = fit.customers_of({"channel": list(CHANNELS), "age": [40.0] * 3})
    mean = np.mean([np.log(p.alpha) for p in levels.parameters])
    assert own.mean(lambda p: p.alpha)[1] == pytest.approx(np.exp(mean))


def test_every_answer_of_the_contract_is_given_by_customer(fitted):
    h, table, fit = fitted
    own, some = fit.customers_of(table), slice(0, 3)
    first = fit.customers_of({name: column[some] for name, column in table.items()})
    three = h.rows(some)
    for answer in (
        lambda who, of: who.chance_alive(of),
        lambda who, of: who.expected_purchases(of, 10.0),
        lambda who, of: who.expected_purchases_if_alive(of, 10.0),
        lambda who, of: who.chance_leaves_if_alive(of, 10.0),
        lambda who, of: who.discounted_if_alive(of, 0.01),
        lambda who, of: who.count_distribution_ahead(of, 10.0, 4),
        lambda who, of: who.expected_from_start(10.0),
        lambda who, of: who.count_distribution(10.0, 4, after=2.0),
    ):
        assert answer(own, h)[some] == pytest.approx(answer(first, three))
    p = own.parameters[own.which[0]]
    assert own.chance_alive(h)[0] == MBG_NBD.chance_alive(p, h.rows(slice(0, 1)))[0]
    with pytest.raises(HistoryRefused, match="got 1,500 for 3"):
        own.chance_alive(three)


def test_two_covariates_that_say_the_same_are_named_instead_of_fitted_to_infinity(fitted):
    h, table, _ = fitted
    twice = table | {"years": table["age"] + 1.0}
    fit = with_covariates(MBG_NBD, h, twice, {"buying": "age + years"}, ridge=0.0)
    assert not fit.converged
    assert "buying: age" in str(fit.verdict)
    assert "buying: years" in str(fit.verdict)
    assert fit.coefficient("buying", "age").standard_error is None
    calmed = with_covariates(MBG_NBD, h, twice, {"buying": "age + years"}, ridge=1.0)
    assert calmed.converged


def test_a_level_whose_customers_never_came_back_is_named_instead_of_fitted_to_infinity(fitted):
    h, _, _ = fitted
    never = np.where((h.repeats == 0) & (np.arange(len(h)) % 2 == 0), "never", "others")
    fit = with_covariates(MBG_NBD, h, {"kind": never}, {"buying": "kind"}, ridge=0.0)
    assert not fit.converged
    assert "buying: kind[never]" in str(fit.verdict)
    assert with_covariates(MBG_NBD, h, {"kind": never}, {"buying": "kind"}, ridge=1.0).converged


def test_spending_moves_by_its_own_formula():
    rng = np.random.default_rng(5)
    n = 1500
    city = rng.choice(["x", "y"], n)
    repeats = rng.integers(0, 6, n)
    rate = rng.gamma(4.0, 1.0, n) / (15.0 * np.where(city == "x", np.e**0.3, np.e**-0.3))
    mean = np.array([rng.gamma(6.0, 1.0 / r, k).mean() if k else 0.0 for r, k in zip(rate, repeats, strict=True)])
    s = SpendHistories.from_columns(repeats, mean)
    fit = with_covariates(GAMMA_GAMMA, s, {"city": city}, {"spending": "city"}, ridge=0.0)
    effect = fit.coefficient("spending", "city[x]")
    assert abs(effect.value - 0.3) < 3 * effect.standard_error
    assert effect.standard_error < 0.05
    own = fit.customers_of({"city": city})
    assert own.log_likelihood(s).sum() == pytest.approx(fit.log_likelihood)
    assert own.expected_value(s)[repeats == 0].max() / own.expected_value(s)[repeats == 0].min() == pytest.approx(
        np.exp(2 * effect.value)
    )


@pytest.mark.slow
def test_occasions_are_moved_by_their_own_formula_and_rows_may_stand_for_many():
    rng = np.random.default_rng(2)
    n = 1500
    kind = rng.choice(["a", "b"], n)
    way = np.where(kind == "a", 1.0, -1.0)
    takes, leaves = rng.beta(1.2 * np.exp(0.4 * way), 0.75), rng.beta(0.66, 2.8 * np.exp(0.3 * way))
    x, last, here = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    for occasion in range(1, 7):
        here &= rng.random(n) >= leaves
        bought = here & (rng.random(n) < takes)
        x += bought
        last[bought] = occasion
    formulas = {"buying": "kind", "staying": "kind"}
    h = OccasionHistories.from_columns(x, last, np.full(n, 6))
    fit = with_covariates(BG_BB, h, {"kind": kind}, formulas, ridge=0.0)
    for process, truth in (("buying", 0.4), ("staying", 0.3)):
        found = fit.coefficient(process, "kind[a]")
        assert abs(found.value - truth) < 3 * found.standard_error
    rows, counts = np.unique(np.column_stack([x, last, kind == "a"]), axis=0, return_counts=True)
    counted = OccasionHistories.from_columns(rows[:, 0], rows[:, 1], np.full(len(rows), 6), counts)
    again = with_covariates(BG_BB, counted, {"kind": np.where(rows[:, 2], "a", "b")}, formulas, ridge=0.0)
    assert again.customers == n
    assert again.log_likelihood == pytest.approx(fit.log_likelihood, rel=1e-10)
    assert fit.customers_of({"kind": kind}).log_likelihood(h).sum() == pytest.approx(fit.log_likelihood, rel=1e-10)


@pytest.mark.parametrize(
    ("formulas", "says"),
    [
        ({"spending": "channel"}, "mbg-nbd has no process spending"),
        ({"buying": "channel", "alpha": "age"}, "move one parameter of mbg-nbd twice"),
        ({"buying": "channel +* age"}, "cannot be read"),
        ({"buying": "channel ~ age"}, "cannot be read"),
        ({"buying": "1"}, "No formula names a column"),
    ],
)
def test_a_formula_that_makes_no_sense_is_refused(fitted, formulas, says):
    h, table, _ = fitted
    with pytest.raises(OptionRefused, match=says):
        with_covariates(MBG_NBD, h, table, formulas, ridge=0.0)


def test_a_model_that_takes_no_covariates_is_refused_with_those_that_do(fitted):
    h, table, _ = fitted
    named = replace(ROOT_GAMMA_GAMMA, name="no-such-model")
    for take in (
        lambda: with_covariates(named, h, table, {"gamma": "channel"}),
        lambda: pooled(named, h, table["channel"]),
    ):
        with pytest.raises(OptionRefused, match=r"no-such-model takes neither.*gamma-gamma"):
            take()
    with pytest.raises(OptionRefused, match="does not learn groups from one another"):
        pooled(ROOT_GAMMA_GAMMA, h, table["channel"])


def test_what_no_likelihood_tells_of_moves_with_nothing(fitted):
    h, table, _ = fitted
    with pytest.raises(OptionRefused, match=r"no process net.*spending, p, q, gamma, first"):
        with_covariates(ROOT_GAMMA_GAMMA, h, table, {"net": "channel"})


def test_a_strength_below_nothing_is_refused(fitted):
    h, table, _ = fitted
    with pytest.raises(OptionRefused, match="0 or more"):
        with_covariates(MBG_NBD, h, table, FORMULAS, ridge=-1.0)


@pytest.mark.parametrize(
    ("column", "formula", "says"),
    [
        (["a", None, "b"], "z", r"The column z has no value in 1 row, first in rows 2\."),
        ([1.0, np.nan, np.inf], "z", r"The column z has no value in 2 rows, first in rows 2"),
        ([1.0, 2.0], "z", "got 2 for 3"),
        (["a", "a", "a"], "z", "one value only"),
        (np.array(["2026-01-01"] * 3, dtype="datetime64[D]"), "z", "neither numbers nor words"),
        ([0.0, 1.0, 2.0], "log(z)", "no finite value in 1 row"),
    ],
)
def test_a_column_that_cannot_be_used_is_refused_by_name(column, formula, says):
    h = PurchaseHistories.from_columns([2, 1, 0], [30.4, 1.7, 0], [38.9] * 3)
    with pytest.raises(HistoryRefused, match=says) as refusal:
        with_covariates(MBG_NBD, h, {"z": column}, {"buying": formula})
    assert refusal.value.hint is not None


def test_a_column_that_is_not_there_is_refused_with_those_that_are():
    h = PurchaseHistories.from_columns([2, 1, 0], [30.4, 1.7, 0], [38.9] * 3)
    with pytest.raises(HistoryRefused, match=r"no column nosuch.*Its columns are: age"):
        with_covariates(MBG_NBD, h, {"age": [1.0, 2.0, 3.0]}, {"buying": "nosuch"})


@pytest.mark.slow
def test_any_number_of_sorts_has_an_end(fitted, monkeypatch):
    h, table, _ = fitted
    monkeypatch.setattr("keyworth.behaviour.covariates.sample.MOST_GROUPS", 10)
    some = h.rows(slice(0, 60))
    with pytest.raises(HistoryRefused, match="15 sorts of customers") as refusal:
        with_covariates(
            RHYTHM_MODELS["pareto-ggg"],
            some,
            {name: column[:60] for name, column in table.items()},
            FORMULAS,
            ridge=0.0,
        )
    assert refusal.value.counts == {"groups": 15}

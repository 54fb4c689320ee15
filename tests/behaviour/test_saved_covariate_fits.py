"""Fits with covariates as text: back to the last digit, small, and nothing in them is run but sums of columns."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from test_covariates import customers
from test_covariates_of_spend import bought
from test_saved_calendar_fits import same

from keyworth.behaviour import (
    ROOT_GAMMA_GAMMA,
    SBG,
    Provenance,
    RootGammaGammaParameters,
    SbgParameters,
    load_covariate_fit,
    provenance_of,
    save_covariate_fit,
    with_covariates,
)
from keyworth.errors import FileUnreadable, OptionRefused
from keyworth.words import say

pytest.importorskip("formulaic")

KNOWN = Provenance("1.2.3", 7, date(2025, 6, 30))
BENT = "channel*age + log(`first amount`) + poly(age, 2) + bs(years, df=4) + C(store) + np.log1p(age) + I(age**2)"


@pytest.fixture(scope="module")
def fitted():
    model, h, table = customers("mbg-nbd", 300)
    rng = np.random.default_rng(1)
    table |= {"first amount": rng.lognormal(3.0, 1.0, 300), "store": rng.integers(0, 3, 300)}
    table["years"] = rng.uniform(20.0, 60.0, 300)
    fit = with_covariates(model, h, table, {"buying": BENT, "leaving": "channel", "staying": "1"}, ridge=5.0)
    return h, table, fit


def assert_same(found, fit):
    """All but the model itself and what formulaic keeps, which is asked instead."""
    assert found.model is fit.model
    bare = [replace(each, model=None, formulas=None) for each in (found, fit)]
    same(*bare)
    for process, terms in fit.formulas.items():
        same(replace(found.formulas[process], matrix=None), replace(terms, matrix=None))
    assert list(found.formulas) == list(fit.formulas)


def test_a_fit_with_covariates_comes_back_to_the_last_digit_and_answers_alike(fitted):
    h, table, fit = fitted
    text = save_covariate_fit(fit, KNOWN)
    found = load_covariate_fit(text)
    assert_same(found, fit)
    assert provenance_of(text) == KNOWN
    assert save_covariate_fit(found, KNOWN) == text
    assert len(text) < 30_000
    np.testing.assert_array_equal(
        found.customers_of(table).expected_purchases(h, 26.0), fit.customers_of(table).expected_purchases(h, 26.0)
    )
    # A table of one row has no scatter of its own, and a channel that nobody has seen.
    one = {name: column[:1] for name, column in table.items()} | {"channel": ["moon"]}
    assert found.customers_of(one).parameters == fit.customers_of(one).parameters
    assert found.customers_of(one).unknown == {"channel": 1}


@pytest.mark.slow
def test_spending_and_contracts_and_a_chosen_prior_come_back_too():
    s, table = bought(300, RootGammaGammaParameters(12.0, 16.0, 20.0, 0.8, 1.0, 2))
    fit = with_covariates(ROOT_GAMMA_GAMMA, s, table, {"spending": "city + age"})
    assert fit.held_out[-1].ridge == np.inf
    found = load_covariate_fit(save_covariate_fit(fit))
    assert_same(found, fit)
    np.testing.assert_array_equal(
        found.customers_of(table).expected_value(s), fit.customers_of(table).expected_value(s)
    )
    seen = SBG.simulate(SbgParameters(0.8, 2.5), np.full(200, 9), seed=1)
    contracts = with_covariates(SBG, seen, {"plan": ["a", "b"] * 100}, {"leaving": "plan"}, ridge=0.0)
    assert_same(load_covariate_fit(save_covariate_fit(contracts)), contracts)


def changed(text, place, value):
    plain = json.loads(text)
    *above, last = place
    part = plain
    for name in above:
        part = part[name]
    part[last] = value
    return json.dumps(plain)


@pytest.mark.parametrize(
    "formula",
    [
        "__import__(`os`).system(`ls`)",
        "age.__class__",
        "np.fromfile(age)",
        "[x for x in age]",
        "(lambda: age)()",
        "log('`') + exp(age) + log('`')",
        "C(channel, contr.custom(age))",
        "age[0]",
        "lag(age)",
    ],
)
def test_what_does_more_than_reckon_is_neither_read_nor_written(fitted, formula):
    _, _, fit = fitted
    text = save_covariate_fit(fit)
    with pytest.raises(FileUnreadable, match=r"formulas\.buying\.formula has .* in it, which is not run"):
        load_covariate_fit(changed(text, ["formulas", "buying", "formula"], f"1 + {{{formula}}}"))


def test_a_formula_that_a_reader_might_rue_is_not_written(fitted):
    h, table, _ = fitted
    for formula, part in (("np.arcsinh(age)", "np.arcsinh"), ("C(channel, contr.treatment)", "contr.treatment")):
        fit = with_covariates(customers("mbg-nbd", 1)[0], h, table, {"buying": formula}, ridge=1.0)
        with pytest.raises(OptionRefused, match=part) as refusal:
            save_covariate_fit(fit)
        assert refusal.value.hint is not None


def test_a_text_that_is_wrong_is_refused_and_the_place_is_named(fitted):
    text = save_covariate_fit(fitted[2], KNOWN)
    for place, value, sentence in (
        (["version"], 2, "saved in version 2 of the format"),
        (["format"], "keyworth-fit", "format is not keyworth-covariate-fit"),
        (["model"], "crystal-ball", "a model that this Keyworth does not have"),
        (["plain", "parameters", "alpha"], -1.0, "above zero; got alpha = -1.0"),
        (["plain", "aic"], "x", "plain.aic should be a number"),
        (["at"], [0.0], "at should be a list of"),
        (["coefficients"], [{"process": "buying"}], "coefficients[0].low is missing"),
        (["held_out"], 3, "held_out should be a list"),
        (["lift"], {}, "lift.statistic is missing"),
        (["formulas", "buying", "levels"], {"channel": "a"}, "formulas.buying.levels.channel should be a list"),
        (["formulas", "buying", "learnt"], {"scale(age)": {"center": "x"}}, "learnt.scale(age).center should be a num"),
        (["formulas", "buying", "effects", "unit"], [1.0], "formulas.buying.effects.unit should be a list of"),
        (
            ["formulas"],
            {"flying": {"text": "", "variables": [], "formula": None, "effects": NONE}},
            "no process flying",
        ),
    ):
        with pytest.raises(FileUnreadable) as refused:
            load_covariate_fit(changed(text, place, value))
        assert sentence in str(refused.value.message)
        assert "{" not in say(refused.value.message, "zh")


NONE = {"names": [], "own": [], "unit": []}

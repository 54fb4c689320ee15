"""Fits as text: back to the last digit, for every model there is, and refused in words where the text is wrong."""

import json
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from every_model import example, made, told
from hypothesis import given, settings
from hypothesis import strategies as st

from keyworth.behaviour import (
    CONTRACT_MODELS,
    MODELS,
    OCCASION_MODELS,
    PARETO_NBD,
    RHYTHM_MODELS,
    SPEND_MODELS,
    Fit,
    Provenance,
    load_fit,
    load_saved_fit,
    save_covariate_fit,
    save_fit,
)
from keyworth.behaviour.calendar_time import save_calendar_fit, save_own_columns_fit
from keyworth.behaviour.parameters import climbed, names
from keyworth.errors import FileUnreadable, ParametersRefused
from keyworth.units import TimeUnit
from keyworth.words import Message, say

EVERY = {
    name: model
    for models in (MODELS, RHYTHM_MODELS, OCCASION_MODELS, SPEND_MODELS, CONTRACT_MODELS)
    for name, model in models.items()
}
figures = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=5e-324, allow_infinity=False)
steps = st.integers(0, 10**6)
verdicts = st.one_of(
    st.builds(Message, st.just("Converged in {steps} {steps:step|steps}: {why}."), steps=steps, why=st.text()),
    st.builds(
        lambda inner, many, day: Message("{inner} and {many} on {day}", inner=inner, many=many, day=day),
        st.builds(lambda n: Message("{n} rows", n=n), st.integers(0, 9)),
        st.lists(st.text(max_size=5), max_size=3),
        st.dates(),
    ),
)
provenances = st.builds(
    Provenance,
    software_version=st.none() | st.text(),
    ledger_version=st.none() | st.integers(0),
    as_of=st.none() | st.dates(),
    born_after=st.none() | st.dates(),
    currency=st.none() | st.just("CNY"),
)


@st.composite
def fits(draw, name):
    kind = EVERY[name].parameter_kind
    free, k = climbed(kind), len(names(kind))
    values = {each: draw(positive if each in free else st.integers(1, 4)) for each in names(kind)}
    count = st.integers(0, 10**9)
    return Fit(
        model=name,
        unit=draw(st.none() | st.sampled_from(TimeUnit)),
        parameters=kind(**values),
        standard_errors=draw(
            st.none() | st.tuples(*[figures] * len(free)).map(lambda found: dict(zip(free, found, strict=True)))
        ),
        covariance=draw(
            st.none() | st.lists(figures, min_size=k * k, max_size=k * k).map(lambda c: np.reshape(c, (k, k)))
        ),
        log_likelihood=draw(figures),
        aic=draw(figures),
        bic=draw(figures),
        customers=draw(count),
        unique_histories=draw(count),
        converged=draw(st.booleans()),
        verdict=draw(verdicts),
        steps=draw(count),
    )


def assert_same(found, expected):
    for each in fields(Fit):
        one, other = getattr(found, each.name), getattr(expected, each.name)
        if each.name == "covariance" and other is not None:
            np.testing.assert_array_equal(one, other)
        else:
            assert one == other, each.name
            assert type(one) is type(other), each.name


@pytest.mark.parametrize("name", EVERY)
def test_any_fit_comes_back_to_the_last_digit(name):
    @settings(max_examples=10)
    @given(fit=fits(name), known=provenances)
    def comes_back(fit, known):
        text = save_fit(fit, known)
        found = load_saved_fit(text)
        assert_same(found.fit, fit)
        assert found.provenance == known
        for lang in ("en", "zh"):
            assert say(found.fit.verdict, lang) == say(fit.verdict, lang)
        assert save_fit(found.fit, found.provenance) == text

    comes_back()


FIT = PARETO_NBD.fit(made("pareto-nbd", 200))
TEXT = save_fit(FIT, Provenance("1.2.3", 7, date(2025, 6, 30)))


def test_a_fit_that_was_read_answers_as_the_one_that_was_written():
    found, h = load_fit(TEXT), told([0, 3, 9], [0, 20, 38], [39, 39, 39])
    assert found.parameters == FIT.parameters
    np.testing.assert_array_equal(
        PARETO_NBD.expected_purchases(found.parameters, h, 26.0), PARETO_NBD.expected_purchases(FIT.parameters, h, 26.0)
    )
    np.testing.assert_array_equal(found.root, FIT.root)


def test_the_text_is_small_and_tells_of_no_customer():
    assert len(TEXT) < 2500
    plain = json.loads(TEXT)
    assert plain["parameters"]["alpha"] == FIT.parameters.alpha
    assert plain["provenance"]["as_of"] == "2025-06-30"
    assert "repeats" not in TEXT


def changed(**values):
    return json.dumps(json.loads(TEXT) | values)


def without(place, within=None):
    plain = json.loads(TEXT)
    del (plain[within] if within else plain)[place]
    return json.dumps(plain)


def altered(within, **values):
    return changed(**{within: json.loads(TEXT)[within] | values})


WRONG = {
    "cut": (TEXT[:300], "it may have been cut"),
    "empty": ("", "no JSON from line 1"),
    "not an object": ("[1, 2]", "the text should be an object"),
    "another file": ('{"rows": 3}', "format is missing"),
    "another format": (changed(format="pmml"), "format is not keyworth-fit"),
    "the future": (changed(version=2), "saved in version 2 of the format"),
    "version in words": (changed(version="1"), "version should be a whole number"),
    "an unknown model": (changed(model="crystal-ball"), "of 'crystal-ball', a model that"),
    "a missing parameter": (without("alpha", "parameters"), "parameters.alpha is missing"),
    "one parameter too many": (altered("parameters", k=2), "parameters.k is not known"),
    "NaN": (
        TEXT.replace(f'"log_likelihood": {FIT.log_likelihood}', '"log_likelihood": NaN'),
        "log_likelihood should be",
    ),
    "NaN within": (altered("parameters", s=float("nan")), "parameters.s should be a finite number, and is NaN"),
    "endless": (changed(aic=float("inf")), "aic should be a finite number"),
    "too large for a float": (changed(aic=10**400), "aic should be a finite number"),
    "too long a number": (TEXT.replace('"steps": ', '"steps": ' + "9" * 5000), "no JSON that could be read"),
    "brackets without end": ("[" * 100_000, "no JSON that could be read"),
    "below zero": (altered("parameters", r=-1.0), "above zero; got r = -1.0"),
    "a word for a number": (altered("parameters", r="0.5"), 'parameters.r should be a number, and is "0.5"'),
    "truth for a number": (changed(customers=True), "customers should be a whole number"),
    "no unit": (changed(unit="fortnight"), "unit should be a unit of time"),
    "a covariance of another size": (changed(covariance_of_logs=[[1.0]]), "covariance_of_logs should be a list of 4"),
    "an error missing": (without("beta", "standard_errors"), "standard_errors.beta is missing"),
    "a verdict without its values": (changed(verdict={"key": "{steps} steps", "values": {}}), "verdict should be"),
    "no verdict": (without("verdict"), "verdict is missing"),
    "a day that is none": (altered("provenance", as_of="2025-02-30"), "provenance.as_of should be a date"),
    "converged in words": (changed(converged="yes"), "converged should be true or false"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_text_that_is_wrong_is_refused_and_the_place_is_named(what):
    text, sentence = WRONG[what]
    with pytest.raises(FileUnreadable) as refused:
        load_fit(text)
    assert sentence in str(refused.value.message)
    assert refused.value.hint is not None
    assert "{" not in say(refused.value.message, "zh").replace('{"key"', "").replace("{}", "").replace("{steps}", "")


def test_what_a_later_version_adds_without_need_is_left_alone():
    assert load_fit(changed(colour="blue")).parameters == FIT.parameters


def test_what_is_no_number_is_not_written():
    model, p = example("bg-nbd")
    assert model.parameter_kind is type(p)
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_fit(replace(FIT, aic=float("nan")))


def test_what_is_no_fit_and_no_provenance_is_refused():
    for save in (save_covariate_fit, save_calendar_fit, save_own_columns_fit):
        with pytest.raises(ParametersRefused, match=r"A fit was expected, (Covariate|Calendar|Own)Fit; got Fit"):
            save(FIT)
    with pytest.raises(ParametersRefused, match="a Provenance or nothing; got str"):
        save_fit(FIT, "x")

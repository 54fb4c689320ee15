"""Fits by the calendar as text: back to the last digit, small, and refused in words where the text is wrong."""

import json
from dataclasses import fields, replace
from datetime import date, timedelta

import numpy as np
import pytest
from seasonal_stories import CALENDAR, START, seasonal
from test_calendar_own_columns import END, invented, leaving_of

from keyworth.behaviour import Provenance, load_fit, provenance_of
from keyworth.behaviour.calendar_time import (
    CALENDAR_MODELS,
    OWN_COLUMNS_MODELS,
    Calendar,
    load_calendar_fit,
    load_own_columns_fit,
    rhythms,
    save_calendar_fit,
    save_own_columns_fit,
)
from keyworth.behaviour.parameters import as_dict
from keyworth.errors import FileUnreadable
from keyworth.words import Message, say

KNOWN = Provenance("1.2.3", 7, date(2025, 6, 30))


def same(one, other):
    """Everything within both the same to the last digit, whatever they are made of."""
    assert isinstance(other, type(one))  # a number of NumPy's is a number
    if isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, Message):  # a share is kept as it is said
        assert [say(one, lang) for lang in ("en", "zh")] == [say(other, lang) for lang in ("en", "zh")]
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for name in one:
            same(one[name], other[name])
    elif hasattr(one, "__dataclass_fields__"):
        for each in fields(one):
            same(getattr(one, each.name), getattr(other, each.name))
    else:
        assert one == other


@pytest.fixture(scope="module")
def fitted():
    h = seasonal("mbg-nbd", 300)
    promoted = rhythms.promotion(
        "sale", [(START + timedelta(days=at), START + timedelta(days=at + 9)) for at in (90, 500)]
    )
    smooth = rhythms.columns(START, {"heat": np.sin(np.arange(len(CALENDAR)) / 50.0)})
    calendar = Calendar.of(
        START, CALENDAR.last, rhythms.season(2), rhythms.spring_festival(), rhythms.weekdays(), promoted, smooth
    )
    return h, CALENDAR_MODELS["mbg-nbd"].fit(h, calendar, ridge=1.0)


def test_a_fit_by_the_calendar_comes_back_to_the_last_digit_and_answers_alike(fitted):
    h, fit = fitted
    text = save_calendar_fit(fit, KNOWN)
    found = load_calendar_fit(text)
    same(found, fit)
    assert provenance_of(text) == KNOWN
    assert save_calendar_fit(found, KNOWN) == text
    model, until = CALENDAR_MODELS["mbg-nbd"], h.as_of + timedelta(days=400)
    np.testing.assert_array_equal(
        model.expected_purchases(found.parameters, found.clock, h, until),
        model.expected_purchases(fit.parameters, fit.clock, h, until),
    )
    np.testing.assert_array_equal(found.season(CALENDAR.days).high, fit.season(CALENDAR.days).high)


def test_what_everybody_can_work_out_is_kept_by_name(fitted):
    _, fit = fitted
    told = {each["name"]: each for each in json.loads(save_calendar_fit(fit))["calendar"]["columns"]}
    assert len(json.dumps([each for name, each in told.items() if name != "heat"])) < 1_000
    assert "runs" not in told["season: sin 2"]
    assert "runs" not in told["Tuesday"]
    assert "runs" not in told["spring festival: the week of it"]
    assert len(told["sale"]["runs"]) == 5
    assert len(told["heat"]["runs"]) == len(fit.clock.calendar)
    # A column that is called like a known one, and is another, is written out.
    columns = fit.clock.calendar.columns.copy()
    columns[0, 3] += 1e-15
    changed = replace(fit, clock=replace(fit.clock, calendar=replace(fit.clock.calendar, columns=columns)))
    same(load_calendar_fit(save_calendar_fit(changed)), changed)


@pytest.mark.parametrize("name", ["bg-nbd", pytest.param("pareto-nbd", marks=pytest.mark.slow)])
def test_a_fit_with_own_columns_comes_back_to_the_last_digit_and_answers_alike(name):
    h, columns, _ = invented(name, 120)
    model = OWN_COLUMNS_MODELS[name]
    fit = model.fit(h, columns, leaving=leaving_of(name), ridge=0.5)
    text = save_own_columns_fit(fit, KNOWN)
    found = load_own_columns_fit(text)
    same(found, fit)
    assert provenance_of(text) == KNOWN
    assert len(text) < 4_000
    until = END + timedelta(days=30)
    np.testing.assert_array_equal(
        model.expected_purchases(found, h, columns, until), model.expected_purchases(fit, h, columns, until)
    )


def test_a_fit_without_errors_comes_back_too(fitted):
    _, fit = fitted
    bare = replace(fit, standard_errors=None, covariance=None, caution=fit.verdict, converged=False)
    same(load_calendar_fit(save_calendar_fit(bare)), bare)


def test_a_text_that_is_wrong_is_refused_and_the_place_is_named(fitted):
    text = save_calendar_fit(fitted[1], KNOWN)
    plain = json.loads(text)

    def without(part, name):
        return {**plain, part: {key: value for key, value in plain[part].items() if key != name}}

    def with_column(**column):
        others = plain["calendar"]["columns"][1:]
        return {**plain, "calendar": {**plain["calendar"], "columns": [{"name": "own"} | column, *others]}}

    wrong = [
        ({**plain, "version": 2}, "saved in version 2 of the format"),
        ({**plain, "format": "keyworth-fit"}, "format is not keyworth-calendar-fit"),
        ({**plain, "model": "bg-bb"}, "a model that this Keyworth does not have"),
        (without("calendar", "first"), "calendar.first is missing"),
        (
            {**plain, "calendar": {**plain["calendar"], "days": 10**12}},
            "calendar.days should be a number of days up to",
        ),
        (with_column(), "calendar.columns[0].runs is missing"),
        (with_column(runs=[[1.0, 5]]), "calendar.columns[0].runs should be"),
        (with_column(runs=[["x", 5]]), "calendar.columns[0].runs[0][0] should be a number"),
        (with_column(runs="x"), "calendar.columns[0].runs should be a list"),
        ({**plain, "centre": [0.0]}, "centre should be a list of"),
        (without("standard_errors", "sale"), "standard_errors.sale is missing"),
    ]
    for told, sentence in wrong:
        with pytest.raises(FileUnreadable) as refused:
            load_calendar_fit(json.dumps(told))
        assert sentence in str(refused.value.message)
        assert "{" not in say(refused.value.message, "zh")
    with pytest.raises(FileUnreadable, match="format is not keyworth-fit"):
        load_fit(text)
    with pytest.raises(FileUnreadable, match="format is not keyworth-own-columns-fit"):
        load_own_columns_fit(text)
    assert as_dict(load_calendar_fit(json.dumps({**plain, "colour": "blue"})).parameters) == plain["parameters"]

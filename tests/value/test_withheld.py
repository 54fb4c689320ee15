"""Where the fit cannot tell who has left, a book says nothing that needs it, and says that."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from keyworth.units import Discount
from keyworth.value import CANNOT_TELL, MOVES, ValueOptions, as_may_be_said, compare_books, dated_values
from keyworth.value.withheld import risk_of_another

OPTIONS = ValueOptions(horizon_days=182, discount=Discount(0.1), ledger_days=729)


def bound(valuation):
    return dated_values(
        valuation,
        np.array([f"C{i:04d}" for i in range(len(valuation.customers))]),
        OPTIONS,
        as_of=date(2025, 6, 30),
        ledger_version=3,
        software_version="0.1.0",
        currency="CNY",
        known_customers=910,
    )


@pytest.fixture(scope="module")
def known(valuation):
    return bound(valuation)


@pytest.fixture(scope="module")
def unknown(valuation):
    return bound(replace(valuation, risk=replace(valuation.risk, converged=False)))


def test_a_fit_that_converged_withholds_nothing(known, valuation):
    assert known.knows_who_left
    assert known.customers is valuation.customers
    assert known.base is valuation.base
    assert CANNOT_TELL not in known.notes


def test_what_needs_to_know_who_left_is_not_in_the_book(unknown):
    customers = unknown.customers
    assert customers.still_customers is None
    for name in ("chance", "gone", "leaving", "churn_risk", "beyond_ledger", "value_if_kept", "residual_value"):
        assert np.isnan(getattr(customers, name)).all(), name
    assert unknown.base.residual_value is None
    assert unknown.base.beyond_ledger is None
    assert not [row for row in range(len(unknown)) if "chance" in str(unknown.reason(row))]


def test_totals_and_values_over_the_horizon_stay(unknown, known):
    assert unknown.base.expected == known.base.expected
    assert unknown.base.interval_80 == known.base.interval_80
    assert np.array_equal(unknown.customers.value, known.customers.value)
    assert np.array_equal(unknown.customers.rank, known.customers.rank)


def test_it_is_said_first_and_once(unknown):
    assert unknown.notes[0] == CANNOT_TELL
    assert as_may_be_said(unknown).notes.count(CANNOT_TELL) == 1


def test_nothing_is_said_of_where_chances_come_from_that_are_not_given(valuation):
    of_another = risk_of_another("BG/NBD", "MBG/NBD")
    told = replace(valuation, notes=(*valuation.notes, of_another))
    assert of_another in bound(told).notes
    assert of_another not in bound(replace(told, risk=replace(told.risk, converged=False))).notes


def test_nobody_leaves_between_books_that_cannot_tell(known, unknown):
    gone = known.customers.gone
    before = replace(known, customers=replace(known.customers, gone=np.zeros_like(gone)))
    left = MOVES.index("left")
    assert left in compare_books(before, known).move
    found = compare_books(before, unknown)
    assert left not in found.move
    assert str(found.notes[-1]).startswith("Not both books can tell who has left")

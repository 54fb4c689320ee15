"""A book's identity and its comparison with another."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from shop_of_known_truth import valued

from keyworth.errors import HistoryRefused, OptionRefused
from keyworth.units import Discount, Horizon
from keyworth.value import MOVES, ValueOptions, compare_books, dated_values
from keyworth.words import say

OPTIONS = ValueOptions(horizon_days=182, discount=Discount(0.1), ledger_days=729)


def bound(valuation, ids=None, **changes):
    about = {
        "as_of": date(2025, 6, 30),
        "ledger_version": 3,
        "software_version": "0.1.0",
        "currency": "CNY",
        "known_customers": 910,
    }
    ids = np.array([f"C{i:04d}" for i in range(len(valuation.customers))]) if ids is None else ids
    return dated_values(valuation, ids, changes.pop("options", OPTIONS), **(about | changes))


@pytest.fixture(scope="module")
def book(valuation):
    return bound(valuation)


def test_the_same_inputs_have_the_same_id(shop, book):
    assert bound(valued(shop)).book_id == book.book_id
    assert len(book.book_id) == 16
    assert set(book.book_id) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    "changes",
    [
        {"as_of": date(2025, 7, 1)},
        {"ledger_version": 4},
        {"software_version": "0.1.1"},
        {"currency": "USD"},
        {"options": replace(OPTIONS, margins={"": 0.3})},
        {"options": replace(OPTIONS, horizon_as_said=Horizon.parse("26w"))},
        {"options": replace(OPTIONS, seed=2)},
        {"options": replace(OPTIONS, horizon_days=183)},
        {"options": replace(OPTIONS, draws=500)},
    ],
)
def test_another_input_has_another_id(valuation, book, changes):
    assert bound(valuation, **changes).book_id != book.book_id


def test_other_parameters_have_another_id(shop, valuation, book):
    moved = replace(valuation.buying, parameters=replace(valuation.buying.parameters, r=0.8000001))
    assert bound(replace(valuation, buying=moved)).book_id != book.book_id


def test_the_order_in_which_margins_are_given_does_not_matter(valuation):
    one, other = (replace(OPTIONS, margins=given) for given in ({"wine": 0.6, "tea": 0.2}, {"tea": 0.2, "wine": 0.6}))
    assert bound(valuation, options=one).book_id == bound(valuation, options=other).book_id


def test_the_horizon_is_kept_as_it_was_said_or_in_days():
    assert replace(OPTIONS, horizon_as_said=Horizon.parse("26w")).horizon == Horizon.parse("26w")
    assert OPTIONS.horizon == Horizon.parse("182d")


def test_the_book_names_its_models_and_gives_reasons(book):
    assert (book.buying.name, book.spending.name) == ("mbg-nbd", "gamma-gamma")
    assert set(book.buying.parameters) == {"r", "alpha", "a", "b"}
    assert "days" in str(book.reason(0))
    assert len(book) == 900


def test_one_id_for_each_customer_is_needed(valuation):
    with pytest.raises(HistoryRefused, match="got 3 for 900"):
        bound(valuation, ids=np.array(["a", "b", "c"]))


def with_values(book, rows, factor, gone=None):
    """The same book with other values for some customers, and only these rows."""
    customers = book.customers
    return replace(
        book,
        ids=book.ids[rows],
        customers=replace(
            customers,
            value=customers.value[rows] * factor,
            gone=customers.gone[rows] if gone is None else gone,
        ),
    )


def test_movements_add_up_to_the_difference(book):
    rows = np.arange(len(book))
    factor = np.where(rows % 3 == 0, 1.3, np.where(rows % 3 == 1, 0.8, 1.01))
    early, late = with_values(book, rows[:700], 1.0), with_values(book, rows[100:], factor[100:])
    found = compare_books(early, late)
    assert sum(m.customers for m in found.movements) == 900 == found.ids.size
    assert sum(m.change for m in found.movements) == pytest.approx(found.total_after - found.total_before)
    assert found.total_after == pytest.approx(late.customers.value.sum())
    heads = {m.move: m.customers for m in found.movements}
    assert heads["came"] == 200
    assert heads["left"] == 100
    assert heads["rose"] == np.sum(rows[100:700] % 3 == 0)
    assert heads["fell"] == np.sum(rows[100:700] % 3 == 1)
    assert list(found.ids[:700]) == list(early.ids)


def test_who_is_probably_gone_since_has_left(book):
    rows = np.arange(3)
    early = with_values(book, rows, 1.0, gone=np.array([0.1, 0.1, 0.8]))
    late = with_values(book, rows, 1.0, gone=np.array([0.7, 0.2, 0.9]))
    assert [MOVES[m] for m in compare_books(early, late).move] == ["left", "steady", "steady"]


def test_a_book_compared_with_itself_stands_still(book):
    found = compare_books(book, book)
    assert set(found.move) == {MOVES.index("steady")}
    assert found.notes == ()


def test_books_given_the_wrong_way_round_are_turned_and_it_is_said(book):
    later = replace(with_values(book, np.arange(3), 2.0), as_of=book.as_of + timedelta(days=1))
    early = with_values(book, np.arange(2), 1.0)
    right, wrong = compare_books(early, later), compare_books(later, early)
    assert wrong.movements == right.movements
    assert wrong.days == right.days == (book.as_of, later.as_of)
    assert right.notes == ()
    assert "later value book was given first" in str(wrong.notes[0])
    assert say(wrong.notes[0], "zh").startswith("先给出的是较晚的")


def test_books_in_different_money_are_not_compared(valuation, book, shop):
    with pytest.raises(OptionRefused, match="differ in currency"):
        compare_books(book, bound(valuation, currency="USD"))
    with pytest.raises(OptionRefused, match="differ in basis"):
        compare_books(book, bound(valued(shop, margin_rate=0.3)))
    with pytest.raises(OptionRefused, match=r"differ in basis \(revenue and purchases\)"):
        compare_books(book, bound(valued(shop, spend=None)))


def test_books_without_money_are_compared_by_purchases(shop):
    counted = bound(valued(shop, spend=None))
    found = compare_books(counted, counted)
    assert found.total_after == pytest.approx(counted.customers.expected_purchases.sum())


def test_different_horizons_are_noted(valuation, book):
    other = bound(valuation, options=replace(OPTIONS, horizon_days=91))
    assert "horizons differ" in str(compare_books(book, other).notes[0])

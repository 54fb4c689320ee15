"""A stored value book comes back as it was, or not at all."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from keyworth.behaviour import PaceTable
from keyworth.errors import BookDamaged
from keyworth.ledger import Ledger
from keyworth.runs.build_values import ValueRequest, build_values
from keyworth.runs.value_records import about, customer_table, value_book_from
from keyworth.units import Horizon
from keyworth.value import DatedValues, ModelChoice, TriedModel
from keyworth.words import Message


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> DatedValues:
    """Sixty customers over two years, so that some past totals can be predicted again."""
    folder = tmp_path_factory.mktemp("value_records")
    rows = ["customer,date,amount,category"]
    for customer in range(60):
        for purchase in range(1 + 3 * (customer % 8)):
            day = date(2024, 1, 1).toordinal() + 2 * customer + purchase * (11 + 3 * (customer % 7))
            rows.append(
                f"C{customer},{date.fromordinal(day)},{10 + customer + purchase},{'wine' if purchase % 2 else 'margin'}"
            )
    orders = folder / "orders.csv"
    orders.write_text("\n".join(rows) + "\n", encoding="utf-8")
    Ledger.create(folder / "book", orders, at=datetime(2026, 1, 1, tzinfo=UTC), currency="CNY")
    asked = ValueRequest(model="mbg-nbd", horizon=Horizon.parse("8w"), margins={"margin": 0.5, "": 0.2})
    return build_values(folder / "book", asked)


def test_the_days_that_widened_the_interval_are_kept(made: DatedValues) -> None:
    kept = value_book_from(about(made), customer_table(made))
    assert len(made.base.origins) > 1
    assert made.base.origins[-1] == date.fromordinal(made.as_of.toordinal() - 56)
    assert kept.base == made.base


def test_why_a_model_was_chosen_is_kept(made: DatedValues) -> None:
    tried = TriedModel("mbg-nbd", chosen=True, within_noise=True, behind={"crps": (0.25, -0.5, 1.0)})
    choice = ModelChoice(
        (Message("{model}: so it is.", model="X"),),
        (date(2024, 6, 30),),
        365,
        (tried,),
        (Message("so"),),
        {date(2024, 6, 30): PaceTable((0.5,), (), ((1.25,), (0.8,)))},
    )
    stored = json.loads(json.dumps(about(replace(made, choice=choice))))
    assert value_book_from(stored, customer_table(made)).choice == choice
    assert value_book_from(about(made), customer_table(made)).choice is None


def test_what_was_asked_for_is_kept_whatever_the_categories_are_called(made: DatedValues) -> None:
    kept = value_book_from(about(made), customer_table(made))
    assert kept.options == made.options
    assert (str(kept.options.horizon), kept.options.margins) == ("8w", {"margin": 0.5, "": 0.2})


def test_the_paces_of_histories_are_kept(made: DatedValues) -> None:
    paces = PaceTable((0.5, 2.5), (30.5,), ((0.5, 1.0), (1.5, 2.0), (1.0, 4.0)))
    paced = replace(made, options=replace(made.options, paces=paces))
    stored = json.loads(json.dumps(about(paced)))
    assert value_book_from(stored, customer_table(made)).options == paced.options
    without = {name: value for name, value in stored["options"].items() if name != "paces"}  # as earlier versions wrote
    assert value_book_from(stored | {"options": without}, customer_table(made)).options == made.options


def test_a_book_stored_in_another_form_is_refused_in_a_sentence(made: DatedValues) -> None:
    older = {name: value for name, value in about(made).items() if name != "form"} | {"software_version": "0.0.9"}
    with pytest.raises(BookDamaged, match=r"another version of Keyworth \(0\.0\.9\).*Make it again"):
        value_book_from(older, customer_table(made))

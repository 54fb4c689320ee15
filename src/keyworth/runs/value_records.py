"""A value book as columns and plain data, to be stored, and back again to the last digit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from keyworth.behaviour import PaceTable
from keyworth.errors import BookDamaged
from keyworth.ledger.arrays import column_of, text_column, values_of
from keyworth.units import Discount, Horizon, TimeUnit
from keyworth.value import (
    LEVELS,
    NEED_WHO_LEFT,
    STRATEGIES,
    TIERS,
    BaseFigure,
    CustomerValues,
    DatedValues,
    Interval,
    ModelChoice,
    ModelUsed,
    Quantiles,
    Reasons,
    TriedModel,
    ValueOptions,
    as_may_be_said,
    strategies,
    thresholds_by_share,
    tiers,
)
from keyworth.words import Message
from keyworth.words.stored import from_data, to_data

_ALWAYS = ("expected_purchases", "share", "rank", "chance", "beyond_ledger", "gone", "leaving")
MONEY_COLUMNS = ("expected_spend", "value", "value_if_kept", "residual_value", "per_purchase")
# Grows by one whenever `about` or `customer_table` writes something that an earlier reader would misread.
FORM = 4


def customer_table(book: DatedValues) -> pa.Table:
    """One row per customer. Quantiles are columns such as `value_q10`; reasons are kept as their parts.

    Where nobody can tell who has left, the columns of `value.NEED_WHO_LEFT` are empty.
    """
    customers = book.customers
    columns: dict[str, Any] = {"customer": text_column(book.ids)}
    columns |= {name: column_of(getattr(customers, name)) for name in _ALWAYS}
    money = {name: getattr(customers, name) for name in MONEY_COLUMNS}
    columns |= {name: column_of(amounts) for name, amounts in money.items() if amounts is not None}
    columns |= _quantile_columns("purchases", customers.purchase_quantiles)
    if customers.value_quantiles is not None:
        columns |= _quantile_columns("value", customers.value_quantiles)
    worth = customers.expected_purchases if customers.value is None else customers.value
    columns["tier"] = _named(TIERS, tiers(worth, customers.rank))
    if customers.value_if_kept is not None:
        columns["strategy"] = _strategies(book, customers.value_if_kept)
    columns |= {
        "reason_kind": column_of(customers.reasons.kind),
        "reason_every": column_of(customers.reasons.every),
        "reason_since": column_of(customers.reasons.since),
    }
    if not book.knows_who_left:
        columns |= {name: pa.nulls(len(book), columns[name].type) for name in NEED_WHO_LEFT if name in columns}
    return pa.table(columns)


def _strategies(book: DatedValues, value_if_kept: NDArray[np.float64]) -> pa.Array:
    if not book.knows_who_left:
        return text_column([""] * len(book))  # left empty with all that needs to know who has left
    customers = book.customers
    thresholds = thresholds_by_share(value_if_kept)
    return _named(STRATEGIES, strategies(value_if_kept, customers.gone, customers.leaving, thresholds))


def _named(names: Sequence[str], places: NDArray[Any]) -> pa.Array:
    return text_column([names[place] for place in places.tolist()])


def _quantile_columns(name: str, quantiles: Quantiles) -> dict[str, Any]:
    return {f"{name}_q{_level(level)}": column_of(row) for level, row in zip(LEVELS, quantiles.values, strict=True)}


def _level(level: float) -> str:
    return f"{100 * level:g}".replace(".", "_")


def about(book: DatedValues) -> dict[str, Any]:
    """Everything of the book but its customers, as plain data."""
    reasons = book.customers.reasons
    return {
        "form": FORM,
        "book_id": book.book_id,
        "as_of": book.as_of.isoformat(),
        "ledger_version": book.ledger_version,
        "software_version": book.software_version,
        "currency": book.currency,
        "basis": book.basis,
        "options": {
            "horizon_days": book.options.horizon_days,
            "discount": book.options.discount.annual,
            "ledger_days": book.options.ledger_days,
            "unit": book.options.unit.value,
            "draws": book.options.draws,
            "seed": book.options.seed,
            "horizon": str(book.options.horizon),
            "margins": dict(book.options.margins),
            "pace": book.options.pace,
            "paces": told_paces(book.options.paces),
        },
        "models": {
            role: None if model is None else asdict(model) | {"verdict": to_data(model.verdict)}
            for role, model in (("buying", book.buying), ("risk", book.risk), ("spending", book.spending))
        },
        "left_out_of_spend": book.left_out_of_spend,
        "spend_correlation": book.spend_correlation,
        "customers": len(book),
        "known_customers": book.known_customers,
        "usual_gap": reasons.usual_gap,
        "usual_spend": reasons.usual_spend,
        "base": asdict(book.base)
        | {
            "origins": [origin.isoformat() for origin in book.base.origins],
            "not_widened": None if book.base.not_widened is None else to_data(book.base.not_widened),
        },
        "notes": [to_data(note) for note in book.notes],
        "choice": None if book.choice is None else _choice_told(book.choice),
        "spend_choice": None if book.spend_choice is None else _choice_told(book.spend_choice),
    }


def _choice_told(choice: ModelChoice) -> dict[str, Any]:
    return {
        "because": [to_data(sentence) for sentence in choice.because],
        "origins": [origin.isoformat() for origin in choice.origins],
        "holdout_days": choice.holdout_days,
        "tried": [asdict(one) for one in choice.tried],
        "about_pace": [to_data(sentence) for sentence in choice.about_pace],
        "paces_without": {day.isoformat(): told_paces(paces) for day, paces in choice.paces_without.items()},
    }


def told_paces(paces: PaceTable | None) -> dict[str, Any] | None:
    """A table of paces as plain data."""
    return None if paces is None else asdict(paces)


def _paces_from(told: Mapping[str, Any] | None) -> PaceTable | None:
    if told is None:
        return None
    return PaceTable(tuple(told["repeats_from"]), tuple(told["days_from"]), tuple(map(tuple, told["paces"])))


def _choice_from(told: Mapping[str, Any] | None) -> ModelChoice | None:
    if told is None:
        return None
    return ModelChoice(
        because=tuple(from_data(sentence) for sentence in told["because"]),
        origins=tuple(map(date.fromisoformat, told["origins"])),
        holdout_days=told["holdout_days"],
        tried=tuple(
            TriedModel(**(one | {"behind": {name: tuple(lag) for name, lag in one["behind"].items()}}))
            for one in told["tried"]
        ),
        about_pace=tuple(from_data(sentence) for sentence in told.get("about_pace", ())),
        paces_without={
            date.fromisoformat(day): paces
            for day, one in told.get("paces_without", {}).items()
            if (paces := _paces_from(one)) is not None
        },
    )


def value_book_from(told: Mapping[str, Any], table: pa.Table) -> DatedValues:
    """The book that `about` and `customer_table` wrote. Raises BookDamaged for one stored in another form."""
    if told.get("form") != FORM:
        raise BookDamaged(
            Message(
                "The value book {book_id} was stored by another version of Keyworth ({version}), in a form that this "
                "one does not read.",
                book_id=told.get("book_id", ""),
                version=told.get("software_version", ""),
            ),
            hint=Message("Make it again with keyworth value; the orders are not touched."),
        )
    options, base = told["options"], told["base"]

    def model(role: str) -> ModelUsed | None:
        kept = told["models"][role]
        return None if kept is None else ModelUsed(**(kept | {"verdict": from_data(kept["verdict"])}))

    buying, risk = model("buying"), model("risk")
    assert buying is not None
    assert risk is not None
    found = DatedValues(
        book_id=told["book_id"],
        as_of=date.fromisoformat(told["as_of"]),
        ledger_version=told["ledger_version"],
        software_version=told["software_version"],
        currency=told["currency"],
        basis=told["basis"],
        options=ValueOptions(
            horizon_days=options["horizon_days"],
            discount=Discount(options["discount"]),
            ledger_days=options["ledger_days"],
            unit=TimeUnit(options["unit"]),
            draws=options["draws"],
            seed=options["seed"],
            horizon_as_said=Horizon.parse(options["horizon"]),
            margins=options["margins"],
            pace=options.get("pace", 1.0),
            paces=_paces_from(options.get("paces")),
        ),
        buying=buying,
        risk=risk,
        spending=model("spending"),
        left_out_of_spend=told["left_out_of_spend"],
        spend_correlation=told["spend_correlation"],
        known_customers=told["known_customers"],
        ids=np.array(table["customer"].to_pylist(), dtype=object),
        customers=_customers(told, table),
        base=BaseFigure(
            **(
                base
                | {name: Interval(**base[name]) for name in ("interval_80", "interval_95", "model_80", "model_95")}
                | {
                    "origins": tuple(map(date.fromisoformat, base["origins"])),
                    "not_widened": None if base["not_widened"] is None else from_data(base["not_widened"]),
                }
            )
        ),
        notes=tuple(from_data(note) for note in told["notes"]),
        choice=_choice_from(told.get("choice")),  # earlier versions chose nothing
        spend_choice=_choice_from(told.get("spend_choice")),
    )
    return as_may_be_said(found)  # earlier versions stored chances that nobody can tell


def _customers(told: Mapping[str, Any], table: pa.Table) -> CustomerValues:
    def column(name: str) -> Any:
        if name not in table.column_names:
            return None
        kept = table[name]
        if not kept.null_count:
            return values_of(kept)
        import pyarrow.compute as pc  # for a book with something withheld; it takes a while to load

        return values_of(pc.fill_null(kept, np.nan))

    def quantiles(name: str) -> Quantiles | None:
        rows = [column(f"{name}_q{_level(level)}") for level in LEVELS]
        return None if rows[0] is None else Quantiles(np.array(rows))

    purchases = quantiles("purchases")
    assert purchases is not None
    return CustomerValues(
        **{name: column(name) for name in (*_ALWAYS, *MONEY_COLUMNS)},
        purchase_quantiles=purchases,
        value_quantiles=quantiles("value"),
        reasons=Reasons(
            kind=column("reason_kind"),
            every=column("reason_every"),
            since=column("reason_since"),
            chance=column("chance"),
            per_purchase=column("per_purchase"),
            usual_gap=told["usual_gap"],
            usual_spend=told["usual_spend"],
        ),
    )

"""What makes a row unusable, as SQL over the columns that staging has read."""

from keyworth.ledger.columns.conventions import Conventions
from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.columns.written_dates import EARLIEST_YEAR, LATEST_YEAR, impossible_sql
from keyworth.ledger.columns.written_ids import IdConvention
from keyworth.ledger.columns.written_numbers import NumberConvention

_FROM, _TO = f"TIMESTAMP '{EARLIEST_YEAR}-01-01'", f"TIMESTAMP '{LATEST_YEAR + 1}-01-01'"
_SPREADSHEET_ERRORS = "('#DIV/0!', '#NAME?', '#NULL!', '#NUM!', '#REF!', '#VALUE!', '#ERROR!')"
_SCIENTIFIC = r"'\d+([.,]\d+)?[eE]\+?\d+'"
_SHOWN = 200

Check = tuple[str, str, str]  # condition, code, the text to show


def problem_sql(mapping: ColumnMapping, conventions: Conventions, gross: str | None) -> str:
    """The code of the first thing wrong with a row, or NULL."""
    cases = " ".join(f"WHEN {test} THEN '{code}'" for test, code, _ in _checks(mapping, conventions, gross))
    return f"CASE WHEN {_sound(mapping, conventions, gross)} THEN NULL {cases} END"


def problem_value_sql(mapping: ColumnMapping, conventions: Conventions, gross: str | None) -> str:
    """What stood in the cell that is wrong, or NULL."""
    cases = " ".join(
        f"WHEN {test} THEN left({text}, {_SHOWN})" for test, _, text in _checks(mapping, conventions, gross)
    )
    return f"CASE WHEN {_sound(mapping, conventions, gross)} THEN NULL {cases} END"


def _sound(mapping: ColumnMapping, conventions: Conventions, gross: str | None) -> str:
    """Whether nothing is wrong: one cheap test that nearly every row passes."""
    tests = [f"at_ >= {_FROM}", f"at_ < {_TO}"]
    if gross is not None:
        tests.append(f"{gross} IS NOT NULL")
    elif "quantity" in mapping:
        tests.append("quantity_ IS NOT NULL")
    customer = conventions.ids.get("customer", IdConvention())
    if customer.scientific:
        tests.append(f"NOT coalesce(regexp_full_match(customer, {_SCIENTIFIC}), FALSE)")
    if customer.errors:
        tests.append("NOT coalesce(starts_with(customer, '#'), FALSE)")
    sound = f"({' AND '.join(tests)})"
    # What is no purchase needs no date and no amount: an open deal, an order not paid.
    return f"(kind = 'none' OR {sound})" if "none" in conventions.statuses.values() else sound


def _checks(mapping: ColumnMapping, conventions: Conventions, gross: str | None) -> list[Check]:
    """Everything that can be wrong, in the order in which it is told."""
    money = _money(mapping)
    no_money = " AND ".join(_blank(f"{name}_text") for name in money) or "TRUE"
    checks: list[Check] = [
        (f"at_ IS NULL AND {_blank('date_text')} AND customer IS NULL AND {no_money}", "row_empty", "NULL"),
        (f"at_ IS NULL AND {_blank('date_text')}", "date_missing", "NULL"),
        (f"at_ IS NULL AND {impossible_sql('date_text')}", "date_impossible", "date_text"),
        ("at_ IS NULL", "date_unreadable", "date_text"),
        (f"at_ < {_FROM} OR at_ >= {_TO}", "date_out_of_range", "date_text"),
    ]
    for name in money:
        text = f"{name}_text"
        refund = " AND refund_amount_ IS NULL" if name == "amount" and "refund_amount" in mapping else ""
        convention = conventions.numbers.get(name, NumberConvention())
        digits = text if convention.typed or convention.plain else convention.digits_sql(text)
        checks += [
            (f"{name}_ IS NULL AND {_blank(text)}{refund}", f"{name}_missing", "NULL"),
            (
                f"{name}_ IS NULL AND NOT {_blank(text)} AND isfinite(TRY_CAST({digits} AS DOUBLE))",
                f"{name}_too_large",
                text,
            ),
            (f"{name}_ IS NULL AND NOT {_blank(text)}", f"{name}_unreadable", text),
        ]
    if "amount" not in mapping and gross is not None and "quantity" in mapping:
        checks.append((f"{gross} IS NULL", "amount_too_large", "price_text || ' × ' || quantity_text"))
    customer = conventions.ids.get("customer", IdConvention())
    if customer.errors:
        checks.append((f"customer IN {_SPREADSHEET_ERRORS}", "customer_error", "customer"))
    if customer.scientific:
        checks.append((f"regexp_full_match(customer, {_SCIENTIFIC})", "customer_scientific", "customer"))
    return checks


def _money(mapping: ColumnMapping) -> list[str]:
    """The columns without which a row's money cannot be told; a quantity beside an amount is not one of them."""
    if "amount" in mapping:
        return ["amount"]
    return [name for name in ("price", "quantity") if name in mapping]


def _blank(text: str) -> str:
    return f"({text} IS NULL OR trim({text}) = '')"

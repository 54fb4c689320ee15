"""Telling columns apart by their values alone, where their names say nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from keyworth.ledger.columns.evidence import (
    Evidence,
    determines,
    partition_alike,
    repeats_on_different_dates,
)
from keyworth.words import Message

Rows = Sequence[Sequence[str | None]]


@dataclass(slots=True)
class Guess:
    """What the values tell; `candidates` are the columns between which they cannot decide."""

    found: dict[str, tuple[int, Message]] = field(default_factory=dict)
    candidates: dict[str, tuple[int, ...]] = field(default_factory=dict)


def by_value(
    rows: Rows, seen: Sequence[Evidence], columns: dict[str, int], left_out: set[str], *, has_header: bool
) -> Guess:
    """Find date and customer where they are missing; amount, quantity and order too where there is no header.

    A column with a name we do not know is never taken for the amount: a file has many numbers.
    """
    guess = Guess()
    taken = set(columns.values())
    free = [evidence for evidence in seen if evidence.place not in taken and evidence.filled]
    date = columns.get("date")
    if date is None and "date" not in left_out:
        date = _date(free, guess)
        free = [evidence for evidence in free if evidence.place != date]
    # Amounts first: what is left over is easier to tell apart.
    if not has_header and "amount" not in columns and "amount" not in left_out:
        amount = _amount(free, guess)
        free = [evidence for evidence in free if evidence.place != amount]
    if "customer" not in columns and "customer" not in left_out:
        customer = _customer(rows, free, date, guess, has_header=has_header)
        free = [evidence for evidence in free if evidence.place != customer]
    else:
        customer = columns.get("customer")
    if not has_header:
        _quantity(rows, free, guess, customer, columns)
    return guess


def _date(free: Sequence[Evidence], guess: Guess) -> int | None:
    dates = [evidence.place for evidence in free if evidence.is_date]
    if not dates:
        dates = [evidence.place for evidence in free if evidence.epochs >= 0.98 and evidence.distinct > 1]
    if len(dates) == 1:
        guess.found["date"] = dates[0], Message("the only column of dates")
        return dates[0]
    guess.candidates["date"] = tuple(dates)
    return None


def _amount(free: Sequence[Evidence], guess: Guess) -> int | None:
    fractions = [evidence.place for evidence in free if evidence.has_fractions]
    if len(fractions) == 1:
        guess.found["amount"] = fractions[0], Message("the only numbers with decimals")
        return fractions[0]
    numbers = sorted((evidence for evidence in free if evidence.is_number), key=lambda evidence: evidence.distinct)
    # Without decimals: of two whole-number columns, one far less various than the other, that one is money.
    if not fractions and len(numbers) == 2 and len(free) == 2 and numbers[0].distinct * 3 <= numbers[1].distinct:
        place = numbers[0].place
        guess.found["amount"] = place, Message("the less various of two columns of numbers")
        return place
    return None


def _customer(rows: Rows, free: Sequence[Evidence], date: int | None, guess: Guess, *, has_header: bool) -> int | None:
    ids = [evidence for evidence in free if evidence.repeats and not evidence.is_date and not evidence.has_fractions]
    if not has_header:
        ids = [evidence for evidence in ids if not _small_counts(evidence)]
    if date is not None:
        ids = [evidence for evidence in ids if repeats_on_different_dates(rows, evidence.place, date)]
    if not ids:
        guess.candidates["customer"] = tuple(evidence.place for evidence in free if not evidence.has_fractions)
        return None
    first = ids[0].place
    if all(partition_alike(rows, first, other.place) for other in ids[1:]):
        reason = (
            Message("it is the only number that comes again on other dates")
            if len(ids) == 1
            else Message("the first of several columns that tell the same customers apart")
        )
        guess.found["customer"] = first, reason
        return first
    guess.candidates["customer"] = tuple(evidence.place for evidence in ids)
    return None


def _small_counts(evidence: Evidence) -> bool:
    """Whether the values could be numbers of pieces: small, whole, of few kinds, without leading zeros."""
    return (
        evidence.is_number
        and evidence.whole >= 0.999
        and evidence.largest <= 1_000
        and evidence.distinct <= max(5, 0.05 * evidence.filled)
    )


def _quantity(
    rows: Rows, free: Sequence[Evidence], guess: Guess, customer: int | None, columns: dict[str, int]
) -> None:
    counts = [evidence.place for evidence in free if _small_counts(evidence)]
    if len(counts) == 1 and "quantity" not in columns and ("amount" in columns or "amount" in guess.found):
        guess.found["quantity"] = counts[0], Message("small whole numbers beside the amount")
    orders = [
        evidence.place
        for evidence in free
        if evidence.place not in counts
        and not evidence.has_fractions
        and customer is not None
        and evidence.distinct > 0.3 * evidence.filled
        and determines(rows, evidence.place, customer)
        and not partition_alike(rows, evidence.place, customer)
    ]
    if len(orders) == 1 and "order" not in columns:
        guess.found["order"] = orders[0], Message("each of its values belongs to one customer")

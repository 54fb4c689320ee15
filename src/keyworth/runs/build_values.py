"""The value book of a ledger: computed, stored in the book, found again, compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import metadata
from pathlib import Path

import numpy as np

from keyworth.backtest import Origin, origins
from keyworth.errors import NotEnoughHistory, OptionRefused
from keyworth.ledger import Ledger, keep_values, read_values
from keyworth.runs.choose_model import asked_models
from keyworth.runs.defaults import DISCOUNT, HORIZON, VALUED_BY
from keyworth.runs.fitted_base import FittedBase, fitted_base
from keyworth.runs.money_basis import refuse_wrong_margins
from keyworth.runs.past_origins import MOST_PAST_DAYS, Look, past_misses
from keyworth.runs.steps import Step, silent
from keyworth.runs.value_records import about, customer_table, value_book_from
from keyworth.units import Discount, Horizon, TimeUnit
from keyworth.value import (
    DRAWS,
    SPEND_TOO_ALIKE,
    BookComparison,
    DatedValues,
    ValueOptions,
    compare_books,
    dated_values,
    for_analysts,
    unusual_questions,
    value_customers,
)
from keyworth.words import Message

_LONGEST_DAYS = 3653


@dataclass(frozen=True, slots=True)
class ValueRequest:
    """What a person asks of a value book. `margins` maps product categories to shares, "" to everything else.

    `model` is `auto` unless one is named: chosen by what all models would have foretold.
    """

    as_of: date | None = None
    horizon: Horizon = field(default_factory=lambda: Horizon.parse(HORIZON))
    discount: Discount = field(default_factory=lambda: Discount.parse(DISCOUNT))
    margins: Mapping[str, float] = field(default_factory=dict)
    model: str = VALUED_BY
    unit: TimeUnit = TimeUnit.WEEK
    draws: int = DRAWS
    seed: int = 1


def build_values(book: Path, request: ValueRequest, *, step: Step = silent) -> DatedValues:
    """Value every customer as of a day and store the result in the book.

    The same ledger version, request and software version give the same value book, to the last digit.
    Raises OptionRefused, NotEnoughHistory, BookMissing, BookDamaged, BookUnwritable.
    """
    ledger = Ledger.open(book)
    as_of = request.as_of or ledger.last_day
    if as_of < ledger.first_day:
        raise NotEnoughHistory(
            Message("Nobody bought by {until}.", until=as_of),
            hint=Message("The ledger runs from {first} to {last}.", first=ledger.first_day, last=ledger.last_day),
        )
    refuse_wrong_margins(ledger, request.margins, as_of)
    horizon_days = request.horizon.days_from(as_of)
    if horizon_days > _LONGEST_DAYS:
        raise OptionRefused(
            Message("A horizon of at most 10 years was expected; got {horizon}.", horizon=request.horizon),
            hint=Message("What lies beyond is in the residual lifetime value."),
        )
    asked_for = ValueOptions(
        horizon_days=horizon_days,
        discount=request.discount,
        ledger_days=(as_of - ledger.first_day).days + 1,
        unit=request.unit,
        draws=request.draws,
        seed=request.seed,
        horizon_as_said=request.horizon,
        margins=request.margins,
    )
    step(Message("Reading orders and fitting models"))
    ledger.gather_days()
    asked = asked_models(
        ledger,
        request.model,
        until=as_of,
        ahead_days=horizon_days,
        unit=request.unit,
        seed=request.seed,
        step=step,
    )
    base = fitted_base(
        ledger,
        model=asked.buying,
        spending=asked.spending,
        as_of=as_of,
        unit=request.unit,
        margins=request.margins,
    )
    options = replace(asked_for, pace=asked.pace.factor, paces=asked.pace.table)
    look = Look(
        asked.buying,
        request.unit,
        margins=request.margins,
        seed=request.seed,
        spending=asked.spending,
        pace=asked.pace,
    )
    past = _past_days(ledger, as_of, horizon_days)
    misses = past_misses(ledger, past, look, base.basis, step=step) if past else ()
    valuing = Message("Valuing customers")
    step(valuing)
    valuation = value_customers(
        base.histories,
        base.buying,
        options,
        spend=base.spend,
        margin_rate=base.margin_rate,
        past_misses=misses,
        progress=lambda share: step(valuing, share),
    )
    found = dated_values(
        valuation,
        np.array(base.summary.customers.to_pylist(), dtype=object),
        options,
        as_of=as_of,
        ledger_version=ledger.version,
        software_version=metadata.version("keyworth"),
        currency=ledger.currency,
        known_customers=ledger.known_customers,
    )
    unusual = unusual_questions(
        as_of, ledger.last_day, horizon_days=options.horizon_days, ledger_days=options.ledger_days
    )
    found = replace(
        found,
        notes=(*unusual, *found.notes, *_of_the_fits(base), *map(for_analysts, asked.pace.about_judging(past))),
        choice=asked.choice,
        spend_choice=asked.spend_choice,
    )
    step(Message("Storing the value book"))
    keep_values(book, found.book_id, about(found), customer_table(found))
    return found


def _of_the_fits(base: FittedBase) -> tuple[Message, ...]:
    """What is wrong with the fits: first for everybody, then for analysts."""
    buying, spend = base.buying.verdict, None if base.spend is None else base.spend.fit
    plain = () if spend is None or spend.converged else (SPEND_TOO_ALIKE,)
    verdicts = (buying,) if spend is None else (buying, spend.verdict)
    return (*plain, *(for_analysts(note) if note in verdicts else note for note in base.notes))


def _past_days(ledger: Ledger, as_of: date, horizon_days: int) -> tuple[Origin, ...]:
    """The past days after which as long a time is known; none where history is too short."""
    try:
        return origins(ledger.first_day, min(as_of, ledger.last_day), horizon_days, at_most=MOST_PAST_DAYS)
    except NotEnoughHistory:
        return ()


def open_values(book: Path, book_id: str | None = None) -> DatedValues:
    """A stored value book, the newest by default. Raises BookMissing, BookDamaged."""
    kept = read_values(book, book_id)
    return value_book_from(kept.about, kept.customers)


def compare_values(book: Path, earlier: str, later: str | None = None) -> BookComparison:
    """Two stored value books side by side: who rose, fell, came, left. Raises OptionRefused where both are one."""
    one, other = open_values(book, earlier), open_values(book, later)
    if one.book_id == other.book_id:
        raise OptionRefused(
            Message("{book_id} is the newest value book itself.", book_id=one.book_id)
            if later is None
            else Message("Both are the value book {book_id}.", book_id=one.book_id),
            hint=Message("Name two that differ; keyworth value makes one of an earlier day: --as-of DATE."),
        )
    return compare_books(one, other)

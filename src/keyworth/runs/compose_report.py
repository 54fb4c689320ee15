"""A value book as a report: what the page needs, read from the ledger the book was computed from."""

from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from keyworth import report as page
from keyworth.backtest import RepeatCounts, repeat_counts
from keyworth.behaviour import MODELS, PurchaseHistories
from keyworth.errors import BookMissing, NotEnoughHistory
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.backtest_book import BacktestRun, backtest_book
from keyworth.runs.build_values import ValueRequest, build_values, open_values
from keyworth.runs.listed_customers import Worth, customers_at_risk, top_customers
from keyworth.runs.pace import Pace
from keyworth.runs.past_origins import MOST_PAST_DAYS
from keyworth.runs.report_background import base_worth, data_notes, looked_back, provenance
from keyworth.runs.steps import Step, silent
from keyworth.runs.written_files import write_text
from keyworth.units import Horizon, TimeUnit
from keyworth.value import (
    DatedValues,
    churn_split,
    cohorts_by_quarter,
    concentration,
    rfm_grid,
    unusual_questions,
)
from keyworth.words import Language, Message

_REPEATS_SHOWN = 10


def write_report_file(
    book: Path,
    path: Path,
    lang: Language,
    *,
    at: datetime,
    book_id: str | None = None,
    business: str | None = None,
    step: Step = silent,
) -> DatedValues:
    """Write the report on a stored value book (the newest, or one made now with the usual options).

    Where the orders carry no money the page counts in purchases. The file appears whole or not at all. Raises
    BookMissing, BookDamaged, OutputUnwritable.
    """
    content, values = report_content(book, at=at, book_id=book_id, business=business, step=step)
    step(Message("Drawing"))
    write_text(page.write_report(content, lang), path)
    return values


def report_content(
    book: Path,
    *,
    at: datetime,
    book_id: str | None = None,
    business: str | None = None,
    step: Step = silent,
) -> tuple[page.ReportContent, DatedValues]:
    """What the report says, and the value book it says it of; `at` is when it is written."""
    values = _values(book, book_id, step)
    ledger = Ledger.open(book, version=values.ledger_version)
    summary = ledger.customers(values.as_of, values.options.unit)
    past = _look_back(book, values, step)
    step(Message("Gathering figures"))
    return _content(values, ledger, summary, past, business or book.resolve().name, at), values


def _values(book: Path, book_id: str | None, step: Step) -> DatedValues:
    try:
        return open_values(book, book_id)
    except BookMissing:
        if book_id is not None:
            raise
        return build_values(book, ValueRequest(), step=step)


def _look_back(book: Path, values: DatedValues, step: Step) -> BacktestRun | Message:
    """The past days that the value book learnt its interval from, judged again; or why history does not allow it."""
    try:
        return backtest_book(
            book,
            # So many days, not the same words again: a year back from a day may be a day longer than a year on.
            holdout=Horizon(values.options.horizon_days, TimeUnit.DAY),
            model=values.buying.name,
            spending=None if values.spending is None else values.spending.name,
            pace=Pace.of(values.options, values.choice),
            at_most=MOST_PAST_DAYS,
            margins=values.options.margins,
            until=values.as_of,
            unit=values.options.unit,
            seed=values.options.seed,
            version=values.ledger_version,
            step=step,
        )
    except NotEnoughHistory as error:
        return error.message


def _content(
    values: DatedValues,
    ledger: Ledger,
    summary: CustomerSummary,
    past: BacktestRun | Message,
    business: str,
    at: datetime,
) -> page.ReportContent:
    customers, worth = values.customers, Worth.of(values, summary)
    since = (np.datetime64(values.as_of, "D") - summary.last_day).astype(np.int64).astype(np.float64)
    spent = np.nan_to_num(summary.amount)
    # A fit that does not know who has left has nothing to say of who is about to.
    knows_who_left = values.knows_who_left
    chance = customers.chance if knows_who_left else None
    return page.ReportContent(
        business=business,
        as_of=values.as_of,
        currency=values.currency,
        basis=values.basis,
        horizon=values.options.horizon,
        written_at=at,
        base=base_worth(values, ledger, summary),
        data=data_notes(values, ledger, summary),
        provenance=provenance(values),
        concentration=concentration(worth.value),
        rfm=rfm_grid(since, summary.repeats + 1, spent, worth.value, chance, _paces(values, summary)),
        cohorts=cohorts_by_quarter(summary.first_day, spent=spent, value=worth.value, chance=chance),
        repeat_counts=_repeat_counts(values, summary),
        top=top_customers(values, summary, worth),
        risk_map=page.risk_map(worth.if_kept, customers.churn_risk, worth.lasting) if knows_who_left else None,
        churn=churn_split(worth.if_kept, customers.gone, customers.leaving) if knows_who_left else None,
        at_risk=customers_at_risk(values, summary, worth) if knows_who_left else (),
        backtest=None if isinstance(past, Message) else looked_back(past),
        limits=values.notes,
        cautions=unusual_questions(
            values.as_of,
            ledger.last_day,
            horizon_days=values.options.horizon_days,
            ledger_days=values.options.ledger_days,
        ),
        too_short=past if isinstance(past, Message) else None,
    )


def _paces(values: DatedValues, summary: CustomerSummary) -> NDArray[np.float64] | None:
    """At which pace the model was asked about each customer; None where it was one for all."""
    paces = values.options.paces
    if paces is None:
        return None
    return paces.of(
        PurchaseHistories(summary.repeats, summary.last_repeat, summary.observed_for, unit=values.options.unit)
    )


def _repeat_counts(values: DatedValues, summary: CustomerSummary) -> RepeatCounts:
    model = MODELS[values.buying.name]
    parameters = model.parameter_kind(**values.buying.parameters)
    return repeat_counts(
        summary.repeats,
        summary.observed_for,
        lambda t: model.count_distribution(parameters, t, _REPEATS_SHOWN - 1),
        _REPEATS_SHOWN,
    )

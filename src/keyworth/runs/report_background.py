"""What a page's figures are to be seen beside: what came before, what was foretold before, and what went in."""

from datetime import timedelta

import numpy as np

from keyworth import report as page
from keyworth.backtest import maybe_older
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.backtest_book import BacktestRun
from keyworth.runs.money_basis import margin_rates, money_between
from keyworth.value import DatedValues


def base_worth(values: DatedValues, ledger: Ledger, summary: CustomerSummary) -> page.BaseWorth:
    """The base figure beside what a span of the horizon's length brought before."""
    return page.BaseWorth(
        figure=values.base,
        customers=len(values),
        known=values.known_customers,
        same_span_before=_came_before(values, ledger, summary),
        still_customers=values.customers.still_customers,
    )


def _came_before(values: DatedValues, ledger: Ledger, summary: CustomerSummary) -> float:
    margins = values.options.margins
    purchases, money = money_between(
        ledger,
        summary,
        values.as_of - timedelta(days=values.options.horizon_days),
        values.as_of,
        margin_rate=margin_rates(ledger, summary, margins) if values.basis == "margin" else None,
        margins=margins,
    )
    return float((purchases if values.basis == "purchases" else money).sum())


def data_notes(values: DatedValues, ledger: Ledger, summary: CustomerSummary) -> page.DataNotes:
    """What went in by the day of the book; rows are those of all imports."""
    counts = ledger.import_counts()
    older = maybe_older(summary.first_day, summary.last_day, summary.repeats, ledger.first_day)
    refunds = ledger.refunds_by_rule(values.as_of)
    refunded = sum(refunds.values())
    by_reference, by_item, by_date = (
        refunds.get(how, 0.0) / refunded if refunded > 0 else None for how in ("reference", "item", "date")
    )
    return page.DataNotes(
        first_day=ledger.first_day,
        last_day=min(ledger.last_day, values.as_of),
        orders=int(summary.orders.sum()),
        spent=float(np.nansum(summary.amount)) if ledger.has_money else None,
        rows_read=counts.rows_read,
        rows_refused=counts.rows_refused,
        rows_without_customer=counts.rows_without_customer,
        refunds_by_reference=by_reference,
        refunds_by_item=by_item,
        refunds_by_date=by_date,
        maybe_older=0 if older is None else older.customers,
    )


def provenance(values: DatedValues) -> page.Provenance:
    """Enough to make the same book again."""
    return page.Provenance(
        book_id=values.book_id,
        ledger_version=values.ledger_version,
        software_version=values.software_version,
        unit=values.options.unit,
        discount=values.options.discount,
        buying=values.buying,
        spending=values.spending,
        left_out_of_spend=values.left_out_of_spend,
        margins=values.options.margins,
        choice=values.choice,
        spend_choice=values.spend_choice,
    )


def looked_back(run: BacktestRun) -> page.Backtest:
    """A back-test as the page shows it."""
    measured = [
        page.Measured("purchases", run.purchases, tuple((rule.name, scores) for rule, scores in run.purchase_rules))
    ]
    if run.spend is not None:
        measured.append(
            page.Measured(run.basis, run.spend, tuple((rule.name, scores) for rule, scores in run.spend_rules))
        )
    return page.Backtest(
        holdout_days=run.holdout_days,
        totals=run.totals,
        measured=tuple(measured),
        verdicts=run.verdicts,
        deciles=run.deciles,
        by_past_repeats=run.by_past_repeats,
        tracking=run.tracking,
    )

"""A value book as a report: what the page needs, read from the ledger the book was computed from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth import report as page
from keyworth.backtest import RepeatCounts, Scores, Tracking, maybe_older, repeat_counts
from keyworth.behaviour import MODELS, TITLES, PurchaseHistories
from keyworth.errors import BookMissing, NotEnoughHistory
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.backtest_book import BacktestRun, backtest_book
from keyworth.runs.build_values import ValueRequest, build_values, open_values
from keyworth.runs.fitted_base import margin_rates
from keyworth.runs.steps import Step, silent
from keyworth.runs.written_files import write_text
from keyworth.units import Horizon
from keyworth.value import (
    Interval,
    Quantiles,
    ValueBook,
    churn_split,
    cohorts_by_quarter,
    concentration,
    most_at_stake,
    rfm_grid,
    thresholds_by_share,
)
from keyworth.words import Language, Message

Floats = NDArray[np.float64]

_TOP = 20
_REPEATS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class _Material:
    """The value book, the ledger at its version, the same customers' summary, and the back-test if any."""

    values: ValueBook
    ledger: Ledger
    summary: CustomerSummary
    worth: "_Worth"
    looked_back: BacktestRun | None
    too_short: Message | None


@dataclass(frozen=True, slots=True, eq=False)
class _Worth:
    """What each customer counts for in the book's basis, shape (n,): over the horizon, if kept, and lastingly.

    In purchases there is no all the future, since without money nothing is discounted: then all three are of the
    horizon.
    """

    value: Floats
    quantiles: Quantiles
    if_kept: Floats
    lasting: Floats

    @classmethod
    def of(cls, values: ValueBook, summary: CustomerSummary) -> "_Worth":
        customers = values.customers
        if (
            customers.value is not None
            and customers.value_quantiles is not None
            and customers.value_if_kept is not None
            and customers.residual_value is not None
        ):
            return cls(customers.value, customers.value_quantiles, customers.value_if_kept, customers.residual_value)
        model = MODELS[values.risk.name]
        histories = PurchaseHistories.from_columns(
            summary.repeats, summary.last_repeat, summary.observed_for, values.options.unit
        )
        kept = model.expected_purchases_if_alive(
            model.parameter_kind(**values.risk.parameters), histories, values.options.ahead
        )
        expected = customers.expected_purchases
        return cls(expected, customers.purchase_quantiles, kept, customers.chance * kept)


def write_report_file(
    book: Path,
    path: Path,
    lang: Language,
    *,
    at: datetime,
    book_id: str | None = None,
    business: str | None = None,
    step: Step = silent,
) -> ValueBook:
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
) -> tuple[page.ReportContent, ValueBook]:
    """What the report says, and the value book it says it of; `at` is when it is written."""
    values = _values(book, book_id, step)
    ledger = Ledger.open(book, version=values.ledger_version)
    summary = ledger.customers(values.as_of, values.options.unit)
    horizon = values.options.horizon
    looked_back, too_short = _look_back(book, values, horizon, step)
    material = _Material(values, ledger, summary, _Worth.of(values, summary), looked_back, too_short)
    step(Message("Gathering figures"))
    return _content(material, business or book.resolve().name, horizon, at), values


def _values(book: Path, book_id: str | None, step: Step) -> ValueBook:
    try:
        return open_values(book, book_id)
    except BookMissing:
        if book_id is not None:
            raise
        return build_values(book, ValueRequest(), step=step)


def _look_back(
    book: Path, values: ValueBook, horizon: Horizon, step: Step
) -> tuple[BacktestRun | None, Message | None]:
    try:
        run = backtest_book(
            book,
            holdout=horizon,
            model=values.buying.name,
            until=values.as_of,
            unit=values.options.unit,
            seed=values.options.seed,
            step=step,
        )
    except NotEnoughHistory as error:
        return None, error.message
    return run, None


def _content(material: _Material, business: str, horizon: Horizon, at: datetime) -> page.ReportContent:
    values, summary = material.values, material.summary
    customers = values.customers
    as_of = np.datetime64(values.as_of, "D")
    since = (as_of - summary.last_day).astype(np.int64).astype(np.float64)
    chance, worth = customers.chance, material.worth
    spent = np.nan_to_num(summary.amount)
    missing: dict[Any, Message] = {}
    if material.too_short is not None:
        missing = {"backtest": material.too_short, "tracking": material.too_short}
    # A fit that does not know who leaves has nothing to say of who is about to.
    knows_who_leaves = values.risk.converged
    if not knows_who_leaves:
        missing |= dict.fromkeys(("risk_map", "churn", "at_risk"), values.risk.verdict)
    return page.ReportContent(
        business=business,
        as_of=values.as_of,
        currency=values.currency,
        basis=values.basis,
        horizon=horizon,
        written_at=at,
        base=_base(material),
        data=_data(material),
        provenance=_provenance(values),
        concentration=concentration(worth.value),
        rfm=rfm_grid(since, summary.repeats + 1, spent, worth.value, chance),
        risk_map=page.risk_map(worth.if_kept, customers.churn_risk, worth.lasting) if knows_who_leaves else None,
        churn=churn_split(worth.if_kept, customers.gone, customers.leaving) if knows_who_leaves else None,
        cohorts=cohorts_by_quarter(summary.first_day, spent=spent, value=worth.value, chance=chance),
        tracking=_tracking(material),
        repeat_counts=_repeat_counts(values, summary),
        top=_top(material),
        at_risk=_at_risk(material) if knows_who_leaves else None,
        backtest=_backtest(material.looked_back),
        limits=values.notes,
        missing=missing,
    )


def _base(material: _Material) -> page.BaseWorth:
    values = material.values
    base, days = values.base, values.options.horizon_days
    before = material.ledger.spend_between(values.as_of - timedelta(days=days), values.as_of)
    came = float((before.purchases if values.basis == "purchases" else before.amount).sum())
    if values.basis == "margin":
        _, money = before.of(material.summary.numbers)
        rates = margin_rates(material.ledger, material.summary, values.options.margins)
        came = float((money * (1.0 if rates is None else rates)).sum())
    return page.BaseWorth(
        customers=len(values),
        horizon_value=page.Estimate(base.expected, base.interval_80, base.interval_95),
        widened_by=base.origins,
        not_widened=base.not_widened,
        still_customers=float(values.customers.chance.sum()) if values.risk.converged else None,
        chance_withheld=None if values.risk.converged else values.risk.verdict,
        model_errors_known=all(
            model.standard_errors is not None for model in (values.buying, values.spending) if model is not None
        ),
        residual_value=base.residual_value,
        beyond_ledger=base.beyond_ledger,
        same_span_before=came,
    )


def _data(material: _Material) -> page.DataNotes:
    ledger, until = material.ledger, material.values.as_of
    counts = ledger.import_counts()
    refunds = ledger.refunds_by_rule(until)
    refunded = sum(refunds.values())

    def part(how: str) -> float | None:
        return refunds.get(how, 0.0) / refunded if refunded > 0 else None

    return page.DataNotes(
        first_day=ledger.first_day,
        last_day=ledger.last_day,
        orders=ledger.orders,
        spent=float(np.nansum(material.summary.amount)) if ledger.has_money else None,
        rows_read=counts.rows_read,
        rows_refused=counts.rows_refused,
        rows_without_customer=counts.rows_without_customer,
        refunds_by_reference=part("reference"),
        refunds_by_item=part("item"),
        refunds_by_date=part("date"),
        maybe_older=_maybe_older(material),
    )


def _maybe_older(material: _Material) -> int:
    summary = material.summary
    found = maybe_older(summary.first_day, summary.last_day, summary.repeats, material.ledger.first_day)
    return 0 if found is None else found.customers


def _provenance(values: ValueBook) -> page.Provenance:
    parameters = [
        page.ParameterValue(name, value, (model.standard_errors or {}).get(name))
        for model in (values.buying, values.spending)
        if model is not None
        for name, value in model.parameters.items()
    ]
    return page.Provenance(
        model=TITLES[values.buying.name],
        unit=values.options.unit,
        ledger_version=values.ledger_version,
        software_version=values.software_version,
        book_id=values.book_id,
        spend_model=None if values.spending is None else TITLES[values.spending.name],
        parameters=tuple(parameters),
        discount=values.options.discount,
        options=_options(values),
        left_out_of_spend=values.left_out_of_spend,
        verdict=values.buying.verdict,
    )


def _options(values: ValueBook) -> tuple[tuple[str, str], ...]:
    margins = ((f"margin {name}".strip(), str(rate)) for name, rate in values.options.margins.items())
    return ("horizon", str(values.options.horizon)), ("model", values.buying.name), *margins


def _tracking(material: _Material) -> page.Tracking | None:
    if material.looked_back is None:
        return None
    found: Tracking = material.looked_back.tracking
    start = material.ledger.first_day
    return page.Tracking(
        days=tuple(start + timedelta(days=int(end)) for end in found.ends),
        actual=found.actual,
        expected=found.expected,
        fitted_until=material.looked_back.latest.origin.as_of,
    )


def _repeat_counts(values: ValueBook, summary: CustomerSummary) -> RepeatCounts:
    model = MODELS[values.buying.name]
    parameters = model.parameter_kind(**values.buying.parameters)
    return repeat_counts(
        summary.repeats,
        summary.observed_for,
        lambda t: model.count_distribution(parameters, t, _REPEATS_SHOWN - 1),
        _REPEATS_SHOWN,
    )


def _top(material: _Material) -> tuple[page.TopCustomer, ...]:
    values, summary = material.values, material.summary
    customers, worth = values.customers, material.worth
    fifty, eighty = (worth.quantiles.interval(level) for level in (50, 80))
    return tuple(
        page.TopCustomer(
            customer=str(values.ids[row]),
            value=float(worth.value[row]),
            share=float(customers.share[row]),
            median=float(worth.quantiles.median[row]),
            interval_50=Interval(float(fifty[0][row]), float(fifty[1][row])),
            interval_80=Interval(float(eighty[0][row]), float(eighty[1][row])),
            chance=float(customers.chance[row]),
            purchases=int(summary.repeats[row]) + 1,
            last_purchase=summary.last_day[row].item(),
            reason=values.reason(row),
        )
        for row in np.argsort(customers.rank, kind="stable")[:_TOP]
    )


def _at_risk(material: _Material) -> tuple[page.AtRiskCustomer, ...]:
    values, summary = material.values, material.summary
    customers, kept = values.customers, material.worth.if_kept
    prevent, win_back = most_at_stake(kept, customers.gone, customers.leaving, thresholds_by_share(kept))
    return tuple(
        page.AtRiskCustomer(
            customer=str(values.ids[row]),
            at_stake=float(kept[row] * customers.churn_risk[row]),
            value_if_kept=float(kept[row]),
            gone=float(customers.gone[row]),
            leaving=float(customers.leaving[row]),
            win_back=lost,
            purchases=int(summary.repeats[row]) + 1,
            last_purchase=summary.last_day[row].item(),
            reason=values.reason(row),
        )
        for rows, lost in ((prevent, False), (win_back, True))
        for row in rows
    )


def _backtest(run: BacktestRun | None) -> page.Backtest | None:
    if run is None:
        return None
    scores = [_measure("count", run.purchases, run.purchase_rules)]
    if run.spend is not None:
        scores.append(_measure("spend", run.spend, run.spend_rules))
    return page.Backtest(
        holdout_days=run.holdout_days,
        origins=tuple(
            page.OriginTotal(one.origin, one.expected, one.actual, one.interval_80, one.interval_95)
            for one in run.totals
        ),
        scores=tuple(scores),
        verdicts=run.verdicts,
        origins_of="count" if run.spend is None else "spend",
        deciles=run.deciles,
        by_past_repeats=run.by_past_repeats,
    )


def _measure(measure: Any, scores: Scores, rules: Any) -> page.MeasureScores:
    return page.MeasureScores(
        measure=measure,
        bias=scores.bias,
        mae=scores.mae,
        simple_rules=tuple((rule.name, its.mae) for rule, its in rules if its.mae is not None),
        coverage_80=scores.coverage_80,
        coverage_95=scores.coverage_95,
        spearman=scores.spearman,
        gini=scores.gini,
    )

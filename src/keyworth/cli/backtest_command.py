"""keyworth backtest: were we right, and would a simple rule have been."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from keyworth.cli import answer
from keyworth.cli.language import language, t
from keyworth.cli.main import app
from keyworth.cli.options import Book, BornAfter, Debug, Json, Lang, Unit, Until
from keyworth.runs.defaults import HOLDOUT, MODEL
from keyworth.units import Horizon, TimeUnit, parse_day
from keyworth.words import Message
from keyworth.words.formatting import estimate, measure, money_range, number_range, rate, rate_change

if TYPE_CHECKING:
    from keyworth.backtest import GroupRow, OriginTotal, Scores, SimpleRule
    from keyworth.runs.backtest_book import BacktestRun


@app.command(
    "backtest",
    help=t(
        Message(
            "Hold back the end of the ledger, predict it, and compare with what came and with simple rules.\n\n"
            "Example: keyworth backtest BOOK --holdout 39w"
        )
    ),
)
def backtest(
    book: Book,
    holdout: Annotated[
        str, typer.Option("--holdout", help=t(Message("How much of the end to hold back: 39w, 1y.")), metavar="TIME")
    ] = HOLDOUT,
    model: Annotated[
        str, typer.Option("--model", help=t(Message("mbg-nbd, or bg-nbd as in the papers.")), metavar="MODEL")
    ] = MODEL,
    until: Until = None,
    unit: Unit = "week",
    born_after: BornAfter = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.backtest_book import backtest_book

    with answer.progress(Message("Looking back")) as step:
        run = backtest_book(
            book,
            holdout=Horizon.parse(holdout, "--holdout"),
            model=model,
            until=parse_day(until, "--until"),
            unit=TimeUnit.parse(unit, "--unit"),
            born_after=parse_day(born_after, "--born-after"),
            step=step,
        )
    if json:
        answer.machine(_told(run))
    else:
        _show(run)


def _told(run: "BacktestRun") -> dict[str, Any]:
    return {
        "model": run.model,
        "horizon_days": run.holdout_days,
        "origin": run.latest.origin.as_of,
        "customers": run.purchases.customers,
        "count": _scores(run.purchases),
        "spend": None if run.spend is None else _scores(run.spend),
        "baselines": {
            "count": _rules(run.purchase_rules),
            "spend": None if run.spend is None else _rules(run.spend_rules),
        },
        "total": _total(run.total),
        "origins": [_total(one) for one in run.totals],
        "deciles": _groups(run.deciles),
        "by_past_repeats": _groups(run.by_past_repeats),
        "verdicts": run.verdicts,
        "notes": run.notes,
    }


def _scores(scores: "Scores") -> dict[str, float | None]:
    names = ("bias", "mae", "rmse", "spearman", "gini", "concordance", "coverage_80", "coverage_95")
    return {name: getattr(scores, name) for name in (*names, "actual", "expected")}


def _rules(rules: Sequence[tuple["SimpleRule", "Scores"]]) -> dict[str, dict[str, float | None]]:
    return {rule.code: _scores(scores) for rule, scores in rules}


def _total(one: "OriginTotal") -> dict[str, Any]:
    return {
        "origin": one.origin,
        "end": one.end,
        "customers": one.customers,
        "expected": one.expected,
        "actual": one.actual,
        "interval_80": [one.interval_80.low, one.interval_80.high],
        "interval_95": [one.interval_95.low, one.interval_95.high],
    }


def _groups(rows: Sequence["GroupRow"]) -> list[dict[str, float]]:
    return [
        {"group": row.group, "customers": row.customers, "expected": row.expected, "actual": row.actual} for row in rows
    ]


def _show(run: "BacktestRun") -> None:
    answer.facts(
        (Message("model"), run.model),
        (Message("predicted on"), run.latest.origin.as_of),
        (Message("days held back"), run.holdout_days),
        (Message("customers"), run.purchases.customers),
    )
    for title, scores, rules in (
        (Message("Purchases"), run.purchases, run.purchase_rules),
        (Message("Spend"), run.spend, run.spend_rules),
    ):
        if scores is None:
            continue
        print()
        answer.line(title)
        answer.facts(
            (Message("  bias"), rate_change(scores.bias)),
            (Message("  mean absolute error"), measure(scores.mae)),
            *((Message("  mean absolute error of “{rule}”", rule=rule.name), measure(its.mae)) for rule, its in rules),
            (Message("  root mean square error"), measure(scores.rmse)),
            (Message("  rank correlation"), measure(scores.spearman)),
            (Message("  normalised Gini"), measure(scores.gini)),
            (Message("  inside the 80% interval"), rate(scores.coverage_80, language())),
            (Message("  inside the 95% interval"), rate(scores.coverage_95, language())),
        )
    print()
    currency = run.latest.base.summary.currency
    counts = run.spend is None
    for one in run.totals:
        answer.line(
            Message(
                "Total after {origin}: expected {expected} (8 in 10 chance of {range}), came {actual}",
                origin=one.origin,
                expected=round(one.expected) if counts else estimate(one.expected, currency, language()),
                range=number_range(one.interval_80.low, one.interval_80.high, language())
                if counts
                else money_range(one.interval_80.low, one.interval_80.high, currency, language()),
                actual=round(one.actual) if counts else estimate(one.actual, currency, language()),
            )
        )
    for verdict in run.verdicts:
        answer.line(verdict)

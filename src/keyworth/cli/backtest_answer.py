"""What keyworth backtest answers: an object for a machine, tables and sentences for a person."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from keyworth.backtest import MEASURES, WHOLE_NUMBERS, BornAfter, GroupRow, JudgedFit, OriginTotal, Scores, SimpleRule
from keyworth.cli import answer
from keyworth.cli.language import language, t
from keyworth.runs.backtest_book import BacktestRun
from keyworth.runs.facts import backtest_facts
from keyworth.value import BASES, Basis, Interval
from keyworth.words import Message
from keyworth.words.formatting import estimate, measure, money_range, rate, rate_change


def told(run: BacktestRun) -> dict[str, Any]:
    """What `keyworth backtest --json` prints."""
    return {
        "model": run.model,
        "spending": None if run.latest.base.spend is None else run.latest.base.spend.fit.model,
        "because": run.because,
        "horizon_days": run.holdout_days,
        "origin": run.latest.origin.as_of,
        "customers": run.purchases.customers,
        "basis": run.basis,
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
        "born_after": None if run.born_after is None else _born_after(run.born_after),
        "maybe_older": None if run.maybe_older is None else asdict(run.maybe_older),
        "verdicts": run.verdicts,
        "notes": run.notes,
    }


# How intervals of the whole distributions did; a person reads it in the verdicts, with the scores of these.
_CALIBRATION = ("calibration_80", "calibration_90", "calibration_95", "calibration_customers")
_IN_VERDICTS = ("log_score", "crps", "pit_ks")


def _scores(scores: Scores) -> dict[str, float | None]:
    return {name: getattr(scores, name) for name in (*MEASURES, *_CALIBRATION, "actual", "expected")}


def _rules(rules: Sequence[tuple[SimpleRule, Scores]]) -> dict[str, dict[str, float | None]]:
    return {rule.code: _scores(scores) for rule, scores in rules}


def _total(one: OriginTotal) -> dict[str, Any]:
    return {
        "origin": one.origin,
        "end": one.end,
        "customers": one.customers,
        "expected": one.expected,
        "actual": one.actual,
        "interval_80": [one.interval_80.low, one.interval_80.high],
        "interval_95": [one.interval_95.low, one.interval_95.high],
        "widened_by": one.widened_by,
    }


def _groups(rows: Sequence[GroupRow]) -> list[dict[str, float]]:
    return [asdict(row) for row in rows]


def _born_after(found: BornAfter) -> dict[str, Any]:
    def judged(fit: JudgedFit) -> dict[str, Any]:
        return {
            "parameters": fit.parameters,
            "count": _scores(fit.purchases),
            "spend": None if fit.spend is None else _scores(fit.spend),
            "total": _total(fit.total),
        }

    return {
        "date": found.day,
        "customers": found.customers,
        "left_out": found.left_out,
        "fitted_on_all": judged(found.fitted_on_all),
        "fitted_on_born_after": judged(found.fitted_on_born_after),
        "verdict": found.verdict,
    }


def show(run: BacktestRun) -> None:
    """What a person reads."""
    answer.facts(*backtest_facts(run))
    rules = [rule.name for rule, _ in run.purchase_rules]
    for title, scores, ruled in (
        (_title("purchases"), run.purchases, run.purchase_rules),
        (_title(run.basis), run.spend, run.spend_rules),
    ):
        if scores is not None:
            print()
            # Of the chances given only the verdicts speak: a simple rule gives none to stand beside.
            forecasts = (scores, *(its for _, its in ruled))
            answer.table((title, Message("the model"), *rules), *_measures(*forecasts, without=_IN_VERDICTS))
    answer.line(Message("— A simple rule is one figure for each customer: it has no interval to lie in."))
    answer.line(WHOLE_NUMBERS)
    print()
    for one in run.totals:
        answer.line(_total_in_words(one, run))
    if run.born_after is not None:
        _show_born_after(run.born_after, run)
    print()
    for sentence in (*run.verdicts, *run.because[:1], *run.notes):
        print(_capital(t(sentence)))


def _title(basis: Basis) -> str:
    return _capital(t(BASES[basis]))


def _capital(text: str) -> str:
    """Some sentences begin with what was measured."""
    return text[:1].upper() + text[1:]


def _measures(*judged: Scores, without: Sequence[str] = ()) -> list[tuple[object, ...]]:
    """A row for each measure, a column for each forecast."""

    def written(name: str, value: float | None) -> str:
        if name == "bias":
            return rate_change(value)
        return rate(value, language()) if name.startswith("coverage") else measure(value)

    return [
        (f"  {t(found.label)}", *(written(name, getattr(scores, name)) for scores in judged))
        for name, found in MEASURES.items()
        if name not in without
    ]


def _between(ends: Interval, run: BacktestRun) -> str:
    return money_range(ends.low, ends.high, run.money, language())


def _total_in_words(one: OriginTotal, run: BacktestRun) -> Message:
    values = {
        "origin": one.origin,
        "expected": estimate(one.expected, run.money, language()),
        "range": _between(one.interval_80, run),
        "actual": estimate(one.actual, run.money, language()),
    }
    if one.widened_by:
        return Message("Total after {origin}: expected {expected} (8 in 10 chance of {range}), came {actual}", **values)
    return Message(
        "Total after {origin}: expected {expected} ({range} by the model alone, too few past days to widen it), "
        "came {actual}",
        **values,
    )


def _show_born_after(found: BornAfter, run: BacktestRun) -> None:
    fits = (found.fitted_on_all, found.fitted_on_born_after)
    print()
    answer.line(
        Message(
            "The {customers} {customers:customer|customers} first seen after {day}",
            customers=found.customers,
            day=found.day,
        )
    )
    answer.table(
        (
            "",
            Message("fitted on all {count}", count=found.customers + found.left_out),
            Message("fitted on them alone"),
        ),
        *((f"  {name}", *(measure(fit.parameters.get(name), 4) for fit in fits)) for name in fits[0].parameters),
        (_title("purchases"),),
        *_measures(*(fit.purchases for fit in fits)),
        *(
            ((_title(run.basis),), *_measures(*(fit.spend for fit in fits if fit.spend is not None)))
            if all(fit.spend is not None for fit in fits)
            else ()
        ),
        (Message("Total"),),
        (Message("  expected"), *(estimate(fit.total.expected, run.money, language()) for fit in fits)),
        (Message("  80% interval"), *(_between(fit.total.interval_80, run) for fit in fits)),
        (Message("  came"), *(estimate(fit.total.actual, run.money, language()) for fit in fits)),
    )

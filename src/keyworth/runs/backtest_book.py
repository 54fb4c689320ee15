"""Hold back the end of a ledger, predict it, and say how right the model was, and whether a simple rule was righter."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from keyworth.backtest import (
    GroupRow,
    OriginTotal,
    Scores,
    SimpleRule,
    Tracking,
    by_past_repeats,
    decile_table,
    last_year_again,
    last_year_days,
    origins,
    same_rate,
    score,
    tracking,
    verdict,
    verdict_on_totals,
)
from keyworth.behaviour import MODELS
from keyworth.ledger import Ledger
from keyworth.runs.defaults import MODEL
from keyworth.runs.past_origins import SeenOrigin, see_origins
from keyworth.runs.steps import Step, silent
from keyworth.units import Horizon, TimeUnit
from keyworth.value import DRAWS
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class BacktestRun:
    """The latest origin in detail, and the totals of all. Without money `spend` is None and has no rules."""

    model: str
    holdout_days: int
    latest: SeenOrigin
    purchases: Scores
    spend: Scores | None
    purchase_rules: tuple[tuple[SimpleRule, Scores], ...]
    spend_rules: tuple[tuple[SimpleRule, Scores], ...]
    totals: tuple[OriginTotal, ...]
    deciles: tuple[GroupRow, ...]
    by_past_repeats: tuple[GroupRow, ...]
    tracking: Tracking
    verdicts: tuple[Message, ...]
    notes: tuple[Message, ...]

    @property
    def total(self) -> OriginTotal:
        return self.totals[-1]


def backtest_book(
    book: Path,
    *,
    holdout: Horizon,
    model: str = MODEL,
    until: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    step: Step = silent,
) -> BacktestRun:
    """Back-test a model on a book, at every origin its history allows.

    `until` is the last day that is known, by default the last order's. Raises NotEnoughHistory where not even
    one origin fits, OptionRefused, BookMissing, BookDamaged.
    """
    ledger = Ledger.open(book)
    end = until or ledger.last_day
    days = (end - holdout.start(end)).days
    found = origins(ledger.first_day, end, days)
    seen = see_origins(ledger, found, step=step, model=model, unit=unit, born_after=born_after, draws=draws, seed=seed)
    latest = seen[-1]
    step(Message("Comparing with simple rules"))
    values = latest.valuation.customers
    purchases, spend = _scores(latest)
    rules = _rules(ledger, latest)
    purchase_rules = tuple((rule, score(latest.purchases, rule.purchases)) for rule in rules)
    spend_rules = tuple(
        (rule, score(latest.spend, rule.spend)) for rule in rules if spend is not None and rule.spend is not None
    )
    totals = tuple(one.total for one in seen)
    verdicts = verdict_on_totals(totals)
    verdicts += verdict(purchases, {rule.name: its for rule, its in purchase_rules}, what=Message("purchases"))
    if spend is not None:
        verdicts += verdict(spend, {rule.name: its for rule, its in spend_rules}, what=Message("spend"))
    return BacktestRun(
        model=model,
        holdout_days=days,
        latest=latest,
        purchases=purchases,
        spend=spend,
        purchase_rules=purchase_rules,
        spend_rules=spend_rules,
        totals=totals,
        deciles=decile_table(latest.purchases, values.expected_purchases),
        by_past_repeats=by_past_repeats(latest.base.summary.repeats, latest.purchases, values.expected_purchases),
        tracking=track(ledger, latest, end),
        verdicts=verdicts,
        notes=(*latest.base.notes, *latest.valuation.notes),
    )


def _scores(seen: SeenOrigin) -> tuple[Scores, Scores | None]:
    """How near each customer's purchases came, and their spend where there is money."""
    values = seen.valuation.customers
    counts = values.purchase_quantiles
    purchases = score(
        seen.purchases, values.expected_purchases, interval_80=counts.interval(80), interval_95=counts.interval(95)
    )
    money = values.value_quantiles
    if values.value is None or money is None:
        return purchases, None
    return purchases, score(seen.spend, values.value, interval_80=money.interval(80), interval_95=money.interval(95))


def _rules(ledger: Ledger, seen: SeenOrigin) -> tuple[SimpleRule, ...]:
    """The simple rules at an origin, from the same ledger as of the same day."""
    summary, origin = seen.base.summary, seen.origin
    has_money = seen.base.spend is not None
    window = last_year_days(origin.calibration_days)
    year = ledger.spend_between(origin.as_of - timedelta(days=window), origin.as_of)
    purchases, spend = year.of(summary.numbers)
    return (
        same_rate(
            summary.repeats,
            summary.observed_for,
            origin.holdout_days / summary.unit.days,
            summary.mean_repeat_value if has_money else None,
        ),
        last_year_again(purchases, origin.holdout_days, window, spend if has_money else None),
    )


def track(ledger: Ledger, seen: SeenOrigin, end: date) -> Tracking:
    """Repeat purchases of those known at the origin, week by week through the hold-out, beside the model's."""
    summary = seen.base.summary
    start = np.datetime64(ledger.first_day, "D")
    first = (summary.first_day - start).astype(np.int64)
    daily = ledger.purchases_by_day(end, known_by=seen.origin.as_of)
    repeats = (daily.purchases - daily.first_purchases).astype(np.int64)
    days = (daily.day - start).astype(np.int64)
    model, parameters = MODELS[seen.base.buying.model], seen.base.buying.parameters
    return tracking(
        first,
        np.repeat(days, repeats),
        lambda t: model.expected_from_start(parameters, t),
        days=(end - ledger.first_day).days,
        days_per_unit=summary.unit.days,
    )

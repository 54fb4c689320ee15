"""Hold back the end of a ledger, predict it, and say how right the model was, and whether a simple rule was righter."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest import (
    GroupRow,
    NaiveRule,
    Scores,
    Tracking,
    by_past_repeats,
    decile_table,
    last_year_again,
    origins,
    same_rate,
    score,
    tracking,
    verdict,
)
from keyworth.behaviour import MODELS
from keyworth.ledger import Ledger
from keyworth.runs.fit_model import DEFAULT_MODEL
from keyworth.runs.past_origins import SeenOrigin, see_origins
from keyworth.runs.steps import Step, silent
from keyworth.units import Horizon, TimeUnit
from keyworth.value import Interval
from keyworth.words import Message

Floats = NDArray[np.float64]

_LAST_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class OriginTotal:
    """The total predicted on a past day for the hold-out after it, and what came; money, or purchases without it."""

    origin: date
    end: date
    customers: int
    expected: float
    actual: float
    interval_80: Interval
    interval_95: Interval


@dataclass(frozen=True, slots=True)
class BacktestRun:
    """The latest origin in detail, and the totals of all. `spend` and its rules are None without money."""

    model: str
    horizon_days: int
    latest: SeenOrigin
    count: Scores
    spend: Scores | None
    count_rules: tuple[tuple[NaiveRule, Scores], ...]
    spend_rules: tuple[tuple[NaiveRule, Scores], ...]
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
    model: str = DEFAULT_MODEL,
    until: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
    draws: int = 400,
    seed: int = 1,
    step: Step = silent,
) -> BacktestRun:
    """Back-test a model on a book, at every origin its history allows.

    `until` is the last day that is known, by default the last order's. Raises NotEnoughHistory where not even
    one origin fits, OptionRefused, BookMissing, BookDamaged.
    """
    ledger = Ledger.open(book)
    end = until or ledger.last_day
    days = (end - _before(holdout, end)).days
    found = origins(ledger.first_day, end, days)
    seen = see_origins(ledger, found, step=step, model=model, unit=unit, born_after=born_after, draws=draws, seed=seed)
    latest = seen[-1]
    step(Message("Comparing with simple rules"))
    values = latest.valuation.customers
    count = score(
        latest.purchases,
        values.expected_purchases,
        interval_80=values.purchase_quantiles.interval(80),
        interval_95=values.purchase_quantiles.interval(95),
    )
    spend = None
    if values.value is not None and values.value_quantiles is not None:
        quantiles = values.value_quantiles
        spend = score(
            latest.spend, values.value, interval_80=quantiles.interval(80), interval_95=quantiles.interval(95)
        )
    rules = _rules(ledger, latest)
    count_rules = tuple((rule, score(latest.purchases, rule.purchases)) for rule in rules)
    spend_rules = tuple(
        (rule, score(latest.spend, rule.spend)) for rule in rules if spend is not None and rule.spend is not None
    )
    verdicts = verdict(count, {rule.name: its for rule, its in count_rules}, what=Message("purchases"))
    if spend is not None:
        verdicts += verdict(spend, {rule.name: its for rule, its in spend_rules}, what=Message("spend"))
    totals = tuple(_total(one) for one in seen)
    outside = sum(not one.interval_95.low <= one.actual <= one.interval_95.high for one in totals)
    if outside:
        verdicts = (
            Message(
                "The total came outside the 95% interval at {outside} of {origins} past days: expect misses as large.",
                outside=outside,
                origins=len(totals),
            ),
            *verdicts,
        )
    return BacktestRun(
        model=model,
        horizon_days=days,
        latest=latest,
        count=count,
        spend=spend,
        count_rules=count_rules,
        spend_rules=spend_rules,
        totals=totals,
        deciles=decile_table(latest.purchases, values.expected_purchases),
        by_past_repeats=by_past_repeats(latest.base.summary.repeats, latest.purchases, values.expected_purchases),
        tracking=track(ledger, latest, end),
        verdicts=verdicts,
        notes=(*latest.base.notes, *latest.valuation.notes),
    )


def _before(holdout: Horizon, end: date) -> date:
    """The latest day from which the hold-out period ends by `end`: a year back is a calendar year."""
    day = end - timedelta(days=1)
    while holdout.end(day) > end:
        day -= timedelta(days=max((holdout.end(day) - end).days // 2, 1))
    if holdout.end(day) < end:  # from 28 February a year ahead is 28 February: a leap day may lie between
        day += end - holdout.end(day)
    return day


def _total(one: SeenOrigin) -> OriginTotal:
    base = one.valuation.base
    return OriginTotal(
        one.origin.as_of,
        one.origin.end,
        len(one.base.summary),
        base.expected,
        one.actual,
        base.interval_80,
        base.interval_95,
    )


def _rules(ledger: Ledger, seen: SeenOrigin) -> tuple[NaiveRule, ...]:
    """The simple rules at an origin, from the same ledger as of the same day."""
    summary, origin = seen.base.summary, seen.origin
    has_money = seen.base.spend is not None
    # Same rate: purchases so far over time so far, at the mean of all of them where there is no repeat.
    per_purchase = summary.amount / (summary.repeats + 1)
    mean = np.where(np.isfinite(summary.mean_repeat_value), summary.mean_repeat_value, per_purchase)
    ahead = origin.holdout_days / summary.unit.days
    window = min(_LAST_YEAR_DAYS, origin.calibration_days)
    year = ledger.spend_between(origin.as_of - timedelta(days=window), origin.as_of)
    purchases, spend = year.of(summary.numbers)
    return (
        same_rate(summary.repeats, summary.observed_for, ahead, mean if has_money else None),
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

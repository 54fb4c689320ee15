"""Hold back the end of a ledger, predict it, and say how right the model was, and whether a simple rule was righter."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from keyworth.backtest import (
    BornAfter,
    GroupRow,
    JudgedFit,
    MaybeOlder,
    Origin,
    OriginTotal,
    Scores,
    SimpleRule,
    Tracking,
    by_past_repeats,
    calibration_verdict,
    days_unknown,
    decile_table,
    last_year_again,
    last_year_days,
    maybe_older,
    needed_days,
    origins,
    origins_up_to,
    same_rate,
    score,
    tracking,
    verdict,
    verdict_on_totals,
    with_distributions,
)
from keyworth.behaviour import MODELS
from keyworth.ledger import Ledger
from keyworth.runs.choose_model import AskedModels, asked_models
from keyworth.runs.defaults import VALUED_BY
from keyworth.runs.money_basis import NO_MARGINS, money_between, refuse_wrong_margins
from keyworth.runs.pace import Pace
from keyworth.runs.past_origins import Look, LookedBack, SeenOrigin, look_back, whole_forecasts
from keyworth.runs.steps import Step, silent
from keyworth.units import Horizon, TimeUnit
from keyworth.value import BASES, Basis
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class BacktestRun:
    """The latest origin in detail, and the totals of all. Without money `spend` is None and has no rules.

    `because` tells why the model was chosen, where nobody named one.
    `born_after` compares the fit with one on everybody, where the customers judged were narrowed down; else
    `maybe_older` says how many a ledger that starts in mid-life may touch.
    """

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
    born_after: BornAfter | None
    maybe_older: MaybeOlder | None
    because: tuple[Message, ...]
    verdicts: tuple[Message, ...]
    notes: tuple[Message, ...]

    @property
    def basis(self) -> Basis:
        """What spend and totals are measured in."""
        return self.latest.base.basis

    @property
    def money(self) -> str | None:
        """The currency of spend and totals; None where purchases are counted."""
        return None if self.basis == "purchases" else self.latest.base.summary.currency

    @property
    def total(self) -> OriginTotal:
        return self.totals[-1]


def backtest_book(
    book: Path,
    *,
    holdout: Horizon,
    model: str = VALUED_BY,
    spending: str | None = None,
    pace: Pace | None = None,
    origin: date | None = None,
    at_most: int | None = None,
    until: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
    margins: Mapping[str, float] = NO_MARGINS,
    seed: int = 1,
    version: int | None = None,
    step: Step = silent,
) -> BacktestRun:
    """Back-test a model on a book, at every origin its history allows, or `at_most` so many of the latest.

    `origin` is the day after which the latest hold-out period begins, by default the last that leaves enough days.
    `until` is the last day that is known, at most and by default the last order's: after it nothing that did not
    happen is known. `version` is the ledger's, the newest unless given. With `born_after` only customers first seen
    later are fitted and judged, and what that changes is shown beside. Spend is measured as a value book measures it:
    in margin, by the `margins` given for product categories or else by the ledger's own, or in revenue where neither
    tells. Where `model` is `auto`, it and the model of spending are chosen on what is known at the latest
    origin; `spending` names the latter. At a past day that taught the `pace`, models are asked at what the others
    taught. Raises NotEnoughHistory where not even one origin fits, OptionRefused, BookMissing, BookDamaged.
    """
    ledger = Ledger.open(book, version=version)
    end = min(until or ledger.last_day, ledger.last_day)
    if origin is None:
        days = (end - holdout.start(end)).days
        found = origins(ledger.first_day, end, days, born_after=born_after, at_most=at_most)
    else:
        days = holdout.days_from(origin)
        found = origins_up_to(ledger.first_day, origin, end, days, born_after=born_after)
    last, end = end, found[-1].end
    refuse_wrong_margins(ledger, margins, end)
    asked = asked_models(
        ledger,
        model,
        until=found[-1].as_of,
        ahead_days=days,
        unit=unit,
        born_after=born_after,
        seed=seed,
        step=step,
    )
    look = Look(
        asked.buying,
        unit,
        born_after,
        margins=margins,
        seed=seed,
        spending=spending or asked.spending,
        pace=pace or asked.pace,
    )
    seen = look_back(ledger, found, look, step=step)
    latest = seen.latest
    compared = None if born_after is None else _compare(ledger, found, look, born_after, seen, step)
    step(Message("Comparing with simple rules"))
    values = latest.valuation.customers
    judged = _judged(seen, look)
    purchases, spend = judged.purchases, judged.spend
    rules = _rules(ledger, latest, look)
    purchase_rules = tuple((rule, score(latest.purchases, rule.purchases)) for rule in rules)
    spend_rules = tuple(
        (rule, score(latest.spend, rule.spend)) for rule in rules if spend is not None and rule.spend is not None
    )
    verdicts = (*_no_margin_yet(ledger, latest), *verdict_on_totals(seen.totals))
    verdicts += calibration_verdict(purchases, what=BASES["purchases"])
    if spend is not None:
        verdicts += calibration_verdict(spend, what=BASES[latest.base.basis], of_buyers=True)
    verdicts += verdict(purchases, {rule.name: its for rule, its in purchase_rules}, what=BASES["purchases"])
    if spend is not None:
        verdicts += verdict(spend, {rule.name: its for rule, its in spend_rules}, what=BASES[latest.base.basis])
    older = None if born_after else _maybe_older(ledger, latest, end, days)
    return BacktestRun(
        model=asked.buying,
        holdout_days=days,
        latest=latest,
        purchases=purchases,
        spend=spend,
        purchase_rules=purchase_rules,
        spend_rules=spend_rules,
        totals=seen.totals,
        deciles=decile_table(latest.purchases, values.expected_purchases),
        by_past_repeats=by_past_repeats(latest.base.summary.repeats, latest.purchases, values.expected_purchases),
        tracking=track(ledger, latest, end, born_after),
        born_after=compared,
        maybe_older=older,
        because=asked.because,
        verdicts=verdicts if compared is None else (*verdicts, compared.verdict),
        notes=(
            *_about_the_choice(asked, found[-1]),
            *_about_the_days(latest.origin, last),
            *(() if asked.choice is None else asked.choice.about_pace),
            *_about_refunds(latest),
            *latest.base.notes,
            *_about_valuing(seen),
            *(older.sentences() if older else ()),
        ),
    )


def _compare(
    ledger: Ledger, found: tuple[Origin, ...], look: Look, day: date, seen: LookedBack, step: Step
) -> BornAfter:
    """The same customers at the same origins again, judged by models that everybody taught."""
    on_all = look_back(ledger, found, replace(look, fitted_on_all=True), step=step)
    customers = len(seen.latest.base.summary)
    return BornAfter(
        day=day,
        customers=customers,
        left_out=on_all.latest.base.buying.customers - customers,
        fitted_on_all=_judged(on_all, look),
        fitted_on_born_after=_judged(seen, look),
    )


def _no_margin_yet(ledger: Ledger, seen: SeenOrigin) -> tuple[Message, ...]:
    """Why money is revenue where a value book of today is in margin."""
    if not ledger.has_margin or seen.base.basis != "revenue":
        return ()
    return (
        Message(
            "Money is revenue here, not margin: by {day} the ledger told no margin.",
            day=seen.origin.as_of,
        ),
    )


def _maybe_older(ledger: Ledger, seen: SeenOrigin, end: date, holdout_days: int) -> MaybeOlder | None:
    summary = seen.base.summary
    return maybe_older(
        summary.first_day,
        summary.last_day,
        summary.repeats,
        ledger.first_day,
        ledger_ends=end,
        days_needed=needed_days(holdout_days),
    )


def _about_the_choice(asked: AskedModels, latest: Origin) -> tuple[Message, ...]:
    """That a value book of today may rest on another model: it knows what has come since."""
    if asked.choice is None:
        return ()
    return (
        Message(
            "The model was chosen by what was known on {day}; a value book of a later day may rest on another.",
            day=latest.as_of,
        ),
    )


def _about_the_days(origin: Origin, last_order: date) -> tuple[Message, ...]:
    """What is odd about the days of an origin that a person chose."""
    unknown, known = days_unknown(origin.end, last_order), origin.calibration_days
    said: list[Message] = []
    if known < origin.holdout_days:
        said.append(
            Message(
                "Only {known} {known:day|days} are known by {day}, fewer than are held back.",
                known=known,
                day=origin.as_of,
            )
        )
    if unknown:
        said.append(
            Message(
                "The last order is {days} {days:day|days} older than the end of the hold-out period; nobody is taken "
                "to have bought in them.",
                days=unknown,
            )
        )
    return tuple(said)


def _about_valuing(seen: LookedBack) -> tuple[Message, ...]:
    """The notes of the latest origin's value book; those on its interval count past days as a back-test does."""
    valuation, total = seen.latest.valuation, seen.totals[-1]
    own = valuation.base.not_widened
    if own is None:
        return valuation.notes
    earlier = len(seen.totals) - 1
    said = Message(
        "Before {day} {earlier} past {earlier:day|days} told how far totals miss, and 2 are needed: the interval of "
        "that total is the model's own, and too narrow if the coming time differs from the past.",
        day=total.origin,
        earlier=earlier,
    )
    return tuple(said if note is own else note for note in valuation.notes)


def _about_refunds(seen: SeenOrigin) -> tuple[Message, ...]:
    """Who gave back as much as they spent, or more: no forecast of amounts speaks of them."""
    if seen.base.spend is None:
        return ()
    customers = int(np.count_nonzero((seen.spend <= 0) & ((seen.purchases > 0) | (seen.spend < 0))))
    if not customers:
        return ()
    return (
        Message(
            "{customers} {customers:customer|customers} brought nothing or less in the hold-out period although they "
            "bought or gave back; where chances are judged, that is nothing.",
            customers=customers,
        ),
    )


def _judged(looked: LookedBack, look: Look) -> JudgedFit:
    """The fit of the latest origin, and how near it came."""
    seen = looked.latest
    purchases, spend = _scores(seen, look)
    fits = (seen.base.buying, None if seen.base.spend is None else seen.base.spend.fit)
    parameters: dict[str, float] = {}
    for fit in fits:
        if fit is not None:  # a rhythm and a root are both called k
            told = asdict(fit.parameters)
            parameters |= {f"spend_{name}" if name in parameters else name: value for name, value in told.items()}
    return JudgedFit(parameters, purchases, spend, looked.totals[-1])


def _scores(seen: SeenOrigin, look: Look) -> tuple[Scores, Scores | None]:
    """How near each customer's purchases came, and their spend where there is money; expected, and foretold whole."""
    values, whole = seen.valuation.customers, whole_forecasts(seen, look)
    counts = values.purchase_quantiles
    purchases = score(
        seen.purchases, values.expected_purchases, interval_80=counts.interval(80), interval_95=counts.interval(95)
    )
    purchases = with_distributions(purchases, whole.purchases)
    money = values.value_quantiles
    if values.value is None or money is None or whole.spend is None:
        return purchases, None
    spend = score(seen.spend, values.value, interval_80=money.interval(80), interval_95=money.interval(95))
    return purchases, with_distributions(spend, whole.spend.scores, whole.spend.given_purchase)


def _rules(ledger: Ledger, seen: SeenOrigin, look: Look) -> tuple[SimpleRule, ...]:
    """The simple rules at an origin, from the same ledger as of the same day, in the same basis."""
    summary, origin, rate = seen.base.summary, seen.origin, seen.base.margin_rate
    has_money = seen.base.spend is not None
    window = last_year_days(origin.calibration_days)
    start = origin.as_of - timedelta(days=window)
    purchases, spend = money_between(ledger, summary, start, origin.as_of, margin_rate=rate, margins=look.margins)
    return (
        same_rate(
            summary.repeats,
            summary.observed_for,
            origin.holdout_days / summary.unit.days,
            summary.mean_repeat_value * (1.0 if rate is None else rate) if has_money else None,
        ),
        last_year_again(purchases, origin.holdout_days, window, spend if has_money else None),
    )


def track(ledger: Ledger, seen: SeenOrigin, end: date, born_after: date | None = None) -> Tracking:
    """Repeat purchases of those known at the origin, week by week through the hold-out, beside the model's."""
    summary = seen.base.summary
    start = np.datetime64(ledger.first_day, "D")
    first = (summary.first_day - start).astype(np.int64)
    daily = ledger.purchases_by_day(end, known_by=seen.origin.as_of, born_after=born_after)
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

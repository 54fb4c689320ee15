"""How near a model, and the simple rules beside it, came to what each customer did after a past day."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

import numpy as np

from keyworth.backtest import (
    JudgedFit,
    Scores,
    SimpleRule,
    Tracking,
    calibration_verdict,
    last_year_again,
    last_year_days,
    same_rate,
    score,
    tracking,
    verdict,
    with_distributions,
)
from keyworth.behaviour import MODELS
from keyworth.ledger import Ledger
from keyworth.runs.money_basis import money_between
from keyworth.runs.past_origins import Look, LookedBack, SeenOrigin, whole_forecasts
from keyworth.value import BASES, Basis
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class BesideRules:
    """How near the fit of the latest origin came, and each simple rule; `spend_rules` is empty without money."""

    fit: JudgedFit
    purchase_rules: tuple[tuple[SimpleRule, Scores], ...]
    spend_rules: tuple[tuple[SimpleRule, Scores], ...]

    def verdicts(self, basis: Basis) -> tuple[Message, ...]:
        """Whether the fit's chances hold, and whether it or a rule came nearer: first purchases, then spend."""
        purchases, spend = self.fit.purchases, self.fit.spend
        said = calibration_verdict(purchases, what=BASES["purchases"])
        if spend is not None:
            said += calibration_verdict(spend, what=BASES[basis], of_buyers=True)
        said += verdict(purchases, {rule.name: its for rule, its in self.purchase_rules}, what=BASES["purchases"])
        if spend is not None:
            said += verdict(spend, {rule.name: its for rule, its in self.spend_rules}, what=BASES[basis])
        return said


def beside_rules(ledger: Ledger, looked: LookedBack, look: Look) -> BesideRules:
    """The latest origin, judged beside the simple rules."""
    fit, seen = judged(looked, look), looked.latest
    rules = _rules(ledger, seen, look)
    return BesideRules(
        fit,
        tuple((rule, score(seen.purchases, rule.purchases)) for rule in rules),
        tuple(
            (rule, score(seen.spend, rule.spend)) for rule in rules if fit.spend is not None and rule.spend is not None
        ),
    )


def judged(looked: LookedBack, look: Look) -> JudgedFit:
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

"""Hold back the end of a ledger, predict it, and say how right the model was, and whether a simple rule was righter."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from keyworth.backtest import (
    BornAfter,
    GroupRow,
    MaybeOlder,
    Origin,
    OriginTotal,
    Scores,
    SimpleRule,
    Tracking,
    by_past_repeats,
    decile_table,
    maybe_older,
    needed_days,
    origins,
    origins_up_to,
    verdict_on_totals,
)
from keyworth.ledger import Ledger
from keyworth.runs.backtest_notes import (
    about_days_left_out,
    about_refunds,
    about_the_choice,
    about_the_days,
    about_valuing,
    no_margin_yet,
)
from keyworth.runs.choose_model import asked_models
from keyworth.runs.defaults import VALUED_BY
from keyworth.runs.judged_origin import beside_rules, judged, track
from keyworth.runs.money_basis import NO_MARGINS, refuse_wrong_margins
from keyworth.runs.pace import Pace
from keyworth.runs.past_origins import Look, LookedBack, SeenOrigin, look_back
from keyworth.runs.steps import Step, silent
from keyworth.units import Horizon, TimeUnit
from keyworth.value import Basis
from keyworth.words import Message

# Seconds each, and their misses all tell the same of the model: a ledger of thirty years has a hundred quarters.
_MOST_ORIGINS = 24


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
    """Back-test a model on a book, at the origins its history allows: the latest `at_most`, by default 24.

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
    last = min(until or ledger.last_day, ledger.last_day)
    days, every = _origins(ledger, holdout, origin, last, born_after)
    found = every[-(at_most or _MOST_ORIGINS) :]
    end = found[-1].end
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
    near = beside_rules(ledger, seen, look)
    older = None if born_after else _maybe_older(ledger, latest, end, days)
    return BacktestRun(
        model=asked.buying,
        holdout_days=days,
        latest=latest,
        purchases=near.fit.purchases,
        spend=near.fit.spend,
        purchase_rules=near.purchase_rules,
        spend_rules=near.spend_rules,
        totals=seen.totals,
        deciles=decile_table(latest.purchases, values.expected_purchases),
        by_past_repeats=by_past_repeats(latest.base.summary.repeats, latest.purchases, values.expected_purchases),
        tracking=track(ledger, latest, end, born_after),
        born_after=compared,
        maybe_older=older,
        because=asked.because,
        verdicts=(
            *no_margin_yet(ledger, latest),
            *verdict_on_totals(seen.totals),
            *near.verdicts(latest.base.basis),
            *(() if compared is None else (compared.verdict,)),
        ),
        notes=(
            *about_the_choice(asked, found[-1]),
            *(() if at_most else about_days_left_out(len(found), len(every))),
            *about_the_days(latest.origin, last),
            *(() if asked.choice is None else asked.choice.about_pace),
            *look.pace.about_judging(found),
            *about_refunds(latest),
            *latest.base.notes,
            *about_valuing(seen),
            *(older.sentences() if older else ()),
        ),
    )


def _origins(
    ledger: Ledger, holdout: Horizon, origin: date | None, end: date, born_after: date | None
) -> tuple[int, tuple[Origin, ...]]:
    """How many days are held back, and the past days they follow: up to `origin`, or up to the last that fits."""
    if origin is None:
        days = (end - holdout.start(end)).days
        return days, origins(ledger.first_day, end, days, born_after=born_after)
    days = holdout.days_from(origin)
    return days, origins_up_to(ledger.first_day, origin, end, days, born_after=born_after)


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
        fitted_on_all=judged(on_all, look),
        fitted_on_born_after=judged(seen, look),
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

"""The tables of a report: every chart's figures in words, and the lists of customers."""

import math
from dataclasses import dataclass

import numpy as np

from keyworth.report.content import ReportContent
from keyworth.report.drawings.risk_map import QUADRANTS
from keyworth.report.labels import cohort_label, purchase_labels, recency_labels
from keyworth.report.voice import Voice
from keyworth.words import Message
from keyworth.words.formatting import UNKNOWN, measure


@dataclass(frozen=True, slots=True)
class Table:
    """Said already. The first `words` columns are words and stand left; the rest are figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


def _head(voice: Voice, *labels: Message) -> tuple[str, ...]:
    return tuple(voice.say(label) for label in labels)


def _spent_head(voice: Voice) -> tuple[Message, ...]:
    return () if voice.amounts.counted else (Message("Spent so far"),)


def _spent(amount: float | None, voice: Voice) -> tuple[str, ...]:
    """What was spent, where there is money to say it in."""
    return () if voice.amounts.counted else (voice.amounts.one(amount),)


def class_table(content: ReportContent, voice: Voice) -> Table | None:
    found = content.concentration
    if found is None:
        return None
    values = voice.amounts.adding_up([one.value for one in found.classes])
    value_shares = voice.shares([one.value for one in found.classes])
    people_shares = voice.shares([float(one.customers) for one in found.classes])
    return Table(
        _head(
            voice,
            Message("Class"),
            Message("Customers"),
            Message("of customers"),
            Message("Expected"),
            Message("of value"),
        ),
        tuple(
            (one.name, voice.count(one.customers), people, value, share)
            for one, people, value, share in zip(found.classes, people_shares, values, value_shares, strict=True)
        ),
    )


def rfm_table(content: ReportContent, voice: Voice) -> Table | None:
    """Row by row, so that it can be read aloud; the last line adds up."""
    grid = content.rfm
    if grid is None:
        return None
    days, times = recency_labels(grid.recency_days, voice), purchase_labels(grid.purchases, voice)
    cells = [(r, f) for r in range(len(days)) for f in range(len(times)) if grid.customers[r, f] > 0]
    values = voice.amounts.adding_up([float(grid.value[cell]) for cell in cells])
    rows = [
        (
            days[r],
            times[f],
            voice.count(int(grid.customers[r, f])),
            *_spent(float(grid.spent[r, f]), voice),
            value,
            UNKNOWN if grid.chance is None else voice.rate(float(grid.chance[r, f])),
        )
        for (r, f), value in zip(cells, values, strict=True)
    ]
    people = int(grid.customers.sum())
    mean = None
    if grid.chance is not None and people:
        mean = float(np.nansum(grid.chance * grid.customers)) / people
    rows.append(
        (
            voice.say(Message("Total")),
            "",
            voice.count(people),
            *_spent(float(grid.spent.sum()), voice),
            voice.amounts.one(float(grid.value.sum())),
            voice.rate(mean),
        )
    )
    head = _head(
        voice,
        Message("Last purchase"),
        Message("Purchases"),
        Message("Customers"),
        *_spent_head(voice),
        Message("Expected"),
        Message("Still a customer"),
    )
    return Table(head, tuple(rows), words=2)


ADVICE: dict[str, Message] = {
    "prevent": Message("Prevent: call on those still here, win back those who left."),
    "monitor": Message("Monitor: keep what you do, watch for change."),
    "watch": Message("Only what costs little: a message, no visit."),
    "ignore": Message("May be left alone."),
}


def quadrant_rows(content: ReportContent, voice: Voice) -> list[dict[str, str]]:
    found = content.risk_map
    if found is None:
        return []
    values = voice.amounts.adding_up([one.value for one in found.quadrants])
    shares = voice.shares([one.value for one in found.quadrants])
    return [
        {
            "kind": one.name,
            "name": voice.say(QUADRANTS[one.name]),
            "advice": voice.say(ADVICE[one.name]),
            "customers": voice.customers(one.customers),
            "value": value if not voice.amounts.counted else voice.say(Message("{count} purchases", count=value)),
            "share": share,
        }
        for one, value, share in zip(found.quadrants, values, shares, strict=True)
    ]


def churn_table(content: ReportContent, voice: Voice) -> Table | None:
    split = content.churn
    if split is None:
        return None
    people = [split.gone, split.leaving, split.staying]
    worth = [split.value_gone, split.value_leaving, split.value_staying]
    names = _head(voice, Message("already gone"), Message("here, but leaving"), Message("staying"))
    return Table(
        _head(voice, Message("Part"), Message("Customers"), Message("Value if kept")),
        tuple(
            (name, voice.count(count), value)
            for name, count, value in zip(names, people, voice.amounts.adding_up(worth), strict=True)
        ),
    )


def cohort_table(content: ReportContent, voice: Voice) -> Table | None:
    cohorts = content.cohorts
    if not cohorts:
        return None
    values = voice.amounts.adding_up([math.nan if cohort.value is None else cohort.value for cohort in cohorts])
    head = _head(
        voice,
        Message("First bought"),
        Message("Customers"),
        *_spent_head(voice),
        Message("Expected"),
        Message("Still customers"),
    )
    rows = tuple(
        (
            cohort_label(cohort, voice),
            voice.count(cohort.customers),
            *_spent(cohort.spent, voice),
            value,
            voice.rate(
                None
                if cohort.still_customers is None or not cohort.customers
                else cohort.still_customers / cohort.customers
            ),
        )
        for cohort, value in zip(cohorts, values, strict=True)
    )
    return Table(head, rows)


def tracking_table(content: ReportContent, voice: Voice) -> Table | None:
    """By quarter: a hundred and fifty weeks are a picture, not a table."""
    found = content.tracking
    if found is None or not found.days:
        return None
    quarters: dict[tuple[int, int], list[int]] = {}
    for index, day in enumerate(found.days):
        quarters.setdefault((day.year, (day.month - 1) // 3 + 1), []).append(index)
    rows = []
    so_far = np.zeros(2)
    for (year, quarter), weeks in quarters.items():
        came, expected = float(np.nansum(found.actual[weeks])), float(np.nansum(found.expected[weeks]))
        so_far += (came, expected)
        rows.append(
            (
                voice.say(Message("Q{quarter} {year}", quarter=quarter, year=str(year))),
                voice.count(came),
                voice.count(expected),
                voice.count(float(so_far[0])),
                voice.count(float(so_far[1])),
            )
        )
    head = _head(
        voice,
        Message("Quarter"),
        Message("Actual"),
        Message("Expected"),
        Message("Actual, added up"),
        Message("Expected, added up"),
    )
    return Table(head, tuple(rows))


def repeat_table(content: ReportContent, voice: Voice) -> Table | None:
    found = content.repeat_counts
    if found is None or len(found.actual) == 0:
        return None
    last = len(found.actual) - 1
    return Table(
        _head(voice, Message("Repeat purchases"), Message("Customers"), Message("Expected")),
        tuple(
            (
                f"{times}+" if times == last and last else str(times),
                voice.count(int(a)),
                voice.count(float(e)),
            )
            for times, (a, e) in enumerate(zip(found.actual, found.expected, strict=True))
        ),
    )


def origin_table(content: ReportContent, voice: Voice) -> Table | None:
    found = content.backtest
    if found is None or not found.origins:
        return None
    money = found.origins_of == "spend"
    said, spread = (voice.amounts.one, voice.amounts.between) if money else (voice.count, voice.count_range)
    head = _head(
        voice,
        Message("As of"),
        Message("Forecast"),
        Message("80% interval"),
        Message("Actual"),
        Message("Missed by"),
        Message("Within 80%"),
    )
    rows = tuple(
        (
            one.origin.isoformat(),
            said(one.expected),
            spread(one.interval_80),
            said(one.actual),
            voice.difference(one.expected / one.actual - 1 if one.actual else None),
            UNKNOWN
            if one.interval_80 is None
            else voice.say(
                Message("yes") if one.interval_80.low <= one.actual <= one.interval_80.high else Message("no")
            ),
        )
        for one in found.origins
    )
    return Table(head, rows)


def score_table(content: ReportContent, voice: Voice) -> Table | None:
    """For single customers: the model in the first line of each measure, the simple rules under it."""
    found = content.backtest
    if found is None or not found.scores:
        return None
    rows: list[tuple[str, ...]] = []
    for score in found.scores:
        money = score.measure == "spend"
        name = voice.say(Message("Money") if money else Message("Purchases"))
        error = voice.amounts.one if money else measure
        rows.append(
            (
                name,
                voice.say(Message("the model")),
                error(score.mae),
                voice.difference(score.bias),
                voice.rate(score.coverage_80),
                voice.rate(score.coverage_95),
                measure(score.spearman, 2),
                measure(score.gini, 2),
            )
        )
        rows += [(name, voice.say(rule), error(mae), *[""] * 5) for rule, mae in score.simple_rules]
    head = _head(
        voice,
        Message("Measure"),
        Message("Forecast by"),
        Message("Mean absolute error"),
        Message("Bias"),
        Message("Inside 80%"),
        Message("Inside 95%"),
        Message("Rank agreement"),
        Message("Ordering (Gini)"),
    )
    return Table(head, tuple(rows), words=2)


def decile_table(content: ReportContent, voice: Voice) -> Table | None:
    """Ten groups of customers by expected purchases, the highest first, with what each then did."""
    found = content.backtest
    if found is None or not found.deciles:
        return None
    head = _head(voice, Message("Tenth"), Message("Customers"), Message("Expected"), Message("Actual"))
    return Table(
        head,
        tuple(
            (str(row.group), voice.count(row.customers), voice.count(row.expected), voice.count(row.actual))
            for row in found.deciles
        ),
    )


def conditional_table(content: ReportContent, voice: Voice) -> Table | None:
    """What the chart of purchases by earlier repeats shows, as a table."""
    found = content.backtest
    if found is None or not found.by_past_repeats:
        return None
    head = _head(voice, Message("Repeats before"), Message("Customers"), Message("Expected"), Message("Actual"))
    return Table(
        head,
        tuple(
            (str(row.group), voice.count(row.customers), measure(row.mean_expected), measure(row.mean_actual))
            for row in found.by_past_repeats
        ),
    )


def better_rules(content: ReportContent, voice: Voice) -> list[str]:
    """Where a simple rule misses by less than the model, said plainly, whatever the run added."""
    found = content.backtest
    if found is None:
        return []
    said = [voice.say(verdict) for verdict in found.verdicts]
    said = [sentence[:1].upper() + sentence[1:] for sentence in said]  # some begin with what was predicted
    if said:
        return said
    for score in found.scores:
        if score.mae is None or not score.simple_rules:
            continue
        rule, mae = min(score.simple_rules, key=lambda pair: pair[1])
        what = Message("spend") if score.measure == "spend" else Message("purchases")
        error = voice.amounts.one if score.measure == "spend" else measure
        key = (
            Message(
                "For single customers' {what} the simple rule “{rule}” would do better: its mean error is"
                " {theirs}, the model's {ours}.",
                what=what,
                rule=rule,
                theirs=error(mae),
                ours=error(score.mae),
            )
            if mae < score.mae
            else Message(
                "For single customers' {what} the model does better than every simple rule: its mean error is"
                " {ours}, that of the best rule (“{rule}”) {theirs}.",
                what=what,
                rule=rule,
                theirs=error(mae),
                ours=error(score.mae),
            )
        )
        said.append(voice.say(key))
    return said

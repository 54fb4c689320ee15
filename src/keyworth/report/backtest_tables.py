"""The tables of what had been foretold, beside what came."""

import numpy as np

from keyworth.backtest import MEASURES, Scores
from keyworth.report.content import Backtest, ReportContent
from keyworth.report.tables import Table
from keyworth.report.voice import Voice
from keyworth.value import BASES
from keyworth.words import Message
from keyworth.words.formatting import UNKNOWN, measure

# What the page shows of a forecast for single customers; keyworth backtest shows all.
_SHOWN = ("mae", "bias", "coverage_80", "coverage_95", "spearman", "gini")


def tracking_table(content: ReportContent, voice: Voice) -> Table | None:
    """By quarter: a hundred and fifty weeks are a picture, not a table."""
    if content.backtest is None:
        return None
    found = content.backtest.tracking
    quarters: dict[tuple[int, int], list[int]] = {}
    for index, day in enumerate(content.weeks):
        quarters.setdefault((day.year, (day.month - 1) // 3 + 1), []).append(index)
    rows = []
    so_far = np.zeros(2)
    for (year, quarter), weeks in quarters.items():
        came, expected = float(found.actual[weeks].sum()), float(found.expected[weeks].sum())
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
    head = (
        Message("Quarter"),
        Message("Actual"),
        Message("Expected"),
        Message("Actual, added up"),
        Message("Expected, added up"),
    )
    return Table.of(voice, head, rows)


def origin_table(found: Backtest, voice: Voice) -> Table:
    said, spread = (voice.amounts.one, voice.amounts.between) if found.in_money else (voice.count, voice.count_range)
    head = (
        Message("As of"),
        Message("Forecast"),
        Message("80% interval"),
        Message("Actual"),
        Message("Against the forecast"),
        Message("Within 80%"),
    )
    rows = [
        (
            one.origin.isoformat(),
            said(one.expected),
            spread(one.interval_80),
            said(one.actual),
            voice.difference(one.actual / one.expected - 1 if one.expected else None),
            voice.say(Message("yes") if one.inside_80 else Message("no")),
        )
        for one in found.totals
    ]
    return Table.of(voice, head, rows)


def score_table(found: Backtest, voice: Voice) -> Table:
    """For single customers: the model in the first line of each measure, the simple rules under it."""
    rows: list[tuple[str, ...]] = []
    for one in found.measured:
        money = one.what != "purchases"
        name = _capital(voice.say(BASES[one.what]))
        for forecaster, scores in ((Message("the model"), one.model), *one.rules):
            rows.append((name, voice.say(forecaster), *_scores(scores, voice, money=money)))
    head = (Message("What"), Message("Forecast by"), *(MEASURES[name].label for name in _SHOWN))
    table = Table.of(voice, head, rows, words=2)
    return Table(tuple(map(_capital, table.head)), table.rows, table.words)


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _scores(scores: Scores, voice: Voice, *, money: bool) -> list[str]:
    error = UNKNOWN if scores.mae is None else voice.amounts.one(scores.mae) if money else measure(scores.mae)
    return [
        error,
        voice.difference(scores.bias),
        voice.rate(scores.coverage_80),
        voice.rate(scores.coverage_95),
        measure(scores.spearman, 2),
        measure(scores.gini, 2),
    ]


def decile_table(found: Backtest, voice: Voice) -> Table:
    """Ten groups of customers by expected purchases, the highest first, with what each then did."""
    return Table.of(
        voice,
        (Message("Tenth"), Message("Customers"), Message("Expected"), Message("Actual")),
        [
            (str(row.group), voice.count(row.customers), voice.count(row.expected), voice.count(row.actual))
            for row in found.deciles
        ],
    )


def conditional_table(found: Backtest, voice: Voice) -> Table:
    """What the chart of purchases by earlier repeats shows, as a table."""
    return Table.of(
        voice,
        (Message("Repeats before"), Message("Customers"), Message("Expected"), Message("Actual")),
        [
            (str(row.group), voice.count(row.customers), measure(row.mean_expected), measure(row.mean_actual))
            for row in found.by_past_repeats
        ],
    )

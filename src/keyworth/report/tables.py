"""The tables of a report about its customers: every chart's figures in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keyworth.report.content import ReportContent
from keyworth.report.labels import cohort_label, purchase_labels, recency_labels
from keyworth.report.voice import Voice
from keyworth.value import Cohort
from keyworth.words import Message
from keyworth.words.formatting import measure


@dataclass(frozen=True, slots=True)
class Table:
    """Said already. The first `words` columns are words and stand left; the rest are figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1

    @classmethod
    def of(cls, voice: Voice, head: tuple[Message, ...], rows: Sequence[tuple[str, ...]], words: int = 1) -> "Table":
        return cls(tuple(voice.say(label) for label in head), tuple(rows), words)


def class_table(content: ReportContent, voice: Voice) -> Table:
    """A, B and C; their columns add up."""
    classes = content.concentration.classes
    values = voice.amounts.adding_up([one.value for one in classes])
    value_shares = voice.shares([one.value for one in classes])
    people_shares = voice.shares([float(one.customers) for one in classes])
    return Table.of(
        voice,
        (Message("Class"), Message("Customers"), Message("of customers"), Message("Expected"), Message("of value")),
        [
            (one.name, voice.count(one.customers), people, value, share)
            for one, people, value, share in zip(classes, people_shares, values, value_shares, strict=True)
        ],
    )


def rfm_table(content: ReportContent, voice: Voice) -> Table:
    """Row by row, so that it can be read aloud; the last line adds up."""
    grid = content.rfm
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
            *(() if grid.chance is None else (voice.rate(float(grid.chance[r, f])),)),
        )
        for (r, f), value in zip(cells, values, strict=True)
    ]
    people = int(grid.customers.sum())
    total = (
        voice.say(Message("Total")),
        "",
        voice.count(people),
        *_spent(float(grid.spent.sum()), voice),
        voice.amounts.one(float(grid.value.sum())),
        *(() if grid.chance is None else (voice.rate(float(np.nansum(grid.chance * grid.customers)) / people),)),
    )
    head = (
        Message("Last purchase"),
        Message("Purchases"),
        Message("Customers"),
        *_spent_head(voice),
        Message("Expected"),
        *(() if grid.chance is None else (Message("Still a customer"),)),
    )
    return Table.of(voice, head, [*rows, total], words=2)


def churn_table(content: ReportContent, voice: Voice) -> Table | None:
    split = content.churn
    if split is None:
        return None
    people = [split.gone, split.leaving, split.staying]
    worth = [split.value_gone, split.value_leaving, split.value_staying]
    names = (Message("already gone"), Message("here, but leaving"), Message("staying"))
    return Table.of(
        voice,
        (Message("Part"), Message("Customers"), Message("Value if kept")),
        [
            (voice.say(name), voice.count(count), value)
            for name, count, value in zip(names, people, voice.amounts.adding_up(worth), strict=True)
        ],
    )


def cohort_table(content: ReportContent, voice: Voice) -> Table:
    cohorts = content.cohorts
    values = voice.amounts.adding_up([math.nan if cohort.value is None else cohort.value for cohort in cohorts])
    rows = [
        (
            cohort_label(cohort, voice),
            voice.count(cohort.customers),
            *_spent(cohort.spent, voice),
            value,
            *_still(cohort, voice),
        )
        for cohort, value in zip(cohorts, values, strict=True)
    ]
    head = (
        Message("First bought"),
        Message("Customers"),
        *_spent_head(voice),
        Message("Expected"),
        *((Message("Still customers"),) if content.base.knows_who_left else ()),
    )
    return Table.of(voice, head, rows)


def _still(cohort: Cohort, voice: Voice) -> tuple[str, ...]:
    """The share of an intake that is probably still there, where that is known."""
    if cohort.still_customers is None:
        return ()
    return (voice.rate(cohort.still_customers / cohort.customers if cohort.customers else None),)


def repeat_table(content: ReportContent, voice: Voice) -> Table:
    found = content.repeat_counts
    last = len(found.actual) - 1
    return Table.of(
        voice,
        (Message("Repeat purchases"), Message("Customers"), Message("Expected")),
        [
            (
                f"{times}+" if times == last and last else str(times),
                voice.count(int(came)),
                voice.count(float(expected)),
            )
            for times, (came, expected) in enumerate(zip(found.actual, found.expected, strict=True))
        ],
    )


def parameter_table(content: ReportContent, voice: Voice) -> Table:
    return Table.of(
        voice,
        (Message("Parameter"), Message("Value"), Message("Standard error")),
        [
            (name, measure(value, 4), measure((model.standard_errors or {}).get(name), 2))
            for model in content.provenance.models
            for name, value in model.parameters.items()
        ],
    )


def _spent_head(voice: Voice) -> tuple[Message, ...]:
    return () if voice.amounts.counted else (Message("Spent so far"),)


def _spent(amount: float | None, voice: Voice) -> tuple[str, ...]:
    """What was spent, where there is money to say it in."""
    return () if voice.amounts.counted else (voice.amounts.one(amount),)

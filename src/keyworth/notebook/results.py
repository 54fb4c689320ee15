"""What runs return, with a data frame in it and a few lines to look at.

Each is the run's or the room's own type under a name for notebooks: all that type knows is still there.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa

from keyworth import value
from keyworth.backtest import MEASURES, Scores, SimpleRule
from keyworth.behaviour import PurchaseHistories, SpendHistories
from keyworth.errors import OptionRefused
from keyworth.notebook.frames import as_frame
from keyworth.runs.backtest_book import BacktestRun
from keyworth.runs.facts import (
    Fact,
    backtest_facts,
    comparison_facts,
    fit_facts,
    import_facts,
    summary_facts,
    value_facts,
    value_notes,
    why_these_models,
)
from keyworth.runs.fit_model import FitRun
from keyworth.runs.import_orders import ImportReport
from keyworth.runs.model_input import spend_histories
from keyworth.runs.summarise import CustomerSummary, counts_of
from keyworth.runs.table_titles import titled
from keyworth.runs.value_records import customer_table
from keyworth.units import parse_language
from keyworth.words import Message, Quoted, language_around, say
from keyworth.words.formatting import measure, rate, rate_change
from keyworth.words.wide_text import in_two_columns


class _Shown:
    """A result that is made from what a run returned."""

    __slots__ = ()

    @classmethod
    def of(cls, found: Any) -> Self:
        """The same values under this type."""
        return cls(**{field.name: getattr(found, field.name) for field in fields(found)})


class Imported(_Shown, ImportReport):
    """What an import did: counts, how each column was understood, and what was refused and why."""

    __slots__ = ()

    def frame(self, library: str | None = None) -> Any:
        """How each file was understood: file, field of the ledger, column it was read from."""
        rows = [(file, *pair) for file, columns in self.mappings.items() for pair in columns.items()]
        names = ("file", "field", "column")
        return as_frame(pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)}), library)

    def __repr__(self) -> str:
        columns = {name: column for read in self.mappings.values() for name, column in read.items()}
        read = Message("read as: {columns}", columns=[f"{name} = {column}" for name, column in columns.items()])
        return _in_lines(self, import_facts(self), read, *self.warnings, *self.notes, *self.refusals)


class Customers(_Shown, CustomerSummary):
    """One row per customer, as of a day: what the models read. See `frame`, `histories` and `spend`."""

    __slots__ = ()

    @property
    def histories(self) -> PurchaseHistories:
        """What a buying model is told: `keyworth.MODELS["bg-nbd"].fit(customers.histories)`."""
        return PurchaseHistories.from_columns(self.repeats, self.last_repeat, self.observed_for, self.unit)

    @property
    def spend(self) -> SpendHistories:
        """What a spend model is told: `keyworth.GAMMA_GAMMA.fit(customers.spend)`."""
        return spend_histories(self)

    def frame(self, library: str | None = None, *, lang: str | None = None) -> Any:
        """One row per customer: id, first and last day, repeats, last repeat, time observed, money.

        With `lang`, "zh" or "en", the columns carry titles in that language.
        """
        table = self.table()
        return as_frame(table if lang is None else titled(table, parse_language(lang), self.unit), library)

    def __repr__(self) -> str:
        return _in_lines(self, [*summary_facts(counts_of(self)), (Message("unit of time"), self.unit)])


class FittedModel(_Shown, FitRun):
    """A model fitted to a book; `fit` has the parameters, their errors and the verdict."""

    __slots__ = ()

    def frame(self, library: str | None = None) -> Any:
        """One row per parameter: its name, value and standard error (missing where there is none)."""
        values = asdict(self.fit.parameters)
        errors = self.fit.standard_errors or {}
        columns = {
            "parameter": list(values),
            "value": list(values.values()),
            "standard_error": pa.array([errors.get(name) for name in values], pa.float64()),
        }
        return as_frame(pa.table(columns), library)

    def save(self, path: str | Path) -> Path:
        """Write the fit as small JSON text without data, for `Book.fit(start=...)` or `behaviour.load_fit`.

        Raises OutputUnwritable.
        """
        from keyworth.runs.fit_files import write_fit

        write_fit(self, Path(path))
        return Path(path)

    def __repr__(self) -> str:
        drifted = () if self.drift is None else (self.drift.verdict,)
        return _in_lines(self, fit_facts(self), self.fit.verdict, *drifted)


class ValueBook(_Shown, value.DatedValues):
    """What every customer is worth at a date, with intervals; `base` is the sum of all, and how sure it is."""

    __slots__ = ()

    def frame(self, library: str | None = None, *, lang: str | None = None) -> Any:
        """One row per customer, unrounded, the reason as a sentence.

        With `lang`, "zh" or "en", columns, strategies and reasons are said in that language; without, columns
        carry the names that programs know, and reasons are English.

        `value` is expected over the horizon, undiscounted; `value_q10` and `value_q90` enclose it 8 times in 10.
        `residual_value` is `value_if_kept` times `chance`, discounted, over all the future. `gone` and `leaving`
        are the two parts of churn risk. Without money in the ledger the columns of money are not there.
        """
        spoken = parse_language(lang or "en")
        kept = customer_table(self)
        columns = {name: kept[name] for name in kept.column_names if not name.startswith("reason_")}
        columns["reason"] = pa.array([say(self.reason(row), spoken) for row in range(len(self))], pa.string())
        table = pa.table(columns)
        return as_frame(table if lang is None else titled(table, spoken), library)

    def __repr__(self) -> str:
        return _in_lines(
            self, value_facts(self, language_around(os.environ)), *why_these_models(self), *value_notes(self)
        )


class Backtest(_Shown, BacktestRun):
    """A model held against what came, beside two simple rules; `verdicts` say it in sentences."""

    __slots__ = ()

    def frame(self, library: str | None = None, *, what: str = "scores") -> Any:
        """A table of the back-test.

        `scores`: each forecast's errors. `totals`: the total at every past origin against its intervals.
        `deciles`: customers by expected purchases, ten groups. `tracking`: repeat purchases by week. `born_after`,
        where customers were chosen so: the errors of a fit on everybody and of one on them alone.
        """
        tables = {
            "scores": self._scores,
            "totals": self._totals,
            "deciles": lambda: [asdict(row) for row in self.deciles],
            "tracking": self._tracking,
        }
        if self.born_after is not None:
            tables["born_after"] = self._born_after
        if what not in tables:
            raise OptionRefused(
                Message("There is no table {what}.", what=Quoted(what)),
                hint=Message("The tables are {tables}.", tables=list(tables)),
            )
        return as_frame(pa.Table.from_pylist(tables[what]()), library)

    def _scores(self) -> list[dict[str, Any]]:
        def rows(measured: str, own: Scores, rules: Sequence[tuple[SimpleRule, Scores]]) -> list[dict[str, Any]]:
            all_of_them = [(self.model, own), *((str(rule.name), its) for rule, its in rules)]
            return [{"measure": measured, "forecast": by, **asdict(its)} for by, its in all_of_them]

        spend = [] if self.spend is None else rows("spend", self.spend, self.spend_rules)
        return rows("purchases", self.purchases, self.purchase_rules) + spend

    def _born_after(self) -> list[dict[str, Any]]:
        assert self.born_after is not None
        fits = {"all": self.born_after.fitted_on_all, "born_after": self.born_after.fitted_on_born_after}
        judged = [("purchases", on, fit.purchases) for on, fit in fits.items()]
        judged += [("spend", on, fit.spend) for on, fit in fits.items() if fit.spend is not None]
        return [{"measure": measured, "fitted_on": on, **asdict(scores)} for measured, on, scores in judged]

    def _totals(self) -> list[dict[str, Any]]:
        return [
            {
                "origin": one.origin,
                "end": one.end,
                "customers": one.customers,
                "expected": one.expected,
                "actual": one.actual,
                "low_80": one.interval_80.low,
                "high_80": one.interval_80.high,
                "low_95": one.interval_95.low,
                "high_95": one.interval_95.high,
                "widened_by": one.widened_by,
            }
            for one in self.totals
        ]

    def _tracking(self) -> list[dict[str, Any]]:
        columns = (self.tracking.ends.tolist(), self.tracking.actual.tolist(), self.tracking.expected.tolist())
        return [dict(zip(("day", "actual", "expected"), row, strict=True)) for row in zip(*columns, strict=True)]

    def __repr__(self) -> str:
        lang = language_around(os.environ)
        facts = backtest_facts(self)
        for title, scores in ((Message("purchases"), self.purchases), (value.BASES[self.basis], self.spend)):
            if scores is None:
                continue
            told = {
                "bias": rate_change(scores.bias),
                "mae": measure(scores.mae),
                "coverage_80": rate(scores.coverage_80, lang),
            }
            measures = [Message("{measure} {figure}", measure=MEASURES[of].label, figure=it) for of, it in told.items()]
            facts.append((title, measures))
        return _in_lines(self, facts, *self.verdicts, *self.because[:1], *self.notes)


class Comparison(_Shown, value.BookComparison):
    """Two value books side by side: who came, left, rose, fell."""

    __slots__ = ()

    def frame(self, library: str | None = None) -> Any:
        """One row per customer of either book: value before and after, and how they moved."""
        columns = {
            "customer": pa.array(self.ids, pa.string()),
            "before": self.before,
            "after": self.after,
            "move": pa.array(np.array(value.MOVES)[self.move]),
        }
        return as_frame(pa.table(columns), library)

    def __repr__(self) -> str:
        return _in_lines(self, comparison_facts(self, language_around(os.environ)), *self.notes)


def _in_lines(result: object, facts: list[Fact], *sentences: Message) -> str:
    """What the command line would say of it, under the name of its type, in the notebook's language."""
    lang = language_around(os.environ)
    rows = (f"  {row}" for row in in_two_columns(facts, lang))
    return "\n".join([f"{type(result).__name__}", *rows, *(f"  {say(sentence, lang)}" for sentence in sentences)])

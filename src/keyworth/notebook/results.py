"""What runs return, with a data frame in it and a few lines to look at.

Each is the run's or the room's own type under a name for notebooks: all that type knows is still there.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Self

import numpy as np
import pyarrow as pa

from keyworth import value
from keyworth.backtest import MEASURES, Scores, SimpleRule
from keyworth.behaviour import PurchaseHistories, SpendHistories
from keyworth.errors import OptionRefused
from keyworth.notebook.frames import as_frame
from keyworth.runs.backtest_book import BacktestRun
from keyworth.runs.fit_model import FitRun
from keyworth.runs.fitted_base import spend_histories
from keyworth.runs.import_orders import ImportReport
from keyworth.runs.summarise import CustomerSummary
from keyworth.runs.table_titles import titled
from keyworth.runs.value_records import customer_table
from keyworth.units import parse_language
from keyworth.words import Message, say
from keyworth.words.formatting import estimate, measure, money_range, number_range, rate, rate_change


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

    def frame(self, library: str = "pandas") -> Any:
        """How each file was understood: file, field of the ledger, column it was read from."""
        rows = [(file, *pair) for file, columns in self.mappings.items() for pair in columns.items()]
        names = ("file", "field", "column")
        return as_frame(pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)}), library)

    def __repr__(self) -> str:
        counted = (
            (self.orders_added, "orders added"),
            (self.orders_replaced, "orders replaced"),
            (self.orders_known, "orders already known"),
            (self.refunds_added, "refunds added"),
            (self.rows_without_customer, "rows without a customer, kept apart"),
            (self.rows_refused, "rows refused"),
            (self.rows_not_orders, "rows that are no orders"),
        )
        said = ", ".join(f"{count:,} {what}" for count, what in counted if count) or "nothing new"
        columns = {name: column for read in self.mappings.values() for name, column in read.items()}
        return _lines(
            f"Imported: {self.rows_read:,} rows read; {said}. Ledger version {self.ledger_version}.",
            "  read as: " + ", ".join(f"{name} = {column}" for name, column in columns.items()),
            *(f"  {said}" for said in (*self.notes, *self.refusals)),
        )


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

    def frame(self, library: str = "pandas", *, lang: str | None = None) -> Any:
        """One row per customer: id, first and last day, repeats, last repeat, time observed, money.

        With `lang`, "zh" or "en", the columns carry titles in that language.
        """
        table = self.table()
        return as_frame(table if lang is None else titled(table, parse_language(lang), self.unit), library)

    def __repr__(self) -> str:
        once = int((self.repeats == 0).sum())
        return (
            f"Customers: {len(self):,} as of {self.as_of}, {int(self.repeats.sum()):,} repeat purchases, "
            f"{once:,} never came back; times in {self.unit.value}s"
        )


class FittedModel(_Shown, FitRun):
    """A buying model fitted to a book; `fit` has the parameters, their errors and the verdict."""

    __slots__ = ()

    def frame(self, library: str = "pandas") -> Any:
        """One row per parameter: its name, value and standard error (missing where there is none)."""
        values = asdict(self.fit.parameters)
        errors = self.fit.standard_errors or {}
        columns = {
            "parameter": list(values),
            "value": list(values.values()),
            "standard_error": pa.array([errors.get(name) for name in values], pa.float64()),
        }
        return as_frame(pa.table(columns), library)

    def __repr__(self) -> str:
        errors = self.fit.standard_errors or {}
        parameters = (
            f"{name} = {measure(found, 4)}" + (f" ± {measure(errors[name], 2)}" if name in errors else "")
            for name, found in asdict(self.fit.parameters).items()
        )
        return _lines(
            f"FittedModel: {self.fit.model}, {self.fit.customers:,} customers as of {self.as_of}, "
            f"times in {self.unit.value}s",
            "  " + ", ".join(parameters),
            f"  log-likelihood {self.fit.log_likelihood:,.4f}, AIC {self.fit.aic:,.2f}, BIC {self.fit.bic:,.2f}",
            f"  {self.fit.verdict}",
        )


class ValueBook(_Shown, value.DatedValues):
    """What every customer is worth at a date, with intervals; `base` is the sum of all, and how sure it is."""

    __slots__ = ()

    def frame(self, library: str = "pandas", *, lang: str | None = None) -> Any:
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
        base, money = self.base, self.customers.value is not None

        def between(ends: value.Interval) -> str:
            if money:
                return money_range(ends.low, ends.high, self.currency, "en")
            return number_range(ends.low, ends.high, "en")

        of = f" of {self.known_customers:,}" if len(self) < self.known_customers else ""
        counted = f"{len(self):,}{of} customers"
        still, days = self.customers.still_customers, self.options.horizon_days
        expected = estimate(base.expected, self.currency, "en") if money else f"{base.expected:,.0f}"
        levels = ("8 in 10", "95 in 100") if base.not_widened is None else ("80% by the model alone", "95%")
        intervals = f"{levels[0]}: {between(base.interval_80)}; {levels[1]}: {between(base.interval_95)}"
        lines = [
            f"ValueBook {self.book_id}: {counted} as of {self.as_of}, about {still:,.0f} still customers",
            f"  {self.basis if money else 'purchases'} expected over {days} days: {expected} ({intervals})",
        ]
        if base.residual_value is not None:
            lines.append(
                f"  lifetime {self.basis}, discounted at {rate(self.options.discount.annual, 'en')}: "
                f"{estimate(base.residual_value, self.currency, 'en')}, "
                f"{rate(base.beyond_ledger, 'en')} of it beyond the ledger's own length"
            )
        return _lines(*lines, *(f"  {note}" for note in self.notes))


class BackTest(_Shown, BacktestRun):
    """A model held against what came, beside two simple rules; `verdicts` say it in sentences."""

    __slots__ = ()

    def frame(self, library: str = "pandas", *, what: str = "scores") -> Any:
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
                Message("There is no table {what}.", what=repr(what)),
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
        return _lines(
            f"BackTest: {self.model}, {self.purchases.customers:,} customers, {self.holdout_days} days held back "
            f"from {self.latest.origin.as_of}",
            *(
                f"  {name}: {MEASURES['bias'].label} {rate_change(found.bias)}, "
                f"{MEASURES['mae'].label} {measure(found.mae)}, "
                f"{MEASURES['coverage_80'].label} {rate(found.coverage_80, 'en')}"
                for name, found in (("purchases", self.purchases), (self.basis, self.spend))
                if found is not None
            ),
            *(f"  {sentence}" for sentence in (*self.verdicts, *self.notes)),
        )


class Comparison(_Shown, value.BookComparison):
    """Two value books side by side: who came, left, rose, fell."""

    __slots__ = ()

    def frame(self, library: str = "pandas") -> Any:
        """One row per customer of either book: value before and after, and how they moved."""
        columns = {
            "customer": pa.array(self.ids, pa.string()),
            "before": self.before,
            "after": self.after,
            "move": pa.array(np.array(value.MOVES)[self.move]),
        }
        return as_frame(pa.table(columns), library)

    def __repr__(self) -> str:
        return _lines(
            f"Comparison: {self.total_before:,.0f} before, {self.total_after:,.0f} after",
            *(
                f"  {one.move}: {one.customers:,} customers, {one.change:+,.0f}"
                for one in self.movements
                if one.customers
            ),
            *(f"  {note}" for note in self.notes),
        )


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line.strip())

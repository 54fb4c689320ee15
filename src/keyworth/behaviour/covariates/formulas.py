"""A formula such as `channel + log(first_amount)`, learnt on one table and applied to others.

The formulas are formulaic's (Wilkinson and Rogers 1973, Applied Statistics 22(3), 392-399): `+` adds, `:` and `*`
cross, `log(…)`, `poly(…, 2)`, `bs(…, df=4)` bend. It is an optional part, and is loaded when a formula is read.
Expressions in a formula are run as Python: take no formula from strangers.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.covariates.designs import Effects
from keyworth.behaviour.covariates.reach import (
    Beyond,
    beyond,
    reached,
    refuse_one_far,
    refuse_too_alike,
    refuse_too_large,
)
from keyworth.behaviour.covariates.tables import Column, columns, names
from keyworth.behaviour.histories import Floats
from keyworth.errors import HistoryRefused, OptionRefused, PartMissing
from keyworth.words import Message

_NAME = re.compile(r"`([^`]+)`|\b([^\W\d]\w*)\b")
_FEWEST = 2  # values of a column, or it says nothing


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """A formula that has learnt its levels, centres and scales from a table.

    text: as it was written. levels: of each column of words, those that were there. effects: what its coefficients
    say. matrix: what formulaic keeps of it; None where it names no column. reach: from where to where each column of
    numbers went; of a fit saved without it, nothing. `columns_of` makes the numbers of any table.
    """

    text: str
    variables: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]
    effects: Effects
    matrix: Any = field(repr=False)
    reach: dict[str, tuple[float, float]] = field(default_factory=dict)

    def columns_of(self, table: Any, rows: int | None = None) -> tuple[Floats, dict[str, int]]:
        """The numbers, (n, c), and by column of words how many rows had a level that was not learnt.

        These are given the average effect. Raises HistoryRefused as `columns` does.
        """
        values = columns(table, self.variables, rows)
        unknown = {}
        for name, levels in self.levels.items():
            values[name] = _words(values[name])
            strange = ~np.isin(values[name].astype(str), np.array(levels))
            if strange.any():
                unknown[name] = int(strange.sum())
                values[name][strange] = None
        for name in set(self.variables) - set(self.levels):
            if values[name].dtype.kind != "f":
                raise HistoryRefused(
                    Message("The column {column} held numbers when it was fitted, and holds words now.", column=name)
                )
            refuse_too_large(name, values[name])
        return _numbers(self.matrix, values, self.text, rows or 0), unknown

    def beyond(self, table: Any, rows: int) -> list[Beyond]:
        """What lies far beyond the numbers that the formula was learnt on, by column."""
        return beyond(self.reach, columns(table, tuple(self.reach), rows))


def learn(text: str, table: Any, rows: int) -> Terms:
    """Read a formula and learn from the table what it must know of it.

    Raises OptionRefused for a formula that cannot be read, HistoryRefused for columns that cannot be used, and
    PartMissing where formulaic is not installed.
    """
    formulaic = formulaic_or_refused()
    try:
        formula = formulaic.Formula(text.strip().removeprefix("~"))
    except Exception as fault:  # every kind of fault that a parser has
        raise _unreadable(text) from fault
    if not isinstance(formula, formulaic.SimpleFormula):
        raise _unreadable(text)
    factors = [factor.expr for term in formula for factor in term.factors]
    # Those of poly(…) and bs(…) formulaic does not count among the required ones.
    used = {name for factor in factors for quoted in _NAME.findall(factor) for name in quoted if name}
    variables = tuple(sorted({str(name) for name in formula.required_variables} | (used & set(names(table)))))
    values = columns(table, variables, rows)
    for name, column in values.items():
        if len(np.unique(column)) < _FEWEST:
            raise HistoryRefused(
                Message("The column {column} has one value only, so it explains nothing.", column=name),
                hint=Message("Leave it out of the formula."),
            )
        refuse_too_large(name, column)
        refuse_too_alike(name, column)
    if not values:
        return Terms(text, (), {}, Effects((), np.zeros((0, 0)), np.zeros(0)), None)
    words = {name for name, column in values.items() if column.dtype.kind == "O"}
    words |= {name for name in map(_inside, factors) if name in values}
    values |= {name: _words(values[name]) for name in words}
    try:
        raw = _matrix(formula, values)
        unscaled = np.asarray(raw, dtype=np.float64)
        _refuse_endless(unscaled, text)
        refuse_one_far(raw.model_spec.column_names, unscaled)
        spread = _spread(raw.model_spec)
        rewritten = {factor: _rewritten(factor, words, spread) for factor in raw.model_spec.encoder_state}
        said = " + ".join(
            ":".join(rewritten.get(factor.expr, factor.expr) for factor in term.factors) for term in formula
        )
        # The mean of all is everybody's parameter, whether or not the formula has it.
        matrix = _matrix(formulaic.Formula(f"1 + {said}" if said else "1"), values)
    except HistoryRefused:
        raise
    except Exception as fault:  # whatever an expression in the formula may raise
        raise _unreadable(text) from fault
    levels = {name: tuple(np.unique(values[name].astype(str)).tolist()) for name in sorted(words)}
    return Terms(text, variables, levels, _effects(matrix.model_spec, rewritten), matrix.model_spec, reached(values))


def formulaic_or_refused() -> Any:
    """The library, or PartMissing with how to install it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whatever pandas announces to whoever imports it
            import formulaic
    except ImportError:
        raise PartMissing(
            Message("Covariates by formula need formulaic, which is not installed."),
            hint=Message("Install it with: pip install 'keyworth[covariates]'."),
        ) from None
    return formulaic


def _matrix(formula: Any, values: dict[str, Column]) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # gaps are looked for here, before and after
        records: Any = np.rec
        table = records.fromarrays(list(values.values()), names=list(values))
        return formula.get_model_matrix(table, context={}, output="numpy", na_action="ignore")


def _numbers(spec: Any, values: dict[str, Column], text: str, rows: int) -> Floats:
    if not values:
        return np.zeros((rows, 0))
    numbers = np.asarray(_matrix(spec, values), dtype=np.float64)[:, 1:]
    _refuse_endless(numbers, text)
    return np.ascontiguousarray(numbers)


def _refuse_endless(numbers: Floats, text: str) -> None:
    bad = ~np.isfinite(numbers).all(axis=1)
    if bad.any():
        raise HistoryRefused(
            Message(
                "The formula {formula} has no finite value in {count} {count:row|rows}.",
                formula=text,
                count=int(bad.sum()),
            ),
            hint=Message("Look for the logarithm of nothing, or a division by it."),
        )


def _unreadable(text: str) -> OptionRefused:
    return OptionRefused(
        Message("The formula {formula} cannot be read.", formula=text),
        hint=Message("Write the names of columns with + between them, such as: channel + log(first_amount)."),
    )


def _spread(spec: Any) -> set[str]:
    """The numeric factors of one column each: they can be centred and scaled."""
    width = {
        term.factors[0].expr: places.stop - places.start for term, places in _terms(spec) if len(term.factors) == 1
    }
    numeric = {name for name, (kind, *_) in spec.encoder_state.items() if kind.value == "numerical"}
    return {name for name in numeric if width.get(name, 1) == 1}


def _inside(factor: str) -> str:
    """The column of `C(column)` and `C(column, …)`: one to be taken by its levels, whatever it holds."""
    return factor[2:-1].split(",")[0].strip().strip("`") if factor.startswith("C(") else ""


def _words(column: Column) -> NDArray[np.object_]:
    if column.dtype.kind == "O":
        return column.astype(object)
    return np.array([f"{value:.15g}" for value in column.tolist()], dtype=object)


def _rewritten(factor: str, words: set[str], spread: set[str]) -> str:
    """A factor by sum contrasts if it has levels, centred and scaled if it is a number, else as it is."""
    name = factor.strip("`") if factor.strip("`") in words else _inside(factor)
    if name in words and "," not in factor:
        return f"C(`{name}`, contr.sum)"
    return f"scale({factor})" if factor in spread else factor


def _terms(spec: Any) -> Iterator[tuple[Any, slice]]:
    return ((term, places) for term, places in spec.term_slices.items() if str(term) != "1")


def _effects(spec: Any, rewritten: dict[str, str]) -> Effects:
    total = len(spec.column_names) - 1
    said = {new: old.strip("`") for old, new in rewritten.items()}
    contrasts = {factor.expr: state for factor, state in spec.factor_contrasts.items()}
    names: list[str] = []
    rows: list[Floats] = []
    units: list[float] = []
    for term, places in _terms(spec):
        own = np.eye(total)[places.start - 1 : places.stop - 1]
        first = term.factors[0].expr
        if len(term.factors) == 1 and first in contrasts and "contr.sum" in first:
            names += [f"{said.get(first, first)}[{level}]" for level in contrasts[first].levels]
            rows += [*own, -own.sum(axis=0)]
            units += [1.0] * (len(own) + 1)
            continue
        unit = 1.0
        for factor in term.factors:
            unit *= float(spec.transform_state.get(factor.expr, {}).get("scale", 1.0))
        for name in spec.column_names[places]:
            for new, old in said.items():
                name = name.replace(new, old)
            names.append(name)
        rows += [*own]
        units += [unit] * len(own)
    return Effects(tuple(names), np.array(rows).reshape(len(rows), total), np.array(units))

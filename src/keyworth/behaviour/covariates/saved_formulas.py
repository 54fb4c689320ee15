"""A formula that was learnt, as numbers and words, and back again.

A formula is the one part of a saved fit that is run, when a table is asked about: so what a text may say in it is
names of columns, numbers, arithmetic and the functions below, and everything else is refused before it is read as
Python, when it is written and when it is read.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from keyworth.behaviour import saved_text as saved
from keyworth.behaviour.covariates.designs import Effects
from keyworth.behaviour.covariates.formulas import Terms, formulaic_or_refused
from keyworth.errors import FileUnreadable, OptionRefused
from keyworth.words import Message

_FUNCTIONS = {"C", "I", "bs", "center", "exp", "exp10", "exp2", "log", "log10", "log2", "poly", "scale", "standardize"}
_OF_NUMPY = {
    "abs", "absolute", "arctan", "ceil", "clip", "cos", "exp", "expm1", "floor", "log", "log10", "log1p", "log2",
    "maximum", "minimum", "power", "round", "sign", "sin", "sqrt", "square", "tanh", "where",
}  # fmt: skip
_OF_CONTRASTS = {"sum"}
_PLAIN = (
    ast.Expression, ast.Name, ast.Constant, ast.UnaryOp, ast.BinOp, ast.Compare, ast.keyword, ast.List, ast.Tuple,
    ast.operator, ast.unaryop, ast.cmpop, ast.expr_context,
)  # fmt: skip
_QUOTED = re.compile(r"`[^`]*`")
# Marks with which a part could look like a quoted name here and like Python there.
_HIDES = set("'\"\\#\n\r")


def told_terms(terms: Terms) -> dict[str, Any]:
    """A formula as the parts that are written of it. Raises OptionRefused for one that whoever reads it might rue."""
    told: dict[str, Any] = {"text": terms.text, "variables": list(terms.variables), "effects": _told(terms.effects)}
    if terms.matrix is None:
        return told | {"formula": None}
    spec, formulaic = terms.matrix, formulaic_or_refused()
    strange = _strange(spec.formula)
    numeric, words = [], {}
    for factor, (kind, state) in spec.encoder_state.items():
        if kind.value == "numerical":
            numeric.append(factor)
        elif isinstance(state["contrasts"].contrasts, formulaic.transforms.contrasts.SumContrasts):
            words[factor] = [str(level) for level in state["contrasts"].levels]
        else:
            strange = strange or factor
    if strange is not None:
        raise OptionRefused(
            Message("A fit with {part} in its formula cannot be saved: whoever reads it would run that.", part=strange),
            hint=Message("Work it out beforehand, and give it as a column of the table."),
        )
    return told | {
        "formula": str(spec.formula),
        "levels": {name: list(levels) for name, levels in terms.levels.items()},
        "numbers": numeric,
        "words": words,
        "learnt": _plain(spec.transform_state),
        "reach": {name: list(ends) for name, ends in terms.reach.items()},
    }


def read_terms(value: Any, place: str) -> Terms:
    """The formula from its parts. Raises FileUnreadable, and PartMissing where formulaic is not installed."""
    told, above = saved.mapping(value, place), f"{place}."
    text, effects = saved.at(told, "text", saved.text, above), saved.at(told, "effects", _effects, above)
    variables = tuple(saved.at(told, "variables", _texts, above))
    said = saved.at(told, "formula", saved.maybe(saved.text), above)
    if said is None:
        return Terms(text, variables, {}, effects, None)
    formulaic = formulaic_or_refused()
    try:
        formula = formulaic.Formula(said)
        strange = _strange(formula) if isinstance(formula, formulaic.SimpleFormula) else said
    except Exception as error:
        # The parser is another's and the text may be a stranger's: whatever it stumbles over, the text is refused,
        # and what it stumbled over stays behind the refusal.
        raise _not_run(said, above) from error
    if strange is not None:
        raise _not_run(strange, above)
    return Terms(
        text,
        variables,
        {name: tuple(levels) for name, levels in _levels(told, "levels", above).items()},
        effects,
        _spec(formulaic, formula, told, above),
        _reach(told, above),
    )


def _not_run(part: str, above: str) -> FileUnreadable:
    return saved.refused(Message("{place} has {part} in it, which is not run", place=f"{above}formula", part=part))


def _spec(formulaic: Any, formula: Any, told: Mapping[str, Any], above: str) -> Any:
    """What formulaic keeps of a formula that was learnt."""
    kind, contrasts = formulaic.parser.types.Factor.Kind, formulaic.transforms.contrasts
    encoded: dict[str, Any] = {factor: (kind.NUMERICAL, {}) for factor in saved.at(told, "numbers", _texts, above)}
    for factor, levels in _levels(told, "words", above).items():
        state = contrasts.ContrastsState(contrasts.SumContrasts(), levels)
        encoded[factor] = (kind.CATEGORICAL, {"categories": levels, "contrasts": state})
    return formulaic.ModelSpec(
        formula=formula,
        materializer="pandas",
        output="numpy",
        na_action="ignore",
        transform_state=saved.at(told, "learnt", _learnt, above),
        encoder_state=encoded,
    )


def _strange(formula: Any) -> str | None:
    """The first part of a formula that may do more than reckon with columns."""
    for term in formula:
        for factor in term.factors:
            if factor.expr == "1":
                continue
            if _HIDES & set(factor.expr):
                return str(factor.expr)
            try:
                tree = ast.parse(_QUOTED.sub("quoted", factor.expr), mode="eval")
            except SyntaxError:
                return str(factor.expr)
            if not _harmless(tree):
                return str(factor.expr)
    return None


def _harmless(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):  # numbers and contrasts by name, and nothing of what they hold
        of = node.value.id if isinstance(node.value, ast.Name) else None
        return (of == "np" and node.attr in _OF_NUMPY) or (of == "contr" and node.attr in _OF_CONTRASTS)
    if isinstance(node, ast.Call):
        called = node.func
        known = _harmless(called) if isinstance(called, ast.Attribute) else _named(called) in _FUNCTIONS
        return known and all(_harmless(each) for each in (*node.args, *node.keywords))
    return isinstance(node, _PLAIN) and all(_harmless(each) for each in ast.iter_child_nodes(node))


def _named(node: ast.AST) -> str | None:
    return node.id if isinstance(node, ast.Name) else None


def _told(effects: Effects) -> dict[str, Any]:
    return {"names": list(effects.names), "own": effects.own.tolist(), "unit": effects.unit.tolist()}


def _effects(value: Any, place: str) -> Effects:
    told = saved.mapping(value, place)
    names = saved.at(told, "names", _texts, f"{place}.")
    unit = saved.at(told, "unit", lambda each, at: saved.numbers(each, at, len(names)), f"{place}.")
    rows = saved.at(told, "own", lambda each, at: saved.items(each, at, len(names)), f"{place}.")
    width = len(saved.items(rows[0], f"{place}.own[0]")) if rows else 0
    own = [saved.numbers(row, f"{place}.own[{at}]", width) for at, row in enumerate(rows)]
    return Effects(tuple(names), np.array(own).reshape(len(rows), width), unit)


def _texts(value: Any, place: str) -> list[str]:
    return [saved.text(each, f"{place}[{at}]") for at, each in enumerate(saved.items(value, place))]


def _levels(told: Mapping[str, Any], name: str, above: str) -> dict[str, list[str]]:
    found = saved.at(told, name, saved.mapping, above)
    return {each: _texts(levels, f"{above}{name}.{each}") for each, levels in found.items()}


def _reach(told: Mapping[str, Any], above: str) -> dict[str, tuple[float, float]]:
    """From where to where each column went; nothing of a fit saved before that was kept."""
    place = f"{above}reach"
    found = saved.mapping(told.get("reach", {}), place)
    ends = {name: saved.numbers(each, f"{place}.{name}", 2).tolist() for name, each in found.items()}
    return {name: (low, high) for name, (low, high) in ends.items()}


def _plain(state: Any) -> Any:
    """What a transform has learnt, in numbers of Python's own."""
    if isinstance(state, Mapping):
        return {str(name): _plain(each) for name, each in state.items()}
    if isinstance(state, list | tuple | np.ndarray):
        return [_plain(each) for each in state]
    return state.item() if isinstance(state, np.generic) else state


def _learnt(value: Any, place: str) -> Any:
    """The same from a text: the degrees of a polynomial are numbers again."""
    if isinstance(value, Mapping):
        return {
            int(name) if name.isascii() and name.isdigit() else name: _learnt(each, f"{place}.{name}")
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [_learnt(each, f"{place}[{at}]") for at, each in enumerate(value)]
    return value if value is None or isinstance(value, bool | int) else saved.number(value, place)

"""A model's gate: it is asked with parameters of its own kind, about histories of the kind that it knows.

Two models may call their parameters alike and mean something else by them: what another model has learnt is refused
before a formula reads it, whatever is asked. `PurchaseHistories` is every model's of buying; contracts, occasions and
spending have histories of their own.
"""

from collections.abc import Callable
from functools import wraps
from types import FunctionType, UnionType
from typing import Any, NoReturn, TypeVar, get_args

from keyworth.behaviour.fit import Fit
from keyworth.errors import HistoryRefused, ParametersRefused
from keyworth.words import Message

M = TypeVar("M", bound=type)


def asked_by_its_own_kind(model: M) -> M:
    """Put the gate before every public question of a class of models: those that take parameters as `p` or `start`.

    The class has `parameter_kind` and `title`. Of a history the kind is what the question's annotation names.
    """
    for name, question in list(vars(model).items()):
        if isinstance(question, FunctionType) and not name.startswith("_"):
            gated = _gated(question)
            if gated is not None:
                setattr(model, name, gated)
    return model


def _gated(question: FunctionType) -> Callable[..., Any] | None:
    code = question.__code__
    taken, alone = code.co_varnames[: code.co_argcount], code.co_varnames[code.co_argcount :][: code.co_kwonlyargcount]
    if taken[1:2] == ("p",):  # expected_purchases(self, p, h, ahead), simulate(self, p, observed_for, *, seed)
        return _asked(question, _histories(question, taken[2:3]))
    if "p" in taken:  # objective(self, unique, p)
        return _asked_last(question)
    if "start" in alone:  # fit(self, histories, *, start=None)
        return _begun(question)
    # fit(self, histories) of contracts, occasions and spending
    return _learning(question) if question.__name__ == "fit" and len(taken) == 2 and not alone else None


def _asked(question: FunctionType, histories: tuple[str, type] | None) -> Callable[..., Any]:
    if histories is None:

        @wraps(question)
        def about_all(self: Any, p: Any, *args: Any, **named: Any) -> Any:
            if type(p) is not self.parameter_kind:
                refuse_parameters(self, p)
            return question(self, p, *args, **named)

        return about_all

    called, kind = histories

    @wraps(question)
    def about_histories(self: Any, p: Any, *args: Any, **named: Any) -> Any:
        if type(p) is not self.parameter_kind:
            refuse_parameters(self, p)
        h = args[0] if args else named.get(called)
        if not isinstance(h, kind):
            _refuse_histories(self, kind, h)
        return question(self, p, *args, **named)

    return about_histories


def _asked_last(question: FunctionType) -> Callable[..., Any]:
    @wraps(question)
    def asked(self: Any, of: Any, p: Any) -> Any:
        if type(p) is not self.parameter_kind:
            refuse_parameters(self, p)
        return question(self, of, p)

    return asked


def _begun(question: FunctionType) -> Callable[..., Any]:
    @wraps(question)
    def begun(self: Any, *args: Any, start: Any = None, **named: Any) -> Any:
        if start is not None and type(start) is not self.parameter_kind:
            refuse_parameters(self, start)
        return question(self, *args, start=start, **named)

    return begun


def _learning(question: FunctionType) -> Callable[..., Any] | None:
    kinds: Any = question.__annotations__.get(question.__code__.co_varnames[1])
    if not isinstance(kinds, type | UnionType):
        return None
    first: Any = (get_args(kinds) or (kinds,))[0]

    @wraps(question)
    def learning(self: Any, histories: Any) -> Any:
        if not isinstance(histories, kinds):
            _refuse_histories(self, first, histories)
        return question(self, histories)

    return learning


def refuse_unless_fit(came: Any, *kinds: type) -> None:
    """Raise ParametersRefused for what is no fit of these kinds: its parameters alone, or a fit of another kind."""
    expected = kinds or (Fit,)
    if not isinstance(came, expected):
        raise ParametersRefused(
            Message(
                "A fit was expected, {expected}; got {kind}.",
                expected=[kind.__name__ for kind in expected],
                kind=type(came).__name__,
            ),
            hint=Message("Give what a model's fit returns, as it is."),
        )


def _histories(question: FunctionType, second: tuple[str, ...]) -> tuple[str, type] | None:
    """What the argument after the parameters is called, and its kind, where it is histories."""
    for name in second:
        kind = question.__annotations__.get(name)
        if isinstance(kind, type) and hasattr(kind, "from_columns"):
            return name, kind
    return None


def refuse_parameters(model: Any, came: Any, expected: type | None = None) -> NoReturn:
    """Say what `model` is asked with (its parameters, unless told), what came, and what to ask instead."""
    from keyworth.behaviour.contracts.models import CONTRACT_MODELS
    from keyworth.behaviour.models import MODELS, OCCASION_MODELS, RHYTHM_MODELS, SPEND_MODELS

    every = (MODELS, RHYTHM_MODELS, OCCASION_MODELS, SPEND_MODELS, CONTRACT_MODELS)
    kind = expected or model.parameter_kind
    others = [each.title for models in every for each in models.values() if each.parameter_kind is type(came)]
    if expected is None and others:
        raise ParametersRefused(
            Message(
                "{model} is asked with what it has learnt, {expected}; got {kind}, which {other} has learnt.",
                model=model.title,
                expected=kind.__name__,
                kind=type(came).__name__,
                other=others[0],
            ),
            hint=Message("Ask the model that the fit names, as fit.model, or fit {model}.", model=model.title),
        )
    raise ParametersRefused(
        Message(
            "{model} is asked with what it has learnt, {expected}; got {kind}.",
            model=model.title,
            expected=kind.__name__,
            kind=type(came).__name__,
        ),
        hint=Message(
            "Fit {model} first and give {given}.",
            model=model.title,
            given="fit.parameters" if expected is None else "fit",
        ),
    )


def _refuse_histories(model: Any, kind: type, came: Any) -> NoReturn:
    raise HistoryRefused(
        Message(
            "{model} is asked about {expected}; got {kind}.",
            model=model.title,
            expected=kind.__name__,
            kind=type(came).__name__,
        ),
        hint=Message("Make them first: {expected}.from_columns(…).", expected=kind.__name__),
    )

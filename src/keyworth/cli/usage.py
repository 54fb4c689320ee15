"""What was wrong with a command line, in our own words and the reader's language."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from typer.exceptions import TyperException

from keyworth.errors import OptionRefused
from keyworth.words import Message, Quoted

_NEAR = 0.65  # of difflib's likeness: --horizn is 0.92 of --horizon, and 0.5 of --margin
_BEGINNING = 3


class UsageRefused(OptionRefused):
    """A command or an option that is not there, is missing, or was given what it cannot take."""

    code = "usage"


def asks_for_help(error: TyperException) -> bool:
    """Whether nothing was asked at all: `keyworth`, alone or with options of its own."""
    return type(error).__name__ == "NoArgsIsHelpError" or str(error).startswith("Missing command")


def usage(error: TyperException, words: Sequence[str]) -> UsageRefused:
    """The parser's complaint about the words of a command line as one of our errors.

    The parser's classes are told by their names: where they live has moved with its versions.
    """
    context: Any = getattr(error, "ctx", None)
    hint = Message("See {command} --help.", command=context.command_path if context else _asked(words))
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    text, kind = str(error), type(error).__name__
    if kind == "NoSuchOption":
        near = _nearest(str(option), _options(context))
        return UsageRefused(Message("There is no option {option}.", option=option), hint=_near(near) or hint)
    if option:
        message = Message("{option} takes no value.") if "not take" in text else Message("{option} needs a value.")
        return UsageRefused(Message(message.key, option=option), hint=hint)
    if found := re.match(r"No such command '([^']*)'", text):
        commands = list(context.command.commands) if context else []
        near = _nearest(found[1], commands)
        return UsageRefused(Message("There is no command {name}.", name=found[1]), hint=_near(near) or hint)
    if kind == "MissingParameter" and parameter is not None:
        return UsageRefused(Message("{name} is missing.", name=_name(parameter)), hint=hint)
    if parameter is not None:
        return UsageRefused(_unusable(error, _name(parameter)), hint=hint)
    if found := re.search(r"unexpected extra arguments?[^(]*\(?s?\)? \((.*)\)", text):
        return UsageRefused(Message("This is more than the command takes: {words}.", words=found[1]), hint=hint)
    return UsageRefused(Message("The command line cannot be understood: {text}", text=text), hint=hint)


def _asked(words: Sequence[str]) -> str:
    return " ".join(["keyworth", *[word for word in words if not word.startswith("-")][:1]])


def _options(context: Any) -> list[str]:
    """The long options that the command has."""
    parameters = context.command.get_params(context) if context else []
    return [name for one in parameters for name in (*one.opts, *one.secondary_opts) if name.startswith("--")]


def _nearest(word: str, names: Sequence[str]) -> list[str]:
    """The name most like the word, or the names equally like it; none where no name is near.

    Dashes say nothing: all options begin with two. The beginning of a name is near it, however long it goes on.
    """
    typed = word.lstrip("-").lower()

    def likeness(name: str) -> float:
        meant = name.lstrip("-")
        if len(typed) >= _BEGINNING and meant.startswith(typed):
            return 1.0
        return SequenceMatcher(None, typed, meant).ratio()

    found = {name: likeness(name) for name in names}
    most = max(found.values(), default=0.0)
    return [name for name in found if found[name] == most] if most >= _NEAR else []


def _near(names: list[str]) -> Message | None:
    return Message("Did you mean {names}?", names=sorted(names)) if names else None


def _unusable(error: TyperException, name: str) -> Message:
    """Why a value cannot be used, from what checked it."""
    told = getattr(error.__cause__, "errors", None)
    first: dict[str, Any] = told()[0] if callable(told) else {}
    kind, given, limits = first.get("type", ""), Quoted(first.get("input")), first.get("ctx", {})
    if kind.startswith("int_"):
        return Message("{option} expects a whole number; got {text}.", option=name, text=given)
    if kind.startswith("float_"):
        return Message("{option} expects a number; got {text}.", option=name, text=given)
    if kind == "greater_than_equal":
        return Message("{option} expects at least {least}; got {text}.", option=name, least=limits["ge"], text=given)
    if kind == "less_than_equal":
        return Message("{option} expects at most {most}; got {text}.", option=name, most=limits["le"], text=given)
    return Message("{name} cannot be used: {text}", name=name, text=str(error))


def _name(parameter: object) -> str:
    options = getattr(parameter, "opts", [])
    metavar = getattr(parameter, "metavar", None)
    return next((name for name in options if name.startswith("--")), (metavar or "?").rstrip("."))

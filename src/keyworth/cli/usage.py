"""What was wrong with a command line, in our own words and the reader's language."""

import re

from typer.exceptions import TyperException

from keyworth.errors import OptionRefused
from keyworth.words import Message


class UsageRefused(OptionRefused):
    code = "usage"


def usage(error: TyperException) -> UsageRefused:
    """The parser's complaint as one of our errors."""
    hint = Message("See keyworth --help, or --help after the command.")
    option, parameter = getattr(error, "option_name", None), getattr(error, "param", None)
    text = str(error)
    if option:
        return UsageRefused(Message("There is no option {option}.", option=option), hint=hint)
    if found := re.match(r"No such command '([^']*)'", text):
        return UsageRefused(Message("There is no command {name}.", name=found[1]), hint=hint)
    if text.startswith("Missing parameter") and parameter is not None:
        return UsageRefused(Message("{name} is missing.", name=_name(parameter)), hint=hint)
    if parameter is not None:
        return UsageRefused(Message("{name} cannot be used: {text}", name=_name(parameter), text=text), hint=hint)
    return UsageRefused(Message("The command line cannot be understood: {text}", text=text), hint=hint)


def _name(parameter: object) -> str:
    options = getattr(parameter, "opts", [])
    metavar = getattr(parameter, "metavar", None)
    return next((name for name in options if name.startswith("--")), metavar or "?")

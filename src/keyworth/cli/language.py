"""Which language the command line speaks: --lang, else KEYWORTH_LANG, else the terminal's own."""

import os
import sys
from collections.abc import Sequence
from itertools import pairwise

from keyworth.units import parse_language
from keyworth.words import Language, Message, language_around, language_of, say

_arguments: Sequence[str] = sys.argv[1:]


def listen(arguments: Sequence[str]) -> None:
    """These are the words of the command line now; the help was said before anything was parsed."""
    global _arguments  # noqa: PLW0603 one process has one command line
    _arguments = arguments


def check() -> None:
    """Raises OptionRefused where --lang names a language we do not speak; a terminal's may be any."""
    for tag in _named():
        parse_language(tag, "--lang")


def language() -> Language:
    return next((lang for tag in _named() if (lang := language_of(tag))), None) or language_around(os.environ)


def t(message: Message) -> str:
    """The message in the command line's language."""
    return say(message, language())


def _named() -> list[str]:
    named = [after for word, after in pairwise(_arguments) if word == "--lang"]
    return named + [word.removeprefix("--lang=") for word in _arguments if word.startswith("--lang=")]

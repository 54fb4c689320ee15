"""Which language the command line speaks: --lang, else KEYWORTH_LANG, else the terminal's own."""

import os
import sys
from collections.abc import Sequence
from itertools import pairwise

from keyworth.words import LANGUAGES, Language, Message, say

_arguments: Sequence[str] = sys.argv[1:]


def listen(arguments: Sequence[str]) -> None:
    """These are the words of the command line now; the help was said before anything was parsed."""
    global _arguments  # noqa: PLW0603 one process has one command line
    _arguments = arguments


def language() -> Language:
    named = [after for word, after in pairwise(_arguments) if word == "--lang"]
    named += [word.removeprefix("--lang=") for word in _arguments if word.startswith("--lang=")]
    wanted = named + [os.environ.get(name, "") for name in ("KEYWORTH_LANG", "LC_ALL", "LC_MESSAGES", "LANG")]
    for tag in wanted:
        for lang in LANGUAGES:
            if tag.lower().startswith(lang):
                return lang
    return "en"


def t(message: Message) -> str:
    """The message in the command line's language."""
    return say(message, language())

"""Which language the command line speaks: --lang, else KEYWORTH_LANG, else the terminal's own."""

import os
import sys
from itertools import pairwise

from keyworth.words import LANGUAGES, Language, Message, say


def language() -> Language:
    arguments = sys.argv[1:]
    named = [after for word, after in pairwise(arguments) if word == "--lang"]
    named += [word.removeprefix("--lang=") for word in arguments if word.startswith("--lang=")]
    wanted = named + [os.environ.get(name, "") for name in ("KEYWORTH_LANG", "LC_ALL", "LC_MESSAGES", "LANG")]
    for tag in wanted:
        for lang in LANGUAGES:
            if tag.lower().startswith(lang):
                return lang
    return "en"


def t(message: Message) -> str:
    """The message in the command line's language."""
    return say(message, language())

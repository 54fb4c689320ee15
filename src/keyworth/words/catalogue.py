"""Saying a message in a language: look the sentence up, then put its values in."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Literal, Protocol, get_args, runtime_checkable

from keyworth.words import formatting
from keyworth.words.message import Message

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_FOLDERS = {"zh": "zh_Hans"}
_COUNTED = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")


def language_of(tag: str) -> Language | None:
    """The language of a tag such as zh-CN, zh_TW.UTF-8 or en; None for one we do not speak."""
    code = re.split(r"[-_.@]", tag.strip().lower())[0]
    return next((lang for lang in LANGUAGES if lang == code), None)


def language_around(settings: Mapping[str, str]) -> Language:
    """The language that environment variables ask for: KEYWORTH_LANG, else the terminal's own, else English."""
    tags = (settings.get(name, "") for name in ("KEYWORTH_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))
    return next((lang for tag in tags if (lang := language_of(tag))), "en")


@runtime_checkable
class Sayable(Protocol):
    """A value that knows how it is written in a language: money, a share, a period."""

    def said(self, lang: Language) -> str: ...


@cache
def catalogue(lang: Language) -> dict[str, str]:
    """Every sentence we have in a language, by its English key; English needs none.

    There is one catalogue file per room, so that a room's words travel with it.
    """
    sentences: dict[str, str] = {}
    folder = Path(__file__).parent / "locale" / _FOLDERS.get(lang, lang) / "LC_MESSAGES"
    for compiled in sorted(folder.glob("*.mo")):
        with compiled.open("rb") as mo:
            translations = GNUTranslations(mo)
        sentences |= {key: text for key, text in translations._catalog.items() if key and text}  # type: ignore[attr-defined]
    return sentences


def say(message: Message | str, lang: Language) -> str:
    """The message as a sentence; a sentence with no translation is said in English rather than not at all."""
    if isinstance(message, str):
        message = Message(message)
    sentence = catalogue(lang).get(message.key, message.key) if lang != "en" else message.key
    if "|" in sentence:
        sentence = _counted(sentence, message.values)
    return sentence.format(**{name: shown(value, lang) for name, value in message.values.items()})


def _counted(sentence: str, values: Mapping[str, object]) -> str:
    """The sentence with `one` for every `{count:one|many}` whose count is 1, and `many` for the others."""
    return _COUNTED.sub(lambda found: found[2] if values[found[1]] in (1, "1") else found[3], sentence)


def shown(value: object, lang: Language) -> str:
    """A value as it stands in a sentence."""
    match value:
        case Message():
            return say(value, lang)
        case Sayable():
            return value.said(lang)
        case bool():
            return say("yes" if value else "no", lang)
        case int() | float() | Decimal():
            return formatting.number(value, lang)
        case date():
            return value.isoformat(sep=" ") if hasattr(value, "hour") else value.isoformat()  # type: ignore[call-arg]
        case str():
            return value
        case Sequence():
            return ("、" if lang == "zh" else ", ").join(shown(item, lang) for item in value)
        case _:
            return str(value)

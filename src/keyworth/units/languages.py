"""The language a person asks for."""

from keyworth.errors import OptionRefused
from keyworth.words import LANGUAGES, Language, Message, Quoted, language_of


def parse_language(tag: str, option: str = "lang") -> Language:
    """English or Chinese, by a tag such as zh, zh-CN or en_GB. Raises OptionRefused for another language."""
    found = language_of(tag)
    if found is None:
        raise OptionRefused(
            Message("{option} expects a language; got {text}.", option=option, text=Quoted(tag)),
            hint=Message("The languages are {languages}.", languages=list(LANGUAGES)),
        )
    return found

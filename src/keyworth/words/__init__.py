"""What we say, in two languages: messages as data, the catalogue, and how numbers are written."""

from keyworth.words.catalogue import LANGUAGES, Language, Sayable, language_around, language_of, say, shown
from keyworth.words.message import Message
from keyworth.words.quoted import Quoted

__all__ = ["LANGUAGES", "Language", "Message", "Quoted", "Sayable", "language_around", "language_of", "say", "shown"]

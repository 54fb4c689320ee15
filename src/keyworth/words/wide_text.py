"""Text in a terminal, where a Chinese character takes two places."""

import re
from collections.abc import Iterable
from unicodedata import east_asian_width

from keyworth.words.catalogue import Language, shown
from keyworth.words.message import Message

# Words hold together, and what is set equal in a word to type (酒水=60%); Chinese may break anywhere but before what
# closes and after what opens.
_PIECE = re.compile(
    r"[^\s，。；：、！？（）《》“”‘’]+=[^\s，。；：、！？（）《》“”‘’]+|[^\s\u2e80-\uffef]+|\s+|[\u2e80-\uffef]"
)
_CLOSES, _OPENS = frozenset("，。；：、！？）》」”’…％"), frozenset("（《「“‘")


def width(text: str) -> int:
    """How many places the text takes.

    >>> width("worth"), width("价值")
    (5, 4)
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def padded(text: str, places: int) -> str:
    """The text with spaces after it, up to so many places."""
    return text + " " * (places - width(text))


def wrapped(text: str, places: int) -> list[str]:
    """The text in lines of at most so many places; what holds together and is longer stands alone.

    >>> wrapped("每位客户的价值，以及理由。", 14)
    ['每位客户的价', '值，以及理由。']
    """
    lines, line = [], ""
    for piece in _unbroken(text):
        if line and width(line) + width(piece.rstrip()) > places:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line.strip() else lines


def in_two_columns(rows: Iterable[tuple[Message | str, object]], lang: Language) -> list[str]:
    """What and how much: a line for each, all values beginning at one place."""
    titles, values = zip(*((shown(title, lang), shown(value, lang)) for title, value in rows), strict=True)
    widest = max(map(width, titles))
    return [f"{padded(title, widest)}  {value}" for title, value in zip(titles, values, strict=True)]


def _unbroken(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        if pieces and (piece[0] in _CLOSES or pieces[-1][-1] in _OPENS):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces

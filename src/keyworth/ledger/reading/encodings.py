"""Which encoding a text file is in: what its first bytes say, what its bytes allow, how likely it then reads."""

import codecs
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from keyworth.errors import FileUnreadable, OptionRefused
from keyworth.ledger.columns.names import names_a_field
from keyworth.ledger.reading.likely_characters import score_of
from keyworth.ledger.reading.mixed_encodings import fits, mixture
from keyworth.ledger.reading.survey import Survey
from keyworth.words import Message, Quoted

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE = ("gb18030", "big5")
_OTHERS = (*_CHINESE, "cp1252")
_SAMPLE = 1 << 18
_WINDOW = 1 << 16


@dataclass(frozen=True, slots=True)
class Encoding:
    """`python` is the codec's name; `damaged` says that some bytes of the file do not fit it.

    `mixed` says that some lines are in it and the others in UTF-8: each is to be read in its own.
    """

    python: str
    shown: str
    note: Message | None = None
    damaged: bool = False
    mixed: bool = False
    warning: Message | None = None


def encoding_of(path: Path, seen: Survey, *, name: str, chosen: str | None = None) -> Encoding:
    """The encoding asked for, or the likeliest.

    A byte-order mark decides; else a file that is UTF-8 to its last byte is UTF-8; else GB18030, Big5 and
    Windows-1252 are compared by how its text then reads, and a file of which some lines are one and some another
    is `mixed`. Raises FileUnreadable where the file is not in the
    encoding asked for, OptionRefused where there is no such encoding.
    """
    with path.open("rb") as file:
        start = file.read(_WINDOW)
    if chosen is not None:
        return _asked_for(path, seen, start, name, chosen)
    for mark, python in _MARKS:
        if start.startswith(mark):
            return Encoding(python, _shown(python))
    if wide := _without_mark(start):
        return Encoding(wide, "UTF-16", Message("{file} reads as UTF-16, though it does not say so.", file=name))
    if seen.not_utf8_at is None:
        return Encoding("utf-8", "UTF-8")
    return _likeliest(path, seen, name)


def _shown(python: str) -> str:
    known = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "cp1252": "Windows-1252", "gb18030": "GB18030", "big5": "Big5"}
    return known.get(python, python.upper())


def _asked_for(path: Path, seen: Survey, start: bytes, name: str, chosen: str) -> Encoding:
    aliases = {"gbk": "gb18030", "gb2312": "gb18030", "ansi": "cp1252", "latin-1": "cp1252", "utf8": "utf-8"}
    try:
        python = codecs.lookup(aliases.get(chosen.lower(), chosen)).name
        if not isinstance(b"".decode(python), str):
            raise LookupError
    except LookupError:
        raise OptionRefused(
            Message("There is no encoding called {encoding}.", encoding=Quoted(chosen)),
            hint=Message("Common ones are utf-8, gb18030, big5, utf-16 and windows-1252."),
        ) from None
    if python == "utf-8" and start.startswith(codecs.BOM_UTF8):
        python = "utf-8-sig"
    at = seen.not_utf8_at if python.startswith("utf-8") else _first_misfit(path, python)
    if at is None:
        return Encoding(python, _shown(python))
    likely = encoding_of(path, seen, name=name)
    raise FileUnreadable(
        Message(
            "{file} is not in {encoding}: what stands at byte {byte} (line {line}) cannot be read so.",
            file=name,
            encoding=_shown(python),
            byte=at + 1,
            line=_line_at(path, at),
        ),
        hint=Message("It reads well as {likely}; leave the encoding out, or give that one.", likely=likely.shown),
    )


def _without_mark(start: bytes) -> str | None:
    """UTF-16 text in which most characters are ASCII has a zero byte in every other place."""
    pairs = len(start) // 2
    if pairs < 2:
        return None
    even, odd = start[: 2 * pairs : 2].count(0), start[1 : 2 * pairs : 2].count(0)
    if odd > 0.4 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.4 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return None


def _likeliest(path: Path, seen: Survey, name: str) -> Encoding:
    assert seen.not_utf8_at is not None
    sample = _telling_part(path, seen)
    scores = {python: likelihood(sample, python) for python in ("utf-8", *_OTHERS)}
    best = max(scores, key=lambda python: scores[python])
    if mixed := _of_two(path, sample, name):
        return mixed
    at = _first_misfit(path, best) if best != "utf-8" else seen.not_utf8_at
    damaged = at is not None
    note = Message(
        "{file} is not UTF-8; it was read as {encoding}, as which its text is likeliest.",
        file=name,
        encoding=_shown(best),
    )
    if damaged:
        note = Message(
            "{file} was read as {encoding}; some of its characters are damaged, the first on line {line}.",
            file=name,
            encoding=_shown(best),
            line=_line_at(path, at or 0),
        )
    return Encoding(best, _shown(best), note, damaged)


def _of_two(path: Path, sample: bytes, name: str) -> Encoding | None:
    """The file as one put together from parts in UTF-8 and in an encoding of Chinese, if it is."""
    rest = b"\n".join(line for line in sample.splitlines() if not fits(line, "utf-8"))
    other = max(_OTHERS, key=lambda python: likelihood(rest, python))
    found = mixture(path, other) if other in _CHINESE else None
    if found is None:
        return None
    fewer = "utf-8" if found.in_utf8 <= found.in_other else other
    warning = Message(
        "{file} was put together in two encodings: {utf8} {utf8:line is|lines are} UTF-8 and {others} {encoding}, and "
        "each was read in its own. Look at {fewer} lines such as {lines}.",
        file=name,
        utf8=found.in_utf8,
        others=found.in_other,
        encoding=_shown(other),
        fewer=_shown(fewer),
        lines=[str(line) for line in found.lines],
    )
    return Encoding(other, f"UTF-8, {_shown(other)}", mixed=True, warning=warning)


def _telling_part(path: Path, seen: Survey) -> bytes:
    """The header, and the lines around the first bytes that are not UTF-8."""
    assert seen.not_utf8_at is not None
    with path.open("rb") as file:
        start = file.read(_WINDOW)
        if seen.not_utf8_at > _WINDOW // 2:
            file.seek(max(0, seen.not_utf8_at - 200))
            part = file.read(_SAMPLE)
            start = start[: start.rfind(b"\n") + 1] + part[part.find(b"\n", 0, 200) + 1 :]
        else:
            start += file.read(_SAMPLE)
    lines = start.splitlines()
    telling = [line for line in lines if not line.isascii()]
    if len(telling) > 1 and not start.endswith(b"\n"):
        telling.pop()  # it may be cut within a character
    return b"\n".join([*lines[:1], *telling])


def likelihood(sample: bytes, python: str) -> float:
    """How much the bytes look like text people write, as the average of its characters' scores.

    Big5 text decodes as GB18030 without an error and the other way round, so decoding alone decides nothing:
    each character scores by how common it is (the commonest Chinese characters, simplified for GB18030 and
    traditional for Big5; Western letters for Windows-1252), and words we know as headers count most.
    """
    text = sample.decode(python, errors="replace")
    marks = [character for character in text if not character.isascii()]
    if not marks:
        return 0.0
    score = sum(score_of(character, python) for character in marks) / len(marks)
    first = text.splitlines()[0] if text else ""
    cells = [cell.strip(' "') for cell in first.replace("\t", ",").replace(";", ",").replace("|", ",").split(",")]
    known = sum(1 for cell in cells if not cell.isascii() and names_a_field(cell))
    if python == "cp1252":
        score -= 2.0 * _runs_of_marks(text)
    return score + 2.0 * min(known, 3)


def _runs_of_marks(text: str) -> float:
    """The share of Windows-1252's marks that stand beside another: in Western words they rarely do."""
    marks = beside = 0
    for before, character in pairwise(text):
        if not character.isascii():
            marks += 1
            beside += not before.isascii()
    return beside / marks if marks else 0.0


def _first_misfit(path: Path, python: str) -> int | None:
    """The offset near which decoding first fails, or None."""
    decoder = codecs.getincrementaldecoder(python)()
    offset = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_WINDOW)
            pending = len(decoder.getstate()[0]) if hasattr(decoder, "getstate") else 0
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return max(0, offset - pending + error.start)
            if not chunk:
                return None
            offset += len(chunk)


def _line_at(path: Path, offset: int) -> int:
    lines = 1
    with path.open("rb") as file:
        while offset > 0 and (chunk := file.read(min(offset, 1 << 20))):
            lines += chunk.count(b"\n")
            offset -= len(chunk)
    return lines

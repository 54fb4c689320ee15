"""Opening a text file: decide its encoding, bring it into a form DuckDB reads, and read it."""

import re
from dataclasses import replace
from pathlib import Path

import duckdb

from keyworth.errors import FileUnreadable
from keyworth.ledger.reading.delimited import read_delimited
from keyworth.ledger.reading.dialect import delimiter_chosen
from keyworth.ledger.reading.encodings import Encoding, encoding_of
from keyworth.ledger.reading.mixed_encodings import each_in_its_own
from keyworth.ledger.reading.rewriting import to_utf8
from keyworth.ledger.reading.scratch import Scratch
from keyworth.ledger.reading.source import Source
from keyworth.ledger.reading.survey import Survey, survey
from keyworth.words import Message

_START = 1 << 16
_CONTROLS = re.compile(r"[\x00-\x06\x0e-\x19\x1b-\x1f\x7f]")  # those that no text has a use for


def read_text(
    connection: duckdb.DuckDBPyConnection,
    scratch: Scratch,
    text: Path,
    *,
    name: str,
    path: Path,
    encoding: str | None,
    delimiter: str | None,
    header: bool | None,
) -> Source:
    """Raises FileUnreadable for an empty file, one that is not text, one in another encoding or delimiter."""
    wanted = delimiter_chosen(delimiter) if delimiter is not None else None
    text, seen, decided, notes = as_utf8(scratch, text, name=name, encoding=encoding)
    source = read_delimited(
        connection,
        scratch,
        text,
        seen,
        name=name,
        path=path,
        encoding=decided.shown,
        delimiter=wanted,
        header=header,
        notes=notes,
    )
    return source if decided.warning is None else replace(source, warnings=(decided.warning, *source.warnings))


def as_utf8(
    scratch: Scratch, text: Path, *, name: str, encoding: str | None
) -> tuple[Path, Survey, Encoding, tuple[Message, ...]]:
    """The file as clean UTF-8: itself where it is, else a copy. Raises FileUnreadable where it is not text."""
    given, seen = text, survey(text)
    if seen.size == 0:
        raise FileUnreadable(Message("{file} is empty.", file=name), hint=Message("Was it exported to the end?"))
    decided = encoding_of(text, seen, name=name, chosen=encoding)
    if decided.mixed:
        text = each_in_its_own(text, scratch.file(".txt"), decided.python)
        decided = replace(decided, python="utf-8")
    _refuse_rubbish(text, decided, name)
    notes: tuple[Message, ...] = () if decided.note is None else (decided.note,)
    wide = decided.python.startswith(("utf-16", "utf-32"))
    if seen.nuls and not wide:
        notes += (Message("{file}: {count} NUL {count:byte was|bytes were} left out.", file=name, count=seen.nuls),)
    plain = decided.python in {"utf-8", "utf-8-sig"} and not decided.damaged
    if not plain or seen.nuls or seen.lines_mixed or _would_be_misread(text):
        text = to_utf8(text, scratch.file(".txt"), decided.python, errors="replace" if decided.damaged else "strict")
    if text is not given:
        seen = survey(text)
    return text, seen, decided, notes


def _would_be_misread(text: Path) -> bool:
    """Whether DuckDB would take the file's name for a pattern of several names, or for that of an archive."""
    return any(mark in str(text) for mark in "*?[]{}") or text.suffix.lower() in {".gz", ".zst"}


def _refuse_rubbish(text: Path, decided: Encoding, name: str) -> None:
    with text.open("rb") as file:
        start = file.read(_START).decode(decided.python, errors="replace")
    strange = len(_CONTROLS.findall(start)) + start.count("\ufffd")
    if strange > 0.05 * len(start) and not _mostly_nuls_between_text(start):
        raise FileUnreadable(
            Message("{file} is not a table in a text file: it holds binary data.", file=name),
            hint=Message("CSV, TSV, Excel, Parquet and JSON lines can be read, gzipped or not."),
        )
    if re.match(r"\s*<(?:!doctype|html|table|\?xml|meta)", start, re.IGNORECASE):
        raise FileUnreadable(
            Message("{file} is a web page or XML under another name.", file=name),
            hint=Message("Open it in Excel and save it as CSV or xlsx."),
        )


def _mostly_nuls_between_text(start: str) -> bool:
    """A text file damaged by NUL bytes is text all the same once they are gone."""
    bare = start.replace("\0", "")
    return len(bare) > 0.5 * len(start) and len(_CONTROLS.findall(bare)) + bare.count("\ufffd") <= 0.01 * len(bare)

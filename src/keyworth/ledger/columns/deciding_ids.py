"""How a source writes its ids, decided by the whole of each column."""

from collections.abc import Mapping

import duckdb

from keyworth.ledger.columns.first_look import UNIDENTIFYING, of_kind
from keyworth.ledger.columns.known_writing import KnownWriting
from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.columns.written_ids import BLANK_WORDS, IdConvention
from keyworth.ledger.reading.source import Source
from keyworth.ledger.sql import literal
from keyworth.words import Message


def decide_ids(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: ColumnMapping,
    looked: Mapping[str, int],
    known: KnownWriting,
    notes: list[Message],
) -> dict[str, IdConvention]:
    """The convention of each column of ids, by field; `looked` holds `first_look`'s counts, `notes` gains what to say.

    What is `known` from an earlier import of the same rows goes before what the values show.
    """
    found: dict[str, IdConvention] = {}
    for name in of_kind(mapping, "id"):
        column, header, type_ = mapping.column(name), mapping.header(name), source.types[mapping.columns[name]]
        if type_ != "VARCHAR":
            found[name] = IdConvention(typed=type_, floats=bool(looked.get(f"{name} whole")))
            continue
        if name in UNIDENTIFYING:
            found[name] = IdConvention(spaced=True)
            continue
        blanks = looked[f"{name} blank"] > 0
        floats = False
        if looked[f"{name} float"]:
            words = ", ".join(literal(word) for word in BLANK_WORDS)
            (odd,) = connection.execute(
                f"SELECT count_if(NOT regexp_full_match(trim({column}), '-?\\d+(\\.0+)?') AND trim({column}) <> ''"
                f" AND trim({column}) NOT IN ({words})) FROM {source.relation} WHERE {column} IS NOT NULL"
            ).fetchall()[0]
            floats = known.floats.get(name, odd == 0)
            if floats:
                notes.append(Message("{column}: numbers written as 17850.0 were read as 17850.", column=header))
        found[name] = IdConvention(
            floats=floats,
            blanks=blanks,
            spaced=looked[f"{name} spaced"] > 0,
            wrapped=looked[f"{name} tabbed"] > 0,
            scientific=looked.get(f"{name} scientific", 0) > 0,
            errors=looked.get(f"{name} errors", 0) > 0,
        )
    return found

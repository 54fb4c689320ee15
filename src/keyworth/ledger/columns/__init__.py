"""Which column is which, and how its values are written: from any source to the ledger's own columns."""

from keyworth.ledger.columns.conventions import Conventions, decide_conventions
from keyworth.ledger.columns.counted_once import counted_once
from keyworth.ledger.columns.fields import FIELDS, Field
from keyworth.ledger.columns.known_writing import KnownWriting
from keyworth.ledger.columns.mapping import NO_COLUMN, ColumnMapping, propose_mapping
from keyworth.ledger.columns.problems import problem_field, problem_message
from keyworth.ledger.columns.staging import STAGED, exceptions_query, staging_query

__all__ = [
    "FIELDS",
    "NO_COLUMN",
    "STAGED",
    "ColumnMapping",
    "Conventions",
    "Field",
    "KnownWriting",
    "counted_once",
    "decide_conventions",
    "exceptions_query",
    "problem_field",
    "problem_message",
    "propose_mapping",
    "staging_query",
]

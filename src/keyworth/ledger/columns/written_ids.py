"""How ids are written, and the SQL that tidies them without touching what they say."""

from dataclasses import dataclass

from keyworth.ledger.sql import literal

BLANK_WORDS = (
    "NULL", "null", "None", "none", "NaN", "nan", "N/A", "n/a", "NA", "#N/A", "\\N", "-", "--", "无", "(null)", "<NA>",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IdConvention:
    """How one column writes its ids, and so what it takes to tidy them.

    `floats`: 17850.0 means 17850. `blanks`: words such as NULL stand for nothing. `spaced`: some hold spaces.
    `wrapped`: some are written ="00123" or with a tab, as shops' exports do so that spreadsheets keep their digits.
    """

    typed: str = "VARCHAR"
    floats: bool = False
    blanks: bool = False
    spaced: bool = False
    wrapped: bool = False
    scientific: bool = False
    errors: bool = False

    def sql(self, column: str) -> str:
        """The id as text, NULL where there is none."""
        if self.typed != "VARCHAR":
            if self.floats:
                return f"CAST(TRY_CAST({column} AS HUGEINT) AS VARCHAR)"
            return f"nullif(trim(CAST({column} AS VARCHAR)), '')"
        text = column
        if self.wrapped:
            text = f"regexp_replace({text}, '^\\s*=\\s*\"(.*)\"\\s*$|^\\s+|\\s+$', '\\1', 'g')"
        if self.wrapped or self.spaced:
            text = f"trim({text})"
        if self.blanks:
            words = ", ".join(literal(word) for word in BLANK_WORDS)
            text = f"CASE WHEN {text} NOT IN ({words}) THEN {text} END"
        if self.floats:
            text = f"split_part({text}, '.', 1)"
        return f"nullif({text}, '')"

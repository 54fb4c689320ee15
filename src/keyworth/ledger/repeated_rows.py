"""Rows without an order id: one that stands k times in the book and m times in a file is kept max(k, m) times.

So the same file twice adds nothing, overlapping files merge, and two coffees at the same till on the same day stay
two. Rows are compared by the columns that both files tell (told_columns.py). Where the book's rows come from files
that tell different columns, each of its rows accounts for one row of the file: first where most can be compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from keyworth.ledger.told_columns import Told, compared


@dataclass(frozen=True, slots=True)
class Held:
    """Rows that a file may hold again: a relation with the compared columns, all from files that tell the same.

    `numbered` ones have order ids, and are held against files that tell none (late_ids.py).
    """

    relation: str
    told: Told
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class RepeatedRows:
    """What kind of row is counted: the columns that make its content, and the one that holds its moment."""

    connection: duckdb.DuckDBPyConnection
    columns: Sequence[str]
    moment: str

    def beyond(self, read: str, files: Mapping[int, Told], held: Sequence[Held], target: str) -> None:
        """Add to the table `target` the rows of `read` that are not held.

        `read` is a relation with the compared columns, `file_no` and `staged_row`. Files that tell more go first:
        where a row comes in several, its fullest form is kept.
        """
        held = list(held)
        for told in sorted(set(files.values()), key=lambda told: (-len(told), sorted(told))):
            numbers = [number for number, others in files.items() if others == told]
            rest = self._merged(read, numbers)
            apt = [known for known in held if not (known.numbered and "order_ref" in told)]
            before = f"SELECT staged_row FROM {target}"
            for step, known in enumerate(sorted(apt, key=lambda known: -len(known.told & told))):
                rest = self.not_in(rest, known, told)
                if step + 1 < len(apt):  # what is read more than once is worth keeping
                    name = f"rest_{target}_{numbers[0]}_{step}"
                    self.connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {rest}")
                    rest = name
            self.connection.execute(f"INSERT INTO {target} BY NAME SELECT * FROM {rest}")
            files_now = ", ".join(map(str, numbers))
            held.append(
                Held(f"(SELECT * FROM {read} WHERE file_no IN ({files_now}) AND staged_row IN ({before}))", told)
            )

    def _merged(self, read: str, numbers: Sequence[int]) -> str:
        """The rows of files that tell the same, each as often as in the file that has it most often."""
        some = f"(SELECT * FROM {read} WHERE file_no IN ({', '.join(map(str, numbers))}))"
        if len(numbers) == 1:
            return some
        content = ", ".join((*self.columns, self.moment))
        return f"""(SELECT * EXCLUDE (nth) FROM (
            SELECT *, row_number() OVER (PARTITION BY file_no, {content} ORDER BY staged_row) AS nth FROM {some})
            QUALIFY row_number() OVER (PARTITION BY nth, {content} ORDER BY file_no) = 1)"""

    def not_in(self, rows: str, known: Held, told: Told) -> str:
        """Of a relation of rows from files that tell `told`, those that are not held."""
        by = compared(self.columns, self.moment, told, known.told)
        named = ", ".join(f"{sql} AS same_{name}" for name, sql in by.items())
        partition = ", ".join(by.values())
        agree = " AND ".join(f"numbered.{sql} IS NOT DISTINCT FROM held.same_{name}" for name, sql in by.items())
        nth = f"row_number() OVER (PARTITION BY {partition} ORDER BY staged_row) AS nth"
        return f"""(SELECT numbered.* EXCLUDE (nth) FROM (SELECT *, {nth} FROM {rows}) AS numbered
            LEFT JOIN (SELECT {named}, count(*) AS times FROM {known.relation} GROUP BY ALL) AS held ON {agree}
            WHERE nth > coalesce(times, 0))"""

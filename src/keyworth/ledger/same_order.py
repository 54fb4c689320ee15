"""Whether an order just read is one that the book knows, unchanged: compared by the columns that both files tell.

An order that differs in one of those has changed. One that agrees in them takes the known one's place only if its
file tells everything that the known one's did and says something more: so a later export with a column less does
not wipe that column out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from keyworth.ledger.order_content import CONTENT, ITEMS, ON_LINES, SALES, print_of
from keyworth.ledger.told_columns import Told, compared

_ABOUT_ORDERS = frozenset({*CONTENT, *ON_LINES, "clock"})


@dataclass(frozen=True, slots=True)
class SameOrder:
    """SQL over `bought` (the order just read) and `known` (the book's), of files that tell `now` and `then`."""

    key: Sequence[str]
    now: Told
    then: Told

    @property
    def key_agrees(self) -> str:
        return " AND ".join(f"known.{column} = bought.{column}" for column in self.key)

    @property
    def unchanged(self) -> str:
        by = compared(CONTENT, "ordered_at", self.now, self.then).values()
        tests = [f"known.{sql} IS NOT DISTINCT FROM bought.{sql}" for sql in by]
        if self._lines_compare:
            tests.append("known.lines = bought.lines")
        if self._prints_differ:
            tests.append("known_print.print IS NOT DISTINCT FROM new_print.print")
        elif self._on_lines & ITEMS:
            tests.append("known.print IS NOT DISTINCT FROM bought.print")
        return f"({' AND '.join(tests)} AND NOT {self._says_more})"

    @property
    def prints(self) -> str:
        """What has to be joined for `unchanged`: prints of the lines over the columns that both files tell."""
        if not self._prints_differ:
            return ""
        columns = tuple(column for column in ON_LINES if column in self._on_lines)
        summed, key = f"sum({print_of(columns)})::HUGEINT AS print", ", ".join(self.key)
        same_key = " AND ".join(f"new_print.{column} = bought.{column}" for column in ("file_no", *self.key))
        return f"""
            LEFT JOIN (SELECT order_no, {summed} FROM book_lines GROUP BY order_no) AS known_print
                ON known_print.order_no = known.order_no
            LEFT JOIN (SELECT file_no, {key}, currency, {summed} FROM {SALES} AND order_ref IS NOT NULL GROUP BY ALL)
                AS new_print ON {same_key} AND new_print.currency IS NOT DISTINCT FROM bought.currency"""

    @property
    def _on_lines(self) -> Told:
        return self.now & self.then & frozenset(ON_LINES)

    @property
    def _lines_compare(self) -> bool:
        """A file of orders and a file of their lines give an order different numbers of lines, and both are right."""
        return bool(ITEMS & self.now) == bool(ITEMS & self.then)

    @property
    def _prints_differ(self) -> bool:
        on_lines = frozenset(ON_LINES)
        return bool(self._on_lines & ITEMS) and self.now & on_lines != self.then & on_lines

    @property
    def _says_more(self) -> str:
        more = (self.now - self.then) & _ABOUT_ORDERS
        if not more or not self.now & _ABOUT_ORDERS >= self.then & _ABOUT_ORDERS:
            return "FALSE"
        if more & ITEMS:
            return "TRUE"
        columns = sorted(more & frozenset(CONTENT)) + (["ordered_at"] if "clock" in more else [])
        said = [
            f"(bought.{column} IS NOT NULL AND bought.{column} IS DISTINCT FROM known.{column})" for column in columns
        ]
        return f"({' OR '.join(said)})"

"""Money and pieces in cells merged over several rows: they are the block's, and count once."""

from dataclasses import replace

from keyworth.ledger.columns.mapping import ColumnMapping
from keyworth.ledger.reading.source import Source
from keyworth.words import Message

# What adds up over the rows of an order. A unit price, a party's size and all that names something do not: they are
# each row's.
_ADDED_UP = ("amount", "quantity", "refund_amount", "cost", "margin")


def counted_once(source: Source, mapping: ColumnMapping) -> tuple[Source, tuple[Message, ...]]:
    """The source with 0 in the lower rows of merged cells that add up, and what to say about it."""
    again = {mapping.columns[name] for name in _ADDED_UP if name in mapping} & set(source.merged)
    if not again:
        return source, ()
    cells = ", ".join(
        f"CASE WHEN {source.merged[place]} THEN '0' ELSE c{place + 1} END AS c{place + 1}" for place in sorted(again)
    )
    return replace(source, relation=f"(SELECT * REPLACE ({cells}) FROM {source.relation})"), (
        Message(
            "{file}: what stands in merged cells of {columns} counts once, in the first row of its block.",
            file=source.name,
            columns=[source.headers[place] for place in sorted(again)],
        ),
    )

"""An order as the lines on its receipt: what was eaten, adding up to the order to the cent."""

from dataclasses import replace

import numpy as np

from keyworth.sample.places import RETAIL, SMALL_PARTY_ITEMS
from keyworth.sample.seasons import Ints
from keyworth.sample.tickets import Tickets

_MOST_LINES = 5
_SPLIT_FROM = 2_000  # cents; a smaller order is one line


def split_into_lines(tickets: Tickets, rng: np.random.Generator) -> tuple[Tickets, Ints, Ints]:
    """Each order's lines in a row, which order each belongs to, and where each order's first line stands.

    The first line carries the order's own product. The shop sells one product per order, so that goods that
    come back can be told by the product alone.
    """
    one = (tickets.channel == RETAIL) | (tickets.charged < _SPLIT_FROM)
    count = np.where(one, 1, rng.integers(1, _MOST_LINES + 1, size=len(tickets)))
    order = np.repeat(np.arange(len(tickets)), count)
    first = np.cumsum(count) - count
    is_first_line = np.zeros(len(order), dtype=bool)
    is_first_line[first] = True

    weight = rng.uniform(0.4, 1.0, len(order))
    share = weight / np.add.reduceat(weight, first)[order] if len(order) else weight
    lines = tickets.taken(order)
    parts = {}
    for name in ("charged", "cost", "worth"):
        whole = getattr(tickets, name)
        part = np.floor(whole[order] * share).astype(np.int64)
        # What rounding down left over belongs to the first line, so that the receipt adds up.
        part[first] += whole - (np.add.reduceat(part, first) if len(order) else whole)
        parts[name] = part
    dish = rng.choice(SMALL_PARTY_ITEMS, len(order))
    receipt = replace(
        lines,
        item=np.where(is_first_line, lines.item, dish),
        quantity=np.where(is_first_line, lines.quantity, 1 + rng.poisson(0.5, len(order))),
        is_first=lines.is_first & is_first_line,
        **parts,
    )
    return receipt, order, first

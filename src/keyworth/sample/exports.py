"""The order export: sales and refunds as the till would print them, in the order in which they happened."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from keyworth.sample import frames, headers
from keyworth.sample.places import BRANCH_CURRENCY, BRANCHES, CHANNELS, CURRENCIES, ITEMS, SEATS, SITTINGS
from keyworth.sample.refunds import BY_CUSTOMER, BY_NUMBER, HOW, Refunds
from keyworth.sample.seasons import Ints
from keyworth.sample.tickets import NONE, Tickets
from keyworth.words import Language


@dataclass(frozen=True, slots=True)
class Till:
    """What the printed rows need besides the tickets: names, numbers, and the day they count from."""

    opened: date
    members: pa.Array  # member number of each customer, as text
    staff: list[str]
    referrer: Ints  # of each customer, NONE where nobody sent them
    lang: Language


def order_numbers(tickets: Tickets, opened: date) -> pa.Array:
    """A number per order: branch, day, and its place in that branch's day."""
    group = tickets.branch * (int(tickets.day.max(initial=0)) + 1) + tickets.day
    # The tickets are in time order and the sort is stable, so places within a group follow the time.
    by_group = np.argsort(group, kind="stable")
    ordered = group[by_group]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    place = np.empty(len(group), dtype=np.int64)
    place[by_group] = np.arange(len(group)) - np.repeat(begins, np.diff(begins, append=len(group)))
    stamp = pc.strftime(frames.days(opened, tickets.day), format="%y%m%d")
    code = frames.text([branch.code for branch in BRANCHES], tickets.branch)
    return pc.binary_join_element_wise(code, stamp, frames.padded(place + 1, 4), "-")


def order_rows(tickets: Tickets, numbers: pa.Array, refunds: Refunds, sales: NDArray[np.bool_], till: Till) -> pa.Table:
    """One row per chosen sale and per refund; `numbers` belongs to all tickets, `sales` chooses."""
    sold = np.flatnonzero(sales)
    ticket = np.concatenate([sold, refunds.order])  # which ticket a row speaks of
    is_refund = np.arange(len(ticket)) >= len(sold)
    by_number = np.concatenate([np.ones(len(sold), dtype=bool), refunds.how == BY_NUMBER])
    names_item = np.concatenate([np.ones(len(sold), dtype=bool), refunds.how != BY_CUSTOMER])
    day = np.concatenate([tickets.day[sold], refunds.day])
    second = np.concatenate([tickets.second[sold], refunds.second])
    t = tickets.taken(ticket)

    def of_sale(values: Ints) -> Ints:
        return np.where(is_refund, NONE, values)

    first_sale = t.is_first & ~is_refund & (t.customer != NONE)
    sender = np.where(first_sale, till.referrer[np.maximum(t.customer, 0)], NONE)
    item = np.where(names_item, t.item, NONE)
    category = np.array([_CATEGORIES.index(entry.category) for entry in ITEMS])
    lang = till.lang
    columns = {
        "order": numbers.take(pa.array(ticket, pa.int64(), mask=~by_number)),
        "kind": frames.terms((headers.SALE, headers.REFUND), is_refund.astype(np.int64), lang),
        "at": frames.moments(till.opened, day, second),
        "customer": till.members.take(pa.array(t.customer, pa.int64(), mask=t.customer == NONE)),
        "store": frames.terms([branch.name for branch in BRANCHES], t.branch, lang),
        "channel": frames.terms(CHANNELS, t.channel, lang),
        "sitting": frames.terms(SITTINGS, of_sale(t.sitting), lang),
        "party": frames.counts(of_sale(t.party)),
        "seat": frames.terms(SEATS, of_sale(t.seat), lang),
        "staff": frames.text(till.staff, t.staff),
        "item": frames.terms([entry.name for entry in ITEMS], item, lang),
        "category": frames.terms(_CATEGORIES, np.where(item == NONE, NONE, category[item]), lang),
        "quantity": frames.counts(np.concatenate([tickets.quantity[sold], -refunds.quantity]), none=0),
        "currency": frames.text(CURRENCIES, BRANCH_CURRENCY[t.branch]),
        "amount": frames.money(np.concatenate([tickets.charged[sold], -refunds.amount])),
        "cost": frames.money(np.concatenate([tickets.cost[sold], -refunds.cost])),
        "referrer": till.members.take(pa.array(sender, pa.int64(), mask=sender == NONE)),
    }
    titles = headers.titles(headers.ORDERS, lang)
    table = pa.table({titles[key]: column for key, column in columns.items()})
    return table.take(pa.array(np.lexsort((is_refund, second, day))))


def refund_truth(refunds: Refunds, numbers: pa.Array, till: Till) -> pa.Table:
    """Which order each refund truly takes from, though its row may not say."""
    return pa.table(
        {
            "order": numbers.take(pa.array(refunds.order)),
            "at": frames.moments(till.opened, refunds.day, refunds.second),
            "found_by": frames.text(HOW, refunds.how),
            "amount": frames.money(refunds.amount),
        }
    )


_CATEGORIES = list(dict.fromkeys(item.category for item in ITEMS))

"""What an import did, for whoever asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from keyworth.ledger.order_days import DaysApart
from keyworth.ledger.refunds import RefundShares
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did; counts are of this import, but for `customers`, which counts the book's known ids.

    A row may name no customer and be refused as well: rows_read = rows_of_orders + rows_of_refunds + rows_not_orders
    + rows_without_customer + rows_refused - rows_refused_without_customer. Of the orders added or replaced,
    `orders_on_several_days` have lines on several, and `orders_moved` take the place of one from another day.
    """

    rows_read: int
    orders_added: int
    orders_replaced: int
    orders_known: int
    orders_cancelled: int
    refunds_added: int
    rows_without_customer: int
    rows_refused: int
    rows_not_orders: int
    rows_of_orders: int
    rows_of_refunds: int
    rows_refused_without_customer: int
    customers: int
    ledger_version: int
    currency: str
    refunds: RefundShares | None
    orders_on_several_days: DaysApart | None
    orders_moved: DaysApart | None
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    refusals: tuple[Message, ...] = ()

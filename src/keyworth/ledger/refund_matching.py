"""What a refund takes back, and from which order.

The rule, in the order it is tried, for each customer's refunds from the earliest:

1. by reference: the refund names an order of this customer;
2. by item: the customer's latest earlier purchases of the same item, up to the quantity returned;
3. by date: what is left lowers the customer's spend on the day of the refund.

A refund is never a purchase and acts only from its own day. An order whose money is all back is none from the
day that completes it; a free order, when all its units are back. No refund takes more from an order than the
order still has: the rest goes on to the next rule.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

_CENT = Decimal("0.005")  # money below half the smallest coin is not a difference
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class PurchasedLine:
    """A line of an order that may be returned; `amount` and `quantity` as bought, None where not recorded."""

    order_no: int
    order_ref: str | None
    customer_no: int
    ordered_at: datetime
    currency: str
    item: str | None
    quantity: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Refund:
    """Goods or money given back; amount and quantity positive, None where not recorded."""

    refund_no: int
    reference: str | None
    customer_no: int
    refunded_at: datetime
    currency: str
    item: str | None
    quantity: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Offset:
    """A refund's effect on an order, or, with no order, on the customer's spend that day."""

    refund_no: int
    order_no: int | None
    customer_no: int
    order_day: date
    day: date
    amount: Decimal
    currency: str
    voids: bool
    how: str


@dataclass(slots=True)
class _Order:
    """An order as far as it has been given back, while one customer's refunds are read."""

    order_no: int
    ordered_at: datetime
    currency: str
    amount: Decimal = _NOTHING
    units: Decimal = _NOTHING
    voided: bool = False
    lines: list["_Line"] = field(default_factory=list)

    def take(self, amount: Decimal, units: Decimal) -> tuple[Decimal, bool]:
        """Give back up to `amount` and `units`; returns what was taken and whether this emptied the order."""
        taken = min(amount, self.amount)
        free = self.amount <= _CENT
        self.amount -= taken
        self.units -= min(units, self.units)
        empty = not self.voided and (self.units <= 0 < units if free else self.amount <= _CENT)
        self.voided |= empty
        return taken, empty

    def hand_back(self, item: str | None, units: Decimal) -> None:
        """Goods returned by naming the order are not there any more for the rule that goes by item."""
        for line in self.lines:
            if line.item == item:
                gone = min(units, line.units)
                line.units -= gone
                units -= gone


@dataclass(slots=True)
class _Line:
    order: _Order
    item: str | None
    units: Decimal


def match_refunds(lines: Iterable[PurchasedLine], refunds: Iterable[Refund]) -> list[Offset]:
    """Every refund's offsets, in the order the refunds happened; amounts sum to the refunds' amounts.

    `lines` are all lines of the customers who have refunds; an order without items is one line.
    """
    by_customer: dict[int, list[PurchasedLine]] = defaultdict(list)
    for line in lines:
        by_customer[line.customer_no].append(line)
    given: dict[int, list[Refund]] = defaultdict(list)
    for refund in refunds:
        given[refund.customer_no].append(refund)
    offsets: list[Offset] = []
    for customer_no in sorted(given):
        offsets += _match_one(by_customer[customer_no], given[customer_no])
    return offsets


def _match_one(lines: list[PurchasedLine], refunds: list[Refund]) -> list[Offset]:
    orders: dict[int, _Order] = {}
    by_reference: dict[str, list[_Order]] = defaultdict(list)
    by_item: dict[str, list[_Line]] = defaultdict(list)
    for line in sorted(lines, key=_line_order):
        order = orders.get(line.order_no)
        if order is None:
            order = orders[line.order_no] = _Order(line.order_no, line.ordered_at, line.currency)
            if line.order_ref is not None:
                by_reference[line.order_ref].append(order)
        order.amount += line.amount or _NOTHING
        order.units += line.quantity or _NOTHING
        kept = _Line(order, line.item, line.quantity or _NOTHING)
        order.lines.append(kept)
        if line.item is not None and line.quantity:
            by_item[line.item].append(kept)
    offsets: list[Offset] = []
    for refund in sorted(refunds, key=_refund_order):
        offsets += _match_refund(refund, by_reference, by_item)
    return offsets


# By what they say and only then by their numbers: which file came first must not decide what is taken from what.
def _line_order(line: PurchasedLine) -> tuple[object, ...]:
    return line.ordered_at, line.order_ref or "", line.amount or _NOTHING, line.quantity or _NOTHING, line.order_no


def _refund_order(refund: Refund) -> tuple[object, ...]:
    named = refund.reference or "", refund.item or ""
    return refund.refunded_at, *named, refund.amount or _NOTHING, refund.quantity or _NOTHING, refund.refund_no


def _match_refund(
    refund: Refund, by_reference: dict[str, list[_Order]], by_item: dict[str, list[_Line]]
) -> list[Offset]:
    left = refund.amount or _NOTHING
    units_left = refund.quantity or _NOTHING
    offsets: list[Offset] = []

    def take(order: _Order, amount: Decimal, units: Decimal, how: str) -> None:
        nonlocal left, units_left
        taken, empties = order.take(amount, units)
        left -= taken
        units_left -= units
        if taken or empties:
            # A refund dated before its order acts from the order's day: before that there is nothing to act on.
            day = max(refund.refunded_at, order.ordered_at).date()
            offsets.append(_offset(refund, order, day, taken, voids=empties, how=how))

    named = by_reference.get(refund.reference or "", [])
    for order in named:
        if order.currency == refund.currency:
            order.hand_back(refund.item, units_left)
            take(order, left, units_left, "reference")
    if not named and refund.item is not None and units_left > 0:
        price = left / units_left
        for line in reversed(by_item.get(refund.item, [])):
            if units_left <= 0:
                break
            if (
                line.order.ordered_at <= refund.refunded_at
                and line.order.currency == refund.currency
                and line.units > 0
                and not line.order.voided
            ):
                units = min(units_left, line.units)
                line.units -= units
                amount = left if units == units_left else (price * units).quantize(Decimal("0.0001"))
                take(line.order, amount, units, "item")
    if left > 0:
        offsets.append(_offset(refund, None, refund.refunded_at.date(), left, voids=False, how="date"))
    return offsets


def _offset(refund: Refund, order: _Order | None, day: date, amount: Decimal, *, voids: bool, how: str) -> Offset:
    return Offset(
        refund_no=refund.refund_no,
        order_no=None if order is None else order.order_no,
        customer_no=refund.customer_no,
        order_day=day if order is None else order.ordered_at.date(),
        day=day,
        amount=amount,
        currency=refund.currency,
        voids=voids,
        how=how,
    )

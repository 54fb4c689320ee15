"""The rules of merging and of refunds, against a second telling of them in plain Python.

Random small exports, cut up, overlapping, in any order and brought more than once, must give the book that the
rules give when they are followed by hand.
"""

import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from keyworth.ledger import Ledger, ReadingOptions, import_orders

AT = datetime(2026, 1, 1, tzinfo=UTC)
START = date(2026, 1, 1)
HEADER = "order,customer,date,amount,item,quantity,original order"
Row = tuple[str, str, int, int, str, int, str]  # order, customer, day, cents, item, quantity, order given back

sale = st.tuples(
    st.sampled_from(["", "", "1", "2", "3", "4"]), st.sampled_from("AB"), st.integers(0, 6),
    st.integers(0, 4).map(lambda n: n * 250), st.sampled_from(["tea", "pie"]), st.integers(1, 3), st.just(""),
)  # fmt: skip
given_back = st.tuples(
    st.sampled_from(["", "R1", "R2"]), st.sampled_from("AB"), st.integers(0, 7),
    st.integers(1, 4).map(lambda n: n * -250), st.sampled_from(["tea", "pie"]), st.integers(-3, -1),
    st.sampled_from(["", "1", "2", "9"]),
)  # fmt: skip


def coherent(rows: list[Row]) -> list[Row]:
    """An order id belongs to one customer and one day."""
    return [
        (o, "AB"[int(o) % 2], int(o), c, i, q, r) if o.isdecimal() else (o, w, d, c, i, q, r)
        for o, w, d, c, i, q, r in rows
    ]


files = st.lists(
    st.lists(st.one_of(sale, sale, given_back), min_size=1, max_size=7).map(coherent), min_size=1, max_size=3
)


@dataclass
class ByHand:
    """The ledger as a person with paper would keep it."""

    orders: dict[str, Counter[Row]] = field(default_factory=dict)  # by id: its lines
    loose: Counter[Row] = field(default_factory=Counter)  # orders without an id
    refunds: Counter[Row] = field(default_factory=Counter)
    superseded: int = 0

    def bring(self, rows: list[Row]) -> None:
        lines: dict[str, Counter[Row]] = defaultdict(Counter)
        loose: Counter[Row] = Counter()
        refunds: Counter[Row] = Counter()
        for row in rows:
            if row[3] < 0 or row[5] < 0:
                refunds[row] += 1
            elif row[0]:
                lines[row[0]][row] += 1
            else:
                loose[row] += 1
        for order, content in lines.items():
            self.superseded += order in self.orders and self.orders[order] != content
            self.orders[order] = content
        self.loose |= loose
        self.refunds |= refunds

    def customers(self, until: int) -> dict[str, tuple[int, Decimal, Decimal | None, Decimal]]:
        """Purchase days, all spend, mean repeat value, first value; of each customer with a purchase by a day."""
        found = {}
        for who in "AB":
            kept = [[day, cents, units, order] for day, cents, units, order in self._orders_of(who)]
            by_day: dict[int, Decimal] = defaultdict(Decimal)
            open_on: Counter[int] = Counter()
            for day, cents, _, _ in kept:
                if day <= until:
                    by_day[day] += cents
                    open_on[day] += 1
            adrift: list[tuple[int, Decimal]] = []
            for day, order, cents in self._taken(who, kept):
                if max(day, kept[order][0] if order is not None else 0) > until:
                    continue
                if order is None:
                    adrift.append((day, cents))
                else:
                    by_day[kept[order][0]] -= cents
            for n, day in self._emptied(kept):
                if day <= until and kept[n][0] <= until:
                    open_on[kept[n][0]] -= 1
            days = sorted(day for day, orders in open_on.items() if orders > 0)
            if not days:
                continue
            first, repeats = by_day[days[0]], sum((by_day[day] for day in days[1:]), Decimal(0))
            for day, cents in adrift:
                if len(days) > 1 and day > days[0]:
                    repeats -= cents
                else:
                    first -= cents
            mean = repeats / (len(days) - 1) if len(days) > 1 else None
            found[who] = (len(days), first + repeats, mean, first)
        return found

    def _orders_of(self, who: str) -> list[tuple[int, Decimal, Counter[str], str]]:
        found = []
        for order, content in self.orders.items():
            rows = list(content.elements())
            if rows[0][1] == who:
                units: Counter[str] = Counter()
                for row in rows:
                    units[row[4]] += row[5]
                found.append((rows[0][2], Decimal(sum(row[3] for row in rows)), units, order))
        loose = (row for row in self.loose.elements() if row[1] == who)
        return found + [(row[2], Decimal(row[3]), Counter({row[4]: row[5]}), "") for row in loose]

    def _taken(self, who: str, kept: list[list[Any]]) -> list[tuple[int, int | None, Decimal]]:
        """(day of the refund, which order or none, cents); also remembers in `kept` when an order was emptied."""
        left = [cents for _, cents, _, _ in kept]
        units = [Counter(units) for _, _, units, _ in kept]
        total = [sum(units.values()) for units in units]
        emptied: dict[int, int] = {}
        moves: list[tuple[int, int | None, Decimal]] = []

        def take(order: int, day: int, cents: Decimal, pieces: Decimal) -> Decimal:
            taken = min(cents, left[order])
            free = left[order] == 0
            left[order] -= taken
            total[order] = max(0, total[order] - pieces)
            if order not in emptied and (total[order] == 0 and pieces > 0 if free else left[order] == 0):
                emptied[order] = max(day, kept[order][0])
            moves.append((day, order, taken))
            return taken

        back = sorted(
            (row for row in self.refunds.elements() if row[1] == who),
            key=lambda row: (row[2], row[6] or row[0], row[4], -row[3], -row[5]),
        )
        for ref, _, day, cents, item, pieces, names in back:
            owed, goods = Decimal(-cents), Decimal(-pieces)
            named = [n for n, (_, _, _, order) in enumerate(kept) if order and order == (names or ref)]
            for n in named:
                units[n][item] -= min(units[n][item], goods)
                owed -= take(n, day, owed, goods)
                goods = Decimal(0)
            if not named:
                price = owed / goods
                latest = sorted(
                    range(len(kept)), key=lambda n: (kept[n][0], kept[n][3], left0(kept[n]), kept[n][2][item])
                )
                for n in reversed(latest):
                    if goods > 0 and kept[n][0] <= day and units[n][item] > 0 and n not in emptied:
                        pieces_here = min(goods, units[n][item])
                        units[n][item] -= pieces_here
                        part = owed if pieces_here == goods else (price * pieces_here).quantize(Decimal("0.01"))
                        owed -= take(n, day, part, pieces_here)
                        goods -= pieces_here
            if owed > 0:
                moves.append((day, None, owed))
        for n, day in emptied.items():
            kept[n].append(day)
        return moves

    @staticmethod
    def _emptied(kept: list[list[Any]]) -> list[tuple[int, int]]:
        return [(n, order[4]) for n, order in enumerate(kept) if len(order) > 4]


def left0(order: list[Any]) -> Decimal:
    return order[1]  # type: ignore[no-any-return]


def written(rows: list[Row]) -> str:
    lines = [
        f"{order},{who},{START + timedelta(days=day)},{cents / 100:.2f},{item},{quantity},{names}"
        for order, who, day, cents, item, quantity, names in rows
    ]
    return "\n".join([HEADER, *lines]) + "\n"


def bring(book: Path, rows: list[Row]) -> Any:
    file = book.parent / "orders.csv"
    file.write_text(written(rows), encoding="utf-8")
    chosen = {
        "order": "order", "customer": "customer", "date": "date", "amount": "amount", "item": "item",
        "quantity": "quantity", "refund_of": "original order",
    }  # fmt: skip
    return import_orders(book, [file], ReadingOptions(chosen=chosen), at=AT)


def kept_by_the_ledger(book: Path, until: int) -> dict[str, tuple[int, Decimal, Decimal | None, Decimal]]:
    from keyworth.errors import NotEnoughHistory

    try:
        found = Ledger.open(book).customers(START + timedelta(days=until))
    except NotEnoughHistory:
        return {}
    cents = [
        [None if value != value else value * 100 for value in column]
        for column in (found.amount.tolist(), found.mean_repeat_value.tolist(), found.first_value.tolist())
    ]
    return dict(zip(found.customers.to_pylist(), zip((found.repeats + 1).tolist(), *cents, strict=True), strict=True))


def rounded(found: dict[str, tuple[int, Decimal, Decimal | None, Decimal]]) -> dict[str, Any]:
    return {
        who: (days, *(None if value is None else pytest.approx(float(value), abs=0.02) for value in money))
        for who, (days, *money) in found.items()
    }


# An example takes a second or more: one that fails is small enough to read without being shrunk.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
few = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
many = settings(few, max_examples=25)


def check_against_paper(exports: list[list[Row]], again: list[int]) -> None:
    by_hand = ByHand()
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book"
        for number in [*range(len(exports)), *(n % len(exports) for n in again)]:
            by_hand.bring(exports[number])
            bring(book, exports[number])
        report = bring(book, exports[(again or [len(exports) - 1])[-1] % len(exports)])
        assert (report.orders_added, report.orders_replaced, report.refunds_added) == (0, 0, 0)
        for until in (1, 3, 5, 8):
            assert kept_by_the_ledger(book, until) == rounded(by_hand.customers(until)), f"until day {until}"


@pytest.mark.slow
@few
@given(files, st.lists(st.integers(0, 2), max_size=1))
def test_a_book_is_what_the_rules_give_by_hand(exports: list[list[Row]], again: list[int]) -> None:
    check_against_paper(exports, again)


@pytest.mark.slow
@many
@given(files, st.lists(st.integers(0, 2), max_size=2))
def test_a_book_is_what_the_rules_give_by_hand_many_times(exports: list[list[Row]], again: list[int]) -> None:
    check_against_paper(exports, again)


@pytest.mark.slow
@settings(few, max_examples=4)
@given(st.lists(st.one_of(sale, given_back), min_size=2, max_size=8).map(coherent), st.integers(1, 3))
def test_the_order_in_which_disjoint_files_come_does_not_matter(rows: list[Row], parts: int) -> None:
    keys = sorted({row[0] if row[0].isdecimal() else row for row in rows}, key=str)
    cut = [
        [row for row in rows if keys.index(row[0] if row[0].isdecimal() else row) % parts == n] for n in range(parts)
    ]
    with tempfile.TemporaryDirectory() as folder:
        books = [Path(folder) / name / "book" for name in ("one", "forward", "backward")]
        for book in books:
            book.parent.mkdir()
        bring(books[0], rows)
        for part in filter(None, cut):
            bring(books[1], part)
        for part in filter(None, reversed(cut)):
            bring(books[2], part)
        seen = [kept_by_the_ledger(book, 8) for book in books]
        assert seen[0] == seen[1] == seen[2]


@settings(few, max_examples=4)
@given(st.lists(st.one_of(sale, given_back), min_size=2, max_size=8).map(coherent), st.integers(1, 5))
@pytest.mark.slow
def test_a_summary_as_of_a_day_never_sees_a_later_refund(rows: list[Row], until: int) -> None:
    early = [row for row in rows if row[2] <= until or (row[3] >= 0 and row[5] >= 0)]
    with tempfile.TemporaryDirectory() as folder:
        seen = []
        for name, some in (("all", rows), ("early", early)):
            book = Path(folder) / name / "book"
            book.parent.mkdir()
            if some:
                bring(book, some)
            seen.append(kept_by_the_ledger(book, until) if some else {})
        assert seen[0] == seen[1]

"""Which of the rows just read are orders, which of those the book knows, and which have changed.

Works on the view `staged` (one row per row of the files, see staging.py) and on the views `book_orders`,
`book_lines` and `book_customers` (the ledger as it stands, without superseded orders). Leaves, as tables or views,

- `customers_new`   ids not known before, numbered
- `orders_new`      orders to add, numbered
- `lines_new`       their lines, where the files name items
- `superseded_new`  the orders that a new one replaces, or that were cancelled since

The guarantees:

- A row with an order id belongs to that order; its lines add up, and it is dated by the first of them. An
  order the book knows is left alone when nothing changed, and replaced, the old one being kept, when it did.
  Where several files of one import hold the same order, the last file counts. An order with a refused line
  does not replace a known one. What is doubtful about the days of an order is told (order_days.py).
- A row without an order id is an order of its own, kept as often as repeated_rows.py says.
- Both are compared by the columns that both files tell (told_columns.py).
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from keyworth.ledger.engine import count, one_row
from keyworth.ledger.late_ids import orders_as_rows, replace_rows_by_orders
from keyworth.ledger.order_content import ATTRIBUTES, CONTENT, SALES, print_of
from keyworth.ledger.order_days import (
    DAYS_APART,
    DaysApart,
    make_moved,
    moved_sql,
    orders_moved,
    orders_on_several_days,
)
from keyworth.ledger.repeated_rows import Held, RepeatedRows
from keyworth.ledger.same_order import SameOrder
from keyworth.ledger.told_columns import Told, see_who_told

_ROW = (*CONTENT, "item", "category")  # what a row without an order id says, besides its moment


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """What became of a file's orders; `ids_shared` where one order number may carry several customers.

    `several_days` and `moved` tell of those that order_days.py doubts.
    """

    added: int
    replaced: int
    known: int
    cancelled: int
    ids_shared: bool
    several_days: DaysApart | None = None
    moved: DaysApart | None = None


def resolve_orders(
    connection: duckdb.DuckDBPyConnection,
    *,
    ids_shared: bool,
    has_items: bool,
    book_is_empty: bool,
    told: Mapping[int, Told],
    mended: tuple[int, ...] = (),
) -> OrderCounts:
    """Leave the four tables; `ids_shared` says that in this book one order id may carry several customers.

    `told` says what each file tells of an order, `mended` are the numbers of files whose rows had been set aside.
    """
    several_files = count(connection, "SELECT count(DISTINCT file_no) FROM staged") > 1
    book_told = [] if book_is_empty else see_who_told(connection, "orders", "order_no")
    shape = _shape_of_ids(connection)
    ids_shared = ids_shared or shape.shared
    key = ("order_ref", "customer") if ids_shared else ("order_ref",)

    connection.execute("CREATE TABLE superseded_new (order_no BIGINT)")
    if book_is_empty and not several_files and (shape.one_row_each or not shape.with_ids):
        # Every row is an order and none can be known: a view spares writing them all once more.
        connection.execute(f"CREATE VIEW bought AS {_each_row(has_items)}")
        _number(connection, key, has_items=has_items)
        return OrderCounts(shape.with_ids + shape.without_ids, 0, 0, 0, ids_shared)
    connection.execute(f"CREATE TABLE bought AS {_each_row(has_items)} LIMIT 0")
    make_moved(connection)
    read = replacing = 0
    if shape.with_ids:
        each_row = f"{_each_row(has_items)} AND order_ref IS NOT NULL"
        rows = each_row if shape.one_row_each else _added_up(key, has_items)
        connection.execute(f"INSERT INTO bought BY NAME {rows}")
        if several_files:
            _keep_the_last_file(connection, key)
        read = count(connection, "SELECT count(*) FROM bought")
        if not book_is_empty:
            replacing = _leave_out_what_is_known(connection, key, mended, told, book_told)
            same = " AND ".join(f"bought.{column} = s.{column}" for column in ("file_no", *key))
            lines = f"(SELECT * FROM ({each_row}) AS s WHERE EXISTS (SELECT 1 FROM bought WHERE {same}))"
            replacing += replace_rows_by_orders(connection, lines, told, book_told)
    if shape.without_ids:
        read += shape.without_ids
        loose = f"({_each_row(has_items)} AND order_ref IS NULL)"
        counted = RepeatedRows(connection, _ROW, "ordered_at")
        held = [] if book_is_empty else _held_without_ids(connection, loose, book_told)
        if not book_is_empty:
            held += orders_as_rows(counted, loose, told, book_told)
        counted.beyond(loose, told, held, "bought")
    _number(connection, key, has_items=has_items)
    replaced = count(connection, "SELECT count(*) FROM superseded_new")
    cancelled = 0 if book_is_empty else _take_back_what_was_cancelled(connection, key)
    kept = count(connection, "SELECT count(*) FROM bought")
    return OrderCounts(
        added=kept - replacing,
        replaced=replaced,
        known=read - kept,
        cancelled=cancelled,
        ids_shared=ids_shared,
        several_days=orders_on_several_days(connection),
        moved=orders_moved(connection),
    )


@dataclass(frozen=True, slots=True)
class _Ids:
    with_ids: int
    without_ids: int
    one_row_each: bool
    shared: bool


def _shape_of_ids(connection: duckdb.DuckDBPyConnection) -> _Ids:
    # Different hashes cannot come from the same key, so as many hashes as rows prove that every row is an order.
    # Numbers count faster than texts, and where a collision spoils the proof the rows are added up, one by one.
    with_ids, without_ids, ids = one_row(
        connection,
        f"""SELECT count(order_ref), count(*) - count(order_ref),
            count(DISTINCT CASE WHEN order_ref IS NOT NULL THEN hash(file_no, order_ref) END) FROM {SALES}""",
    )
    if with_ids == ids:
        return _Ids(with_ids, without_ids, one_row_each=True, shared=False)
    pairs = count(
        connection,
        f"SELECT count(DISTINCT hash(file_no, order_ref, customer)) FROM {SALES} AND order_ref IS NOT NULL",
    )
    return _Ids(with_ids, without_ids, one_row_each=pairs == with_ids, shared=pairs > ids)


def _each_row(has_items: bool) -> str:
    columns = ", ".join(("ordered_at", *(column for column in CONTENT if column != "refunded")))
    return (
        f"SELECT staged_row, file_no, order_ref, {columns}, refund_amount AS refunded, item, category, "
        f"{print_of() if has_items else '0::HUGEINT'} AS print, 1::BIGINT AS lines, 0::BIGINT AS days_apart "
        f"FROM {SALES}"
    )


def _added_up(key: tuple[str, ...], has_items: bool) -> str:
    # Where lines disagree the smallest stands: any rule would do, so long as it does not depend on the order
    # in which threads finish.
    smallest = ["ordered_at", *(name for name in ATTRIBUTES if name != "party_size")]
    if "customer" not in key:
        smallest.append("customer")
    grouped = ", ".join(("file_no", *key, "currency"))
    return (
        f"SELECT min(staged_row) AS staged_row, {grouped}, "
        + "".join(f"min({name}) AS {name}, " for name in smallest)
        + "max(party_size) AS party_size, "
        + "".join(f"sum({name})::DECIMAL(18,4) AS {name}, " for name in ("amount", "quantity", "margin"))
        + f"sum(refund_amount)::DECIMAL(18,4) AS refunded, count(*) AS lines, {DAYS_APART} AS days_apart, "
        + f"{f'sum({print_of()})::HUGEINT' if has_items else '0::HUGEINT'} AS print "
        + f"FROM {SALES} AND order_ref IS NOT NULL GROUP BY {grouped}"
    )


def _keep_the_last_file(connection: duckdb.DuckDBPyConnection, key: tuple[str, ...]) -> None:
    same = " AND ".join(f"later.{column} = bought.{column}" for column in key)
    connection.execute(
        f"""CREATE TABLE earlier AS SELECT staged_row, {", ".join(key)}, currency, ordered_at FROM bought
        WHERE order_ref IS NOT NULL AND EXISTS (
            SELECT 1 FROM bought AS later WHERE {same} AND later.file_no > bought.file_no)"""
    )
    connection.execute("DELETE FROM bought WHERE staged_row IN (SELECT staged_row FROM earlier)")
    connection.execute(
        f"""INSERT INTO moved SELECT bought.staged_row, {moved_sql("bought", "earlier")}
        FROM bought JOIN earlier ON {same.replace("later.", "earlier.")}"""
    )


def _leave_out_what_is_known(
    connection: duckdb.DuckDBPyConnection,
    key: tuple[str, ...],
    mended: tuple[int, ...],
    told: Mapping[int, Told],
    book_told: Sequence[Told],
) -> int:
    """Returns how many of the orders left are changed ones."""
    # An order with a line that was refused is not whole, and what the book knows of it may be.
    whole = ", ".join(map(str, mended)) or "-1"
    connection.execute(
        f"""CREATE TABLE incomplete AS SELECT DISTINCT order_ref FROM staged
        WHERE problem IS NOT NULL AND order_ref IS NOT NULL AND file_no NOT IN ({whole})"""
    )
    connection.execute("CREATE TABLE met (order_no BIGINT, staged_row BIGINT, days BIGINT, unchanged BOOLEAN)")
    places = connection.execute(
        "SELECT DISTINCT told FROM orders_told JOIN book_orders USING (order_no) WHERE order_ref IS NOT NULL"
    ).fetchall()
    for (place,), now in itertools.product(places, sorted(set(told.values()), key=sorted)):
        numbers = ", ".join(str(number) for number, others in told.items() if others == now)
        of_these = f"JOIN orders_told AS t ON t.order_no = known.order_no AND told = {place}" if len(places) > 1 else ""
        same = SameOrder(key, now, book_told[place])
        connection.execute(
            f"""INSERT INTO met SELECT known.order_no, bought.staged_row,
                CASE WHEN bought.file_no IN ({whole}) THEN 0 ELSE {moved_sql("bought", "known")} END,
                bought.order_ref IN (SELECT order_ref FROM incomplete) OR {same.unchanged}
            FROM bought JOIN printed_orders AS known ON {same.key_agrees} {of_these} {same.prints}
            WHERE bought.order_ref IS NOT NULL AND bought.file_no IN ({numbers})"""
        )
    connection.execute("DELETE FROM bought WHERE staged_row IN (SELECT staged_row FROM met WHERE unchanged)")
    connection.execute("INSERT INTO moved SELECT staged_row, days FROM met WHERE NOT unchanged")
    connection.execute(
        "INSERT INTO superseded_new SELECT DISTINCT order_no FROM met "
        "WHERE order_no NOT IN (SELECT order_no FROM met WHERE unchanged)"
    )
    return count(connection, "SELECT count(*) FROM bought WHERE staged_row IN (SELECT staged_row FROM met)")


def _take_back_what_was_cancelled(connection: duckdb.DuckDBPyConnection, key: tuple[str, ...]) -> int:
    """Known orders all of whose rows are now cancelled, refunded or unpaid are orders no more; returns how many."""
    keys = ", ".join(key)
    said = "FROM staged WHERE order_ref IS NOT NULL AND customer IS NOT NULL"
    connection.execute(
        f"""CREATE TABLE cancelled AS
        SELECT DISTINCT order_no FROM book_orders JOIN book_customers USING (customer_no)
        JOIN (SELECT DISTINCT {keys} {said} AND problem IS NULL AND NOT is_sale AND NOT is_refund
            EXCEPT SELECT {keys} {said} AND (is_sale OR is_refund OR problem IS NOT NULL)) USING ({keys})"""
    )
    connection.execute("INSERT INTO superseded_new SELECT order_no FROM cancelled")
    return count(connection, "SELECT count(*) FROM cancelled")


def _held_without_ids(connection: duckdb.DuckDBPyConnection, loose: str, book_told: Sequence[Told]) -> list[Held]:
    """The book's orders without an id from the days of the files, by what their files tell."""
    columns = ", ".join(f"o.{column}" for column in ("ordered_at", *CONTENT) if column != "customer")
    connection.execute(
        f"""CREATE TABLE held_loose AS SELECT customer, {columns}, item, category, told
        FROM book_orders AS o JOIN book_customers USING (customer_no) JOIN orders_told USING (order_no)
        LEFT JOIN (SELECT order_no, item, category FROM book_lines) AS l USING (order_no)
        WHERE order_ref IS NULL AND o.day BETWEEN (SELECT min(ordered_at)::DATE FROM {loose})
            AND (SELECT max(ordered_at)::DATE FROM {loose})"""
    )
    places = connection.execute("SELECT DISTINCT told FROM held_loose ORDER BY told").fetchall()
    return [Held(f"(SELECT * FROM held_loose WHERE told = {place})", book_told[place]) for (place,) in places]


def _number(connection: duckdb.DuckDBPyConnection, key: tuple[str, ...], *, has_items: bool) -> None:
    last_customer = count(connection, "SELECT max(customer_no) FROM book_customers")
    # In the order of their ids, so that the numbers do not depend on the order in which threads finish.
    connection.execute(
        f"""CREATE TABLE customers_new AS
        SELECT {last_customer} + row_number() OVER (ORDER BY customer) AS customer_no, customer
        FROM (SELECT DISTINCT customer FROM (
            SELECT customer FROM bought UNION ALL
            SELECT customer FROM staged WHERE problem IS NULL AND customer IS NOT NULL AND is_refund)
            WHERE customer NOT IN (SELECT customer FROM book_customers))"""
    )
    connection.execute(
        "CREATE VIEW every_customer AS SELECT customer_no, customer FROM book_customers "
        "UNION ALL SELECT customer_no, customer FROM customers_new"
    )
    last_order = count(connection, "SELECT max(order_no) FROM every_order_no")
    connection.execute(
        f"""CREATE VIEW orders_new AS
        SELECT {last_order} + 1 + staged_row AS order_no, customer_no, ordered_at::DATE AS day,
            bought.* EXCLUDE (item, category, days_apart)
        FROM bought JOIN every_customer USING (customer)"""
    )
    if not has_items:
        connection.execute("CREATE TABLE lines_new AS SELECT * FROM book_lines LIMIT 0")
        return
    columns = "order_no, customer_no, s.ordered_at, s.item, s.category, s.quantity, s.amount, s.margin"
    same = " AND ".join(f"s.{column} = o.{column}" for column in ("file_no", *key, "currency"))
    connection.execute(
        f"""CREATE TABLE lines_new AS
        SELECT {columns} FROM (SELECT * FROM {SALES} AND order_ref IS NOT NULL) AS s JOIN orders_new AS o ON {same}
        UNION ALL
        SELECT {columns} FROM (SELECT * FROM {SALES} AND order_ref IS NULL) AS s
        JOIN orders_new AS o USING (staged_row)"""
    )

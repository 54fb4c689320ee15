"""DuckDB alone, doing what keyworth has it do: the limit of import and summary. Run as a process of its own.

    python bench/bare_duckdb.py read ORDERS.csv STORE.duckdb     # into a table, with types and no check of anything
    python bench/bare_duckdb.py count FILE...                    # customers, repeats, one-time buyers, histories
    python bench/bare_duckdb.py rows INTO.parquet FILE...        # one row per customer, with money

FILE is the order file itself, or the Parquet files that a book keeps its orders in.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

TYPES = "{'order_id': 'VARCHAR', 'customer_id': 'VARCHAR', 'order_time': 'TIMESTAMP', 'amount': 'DECIMAL(18,4)'}"


def source(files: Sequence[str]) -> tuple[str, str, str]:
    """SQL for the orders, and the names or expressions of the customer and the day."""
    if files[0].endswith(".csv"):
        return f"read_csv('{files[0]}', header = true, columns = {TYPES})", "customer_id", "order_time::DATE"
    found = f"read_parquet({list(files)})"
    columns = [name for name, *_ in duckdb.sql(f"DESCRIBE SELECT * FROM {found}").fetchall()]
    return (found, "customer_no", "day") if "customer_no" in columns else (found, "customer_id", "order_time::DATE")


def customer_days(files: Sequence[str], *, money: bool) -> str:
    orders, customer, day = source(files)
    amount = ", sum(amount) AS amount" if money else ""
    return f"SELECT {customer} AS customer, {day} AS day{amount} FROM {orders} GROUP BY ALL"


def read(file: str, store: str) -> dict:
    with duckdb.connect(store) as connection:
        connection.execute(f"CREATE TABLE orders AS SELECT * FROM {source([file])[0]}")
        return {"rows_read": connection.execute("SELECT count(*) FROM orders").fetchall()[0][0]}


def count(files: Sequence[str]) -> dict:
    found = duckdb.sql(f"""
        SELECT sum(n)::BIGINT, sum(n * repeats)::BIGINT, sum(n) FILTER (repeats = 0)::BIGINT, count(*) FROM (
            SELECT repeats, first_day, last_day, count(*) AS n FROM (
                SELECT count(*) - 1 AS repeats, min(day) AS first_day, max(day) AS last_day
                FROM ({customer_days(files, money=False)}) GROUP BY customer)
            GROUP BY ALL)""").fetchall()[0]
    return dict(zip(("customers", "repeats", "zero_repeaters", "unique_histories"), found, strict=True))


def rows(into: str, files: Sequence[str]) -> dict:
    duckdb.execute(f"""COPY (
        SELECT customer, min(day) AS first_day, max(day) AS last_day, count(*) - 1 AS repeats, sum(amount) AS amount,
            arg_min(amount, day) AS first_value,
            (sum(amount) - arg_min(amount, day)) / nullif(count(*) - 1, 0) AS mean_repeat_value
        FROM ({customer_days(files, money=True)}) GROUP BY customer) TO '{into}' (FORMAT parquet)""")
    return {"bytes": Path(into).stat().st_size}


if __name__ == "__main__":
    # So that no bar is drawn over what is printed.
    duckdb.execute("SET enable_progress_bar = false")
    what, *arguments = sys.argv[1:]
    match what:
        case "read":
            answer = read(*arguments)
        case "count":
            answer = count(arguments)
        case "rows":
            answer = rows(arguments[0], arguments[1:])
        case _:
            sys.exit(__doc__)
    print(json.dumps(answer))

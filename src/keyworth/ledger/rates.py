"""Currencies: the dated rates that turn a book's currencies into one."""

import csv
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from keyworth.errors import FileUnreadable, RateMissing
from keyworth.ledger.missing_file import no_file
from keyworth.ledger.sql import literal
from keyworth.words import Message

FOREVER = "DATE '9999-12-31'"


def read_rates(path: Path) -> list[tuple[str, date, Decimal]]:
    """A CSV with the columns currency, date, rate: what one unit is worth in the book's currency from that day.

    Raises FileUnreadable naming every line that is not.
    """
    faults: list[str] = []
    rates: list[tuple[str, date, Decimal]] = []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise no_file(path) from None
    except PermissionError:
        raise FileUnreadable(Message("{file} may not be read by this user.", file=str(path))) from None
    except IsADirectoryError:
        raise FileUnreadable(Message("{file} is not a file.", file=str(path))) from None
    except UnicodeDecodeError:
        raise FileUnreadable(
            Message("{path} is not text in UTF-8.", path=str(path)),
            hint=Message("Save the rates as CSV in UTF-8."),
        ) from None
    except OSError as error:
        raise FileUnreadable(
            Message(
                "The rates in {path} cannot be read: {reason}.", path=str(path), reason=error.strerror or str(error)
            )
        ) from error
    rows = csv.DictReader(text.splitlines())
    names = {_plain(name): name for name in rows.fieldnames or ()}
    columns = [next((names[n] for n in synonyms if n in names), None) for synonyms in _SYNONYMS]
    if None in columns:
        raise FileUnreadable(
            Message("{path} has no columns currency, date and rate.", path=str(path)),
            hint=Message("Write a CSV file whose first line is: currency,date,rate"),
        )
    for number, row in enumerate(rows, start=2):
        currency, day, rate = (str(row[column] or "").strip() for column in columns if column)
        try:
            value = Decimal(rate)
            if not re.fullmatch(r"[A-Za-z]{3}", currency) or not 0 < value < 10**9:
                raise ValueError(currency)
            rates.append((currency.upper(), date.fromisoformat(day.replace("/", "-")), value))
        except (ValueError, InvalidOperation):
            faults.append(str(number))
    if faults:
        raise FileUnreadable(
            Message(
                "{path}: lines {lines} are not a currency, a date and a rate.",
                path=str(path),
                lines=faults[:10],
            ),
            hint=Message("A line looks like: HKD,2024-01-01,0.9120"),
        )
    return rates


_SYNONYMS = (("currency", "币种", "货币"), ("date", "day", "日期", "生效日期"), ("rate", "汇率"))


def _plain(name: str) -> str:
    return name.strip().lower()


def rate_spans(book_currency: str) -> str:
    """SQL for `rate_spans`: each rate of the relation `rates` with the days it holds, and the book's own at 1."""
    return f"""
    SELECT currency, day AS since, coalesce(lead(day) OVER (PARTITION BY currency ORDER BY day), {FOREVER}) AS ended,
        rate FROM rates WHERE currency <> {literal(book_currency)}
    UNION ALL SELECT {literal(book_currency)}, DATE '0001-01-01', {FOREVER}, CAST(1 AS DECIMAL(18,8))"""


def check_rates(connection: duckdb.DuckDBPyConnection, book_currency: str) -> None:
    """Raises RateMissing unless every order and refund has a rate on its day, naming each currency that has none."""
    missing = connection.execute(
        """SELECT currency, min(day), count(*) FROM (
            SELECT currency, day FROM orders UNION ALL SELECT currency, day FROM offsets) AS moves
        WHERE NOT EXISTS (SELECT 1 FROM rate_spans AS r
            WHERE r.currency = moves.currency AND moves.day >= r.since AND moves.day < r.ended)
        GROUP BY currency ORDER BY currency"""
    ).fetchall()
    if missing:
        raise RateMissing(
            Message(
                "There are no rates to {book} for {missing}.",
                book=book_currency,
                missing=[
                    Message(
                        "{currency} from {day} ({moves} {moves:order|orders})", currency=currency, day=day, moves=moves
                    )
                    for currency, day, moves in missing
                ],
            ),
            hint=Message("Import a table of rates: --rates rates.csv with the columns currency, date, rate."),
        )

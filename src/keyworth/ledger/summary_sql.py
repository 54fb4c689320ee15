"""Orders to one row per customer, in the SQL that DuckDB and Spark both speak.

Every statement reads the relations `orders` (without superseded ones), `offsets` and, where a book has several
currencies, `rate_spans`; it must run unchanged on both engines, so it uses no function that only one has.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Scope:
    """What the statements need to know of a book: the last day that counts, and what may be left out.

    Without offsets the joins for refunds would only cost time; without several currencies nothing is converted;
    without margins there is nothing to add up (a quarter of the time, measured). `gathered` says that the
    orders of each customer and day stand already added up in `order_days`.
    """

    until: date
    has_offsets: bool
    converts: bool
    has_margin: bool = True
    gathered: bool = False


def order_days(scope: Scope) -> str:
    """One row per customer and day with an order, before refunds: what `order_days` holds where it is gathered."""
    margins = ""
    if scope.has_margin:
        amount = _money("orders", "amount", scope)
        margins = f""", sum({_money("orders", "margin", scope)}) AS margin,
        sum(CASE WHEN orders.margin IS NOT NULL THEN {amount} END) AS amount_with_margin"""
    return f"""
    SELECT customer_no, day, count(*) AS orders, sum({_money("orders", "amount", scope)}) AS amount{margins}
    FROM orders{_rates("orders", "day", scope)} WHERE day <= DATE '{scope.until.isoformat()}'
    GROUP BY customer_no, day"""


def purchase_days(scope: Scope) -> str:
    """One row per customer and day with a purchase: orders, amount, margin, and the amount whose margin is known.

    An order counts if it is dated by `until`; a refund acts if it is dated by `until`. A day on which every
    order is cancelled is none. Orders of one day are one purchase (Fader, Hardie and Lee 2005 merge them too).
    """
    until = f"DATE '{scope.until.isoformat()}'"
    day = f"SELECT * FROM order_days WHERE day <= {until}" if scope.gathered else order_days(scope)
    margins = ", margin, amount_with_margin" if scope.has_margin else ""
    if not scope.has_offsets:
        return day
    return f"""
    SELECT bought.customer_no, bought.day, bought.orders - coalesce(voided, 0) AS orders,
        bought.amount - coalesce(taken, 0) AS amount{margins}
    FROM ({day}) AS bought LEFT JOIN (
        SELECT customer_no AS taker, order_day, sum({_money("offsets", "amount", scope)}) AS taken,
            count(DISTINCT CASE WHEN voids THEN order_no END) AS voided
        FROM offsets{_rates("offsets", "order_day", scope)}
        WHERE offsets.day <= {until} AND order_no IS NOT NULL GROUP BY customer_no, order_day) AS given
        ON taker = bought.customer_no AND order_day = bought.day
    WHERE bought.orders > coalesce(voided, 0)"""


def customers(scope: Scope) -> str:
    """One row per customer with a purchase by `until`.

    `amount` is the sum over all purchase days, `first_amount` that of the first. Refunds that found no order
    are in `adrift_first` or, where they fall after the first purchase day and there is a repeat, `adrift`.
    """
    margins = "CAST(NULL AS DOUBLE) AS margin, CAST(NULL AS DOUBLE) AS amount_with_margin"
    if scope.has_margin:
        margins = "sum(margin) AS margin, sum(amount_with_margin) AS amount_with_margin"
    per_customer = f"""
    SELECT customer_no, min(day) AS first_day, max(day) AS last_day, count(*) AS purchases, sum(orders) AS orders,
        sum(amount) AS amount, min_by(amount, day) AS first_amount, {margins}
    FROM ({purchase_days(scope)}) AS days GROUP BY customer_no"""
    if not scope.has_offsets:
        return f"SELECT *, 0 AS adrift, 0 AS adrift_first FROM ({per_customer}) AS each_customer"
    return f"""
    SELECT each_customer.*, coalesce(after_first, 0) AS adrift,
        coalesce(total, 0) - coalesce(after_first, 0) AS adrift_first
    FROM ({per_customer}) AS each_customer LEFT JOIN (
        SELECT offsets.customer_no AS taker, sum({_money("offsets", "amount", scope)}) AS total,
            sum(CASE WHEN purchases > 1 AND offsets.day > first_day
                THEN {_money("offsets", "amount", scope)} END) AS after_first
        FROM offsets{_rates("offsets", "day", scope)} JOIN ({per_customer}) AS theirs
            ON theirs.customer_no = offsets.customer_no
        WHERE order_no IS NULL AND offsets.day <= DATE '{scope.until.isoformat()}'
        GROUP BY offsets.customer_no) AS adrift_refunds ON taker = each_customer.customer_no"""


def spend_between(scope: Scope, after: date) -> str:
    """One row per customer who bought after one day and by `until`: purchases and money, net of refunds.

    Margins are of the orders, before refunds.
    """
    later = f"DATE '{after.isoformat()}'"
    adrift, margins, sums = "", "", "CAST(NULL AS DOUBLE) AS margin, CAST(NULL AS DOUBLE) AS amount_with_margin"
    if scope.has_margin:
        margins = ", margin, amount_with_margin"
        sums = "sum(margin) AS margin, sum(amount_with_margin) AS amount_with_margin"
    if scope.has_offsets:
        adrift = f"""
        UNION ALL SELECT offsets.customer_no, 0 AS purchase, - {_money("offsets", "amount", scope)} AS amount
            {", NULL, NULL" if margins else ""}
        FROM offsets{_rates("offsets", "day", scope)}
        WHERE order_no IS NULL AND offsets.day > {later} AND offsets.day <= DATE '{scope.until.isoformat()}'"""
    return f"""
    SELECT customer_no, sum(purchase) AS purchases, sum(amount) AS amount, {sums} FROM (
        SELECT customer_no, 1 AS purchase, amount{margins} FROM ({purchase_days(scope)}) AS days
        WHERE day > {later}{adrift}
    ) AS moves GROUP BY customer_no"""


def purchases_by_day(scope: Scope, known_by: date, born_after: date | None = None) -> str:
    """One row per day: purchases of those who came by `known_by`, and how many of them were a customer's first.

    With `born_after`, of those only who came after it.
    """
    days = purchase_days(scope)
    born = f" AND first_day > DATE '{born_after.isoformat()}'" if born_after else ""
    return f"""
    SELECT day, count(*) AS purchases, sum(CASE WHEN day = first_day THEN 1 ELSE 0 END) AS first_purchases,
        sum(amount) AS amount
    FROM (SELECT day, amount, min(day) OVER (PARTITION BY customer_no) AS first_day FROM ({days}) AS days) AS dated
    WHERE first_day <= DATE '{known_by.isoformat()}'{born} GROUP BY day"""


def refunds_by_rule(scope: Scope) -> str:
    """One row per rule by which refunds were matched: the money given back by then."""
    return f"""
    SELECT how, CAST(sum({_money("offsets", "amount", scope)}) AS DOUBLE) AS amount
    FROM offsets{_rates("offsets", "day", scope)}
    WHERE offsets.day <= DATE '{scope.until.isoformat()}' GROUP BY how ORDER BY how"""


def histories(scope: Scope, *, gaps: bool = False) -> str:
    """The distinct histories with how many customers share each: all that a fit needs.

    Days since the first purchase, sorted, so that sums over them come out the same every time. With `gaps` also
    `log_gaps`, the sum of ln(days from one purchase to the next) over all customers who share a history: in
    decimals, so that its last digit does not depend on the order in which an engine adds. It is asked for only
    where it is needed: the days of every customer must be brought in order for it.
    """
    days, each, all_of = purchase_days(scope), "", ""
    if gaps:
        # What a day less a day is, a number or an interval of days, differs between engines; cast, it does not.
        since = "CAST(day - lag(day) OVER (PARTITION BY customer_no ORDER BY day) AS BIGINT)"
        days = f"SELECT customer_no, day, CAST(ln({since}) AS DECIMAL(18,12)) AS log_gap FROM ({days}) AS dated"
        each, all_of = ", coalesce(sum(log_gap), 0) AS log_gaps", ", sum(log_gaps) AS log_gaps"
    return f"""
    SELECT purchases - 1 AS repeats, first_day, last_day, count(*) AS customers{all_of}
    FROM (SELECT customer_no, min(day) AS first_day, max(day) AS last_day, count(*) AS purchases{each}
        FROM ({days}) AS days GROUP BY customer_no) AS each_customer
    GROUP BY purchases, first_day, last_day ORDER BY repeats, first_day, last_day"""


def _money(relation: str, column: str, scope: Scope) -> str:
    amount = f"{relation}.{column}"
    return f"CAST({amount} * {relation}_rate.rate AS DECIMAL(18,4))" if scope.converts else amount


def _rates(relation: str, day: str, scope: Scope) -> str:
    if not scope.converts:
        return ""
    rate = f"{relation}_rate"
    return (
        f" JOIN rate_spans AS {rate} ON {rate}.currency = {relation}.currency"
        f" AND {relation}.{day} >= {rate}.since AND {relation}.{day} < {rate}.ended"
    )

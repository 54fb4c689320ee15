"""Purchases to occasions, in the SQL that DuckDB and Spark both speak; see `summary_sql` for what it reads.

An occasion is a piece of the calendar. Years and months are those of the calendar, for a gift of every June would
drift over the edge of years counted from the first gift; weeks are blocks of seven days counted back from the last
day, so that none is cut short.
"""

from calendar import monthrange
from datetime import date

from keyworth.ledger.summary_sql import Scope, purchase_days
from keyworth.units import TimeUnit


def occasions(scope: Scope, unit: TimeUnit, born_after: date | None = None) -> str:
    """The distinct histories of occasions with how many customers share each: all that a fit needs.

    A customer's occasions are those after that of their first purchase, as far as they are over by `until`: 0 of
    them where the first purchase falls in the last one or later. An occasion with several purchases counts once.
    With `born_after`, of those only who came after that day. Sorted, so that sums come out the same every time.
    """
    last = _last_over(scope.until, unit)
    born = f"HAVING min(first_day) > DATE '{born_after.isoformat()}'" if born_after else ""
    bought_on = f"""
    SELECT customer_no, {_number("day", unit, scope.until)} AS occasion, min(day) AS first_day
    FROM ({purchase_days(scope)}) AS days GROUP BY customer_no, {_number("day", unit, scope.until)}"""
    each_customer = f"""
    SELECT customer_no, min(occasion) AS earliest, max(CASE WHEN occasion <= {last} THEN occasion END) AS latest,
        count(CASE WHEN occasion <= {last} THEN 1 END) AS taken
    FROM ({bought_on}) AS bought_on GROUP BY customer_no {born}"""
    return f"""
    SELECT repeats, last_repeat, occasions, count(*) AS customers FROM (
        SELECT greatest(taken - 1, 0) AS repeats, coalesce(latest - earliest, 0) AS last_repeat,
            greatest({last} - earliest, 0) AS occasions
        FROM ({each_customer}) AS each_customer) AS told
    GROUP BY repeats, last_repeat, occasions ORDER BY repeats, last_repeat, occasions"""


def _number(day: str, unit: TimeUnit, until: date) -> str:
    """The number of a day's occasion: one more for the next one, whatever the first is called."""
    if unit is TimeUnit.YEAR:
        return f"CAST(extract(YEAR FROM {day}) AS BIGINT)"
    if unit is TimeUnit.MONTH:
        return f"CAST(extract(YEAR FROM {day}) * 12 + extract(MONTH FROM {day}) AS BIGINT)"
    # Days between dates are a number to one engine and an interval to the other; cast, they are the same.
    before = f"CAST(DATE '{until.isoformat()}' - {day} AS BIGINT)"
    return f"CAST(-floor({before} / {round(unit.days)}) AS BIGINT)"


def _last_over(until: date, unit: TimeUnit) -> int:
    """The number of the last occasion that is over by the end of `until`."""
    month_is_over = until.day == monthrange(until.year, until.month)[1]
    if unit is TimeUnit.YEAR:
        return until.year if month_is_over and until.month == 12 else until.year - 1
    if unit is TimeUnit.MONTH:
        return until.year * 12 + until.month - (0 if month_is_over else 1)
    return 0

"""What is to be heard before a figure, because the question itself may be a slip of the pen."""

from datetime import date

from keyworth.words import Message

_LONG_AFTER_DAYS = 31
_LONG_AHEAD = 2.0  # times the ledger's own length


def unusual_questions(as_of: date, last_order: date, *, horizon_days: float, ledger_days: float) -> tuple[Message, ...]:
    """All that is unusual about a day and a horizon."""
    return (*far_from_the_orders(as_of, last_order), *far_beyond_the_ledger(horizon_days, ledger_days))


def far_from_the_orders(as_of: date, last_order: date) -> tuple[Message, ...]:
    """Said of a day more than a month after the last order: few people mean one."""
    days = (as_of - last_order).days
    if days <= _LONG_AFTER_DAYS:
        return ()
    return (
        Message(
            "{day} is {days} days after the last order; everybody is taken not to have bought since.",
            day=as_of,
            days=days,
        ),
    )


def far_beyond_the_ledger(horizon_days: float, ledger_days: float) -> tuple[Message, ...]:
    """Said of a horizon at least twice as long as the time of which anything is known."""
    if horizon_days < _LONG_AHEAD * ledger_days:
        return ()
    times = horizon_days / ledger_days
    return (
        Message(
            "The horizon ({ahead} {ahead:day|days}) is {times} times as long as the ledger ({known} "
            "{known:day|days}): most of what is said of it is extrapolation. A shorter horizon is surer.",
            ahead=round(horizon_days),
            times=round(times) if times >= 10 else round(times, 1),
            known=round(ledger_days),
        ),
    )

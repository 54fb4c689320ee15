"""What is to be heard before a figure, because the question itself may be a slip of the pen."""

from datetime import date

from keyworth.words import Message

_LONG_AFTER_DAYS = 31


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

"""What a reader of a back-test must know beside its figures."""

from datetime import date

import numpy as np

from keyworth.backtest import Origin, days_unknown
from keyworth.ledger import Ledger
from keyworth.runs.choose_model import AskedModels
from keyworth.runs.past_origins import LookedBack, SeenOrigin
from keyworth.words import Message


def no_margin_yet(ledger: Ledger, seen: SeenOrigin) -> tuple[Message, ...]:
    """Why money is revenue where a value book of today is in margin."""
    if not ledger.has_margin or seen.base.basis != "revenue":
        return ()
    return (
        Message(
            "Money is revenue here, not margin: by {day} the ledger told no margin.",
            day=seen.origin.as_of,
        ),
    )


def about_the_choice(asked: AskedModels, latest: Origin) -> tuple[Message, ...]:
    """That a value book of today may rest on another model: it knows what has come since."""
    if asked.choice is None:
        return ()
    return (
        Message(
            "The model was chosen by what was known on {day}; a value book of a later day may rest on another.",
            day=latest.as_of,
        ),
    )


def about_days_left_out(looked_at: int, in_all: int) -> tuple[Message, ...]:
    """That not all past days that fit were looked at."""
    if looked_at == in_all:
        return ()
    return (
        Message(
            "Of {in_all} past days that fit the latest {looked_at} are looked at.", in_all=in_all, looked_at=looked_at
        ),
    )


def about_the_days(origin: Origin, last_order: date) -> tuple[Message, ...]:
    """What is odd about the days of an origin that a person chose."""
    unknown, known = days_unknown(origin.end, last_order), origin.calibration_days
    said: list[Message] = []
    if known < origin.holdout_days:
        said.append(
            Message(
                "Only {known} {known:day|days} are known by {day}, fewer than are held back.",
                known=known,
                day=origin.as_of,
            )
        )
    if unknown:
        said.append(
            Message(
                "The last order is {days} {days:day|days} older than the end of the hold-out period; nobody is taken "
                "to have bought in them.",
                days=unknown,
            )
        )
    return tuple(said)


def about_valuing(seen: LookedBack) -> tuple[Message, ...]:
    """The notes of the latest origin's value book; those on its interval count past days as a back-test does."""
    valuation, total = seen.latest.valuation, seen.totals[-1]
    own = valuation.base.not_widened
    if own is None:
        return valuation.notes
    earlier = len(seen.totals) - 1
    said = Message(
        "Before {day} {earlier} past {earlier:day|days} told how far totals miss, and 2 are needed: the interval of "
        "that total is the model's own, and too narrow if the coming time differs from the past.",
        day=total.origin,
        earlier=earlier,
    )
    return tuple(said if note is own else note for note in valuation.notes)


def about_refunds(seen: SeenOrigin) -> tuple[Message, ...]:
    """Who gave back as much as they spent, or more: no forecast of amounts speaks of them."""
    if seen.base.spend is None:
        return ()
    customers = int(np.count_nonzero((seen.spend <= 0) & ((seen.purchases > 0) | (seen.spend < 0))))
    if not customers:
        return ()
    return (
        Message(
            "{customers} {customers:customer|customers} brought nothing or less in the hold-out period although they "
            "bought or gave back; where chances are judged, that is nothing.",
            customers=customers,
        ),
    )

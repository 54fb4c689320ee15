"""Why a customer is worth what the book says, in a sentence."""

import math
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from keyworth.units import Ago, Money, Share
from keyworth.value.risk_map import probably_gone
from keyworth.words import Message

Floats = NDArray[np.float64]

NEW, ONE_TIME, STEADY, DEAR, OVERDUE, GONE = range(6)
KINDS = ("new", "one_time", "steady", "dear", "overdue", "gone")

_LATE = 2.0  # times one's own rhythm
_DEAR = 2.0  # times what a purchase of this base brings


@dataclass(frozen=True, slots=True, eq=False)
class Reasons:
    """What sentences are made of, shape (n,): kind (index into KINDS), days between purchases, days since.

    `usual_gap`: days between purchases of this base's repeat customers. `chance` is NaN where nobody can tell who
    has left; then no sentence names one. A sentence is made when asked for.
    """

    kind: NDArray[np.int8]
    every: Floats
    since: Floats
    chance: Floats
    per_purchase: Floats | None
    usual_gap: float
    usual_spend: float | None

    def sentence(self, row: int, currency: str) -> Message:
        """The reason for one customer."""
        kind, ago = int(self.kind[row]), Ago(round(float(self.since[row])))
        every, chance = max(1, round(float(self.every[row]))), float(self.chance[row])
        told = None if math.isnan(chance) else Share(chance)
        if kind == NEW:
            return Message(
                "First bought {ago} and not again yet; those who return take about {usual} {usual:day|days}, so "
                "it is too early to tell.",
                ago=ago,
                usual=max(1, round(self.usual_gap)),
            )
        if kind == ONE_TIME:
            return _bought_once(ago, told)
        if kind == GONE and told is not None:
            return Message(
                "Bought about every {every} {every:day|days}, but not for {since} {since:day|days}: has "
                "probably left, chance of being a "
                "customer {chance}.",
                every=every,
                since=ago.days,
                chance=told,
            )
        if kind == OVERDUE:
            return _overdue(every, ago, told)
        if kind == DEAR and self.per_purchase is not None and self.usual_spend:
            spend = float(f"{self.per_purchase[row]:.3g}")  # an estimate claims no more digits
            return Message(
                "Buys about every {every} {every:day|days}, last {ago}, and spends about {spend} each time, "
                "{times} times what others spend.",
                every=every,
                ago=ago,
                spend=Money(Decimal(f"{spend:.2f}"), currency),
                times=round(spend / self.usual_spend, 1),
            )
        return Message(
            "Buys about every {every} {every:day|days} and last bought {ago}: in rhythm.", every=every, ago=ago
        )

    def without_chances(self) -> "Reasons":
        """The same, where nobody can tell who has left: only what was seen is said, and nobody has probably left."""
        seen = np.where(self.since > _LATE * self.every, OVERDUE, STEADY)
        kind = np.where(self.kind == GONE, seen, self.kind).astype(np.int8)
        return replace(self, kind=kind, chance=np.full(kind.shape, np.nan))


def _bought_once(ago: Ago, chance: Share | None) -> Message:
    if chance is None:
        return Message("Bought once, {ago}, and not since.", ago=ago)
    return Message("Bought once, {ago}, and not since; chance of being a customer {chance}.", ago=ago, chance=chance)


def _overdue(every: int, ago: Ago, chance: Share | None) -> Message:
    if chance is None:
        return Message(
            "Buys about every {every} {every:day|days}, but last bought {ago}: overdue by their own rhythm.",
            every=every,
            ago=ago,
        )
    return Message(
        "Buys about every {every} {every:day|days}, but last bought {ago}: overdue by their own rhythm; "
        "chance of being a customer {chance}.",
        every=every,
        ago=ago,
        chance=chance,
    )


def reasons(
    repeats: Floats,
    last_repeat_days: Floats,
    observed_days: Floats,
    chance: Floats,
    per_purchase: Floats | None = None,
) -> Reasons:
    """The pattern of each customer, from arrays of shape (n,), times in days since the first purchase.

    One-time buyers are new until twice the usual gap has passed, unless they have probably left by then. Repeat
    customers have probably left where the chance of being a customer is below a half; are overdue after twice their own
    rhythm; and are dear where a purchase of theirs is expected to bring twice what a purchase brings on average here.
    """
    since = observed_days - last_repeat_days
    again = repeats > 0
    every = np.divide(last_repeat_days, repeats, out=np.zeros_like(since), where=again)
    bought = float(repeats.sum())
    usual_gap = float(last_repeat_days.sum()) / bought if bought else float(observed_days.max(initial=1.0))
    usual_spend = None
    dear = np.zeros(again.shape, dtype=np.bool_)
    if per_purchase is not None and per_purchase.size:
        usual_spend = float(per_purchase.mean())
        dear = (per_purchase >= _DEAR * usual_spend) & (usual_spend > 0)
    left = probably_gone(1.0 - chance)
    kind = np.select(
        [~again & ~left & (since <= _LATE * usual_gap), ~again, left, since > _LATE * every, dear],
        [NEW, ONE_TIME, GONE, OVERDUE, DEAR],
        STEADY,
    )
    return Reasons(kind.astype(np.int8), every, since, chance, per_purchase, usual_gap, usual_spend)

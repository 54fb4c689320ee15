"""Fitting BG/BB: what to refuse, where to start."""

import itertools

import numpy as np

from keyworth.behaviour.fit import Fit, fit_from
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.newton import maximise
from keyworth.behaviour.occasions.bg_bb_likelihood import BgBbLikelihood
from keyworth.behaviour.occasions.bg_bb_silence import B, log_taken, silence
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories
from keyworth.behaviour.parameters import from_array
from keyworth.behaviour.steady_sums import dot
from keyworth.errors import NotEnoughHistory
from keyworth.words import Message

_RANGE = np.full(4, np.log(1e5))  # how far, up or down, each parameter may move from 1
_CLIMBS = 3
_SCOUTS = 2_000  # distinct histories on which a large fit looks for its starting point
# With n occasions there are n(n+1)/2 + 1 kinds of history: 4 at two, which four parameters would only redraw.
_LEAST_OCCASIONS = 3


def fit_bg_bb(histories: OccasionHistories, kind: type[B], model: str) -> Fit[B]:
    """Maximum likelihood from the best of a fixed grid of starts. Raises NotEnoughHistory.

    The most likely starts are climbed from and the highest end is kept, so no start is ever better than the result.
    A large sample is first climbed on an even selection of its histories.
    """
    h = histories.distinct()
    refuse_too_little(h)
    scouted = _selection(h)
    starts = sorted(_starts(h), key=lambda start: -_likely(from_array(kind, np.exp(start)), scouted))[:_CLIMBS]
    scout = BgBbLikelihood(scouted, kind)
    highest = max((maximise(scout, start, -_RANGE, _RANGE) for start in starts), key=lambda climb: climb.value)
    if scouted is not h:
        highest = maximise(BgBbLikelihood(h, kind), highest.at, -_RANGE, _RANGE)
    return fit_from(
        highest, kind, model=model, unit=h.unit,
        customers=float(h.customers.sum()), unique_histories=len(h),
    )  # fmt: skip


def _selection(h: OccasionHistories) -> OccasionHistories:
    """Every so-manieth of the histories, which lie in order: a small sample that resembles the whole."""
    every = len(h) // _SCOUTS
    return h if every < 2 else h.rows(slice(None, None, every))


def _likely(p: B, h: OccasionHistories) -> float:
    """The log-likelihood alone, which is a good deal quicker than with its derivatives."""
    return dot(h.customers, log_taken(p, h) + np.log(silence(p, h)[0]))


def refuse_too_little(h: OccasionHistories) -> None:
    """Raise NotEnoughHistory where no parameter of buying and leaving could be told from any other."""
    customers, longest = float(h.customers.sum()), int(h.occasions.max(initial=0))
    counts = {
        "customers": round(customers),
        "repeaters": round(float(h.customers[h.repeats > 0].sum())),
        "occasions": longest,
    }
    if customers < 5:
        raise NotEnoughHistory(
            Message(
                "{customers} {customers:customer is|customers are} too few to tell how customers differ.", **counts
            ),
            hint=Message("At least 5 are needed, and a few hundred for a result worth having."),
            counts=counts,
        )
    if longest < _LEAST_OCCASIONS:
        raise NotEnoughHistory(
            Message(
                "Nobody has had more than {occasions} {occasions:occasion|occasions} after the one of the first "
                "purchase; at least {needed} are needed to tell leaving from pausing.",
                needed=_LEAST_OCCASIONS,
                **counts,
            ),
            hint=Message("Count shorter occasions, such as months for years, or import a longer history."),
            counts=counts,
        )
    if counts["repeaters"] == 0:
        raise NotEnoughHistory(
            Message(
                "None of {customers} {customers:customer|customers} has bought again on a later occasion.", **counts
            ),
            hint=Message("Wait for repeat purchases, or import a longer history."),
            counts=counts,
        )


def _starts(h: OccasionHistories) -> list[Floats]:
    """Around the share of occasions taken before the last purchase: customers alike or not, leaving early or late."""
    taken = dot(h.customers, h.repeats) / dot(h.customers, h.last_repeat)
    means = (taken, taken / 2) if taken < 1.0 else (0.95, 0.5)
    return [
        np.log([mean * size, (1.0 - mean) * size, leaving * spread, (1.0 - leaving) * spread])
        for mean, size, leaving, spread in itertools.product(means, (0.5, 3.0), (0.03, 0.15, 0.4), (0.5, 3.0))
    ]

"""Who sent whom."""

import numpy as np

from keyworth.sample.seasons import Ints
from keyworth.sample.tickets import NONE
from keyworth.sample.visits import Visits

_SENT = 0.18  # of customers


def draw_referrers(visits: Visits, rng: np.random.Generator) -> Ints:
    """The customer who sent each customer, or NONE; shape (customers,).

    Whoever sends somebody has bought on an earlier day, so nobody can have been sent by someone they brought;
    and who buys often sends more.
    """
    first_day = visits.day[visits.first_visit]
    by_day = np.argsort(visits.day, kind="stable")
    earlier = np.searchsorted(visits.day[by_day], first_day, side="left")
    chosen = np.floor(rng.random(len(first_day)) * earlier).astype(np.int64)
    sender = visits.customer[by_day[chosen]]
    return np.where((rng.random(len(first_day)) < _SENT) & (earlier > 0), sender, NONE)

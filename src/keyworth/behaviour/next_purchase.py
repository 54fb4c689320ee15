"""When the next purchase comes, for any buying model: from its chances of none.

A customer who has left never buys again, so the chance that the next purchase comes within t rises to less than 1,
and a share of customers like this one may never come: their time is infinite.
"""

from typing import Any

import numpy as np

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.spans import refuse_ahead, refuse_share

# The chance of buying within t is asked for at times a twentieth apart (in the logarithm), from a thousandth of a
# unit; a straight line in ln t between them is wrong by less than a thousandth of the answer.
_EVERY = 0.05
_SOONEST = 1e-3


def chance_of_purchase(model: BuyingModel[Any], p: Any, h: PurchaseHistories, within: float) -> Floats:
    """The chance that each buys at all in the next `within`, shape (n,)."""
    return np.asarray(1.0 - model.count_distribution_ahead(p, h, within, 0)[:, 0], dtype=np.float64)


def time_to_next_purchase(
    model: BuyingModel[Any], p: Any, h: PurchaseHistories, share: float = 0.5, *, within: float
) -> Floats:
    """By when the next purchase has come with chance `share` (0.5: the median), shape (n,), in the unit of the fit.

    Infinite where that chance is not reached within `within`: for those who have probably left. Relative error
    below 1e-3. Raises ParametersRefused for a share that is no chance, or a time that is none or never ends.
    """
    refuse_ahead(within)
    refuse_share(share)
    times = np.exp(np.arange(np.log(_SOONEST), np.log(max(within, 2 * _SOONEST)), _EVERY))
    times = np.append(times[times < within], within)
    found = np.full(len(h), np.inf)
    before, sooner = np.zeros(len(h)), 0.0
    for time in times:
        waiting = np.flatnonzero(np.isinf(found))
        if not waiting.size:
            break
        now = chance_of_purchase(model, p, h.rows(waiting), float(time))
        reached = now >= share
        part = (share - before[waiting][reached]) / np.maximum(now[reached] - before[waiting][reached], 1e-300)
        # In ln t, but for the first step, which begins at nothing.
        between = sooner * (time / sooner) ** part if sooner > 0.0 else time * part
        found[waiting[reached]] = between
        before[waiting] = now
        sooner = float(time)
    return found

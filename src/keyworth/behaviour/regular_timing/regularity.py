"""How regularly customers buy: two estimates of k that need no model of leaving.

Where the gaps of each customer are Gamma(k, λ) with a λ of their own, k = 1 is random buying, more is a rhythm, and
less is buying in bursts. Both estimates read only finished gaps, so people who left do not disturb them.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, polygamma

from keyworth.behaviour.histories import Floats
from keyworth.errors import NotEnoughHistory
from keyworth.words import Message

FEWEST_GAPS = 10  # from which on a customer's own k is worth estimating


def wheat_morrison(purchase_days: Iterable[ArrayLike]) -> float:
    """One k for all, from each customer's last two gaps.

    `purchase_days`: for each customer the distinct times of purchase, in order, the first included; only those with
    three or more count. The share of the one gap in both is then Beta(k, k) whatever λ is, and its variance about
    one half 1 / (4·(2k + 1)). Which of the two comes first says nothing, so the variance is taken about one half and
    not about the mean. Raises NotEnoughHistory unless two customers have three purchases, with gaps that differ.
    Source: Wheat and Morrison (1990), Estimating Purchase Regularity with Two Interpurchase Times, Journal of
    Marketing Research 27(1), 87-93.
    """
    pairs = np.array([gaps[-2:] for gaps in _gaps(purchase_days, 2)], dtype=np.float64).reshape(-1, 2)
    variance = float(np.square(pairs[:, 0] / pairs.sum(axis=1) - 0.5).mean()) if len(pairs) > 1 else 0.0
    if variance == 0.0:
        raise _too_few(len(pairs), 3)
    return (1.0 - 4.0 * variance) / (8.0 * variance)


def own_regularities(purchase_days: Iterable[ArrayLike], fewest: int = FEWEST_GAPS) -> Floats:
    """The most likely k of each customer with `fewest` gaps or more, in order; their median tells of the sample.

    The likelihood of Gamma(k, λ) has its maximum where ln k − ψ(k) is the logarithm of the mean gap less the mean
    of the logarithms. Raises NotEnoughHistory where nobody has so many gaps. Gaps all alike have an infinite k.
    """
    spread = np.array([np.log(gaps.mean()) - np.log(gaps).mean() for gaps in _gaps(purchase_days, fewest)])
    if not spread.size:
        raise _too_few(0, fewest + 1)
    alike = spread <= 1e-12
    spread = np.where(alike, 1.0, spread)
    # Newton's method in 1/k, from a start that is right to 1.5% (Minka 2002): a few steps reach the last digit.
    k = (3.0 - spread + np.sqrt((spread - 3.0) ** 2 + 24.0 * spread)) / (12.0 * spread)
    for _ in range(8):
        k = 1.0 / (1.0 / k + (np.log(k) - digamma(k) - spread) / (k**2 * (1.0 / k - polygamma(1, k))))
    return np.where(alike, np.inf, k)


def _gaps(purchase_days: Iterable[ArrayLike], fewest: int) -> Sequence[Floats]:
    each = (np.diff(np.asarray(days, dtype=np.float64)) for days in purchase_days)
    return [gaps for gaps in each if len(gaps) >= fewest]


def _too_few(customers: int, purchases: int) -> NotEnoughHistory:
    return NotEnoughHistory(
        Message(
            "{customers} {customers:customer has|customers have} bought on {purchases} days or more, with gaps that "
            "differ: too few to tell how regularly they buy.",
            customers=customers,
            purchases=purchases,
        ),
        hint=Message("Wait for more purchases, or import a longer history."),
        counts={"customers": customers},
    )

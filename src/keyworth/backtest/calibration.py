"""Are chances what they claim to be? Where outcomes stand in their own distributions, and what intervals hold of them.

If forecasts are right, places are spread evenly between 0 and 1 (Dawid 1984), and a central interval of 80% holds 80 of
100. A count stands at random within the jump of its distribution (Czado, Gneiting and Held 2009, Biometrics 65,
1254-1261), so an interval that would hold too many for being made of whole numbers holds, in the mean, what it claims.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.backtest.distribution_scores import DistributionScores
from keyworth.backtest.scores import Scores
from keyworth.units import Share
from keyworth.words import Message
from keyworth.words.formatting import measure

Floats = NDArray[np.float64]

_POINTS = 0.02  # as near as anybody needs to know a chance
_SURE = 1.96  # standard errors: what is off by less may be luck


def pit_ks(places: ArrayLike) -> float | None:
    """How far the places are from evenly spread: Kolmogorov's distance, 0 at best; None of nobody.

    Of n customers whose chances are right it stays below 1.36 / √n 95 times in 100.
    """
    at = np.sort(np.asarray(places, dtype=np.float64))
    if not at.size:
        return None
    steps = np.arange(at.size + 1) / at.size
    return float(max((steps[1:] - at).max(), (at - steps[:-1]).max()))


def inside(places: ArrayLike, level: float) -> float | None:
    """The part that stands in the middle `level` of its own distribution; None of nobody."""
    at = np.asarray(places, dtype=np.float64)
    return float((np.abs(at - 0.5) <= level / 2.0).mean()) if at.size else None


def with_distributions(scores: Scores, found: DistributionScores, places: Floats | None = None) -> Scores:
    """The scores of expectations, and those of whole distributions beside them.

    `places` are those that intervals are tried on, where not all of `found` are: of spend, of those who bought.
    """
    tried = found.pit if places is None else places
    return replace(
        scores,
        log_score=float(found.log_score.mean()) if len(found) else None,
        crps=float(found.crps.mean()) if len(found) else None,
        pit_ks=pit_ks(found.pit),
        calibration_customers=int(tried.size),
        calibration_80=inside(tried, 0.80),
        calibration_90=inside(tried, 0.90),
        calibration_95=inside(tried, 0.95),
    )


def calibration_verdict(scores: Scores, *, what: Message, of_buyers: bool = False) -> tuple[Message, ...]:
    """One sentence on whether the model's chances can be relied on; none where they were not scored.

    Off is what misses its level by more than two points and by more than luck. `what` was foretold, as for `verdict`;
    `of_buyers` says that intervals were tried on those who bought.
    """
    a, b, c = scores.calibration_80, scores.calibration_90, scores.calibration_95
    customers = scores.calibration_customers
    if a is None or b is None or c is None or customers is None:
        return ()
    off = [_off(part, level, customers) for part, level in zip((a, b, c), (0.80, 0.90, 0.95), strict=True)]
    values = {
        "a": Share(a),
        "b": Share(b),
        "c": Share(c),
        "customers": customers,
        "log_score": measure(scores.log_score),
        "crps": measure(scores.crps),
        "distance": measure(scores.pit_ks),
    }
    told = (
        Message(
            "80, 90 and 95% intervals held {a}, {b} and {c} of the {customers} who bought (log score {log_score}, "
            "CRPS {crps}, PIT distance {distance})",
            **values,
        )
        if of_buyers
        else Message(
            "80, 90 and 95% intervals held {a}, {b} and {c} of {customers} {customers:customer|customers} "
            "(log score {log_score}, CRPS {crps}, PIT distance {distance})",
            **values,
        )
    )
    if not any(off):
        return (Message("{what}: the model's chances can be relied on: {told}.", what=what, told=told),)
    if min(off) >= 0:
        return (Message("{what}: the model is more careful than it need be: {told}.", what=what, told=told),)
    if max(off) <= 0:
        return (Message("{what}: the model is too sure of itself: {told}.", what=what, told=told),)
    return (Message("{what}: the model's chances cannot be relied on: {told}.", what=what, told=told),)


def too_sure(scores: Scores) -> bool:
    """Whether 80% intervals held fewer than they claim, by more than two points and more than luck."""
    part, customers = scores.calibration_80, scores.calibration_customers
    return part is not None and bool(customers) and _off(part, 0.80, customers or 1) < 0


def _off(part: float, level: float, customers: int) -> float:
    """How much more (+) or less (-) an interval holds than it claims; 0 where that is little or may be luck."""
    luck = _SURE * (level * (1.0 - level) / customers) ** 0.5
    return part - level if abs(part - level) > max(_POINTS, luck) else 0.0

"""Whether the past kept what "eight times in ten" promises."""

import math

from keyworth.value.base_figure import BaseFigure
from keyworth.words import Message

_PROMISED = 0.8
_TOO_RARE = 0.1  # as few hits as these, or fewer, would come less often than this if the promise held


def broken_promise(base: BaseFigure) -> Message | None:
    """What to say beside the figure where past totals lay outside their 80% interval too often; else None.

    Judged are the days whose interval was widened by earlier misses, as this one is. None too where nothing is
    promised, because it was not measured how far totals miss.
    """
    if base.not_widened is not None or base.judged is None or base.inside_80 is None:
        return None
    dates, inside = base.judged, base.inside_80
    if _at_most(inside, dates) >= _TOO_RARE:
        return None
    return Message(
        "Do not count on eight times in ten: at {dates} past dates the interval was widened as this one is, and the "
        "total that came lay within it {inside} {inside:time|times}. It may be too narrow here as well.",
        dates=dates,
        inside=inside,
    )


def _at_most(inside: int, dates: int) -> float:
    """The chance of so few hits or fewer, if each date had the promised chance of one."""
    return math.fsum(
        math.comb(dates, hits) * _PROMISED**hits * (1 - _PROMISED) ** (dates - hits) for hits in range(inside + 1)
    )

"""How the rows and columns of a report are called."""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from keyworth.report.voice import Voice
from keyworth.value import Cohort
from keyworth.words import Message

Floats = NDArray[np.float64]


def cohort_label(cohort: Cohort, voice: Voice) -> str:
    """The quarter in which they first bought."""
    quarter = (cohort.first_day.month - 1) // 3 + 1
    return voice.say(Message("Q{quarter} {year}", quarter=quarter, year=str(cohort.first_day.year)))


def recency_labels(edges: Floats, voice: Voice) -> list[str]:
    """The rows: "0–30 days", "over a year"."""
    made = []
    for low, high in pairwise(edges):
        if math.isinf(high):
            made.append(voice.say(Message("over {days} d", days=int(low) - 1)))
        else:
            between = ("～" if voice.lang == "zh" else "–").join((str(int(low)), str(int(high) - 1)))
            made.append(voice.say(Message("{between} d", between=between)))
    return made


def purchase_labels(edges: Floats, voice: Voice) -> list[str]:
    """The columns: "once", "3–4 times", "10 times or more"."""
    made = []
    for low, high in pairwise(edges):
        if math.isinf(high):
            times = f"{int(low)}+"
        elif high - low <= 1:
            times = str(int(low))
        else:
            times = ("～" if voice.lang == "zh" else "–").join((str(int(low)), str(int(high) - 1)))
        made.append(voice.say(Message("{times}×", times=times)))
    return made

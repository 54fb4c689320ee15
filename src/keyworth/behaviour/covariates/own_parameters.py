"""Parameters of every customer's own: the dataclass of a model with arrays where it has numbers.

The formulas of most models are told row by row, so that they take an array (n,) for each parameter as they take a
number. Each file that is asked in this way says so in `one_by_one`.
"""

from typing import Any

import numpy as np

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.parameters import P, climbed, names


def each_own(everybody: P, logs: Floats) -> P:
    """Parameters of n customers from the logarithms of the climbed ones, (n, b); what was chosen is everybody's.

    What makes the dataclass check its numbers is passed by: exponentials are above zero.
    """
    found: Any = object.__new__(type(everybody))
    own = dict(zip(climbed(everybody), np.exp(logs).T, strict=True))
    for name in names(everybody):
        object.__setattr__(found, name, own.get(name, getattr(everybody, name)))
    told: P = found
    return told

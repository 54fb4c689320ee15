"""How well a whole predictive distribution foretold what came, customer by customer."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# The chance below which a float ends: whoever did what was all but impossible gets its logarithm, -708, not minus
# infinity, so that one customer cannot hide what all others say.
SMALLEST = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True, eq=False)
class DistributionScores:
    """Arrays of shape (n,), one entry for each customer that was judged.

    log_score: the logarithm of the chance that was given to what came, in nats; higher is better. crps: the
    continuous ranked probability score, in the unit of what was foretold; lower is better, 0 is to have been
    certain and right, and of a forecast of one figure it is the absolute error. pit: where what came stands in its
    own distribution, from 0 to 1, at random within a jump of it; if the distributions are right, the places of all
    customers are spread evenly.
    Sources: Gneiting and Raftery (2007), Journal of the American Statistical Association 102, 359-378; Czado,
    Gneiting and Held (2009), Biometrics 65, 1254-1261.
    """

    log_score: Floats
    crps: Floats
    pit: Floats

    def __len__(self) -> int:
        return int(self.pit.size)

"""Is what we choose worse than a peer, beyond what chance explains? Customers are drawn again, all in pairs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from accuracy_seen import Seen

from keyworth.backtest.paired_bootstrap import drawn_again, means_over_origins

DRAWS = 1_000
_SAME = 1e-5  # what two programs differ by that stopped at the same maximum
MEASURES = ("RMSE", "log score", "CRPS")


@dataclass(frozen=True, slots=True)
class Against:
    """One measure over all past days: ours, theirs, and how much worse ours is with 95% around it; below 0: better."""

    measure: str
    ours: float
    theirs: float
    title: str
    behind: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        if self.low > 0 and self.behind > _SAME:
            return "WORSE"
        return "better" if self.high < 0 and self.behind < -_SAME else "level"


def against_each(seen: Sequence[Seen], names: Sequence[str], ours: str = "auto") -> dict[str, list[Against]]:
    """By measure, `ours` against each of `names`, the best of them first; those that some day lacks are left out.

    Means over customers and then over past days; RMSE is the root of the mean square.
    """
    names = [name for name in names if all(_told(one, name) for one in seen)]
    if not names:
        return {}
    every = [ours, *names]
    values = [np.concatenate([_columns(one, name) for name in every], axis=1) for one in seen]
    rng = np.random.Generator(np.random.PCG64([1, 3]))
    customers = [one.summary.numbers for one in seen]
    means = _losses(means_over_origins(values).reshape(1, len(every), 3))[0]
    again = _losses(drawn_again(customers, values, rng=rng, draws=DRAWS).reshape(DRAWS, len(every), 3))
    found = {}
    for at, measure in enumerate(MEASURES):
        sign = -1.0 if measure == "log score" else 1.0
        rows = []
        for place, name in enumerate(names, 1):
            low, high = np.quantile(again[:, 0, at] - again[:, place, at], [0.025, 0.975])
            rows.append(
                Against(
                    measure,
                    sign * means[0, at],
                    sign * means[place, at],
                    seen[-1].forecasts[name].title,
                    means[0, at] - means[place, at],
                    low,
                    high,
                )
            )
        found[measure] = sorted(rows, key=lambda one: sign * one.theirs)
    return found


def _told(seen: Seen, name: str) -> bool:
    one = seen.forecasts.get(name)
    return one is not None and one.expected is not None and one.counted is not None


def _columns(seen: Seen, name: str) -> np.ndarray:
    one = seen.forecasts[name]
    return np.stack([(one.expected - seen.actual) ** 2, -one.counted.log_score, one.counted.crps], axis=1)


def _losses(means: np.ndarray) -> np.ndarray:
    """Squares into their root; all three are the better the smaller."""
    return np.concatenate([np.sqrt(means[..., :1]), means[..., 1:]], axis=-1)

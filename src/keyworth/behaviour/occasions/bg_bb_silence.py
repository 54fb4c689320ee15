"""What silence since the last purchase says under BG/BB: one walk back along the occasions.

Q_i is the chance that nothing more is bought up to occasion n, of one who was there at occasion i and has bought
x times by then. They leave before the next occasion, or stay, do not buy, and the rest is silence:

    Q_n = 1,    Q_i = l_i + (1 − l_i)·(1 − b_i)·Q_{i+1},    l_i = γ / (γ+δ+i),  b_i = (α+x) / (α+β+i)

Walking back from n gives every t_x ≤ n at once; all terms are positive and Q_i ≥ l_i, so nothing cancels or
vanishes. The sum of the paper's equation 5 is ln L = (what was taken and lived through by t_x) + ln Q_{t_x}.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.occasions.occasion_histories import OccasionHistories


class BuyingAndLeaving(Protocol):
    """Parameters of BG/BB. alpha and beta: how buying differs between customers; gamma and delta: how leaving does."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def alpha(self) -> float: ...
    @property
    def beta(self) -> float: ...
    @property
    def gamma(self) -> float: ...
    @property
    def delta(self) -> float: ...


B = TypeVar("B", bound=BuyingAndLeaving)


class Walks(NamedTuple):
    """The distinct (x, n), longest walk first: x and n of each, and how many are still walking at each step.

    `steps` (k,): step j leads from occasion n − j to n − j − 1. `arrive[j]` are the histories whose t_x is n − j
    and `walk[j]` the walks that these took.
    """

    repeats: Floats
    occasions: Floats
    walking: NDArray[np.intp]
    arrive: list[NDArray[np.intp]]
    walk: list[NDArray[np.intp]]


def walks(h: OccasionHistories) -> Walks:
    """Histories that share x and n share their walk; those with t_x = n need not take a step."""
    silent = (h.occasions - h.last_repeat).astype(np.int64)
    longest = int(silent.max(initial=0))
    pairs, back = np.unique(np.column_stack([h.repeats, h.occasions]), axis=0, return_inverse=True)
    back = back.reshape(-1)
    lengths = np.zeros(len(pairs), dtype=np.int64)
    np.maximum.at(lengths, back, silent)
    order = np.argsort(-lengths, kind="stable")
    place = np.empty(len(pairs), dtype=np.intp)
    place[order] = np.arange(len(pairs))
    walking = np.searchsorted(-lengths[order], -np.arange(longest), side="left")
    by_silence = np.argsort(silent, kind="stable")
    bounds = np.searchsorted(silent[by_silence], np.arange(longest + 2))
    arrive = [by_silence[start:end] for start, end in pairwise(bounds)]
    walk = [place[back[rows]] for rows in arrive]
    return Walks(pairs[order, 0], pairs[order, 1], walking, arrive, walk)


class Steps(NamedTuple):
    """What one step needs, at occasion i of every walk still on its way: α+β+i, β+i−x, γ+δ+i and δ+i."""

    urn: Floats
    missed: Floats
    both: Floats
    stays: Floats


def steps(p: BuyingAndLeaving, w: Walks) -> Iterator[Steps]:
    """The steps of all walks, side by side, from occasion n back."""
    for j, going in enumerate(w.walking):
        i = w.occasions[:going] - (j + 1)
        yield Steps(p.alpha + p.beta + i, p.beta + i - w.repeats[:going], p.gamma + p.delta + i, p.delta + i)


def silence(p: BuyingAndLeaving, h: OccasionHistories) -> tuple[Floats, Floats]:
    """Of each history Q at t_x, and the part of it in which nobody left by occasion n; both (n,)."""
    w = walks(h)
    quiet, there = np.ones(len(w.repeats)), np.ones(len(w.repeats))
    quiet_from, there_from = np.ones(len(h)), np.ones(len(h))
    for j, at in enumerate(steps(p, w), start=1):
        going = len(at.urn)
        waits = at.stays / at.both * (at.missed / at.urn)
        quiet[:going] = p.gamma / at.both + waits * quiet[:going]
        there[:going] *= waits
        quiet_from[w.arrive[j]], there_from[w.arrive[j]] = quiet[w.walk[j]], there[w.walk[j]]
    return quiet_from, there_from


def log_taken(p: BuyingAndLeaving, h: OccasionHistories) -> Floats:
    """How likely all was that happened up to the last purchase, and to be there until then, in nats; (n,).

    B(α+x, β+t_x−x) / B(α, β) · B(γ, δ+t_x) / B(γ, δ), each ratio as a sum over whole numbers.
    """
    x, last = h.repeats.astype(np.int64), h.last_repeat.astype(np.int64)
    missed = last - x
    j = np.arange(int(last.max(initial=0)), dtype=np.float64)

    def risen(start: float) -> Floats:
        """The sum of ln(1 + j / start) over j < k, for k = 0, 1, 2 and so on."""
        return np.append(0.0, np.cumsum(np.log1p(j / start)))

    buying = (
        risen(p.alpha)[x]
        - x * np.log1p(p.beta / p.alpha)
        + risen(p.beta)[missed]
        - missed * np.log1p(p.alpha / p.beta)
        - risen(p.alpha + p.beta)[last]
    )
    staying = np.append(0.0, np.cumsum(-np.log1p(p.gamma / (p.delta + j))))[last]
    taken: Floats = buying + staying
    return taken

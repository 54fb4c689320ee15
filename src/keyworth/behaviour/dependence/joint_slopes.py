"""How the weights of the joint density move with its parameters: what a climb needs to know of `joint`."""

import math
from typing import Any, NamedTuple, Self

import numpy as np

from keyworth.behaviour.dependence.joint import LEAST, SMOOTH, larger, leaves_in_time, means
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.parameters import names


class Sloped(NamedTuple):
    """A number with its gradient (k,) and Hessian (k, k)."""

    value: float
    first: Floats
    second: Floats

    def times(self, other: "Sloped") -> "Sloped":
        cross = np.outer(self.first, other.first)
        return Sloped(
            self.value * other.value,
            self.value * other.first + other.value * self.first,
            self.value * other.second + other.value * self.second + cross + cross.T,
        )

    def plus(self, other: "Sloped", by: float = 1.0) -> "Sloped":
        return Sloped(
            self.value + by * other.value, self.first + by * other.first, self.second + by * other.second
        )  # fmt: skip

    def over(self, other: "Sloped") -> "Sloped":
        value = self.value / other.value
        first = (self.first - value * other.first) / other.value
        cross = np.outer(first, other.first)
        return Sloped(value, first, (self.second - value * other.second - cross - cross.T) / other.value)

    @classmethod
    def known(cls, value: float, size: int) -> Self:
        return cls(value, np.zeros(size), np.zeros((size, size)))


def kernel_slopes(p: Any, dependence: float) -> tuple[tuple[Sloped, ...], Floats, Floats]:
    """`of_kernels` of omega at `dependence`, four numbers; and of `log_means` gradients (4, k) and Hessians (4, k, k).

    By the logarithms of p's parameters in order and, last, of `dependence`.
    """
    of = names(p)
    size = len(of) + 1
    log_first, log_second = np.zeros((4, size)), np.zeros((4, size, size))
    _halves(log_first[1], log_second[1], of.index("r"), p.r)
    if leaves_in_time(p):
        _halves(log_first[2], log_second[2], of.index("s"), p.s)
    else:
        stays = means(p)[1]
        at = [of.index("a"), of.index("b")]
        log_first[2, at] = stays - 1.0, 1.0 - stays
        log_second[2][np.ix_(at, at)] = stays * (1.0 - stays) * np.array([[-1.0, 1.0], [1.0, -1.0]])
    log_first[3], log_second[3] = log_first[1] + log_first[2], log_second[1] + log_second[2]

    u, v = (
        Sloped(mean, mean * slope, mean * (curve + np.outer(slope, slope)))
        for mean, slope, curve in zip(means(p), log_first[1:3], log_second[1:3], strict=True)
    )
    d = Sloped.known(dependence, size)
    d.first[-1] = d.second[-1, -1] = dependence
    one = Sloped.known(1.0, size)
    not_u, not_v = one.plus(u, -1.0), one.plus(v, -1.0)
    down = _larger(not_u.times(not_v), u.times(v))
    up = _larger(u.times(not_v), not_u.times(v))
    omega = d.plus(one, -1.0).over(d.times(up).plus(down))
    nothing = Sloped.known(0.0, size)
    slow, stays_ = omega.times(u), omega.times(v)
    weights = one.plus(slow.times(v)), nothing.plus(stays_, -1.0), nothing.plus(slow, -1.0), omega
    return weights, log_first, log_second


def _halves(first: Floats, second: Floats, at: int, shape: float) -> None:
    """Ln 2^(−shape), by ln shape."""
    first[at] = second[at, at] = -math.log(2.0) * shape


def _larger(a: Sloped, b: Sloped) -> Sloped:
    """The smooth bound above both, as `joint.larger`."""
    top = max(float(larger(a.value, b.value)), LEAST)
    near = [(of.value / top) ** (SMOOTH - 2.0) for of in (a, b)]
    parts = [(w * of.value / top, w, of) for w, of in zip(near, (a, b), strict=True)]
    first = np.asarray(sum(part * of.first for part, _, of in parts))
    steep = sum(w * np.outer(of.first, of.first) for _, w, of in parts) - np.outer(first, first)
    second = np.asarray(sum(part * of.second for part, _, of in parts)) + (SMOOTH - 1.0) / top * steep
    return Sloped(top, first, second)

"""Random numbers in compiled code: one short stream for every simulated future, from one seed.

A stream is a splitmix64 sequence whose start is a hash of (seed, draw, item), so a result depends on nothing
that runs beside it. Every function takes the state and returns the new one. Sources: Steele, Lea and Flood
(2014), OOPSLA; Marsaglia and Tsang (2000), ACM TOMS 26(3), gamma; Hörmann (1993), Insurance: Mathematics and
Economics 12, Poisson by transformed rejection.
"""

import math

import numpy as np
from numba import njit

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_U11, _U27, _U30, _U31 = np.uint64(11), np.uint64(27), np.uint64(30), np.uint64(31)


@njit(cache=True, nogil=True, inline="always")
def mixed(z):  # type: ignore[no-untyped-def]
    z = (z ^ (z >> _U30)) * _MIX1
    z = (z ^ (z >> _U27)) * _MIX2
    return z ^ (z >> _U31)


@njit(cache=True, nogil=True)
def stream(seed, draw, item):  # type: ignore[no-untyped-def]
    """The state a stream starts from; `seed`, `draw` and `item` are uint64."""
    return mixed(mixed(mixed(seed + _STEP) ^ (draw + _STEP)) ^ (item * _STEP + _MIX1))


@njit(cache=True, nogil=True)
def uniform(state):  # type: ignore[no-untyped-def]
    """A number strictly between 0 and 1."""
    state = state + _STEP
    return (np.float64(mixed(state) >> _U11) + 0.5) * 1.1102230246251565e-16, state


@njit(cache=True, nogil=True)
def normal(state):  # type: ignore[no-untyped-def]
    while True:
        u, state = uniform(state)
        v, state = uniform(state)
        u, v = 2.0 * u - 1.0, 2.0 * v - 1.0
        square = u * u + v * v
        if 0.0 < square < 1.0:
            return u * math.sqrt(-2.0 * math.log(square) / square), state


@njit(cache=True, nogil=True)
def _gamma_from_one(shape, state):  # type: ignore[no-untyped-def]
    """A Gamma(shape, 1) number for a shape of 1 or more."""
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x, state = normal(state)
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v = v * v * v
        u, state = uniform(state)
        square = x * x
        if u < 1.0 - 0.0331 * square * square:
            return d * v, state
        if math.log(u) < 0.5 * square + d * (1.0 - v + math.log(v)):
            return d * v, state


@njit(cache=True, nogil=True)
def gamma_variate(shape, state):  # type: ignore[no-untyped-def]
    """A Gamma(shape, 1) number; for a tiny shape it may round to 0."""
    if shape >= 1.0:
        return _gamma_from_one(shape, state)
    u, state = uniform(state)
    larger, state = _gamma_from_one(shape + 1.0, state)
    return larger * math.exp(math.log(u) / shape), state


@njit(cache=True, nogil=True)
def log_gamma_variate(shape, state):  # type: ignore[no-untyped-def]
    """The logarithm of a Gamma(shape, 1) number, where the number itself might round to 0."""
    if shape >= 1.0:
        value, state = _gamma_from_one(shape, state)
        return math.log(value), state
    u, state = uniform(state)
    larger, state = _gamma_from_one(shape + 1.0, state)
    return math.log(larger) + math.log(u) / shape, state


@njit(cache=True, nogil=True)
def poisson(mean, state):  # type: ignore[no-untyped-def]
    """A Poisson number, as a float; by adding up chances below 10, by transformed rejection above."""
    if mean < 10.0:
        u, state = uniform(state)
        chance = math.exp(-mean)
        k = 0.0
        while u > chance and k < 200.0:
            u -= chance
            k += 1.0
            chance *= mean / k
        return k, state
    root, log_mean = math.sqrt(mean), math.log(mean)
    b = 0.931 + 2.53 * root
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    quick = 0.9277 - 3.6224 / (b - 2.0)
    while True:
        u, state = uniform(state)
        v, state = uniform(state)
        u -= 0.5
        near = 0.5 - abs(u)
        k = math.floor((2.0 * a / near + b) * u + mean + 0.43)
        if near >= 0.07 and v <= quick:
            return k, state
        if k < 0.0 or (near < 0.013 and v > near):
            continue
        accepted = math.log(v) + math.log(inverse_alpha) - math.log(a / (near * near) + b)
        if accepted <= k * log_mean - mean - math.lgamma(k + 1.0):
            return k, state

"""Random numbers of the compiled draws, against the distributions they should come from."""

import math

import numpy as np
import pytest
from numba import njit
from scipy import stats

from keyworth.behaviour import dice

N = 200_000


@njit
def drawn(draw, argument, n):
    """N numbers, each from a stream of its own, as the simulations use them."""
    out = np.empty(n)
    for i in range(n):
        out[i] = draw(argument, dice.stream(np.uint64(9), np.uint64(3), np.uint64(i)))[0]
    return out


@njit
def uniforms(draw, n):
    out = np.empty(n)
    for i in range(n):
        out[i] = dice.uniform(dice.stream(np.uint64(9), np.uint64(draw), np.uint64(i)))[0]
    return out


@pytest.mark.parametrize("shape", [0.05, 0.7, 1.0, 3.2, 400.0])
def test_gamma(shape):
    values = drawn(dice.gamma_variate, shape, N)
    assert stats.kstest(values, stats.gamma(shape).cdf).pvalue > 1e-4
    logs = drawn(dice.log_gamma_variate, shape, N)
    assert stats.kstest(np.exp(logs), stats.gamma(shape).cdf).pvalue > 1e-4


def test_the_logarithm_of_a_gamma_number_too_small_to_write():
    logs = drawn(dice.log_gamma_variate, 1e-4, N)
    # For a tiny shape, shape·ln(G) is the logarithm of a uniform number.
    assert stats.kstest(-1e-4 * logs, stats.expon.cdf).pvalue > 1e-4


@pytest.mark.parametrize("mean", [0.01, 0.9, 9.9, 10.1, 35.0, 2000.0])
def test_poisson(mean):
    values = drawn(dice.poisson, mean, N)
    assert (values == np.floor(values)).all()
    low, high = stats.poisson(mean).ppf([0.001, 0.999])
    edges = np.unique(np.linspace(low, high, 40).astype(int))
    chances = np.diff(stats.poisson(mean).cdf(edges), prepend=0.0, append=1.0)
    counts = np.histogram(values, [-1, *(edges + 0.5), np.inf])[0]
    kept = chances * N > 1
    chi2 = ((counts - chances * N) ** 2 / np.where(kept, chances * N, 1))[kept].sum()
    assert stats.chi2(max(1, kept.sum() - 1)).sf(chi2) > 1e-4
    assert abs(values.mean() - mean) < 4 * math.sqrt(mean / N)


def test_neighbouring_streams_are_strangers():
    first, second = uniforms(0, N), uniforms(1, N)
    assert stats.kstest(first, "uniform").pvalue > 1e-4
    for one, other in ((first, second), (first[1:], first[:-1])):
        assert abs(np.corrcoef(one, other)[0, 1]) < 4 / math.sqrt(N)
    assert first.min() > 0
    assert first.max() < 1

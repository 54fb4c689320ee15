"""Counts of the next purchases of customers with a rhythm, turned round at a place, against their distribution."""

import numpy as np
import pytest
from every_model import told

from keyworth.behaviour import MODELS, Worlds
from keyworth.behaviour.parameters import as_array

# One-time buyers to those who buy daily, in the midst of buying and long silent.
H = told([0, 0, 1, 3, 12, 60, 900, 900], [0, 0, 5, 30, 38, 51.9, 150, 120], [0.5, 30, 39, 39, 39, 52, 150.1, 156])


@pytest.mark.parametrize("form", ["numpy", "compiled"])
@pytest.mark.parametrize("ahead", [3.0, 60.0])
@pytest.mark.parametrize(
    ("name", "k"), [("bg-cnbd-k", 2), ("mbg-cnbd-k", 3), pytest.param("mbg-cnbd-k", 12, marks=pytest.mark.slow)]
)
def test_every_place_has_the_count_that_the_distribution_puts_there(name, k, ahead, form):
    """A thousand worlds of one truth, at places evenly spread: each count as often as it is likely."""
    model = MODELS[name]
    p = model.parameter_kind(0.9, 6.0 / k, 0.4, 4.0, k)
    n = 1000
    worlds = Worlds(np.tile(as_array(p), (n, 1)), (np.random.default_rng(6).permutation(n) + 0.5) / n, seed=3)
    counts = model.counts_ahead(worlds, H, ahead, form=form)(0, len(H))
    most = int(counts.max())
    expected = np.cumsum(model.count_distribution_ahead(p, H, ahead, most), axis=1)
    for row, chances in zip(counts, expected, strict=True):
        reached = np.cumsum(np.bincount(row, minlength=most + 1)) / n
        np.testing.assert_allclose(reached, chances, atol=0.5 / n + 1e-9)


def test_worlds_differ_as_their_parameters_do():
    model = MODELS["mbg-cnbd-k"]
    at = np.array([[0.9, 2.0, 0.4, 4.0, 3], [0.9, 8.0, 0.4, 4.0, 3]])
    worlds = Worlds(np.tile(at, (500, 1)), (np.arange(1000) // 2 + 0.5) / 500, seed=3)
    plain, compiled = (model.counts_ahead(worlds, H, 26.0, form=form)(0, len(H)) for form in ("numpy", "compiled"))
    assert np.mean(plain != compiled) < 1e-3
    for world, parameters in enumerate(at):
        p = model.parameter_kind(*parameters[:4].tolist(), 3)
        expected = model.expected_purchases(p, H, 26.0)
        np.testing.assert_allclose(plain[:, world::2].mean(axis=1), expected, rtol=0.05, atol=0.01)

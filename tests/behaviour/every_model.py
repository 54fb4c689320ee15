"""A case for every buying model, and histories and parameters of any kind to try it with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import strategies as st
from stories import (
    Story,
    ageing_lifetimes,
    dependent_lifetimes,
    dependent_people,
    exponential_lifetimes,
    leaves_after_a_purchase,
    leaves_in_time,
    observed_between,
    rates_and,
)

from keyworth.behaviour import MODELS, PurchaseHistories
from keyworth.behaviour.parameters import climbed, from_array, names


@dataclass(frozen=True)
class Case:
    """What the contract needs to know of one model.

    example: its parameters, in field order. story: an independent simulator. scales: by which power of the length
    of the unit a parameter grows when times are told in shorter units; 0 for those not named. never_below: the
    simpler model that it contains, and so never explains less than. steady: buying never speeds up, as it can
    where customers have a rhythm. light: a small job needs no compiler and no optimiser. sample: how many customers
    a fit of the battery gets. by_title: what its title would make its name, where people write it shorter. limited:
    the parameter that may end at a limit of its own, which still counts as converged; it has no standard error there.
    """

    example: tuple[float, ...]
    story: Story
    scales: Mapping[str, int] = field(default_factory=lambda: {"alpha": 1})
    never_below: str | None = None
    steady: bool = True
    light: bool = True
    sample: int = 4000
    by_title: str | None = None
    limited: str | None = None


CASES = {
    "bg-nbd": Case((0.3, 5.0, 0.8, 2.4), leaves_after_a_purchase(0)),
    "mbg-nbd": Case((0.6, 6.0, 0.9, 2.0), leaves_after_a_purchase(1)),
    "bg-cnbd-k": Case((0.7, 3.0, 0.8, 2.4, 2), leaves_after_a_purchase(0, steps=2), never_below="bg-nbd", steady=False),
    "mbg-cnbd-k": Case(
        (0.8, 2.5, 0.8, 2.4, 3), leaves_after_a_purchase(1, steps=3), never_below="mbg-nbd", steady=False
    ),
    "pareto-nbd": Case(
        (1.2, 10.0, 0.5, 12.0), leaves_in_time(rates_and(exponential_lifetimes)), {"alpha": 1, "beta": 1}
    ),
    "ggompertz-nbd": Case(
        (1.5, 12.0, 0.1, 0.2, 4.0),
        leaves_in_time(rates_and(ageing_lifetimes)),
        {"alpha": 1, "b": -1},
        never_below="pareto-nbd",
        sample=2000,
        by_title="gamma-gompertz-nbd",
    ),
    "bg-nbd-sarmanov": Case(
        (0.5, 3.0, 0.8, 1.6, 6.0),
        leaves_after_a_purchase(0, people=dependent_people),
        never_below="bg-nbd",
        limited="dependence",
    ),
    "mbg-nbd-sarmanov": Case(
        (1.2, 8.0, 0.9, 2.0, 0.3),
        leaves_after_a_purchase(1, people=dependent_people),
        never_below="mbg-nbd",
        limited="dependence",
    ),
    "pareto-nbd-sarmanov": Case(
        (1.0, 4.0, 0.8, 8.0, 4.0),
        leaves_in_time(dependent_lifetimes),
        {"alpha": 1, "beta": 1},
        never_below="pareto-nbd",
        limited="dependence",
    ),
}

# The battery of these runs before every commit; that of the others, which take longer, with make test-all.
QUICK = {"bg-nbd", "mbg-nbd", "pareto-nbd"}
EVERY = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in MODELS]


def example(name):
    model = MODELS[name]
    return model, from_array(model.parameter_kind, CASES[name].example)


def told(x, last, observed, uneven=0.0):
    """Histories whose gaps are as even as they can be, or less so."""
    x, last = np.asarray(x, dtype=float), np.asarray(last, dtype=float)
    gaps = np.where(x > 0, x * (np.log(np.where(x > 0, last, 1.0)) - np.log(np.maximum(x, 1)) - uneven), 0.0)
    return PurchaseHistories.from_columns(x, last, observed, log_gaps=gaps)


@st.composite
def histories(draw):
    """Any histories that pass the gate, from a customer of today to one of thirty years."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 800), st.floats(0, 1500), st.floats(1e-3, 1), st.floats(0, 3)),
            min_size=1,
            max_size=6,
        )
    )
    x, observed, share, uneven = np.array(rows).T
    x = np.where(observed * share > 0, x, 0)
    return told(x, np.where(x > 0, observed * share, 0.0), observed, uneven)


parameters = st.tuples(*[st.floats(-5, 5).map(np.exp)] * 6)


def drawn(name, values):
    """Parameters from any positive numbers; a chosen whole number from 1 to 6."""
    model = MODELS[name]
    of = names(model.parameter_kind)
    free = climbed(model.parameter_kind)
    picked = [value if each in free else 1 + round(value) % 6 for each, value in zip(of, values, strict=False)]
    return model, from_array(model.parameter_kind, picked)


def made(name, n, seed=1, weeks=(27, 39)):
    """n customers of the model's story, with its example's parameters."""
    rng = np.random.default_rng(seed)
    return CASES[name].story(rng, CASES[name].example, observed_between(rng, n, weeks))

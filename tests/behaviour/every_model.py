"""An example of every buying model, and histories and parameters of any kind to try it with."""

import numpy as np
from hypothesis import strategies as st

from keyworth.behaviour import MODELS, PurchaseHistories
from keyworth.behaviour.parameters import from_array

EXAMPLES = {"bg-nbd": (0.3, 5.0, 0.8, 2.4), "mbg-nbd": (0.6, 6.0, 0.9, 2.0)}
FIRST_CHANCE = {"bg-nbd": 0, "mbg-nbd": 1}


def example(name):
    model = MODELS[name]
    return model, from_array(model.parameter_kind, EXAMPLES[name])


@st.composite
def histories(draw):
    """Any histories that pass the gate, from a customer of today to one of thirty years."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 800), st.floats(0, 1500), st.floats(1e-3, 1)), min_size=1, max_size=6)
    )
    x, observed, share = np.array(rows).T
    x = np.where(observed * share > 0, x, 0)
    return PurchaseHistories.from_columns(x, np.where(x > 0, observed * share, 0.0), observed)


positive = st.floats(-5, 5).map(np.exp)
parameters = st.tuples(positive, positive, positive, positive)


def drawn(name, values):
    model = MODELS[name]
    return model, from_array(model.parameter_kind, values[: len(model.parameter_names)])


def made(simulate, name, n, seed=1):
    return simulate(n, *EXAMPLES[name], FIRST_CHANCE[name], seed=seed)

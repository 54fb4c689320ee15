"""The matrix library may cut a long sum among threads, and so add in another order: no digit may show it."""

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

_VALUED = """
import hashlib
import numpy as np
from keyworth.behaviour import GAMMA_GAMMA, MBG_NBD, PurchaseHistories, SpendHistories
from keyworth.units import Discount
from keyworth.value import SpendInput, ValueOptions, value_customers, value_total
rng = np.random.default_rng(4)
n = 40_000
observed = rng.integers(30, 90, n) / 7
x = rng.poisson(rng.gamma(1.0, 1.5, n)).astype(float)
last = np.where(x > 0, np.ceil(observed * 7 * rng.beta(x + 1, 1)) / 7, 0.0)
spend = SpendHistories.from_columns(x, 10 * rng.gamma(5, 0.2, n))
histories = PurchaseHistories.from_columns(x, last, observed)
options = ValueOptions(182, Discount(0.1), 729, draws=100)
money = SpendInput(spend, rng.gamma(5, 2, n), GAMMA_GAMMA.fit(spend))
fit = MBG_NBD.fit(histories)
found = value_customers(histories, fit, options, spend=money)
arrays = [found.customers.value, found.customers.value_quantiles.values, found.customers.residual_value]
print(found.base, found.spend_correlation, value_total(histories, fit, options, spend=money))
print(*(hashlib.sha256(np.ascontiguousarray(a).tobytes()).hexdigest() for a in arrays))
"""


def test_one_and_two_threads_give_the_same_digits():
    one, two = (
        subprocess.run(
            [sys.executable, "-c", _VALUED],
            capture_output=True, text=True, check=True, env={**os.environ, "OPENBLAS_NUM_THREADS": threads},
        ).stdout
        for threads in ("1", "2")
    )  # fmt: skip
    assert "BaseFigure" in one
    assert one == two

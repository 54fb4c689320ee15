"""The totals of `spend_draws` in compiled code."""

import math

import numpy as np
from numba import njit

from keyworth.behaviour import dice
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks

_STREAM = np.uint64(0xD1B54A32D192ED03)  # sets these streams apart from those of the futures


def draw_totals_compiled(
    p: float, shapes: Floats, rates: Floats, purchases: np.ndarray, seed: int, first_draw: int
) -> Floats:
    totals = np.zeros(purchases.shape)
    bought = np.ascontiguousarray(purchases, dtype=np.int32)
    log_rates = np.log(rates)

    def draw_block(start: int, end: int) -> None:
        _draw(p, shapes, log_rates, bought, np.uint64(seed) ^ _STREAM, first_draw, start, end, totals)

    in_blocks(len(shapes), max(1, 200_000 // max(1, len(bought))), draw_block)
    return totals


@njit(cache=True, nogil=True)
def _draw(p, shapes, log_rates, purchases, seed, first_draw, start, end, totals):  # type: ignore[no-untyped-def]
    for draw in range(purchases.shape[0]):
        for i in range(start, end):
            bought = purchases[draw, i]
            if bought > 0:
                state = dice.stream(seed, np.uint64(first_draw + draw), np.uint64(i))
                log_rate, state = dice.log_gamma_variate(shapes[i], state)
                log_spend, state = dice.log_gamma_variate(p * bought, state)
                totals[draw, i] = math.exp(min(log_spend - log_rate + log_rates[i], 700.0))

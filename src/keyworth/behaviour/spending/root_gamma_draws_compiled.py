"""The totals of `root_gamma_draws` in compiled code."""

import math

import numpy as np
from numba import njit

from keyworth.behaviour import dice
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks

_STREAM = np.uint64(0xD1B54A32D192ED03)  # sets these streams apart from those of the futures


def draw_totals_compiled(
    p: float, k: int, shapes: Floats, log_scales: Floats, purchases: np.ndarray, seed: int, first_draw: int
) -> Floats:
    totals = np.zeros(purchases.shape)
    bought = np.ascontiguousarray(purchases, dtype=np.int32)

    def draw_block(start: int, end: int) -> None:
        _draw(p, k, shapes, log_scales, bought, np.uint64(seed) ^ _STREAM, first_draw, start, end, totals)

    in_blocks(len(shapes), max(1, 100_000 // max(1, len(bought))), draw_block)
    return totals


@njit(cache=True, nogil=True)
def _draw(p, k, shapes, log_scales, purchases, seed, first_draw, start, end, totals):  # type: ignore[no-untyped-def]
    for draw in range(purchases.shape[0]):
        for i in range(start, end):
            bought = purchases[draw, i]
            if bought > 0:
                state = dice.stream(seed, np.uint64(first_draw + draw), np.uint64(i))
                log_level, state = dice.log_gamma_variate(shapes[i], state)
                if k == 1:
                    log_sum, state = dice.log_gamma_variate(p * bought, state)
                else:
                    total = 0.0
                    for _ in range(bought):
                        log_root, state = dice.log_gamma_variate(p, state)
                        total += math.exp(k * log_root)
                    log_sum = math.log(max(total, 2.3e-308))
                totals[draw, i] = math.exp(min(log_scales[i] + log_sum - k * log_level, 700.0))

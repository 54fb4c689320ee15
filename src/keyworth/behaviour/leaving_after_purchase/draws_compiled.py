"""The futures of `draws` in compiled code, for hundreds of thousands of histories."""

import math

import numpy as np
from numba import njit

from keyworth.behaviour import dice
from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks

_MOST_MEAN = 1e9
_FEW = 40.0


def draw_futures_compiled(
    alive: Floats, shapes: Floats, rates: Floats, a: Floats | float, b: Floats, seed: int, draws: int, first_draw: int
) -> Futures:
    """As `draw_futures`, with `rates` per horizon: K ~ Poisson(Gamma(shape) / rate)."""
    purchases = np.empty((draws, len(alive)), dtype=np.int32)
    still = np.empty((draws, len(alive)), dtype=np.bool_)
    each = np.full(len(alive), a)

    def draw_block(start: int, end: int) -> None:
        _draw(
            alive, shapes, rates, each, b, np.uint64(seed), first_draw, start, end, purchases, still
        )  # fmt: skip

    in_blocks(len(alive), max(1, 200_000 // draws), draw_block)
    return Futures(purchases, still)


@njit(cache=True, nogil=True)
def _draw(alive, shapes, rates, a, b, seed, first_draw, start, end, purchases, still):  # type: ignore[no-untyped-def]
    for draw in range(purchases.shape[0]):
        for i in range(start, end):
            state = dice.stream(seed, np.uint64(first_draw + draw), np.uint64(i))
            bought, stays = 0.0, False
            u, state = dice.uniform(state)
            if u < alive[i]:
                stays = True
                mean, state = dice.gamma_variate(shapes[i], state)
                bought, state = dice.poisson(min(mean / rates[i], _MOST_MEAN), state)
                if bought > 0.0:
                    leaves_with, state = _leaves_with(bought, a[i], b[i], state)
                    if leaves_with <= bought:
                        stays, bought = False, leaves_with
            purchases[draw, i] = np.int32(bought)
            still[draw, i] = stays


@njit(cache=True, nogil=True)
def _leaves_with(bought, a, b, state):  # type: ignore[no-untyped-def]
    """The number of the purchase after which the customer leaves; more than `bought` if none of these."""
    u, state = dice.uniform(state)
    if bought <= _FEW:
        # Averaged over p, who stayed j times stays once more with chance (b + j) / (a + b + j).
        stayed, j = 1.0, 0.0
        while j < bought:
            stayed *= (b + j) / (a + b + j)
            j += 1.0
            if u > stayed:
                return j, state
        return bought + 1.0, state
    log_leave, state = dice.log_gamma_variate(a, state)
    log_stay, state = dice.log_gamma_variate(b, state)
    # ⌈ln u / ln(1−p)⌉, where −ln(1−p) = ln(1 + leave/stay) loses no digits however small p is.
    odds = log_leave - log_stay
    log_stays = math.log1p(math.exp(odds)) if odds < 30.0 else odds
    if -math.log(u) > bought * log_stays:
        return bought + 1.0, state
    return max(1.0, math.ceil(-math.log(u) / log_stays)), state

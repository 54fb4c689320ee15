"""The futures of `draws` in compiled code, for hundreds of thousands of histories."""

import math

import numpy as np
from numba import njit

from keyworth.behaviour import dice
from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks

_MOST = 1e9


def draw_futures_compiled(
    alive: Floats,
    shapes: Floats,
    rates: Floats,
    scales: Floats,
    power: Floats | float,
    ageing: float,
    ahead: float,
    *,
    seed: int,
    draws: int,
    first_draw: int,
) -> Futures:
    """As `draw_futures`; `scales`, `power` and `ageing` are what `Lifetime.waiting` says."""
    purchases = np.empty((draws, len(alive)), dtype=np.int32)
    still = np.empty((draws, len(alive)), dtype=np.bool_)
    powers = np.full(len(alive), power)

    def draw_block(start: int, end: int) -> None:
        _draw(
            alive, shapes, rates, scales, powers, ageing, ahead, np.uint64(seed), first_draw, start, end,
            purchases, still,
        )  # fmt: skip

    in_blocks(len(alive), max(1, 200_000 // draws), draw_block)
    return Futures(purchases, still)


@njit(cache=True, nogil=True)
def _draw(  # type: ignore[no-untyped-def]
    alive, shapes, rates, scales, powers, ageing, ahead, seed, first_draw, start, end, purchases, still
):
    for draw in range(purchases.shape[0]):
        for i in range(start, end):
            state = dice.stream(seed, np.uint64(first_draw + draw), np.uint64(i))
            bought, stays = 0.0, False
            u, state = dice.uniform(state)
            if u < alive[i]:
                u, state = dice.uniform(state)
                nats = -math.log(u) / powers[i]
                here = math.inf
                if nats < 700.0:
                    here = scales[i] * math.expm1(nats)
                    if ageing > 0.0:
                        here = math.log1p(here) / ageing
                elif ageing > 0.0:
                    here = (nats + math.log(scales[i])) / ageing
                stays = here > ahead
                mean, state = dice.gamma_variate(shapes[i], state)
                bought, state = dice.poisson(min(mean * min(here, ahead) / rates[i], _MOST), state)
            purchases[draw, i] = np.int32(bought)
            still[draw, i] = stays

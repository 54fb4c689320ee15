"""The futures of `leaving_draws` in compiled code, for hundreds of thousands of histories."""

import math

import numpy as np
from numba import njit

from keyworth.behaviour import dice
from keyworth.behaviour.buying_model import Futures
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks

_MOST_MEAN = 1e9


def draw_futures_compiled(
    alive: Floats, shapes: Floats, rates: Floats, a: float, b: Floats, seed: int, draws: int, first_draw: int
) -> Futures:
    """As `draw_futures`, with `rates` per horizon: K ~ Poisson(Gamma(shape) / rate)."""
    purchases = np.empty((draws, len(alive)), dtype=np.int32)
    still = np.empty((draws, len(alive)), dtype=np.bool_)

    def draw_block(start: int, end: int) -> None:
        _draw(
            alive, shapes, np.log(rates), a, b, np.uint64(seed), first_draw, start, end, purchases, still
        )  # fmt: skip

    in_blocks(len(alive), max(1, 200_000 // draws), draw_block)
    return Futures(purchases, still)


@njit(cache=True, nogil=True)
def _draw(alive, shapes, log_rates, a, b, seed, first_draw, start, end, purchases, still):  # type: ignore[no-untyped-def]
    for draw in range(purchases.shape[0]):
        for i in range(start, end):
            state = dice.stream(seed, np.uint64(first_draw + draw), np.uint64(i))
            bought, stays = 0.0, False
            u, state = dice.uniform(state)
            if u < alive[i]:
                stays = True
                log_mean, state = dice.log_gamma_variate(shapes[i], state)
                mean = min(math.exp(log_mean - log_rates[i]), _MOST_MEAN)
                bought, state = dice.poisson(mean, state)
                if bought > 0.0:
                    log_leave, state = dice.log_gamma_variate(a, state)
                    log_stay, state = dice.log_gamma_variate(b[i], state)
                    u, state = dice.uniform(state)
                    # They leave with purchase ⌈ln u / ln(1−p)⌉; ln(1−p) comes straight from the two gammas.
                    difference = log_leave - log_stay
                    log_stays = math.log1p(math.exp(difference)) if difference < 30.0 else difference
                    if -math.log(u) <= bought * log_stays:
                        stays = False
                        bought = min(bought, max(1.0, math.ceil(-math.log(u) / log_stays)))
            purchases[draw, i] = np.int32(bought)
            still[draw, i] = stays

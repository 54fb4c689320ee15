"""The row sums of `likelihood` in compiled code: logarithms from tables; one exp, one log1p a row."""

import math

import numpy as np
from numba import njit

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.leaving_after_purchase.likelihood import ROW_SUMS, RowSums
from keyworth.behaviour.unique_histories import UniqueHistories, time_codes

_ROWS_PER_BLOCK = 16_384


def row_sums_compiled(unique: UniqueHistories, first_chance: int) -> RowSums:
    """As `row_sums_in_numpy`. Every block's sums are kept and added in order, so threads change no digit."""
    could_leave = np.flatnonzero(unique.histories.repeats + first_chance > 0)
    times, last, observed = time_codes(unique.histories)
    x = unique.histories.repeats[could_leave].astype(np.int32)
    last, observed = last[could_leave].astype(np.int32), observed[could_leave].astype(np.int32)
    weights = unique.weights[could_leave]
    counts = np.arange(int(x.max(initial=0)) + 1)
    blocks = -(-len(x) // _ROWS_PER_BLOCK)

    def sums(r: float, alpha: float, a: float, b: float) -> Floats:
        logs, rates = np.log1p(times / alpha), 1.0 / (alpha + times)
        with np.errstate(divide="ignore", invalid="ignore"):
            # For BG/NBD entry 0 is never read: without a repeat nobody could leave.
            k = 1.0 / (b + counts + first_chance - 1.0)
            log_odds = np.log(a * k)
        out = np.zeros((blocks, len(ROW_SUMS)))

        def block(start: int, end: int) -> None:
            _sum_rows(
                x, last, observed, weights, start, end, r, logs, rates, k, log_odds,
                out[start // _ROWS_PER_BLOCK],
            )  # fmt: skip

        in_blocks(len(x), _ROWS_PER_BLOCK, block)
        total: Floats = out.sum(axis=0)
        return total

    return sums


@njit(cache=True, nogil=True)
def _sum_rows(x, last, observed, weights, start, end, r, logs, rates, k_of, log_odds, out):  # type: ignore[no-untyped-def]
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = 0.0
    s10 = s11 = s12 = s13 = s14 = s15 = s16 = s17 = 0.0
    for i in range(start, end):
        count, w = x[i], weights[i]
        s, k = r + count, k_of[count]
        rate, rate_last = rates[observed[i]], rates[last[i]]
        length = logs[observed[i]] - logs[last[i]]
        odds = log_odds[count] + s * length
        fading = math.exp(-abs(odds))
        share = 1.0 / (1.0 + fading)
        g = w * (share if odds > 0.0 else fading * share)
        v = w * fading * share * share
        d = rate - rate_last
        sd = s * d
        gk, vk, vl, vsd = g * k, v * k, v * length, v * sd
        s0 += w * (max(odds, 0.0) + math.log1p(fading))
        s1 += g
        s2 += g * length
        s3 += g * sd
        s4 += gk
        s5 += g * d
        s6 += g * sd * (rate + rate_last)
        s7 += gk * k
        s8 += v
        s9 += vl
        s10 += vl * length
        s11 += vsd
        s12 += vsd * length
        s13 += vsd * sd
        s14 += vk
        s15 += vk * length
        s16 += vk * sd
        s17 += vk * k
    out[0], out[1], out[2], out[3], out[4], out[5] = s0, s1, s2, s3, s4, s5
    out[6], out[7], out[8], out[9], out[10], out[11] = s6, s7, s8, s9, s10, s11
    out[12], out[13], out[14], out[15], out[16], out[17] = s12, s13, s14, s15, s16, s17

"""The row sums of `likelihood` in compiled code: logarithms of times from tables."""

import math

import numpy as np
from numba import njit

from keyworth.behaviour.histories import Floats
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.regular_timing.likelihood import ROW_SUMS, RowSums
from keyworth.behaviour.unique_histories import UniqueHistories, time_codes

_ROWS_PER_BLOCK = 16_384


def row_sums_compiled(unique: UniqueHistories, first_chance: int, k: int) -> RowSums:
    """As `row_sums_in_numpy`. Every block's sums are kept and added in order, so threads change no digit."""
    times, last, observed = time_codes(unique.histories)
    x = unique.histories.repeats.astype(np.int32)
    last, observed = last.astype(np.int32), observed.astype(np.int32)
    counts = np.arange(int(x.max(initial=0)) + 1)
    blocks = -(-len(x) // _ROWS_PER_BLOCK)

    def sums(r: float, alpha: float, a: float, b: float) -> Floats:
        logs, rates = np.log1p(times / alpha), 1.0 / (alpha + times)
        stays = counts + first_chance
        with np.errstate(divide="ignore"):
            once = np.where(stays > 0, 1.0 / np.where(stays > 0, b + stays - 1.0, 1.0), 0.0)
            log_odds = np.log(a * once)
        out = np.zeros((blocks, len(ROW_SUMS)))

        def block(start: int, end: int) -> None:
            _sum_rows(
                x, last, observed, unique.weights, start, end, k, r, alpha, times, logs, rates, once, log_odds,
                out[start // _ROWS_PER_BLOCK],
            )  # fmt: skip

        in_blocks(len(x), _ROWS_PER_BLOCK, block)
        total: Floats = out.sum(axis=0)
        return total

    return sums


@njit(cache=True, nogil=True)
def _sum_rows(x, last, observed, weights, start, end, k, r, alpha, times, logs, rates, once_of, log_odds, out):  # type: ignore[no-untyped-def]
    s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = s10 = s11 = s12 = s13 = s14 = 0.0
    for i in range(start, end):
        count, w = x[i], weights[i]
        s, once = r + k * count, once_of[count]
        time = times[observed[i]]
        rate, rate_last, past = rates[observed[i]], rates[last[i]], logs[observed[i]]
        length = past - logs[last[i]]
        q = (time - times[last[i]]) * rate
        # The phases, as in `regular_silence`.
        term, h, bent = 1.0, 0.0, 0.0
        q0, qh, qhh, qj, qjj, qhj = 1.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for j in range(1, k):
            inverse = 1.0 / (s + (j - 1))
            term *= (s + (j - 1)) * q / j
            h += inverse
            bent += inverse * inverse
            q0 += term
            qh += term * h
            qhh += term * (h * h - bent)
            qj += term * j
            qjj += term * (j * j)
            qhj += term * h * j
        log_q = math.log(q0)
        mean_h, mean_j = qh / q0, qj / q0
        q_alpha, q_rr = -mean_j * rate, qhh / q0 - mean_h * mean_h
        q_ra = -(qhj / q0 - mean_h * mean_j) * rate
        q_aa = (qjj / q0 - mean_j * mean_j + mean_j) * rate * rate
        odds = log_odds[count] + s * length - log_q
        fading = math.exp(-abs(odds))
        share = 1.0 / (1.0 + fading)
        g = w * (share if odds > 0.0 else fading * share)
        v = w * fading * share * share
        d = rate - rate_last
        o_r, o_alpha = length - mean_h, s * d - q_alpha
        wear = time * rate / alpha
        gk, vk = g * once, v * once
        s0 += w * (log_q + max(odds, 0.0) + math.log1p(fading) - s * past)
        s1 += w * (mean_h - past) + g * o_r
        s2 += w * (q_alpha + s * wear) + g * o_alpha
        s3 += (w - g) * q_rr + v * o_r * o_r
        s4 += w * (q_ra + wear) + g * (d - q_ra) + v * o_r * o_alpha
        s5 += w * (q_aa - s * wear * (rate + 1.0 / alpha)) - g * (s * d * (rate + rate_last) + q_aa)
        s5 += v * o_alpha * o_alpha
        s6 += g
        s7 += gk
        s8 += v
        s9 += vk
        s10 += (gk + vk) * once
        s11 += v * o_r
        s12 += vk * o_r
        s13 += v * o_alpha
        s14 += vk * o_alpha
    out[0], out[1], out[2], out[3], out[4], out[5], out[6], out[7] = s0, s1, s2, s3, s4, s5, s6, s7
    out[8], out[9], out[10], out[11], out[12], out[13], out[14] = s8, s9, s10, s11, s12, s13, s14

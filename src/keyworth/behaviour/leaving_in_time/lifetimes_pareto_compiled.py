"""What Pareto/NBD's likelihood adds up over histories, in compiled code; see `odds`.

The same nodes as in NumPy. On the way w one of α + τ and β + τ is exp(w) times what it was at t_x, so that a node
costs two exponentials and one logarithm.
"""

import math

import numpy as np
from numba import njit

from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.in_blocks import in_blocks
from keyworth.behaviour.leaving_in_time.lifetimes import RowSums
from keyworth.behaviour.leaving_in_time.lifetimes_pareto import GENTLE, NATS, PIECE, STEEP
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import legendre
from keyworth.behaviour.unique_histories import UniqueHistories

_ROWS_PER_BLOCK = 4_096
_SUMS = 15
_ORDERS = (12, 16, 20)


def row_sums_compiled(unique: UniqueHistories) -> RowSums:
    """Every block's sums are kept and added in order, so threads change no digit."""
    h, weights = unique.histories, unique.weights
    silent = h.observed_for - h.last_repeat
    nodes, node_weights = _rules()
    blocks = -(-len(h) // _ROWS_PER_BLOCK)

    def sums(parameters: Floats) -> Floats:
        r, alpha, s, beta = parameters.tolist()
        out = np.zeros((blocks, _SUMS))

        def block(start: int, end: int) -> None:
            _sum_rows(
                h.repeats, h.last_repeat, silent, weights, start, end, r, alpha, s, beta, nodes, node_weights,
                out[start // _ROWS_PER_BLOCK],
            )  # fmt: skip

        in_blocks(len(h), _ROWS_PER_BLOCK, block)
        total: Floats = out.sum(axis=0)
        return total

    return sums


def log_odds_compiled(r: float, alpha: float, s: float, beta: float, h: PurchaseHistories) -> Floats:
    """The logarithm of the odds of having left before T, (n,), as `log_odds_left` has it."""
    silent, out = h.observed_for - h.last_repeat, np.empty(len(h))
    nodes, node_weights = _rules()

    def block(start: int, end: int) -> None:
        _odds(h.repeats, h.last_repeat, silent, start, end, r, alpha, s, beta, nodes, node_weights, out)

    in_blocks(len(h), _ROWS_PER_BLOCK, block)
    return out


def _rules() -> tuple[Floats, Floats]:
    """Nodes and weights of the three orders, (3, 20) each, with nothing after the last of an order."""
    nodes, node_weights = np.zeros((3, 20)), np.zeros((3, 20))
    for at, order in enumerate(_ORDERS):
        nodes[at, :order], node_weights[at, :order] = legendre(order)
    return nodes, node_weights


@njit(cache=True, nogil=True)
def _odds(repeats, lasts, silences, start, end, r, alpha, s, beta, nodes, node_weights, out):  # type: ignore[no-untyped-def]
    alpha_first = alpha <= beta
    near_scale, far_scale = min(alpha, beta), max(alpha, beta)
    for i in range(start, end):
        silent = silences[i]
        if silent <= 0.0:
            out[i] = -math.inf  # no time to leave
            continue
        shape, last = r + repeats[i], lasts[i]
        near, far = near_scale + last, far_scale + last
        p, q = (shape, s + 1.0) if alpha_first else (s + 1.0, shape)
        way, fall = _cut(math.log1p(silent / near), p, q, near / far)
        at = 0 if fall <= GENTLE else (1 if fall <= STEEP else 2)
        order = 12 if at == 0 else (16 if at == 1 else 20)
        pieces = 1 + int(way / PIECE)
        width = way / pieces
        total = 0.0
        for piece in range(pieces):
            for node in range(order):
                step = (piece + nodes[at, node]) * width
                passed = math.log1p(near * math.expm1(step) / far)
                total += node_weights[at, node] * math.exp(-(p - 1.0) * step - q * passed)
        level = shape * math.log1p(silent / (alpha + last)) + s * math.log1p(silent / (beta + last))
        out[i] = level + math.log(s / (beta + last) * near * width * total)


@njit(cache=True, nogil=True)
def _sum_rows(repeats, lasts, silences, weights, start, end, r, alpha, s, beta, nodes, node_weights, out):  # type: ignore[no-untyped-def]
    alpha_first = alpha <= beta
    near_scale, far_scale = min(alpha, beta), max(alpha, beta)
    moments = np.empty(15)
    for i in range(start, end):
        silent = silences[i]
        if silent <= 0.0:
            continue  # no time to leave
        shape, last, w = r + repeats[i], lasts[i], weights[i]
        near, far = near_scale + last, far_scale + last
        p, q = (shape, s + 1.0) if alpha_first else (s + 1.0, shape)
        whole = math.log1p(silent / near)
        way, fall = _cut(whole, p, q, near / far)
        _gather(p - 1.0, q, near, far, silent, whole, way, fall, alpha_first, nodes, node_weights, moments)
        level = shape * math.log1p(silent / (alpha + last)) + s * math.log1p(silent / (beta + last))
        odds = level + math.log(s / (beta + last) * moments[0])
        fading = math.exp(-abs(odds))
        share = 1.0 / (1.0 + fading)
        gone = share if odds > 0.0 else fading * share
        g, v = w * gone, w * fading * share * share

        A, a, B, b = moments[1], moments[2], moments[3], moments[4]
        then_a, then_b = 1.0 / (alpha + last + silent), 1.0 / (beta + last + silent)
        less_a, less_b = then_a - a, then_b - b
        d0, d1, d2, d3 = A, shape * less_a, 1.0 / s + B, s * less_b - b
        rise = s + 1.0
        out[0] += w * (max(odds, 0.0) + math.log1p(fading))
        out[1] += g * d0
        out[2] += g * d1
        out[3] += g * d2
        out[4] += g * d3
        # Covariances of A, −shape·a, B and −(s + 1)·b over the time of leaving, and the mean curvature.
        out[5] += v * d0 * d0 + g * (moments[5] - A * A)
        out[6] += v * d0 * d1 + g * (less_a - shape * (moments[6] - A * a))
        out[7] += v * d0 * d2 + g * (moments[7] - A * B)
        out[8] += v * d0 * d3 - g * rise * (moments[8] - A * b)
        out[9] += v * d1 * d1 + g * shape * (moments[9] - then_a * then_a + shape * (moments[9] - a * a))
        out[10] += v * d1 * d2 - g * shape * (moments[10] - a * B)
        out[11] += v * d1 * d3 + g * shape * rise * (moments[11] - a * b)
        out[12] += v * d2 * d2 + g * (moments[12] - B * B - 1.0 / (s * s))
        out[13] += v * d2 * d3 + g * (less_b - rise * (moments[13] - B * b))
        out[14] += v * d3 * d3 + g * (
            moments[14] + s * (moments[14] - then_b * then_b) + rise * rise * (moments[14] - b * b)
        )


@njit(cache=True, nogil=True)
def _cut(way, p, q, kappa):  # type: ignore[no-untyped-def]
    """Where the integrand has fallen by NATS, or the whole way; and how far it has fallen there."""
    fall = (p - 1.0) * way + q * math.log1p(kappa * math.expm1(way))
    for _ in range(6):
        if fall <= NATS:
            break
        grown = kappa * math.exp(way)
        way -= (fall - NATS) / ((p - 1.0) + q * grown / (1.0 - kappa + grown))
        fall = (p - 1.0) * way + q * math.log1p(kappa * math.expm1(way))
    return way, abs(fall)


@njit(cache=True, nogil=True)
def _gather(  # type: ignore[no-untyped-def]
    fast, slow, near, far, silent, whole, way, fall, alpha_first, nodes, node_weights, moments
):
    """The integral, and the means of A = ln((α+T)/(α+τ)), a = 1/(α+τ), B, b likewise, and of their products."""
    at = 0 if fall <= GENTLE else (1 if fall <= STEEP else 2)
    order = 12 if at == 0 else (16 if at == 1 else 20)
    pieces = 1 + int(way / PIECE)
    width = way / pieces
    total = m1 = m2 = m3 = m4 = m5 = m6 = m7 = m8 = m9 = m10 = m11 = m12 = m13 = m14 = 0.0
    far_end = math.log1p(silent / far)
    for piece in range(pieces):
        for node in range(order):
            w = (piece + nodes[at, node]) * width
            grown = near * math.exp(w)
            further = far + (grown - near)
            passed = math.log(further / far)
            weight = node_weights[at, node] * math.exp(-fast * w - slow * passed)
            total += weight
            N, n = whole - w, 1.0 / grown
            F, f = far_end - passed, 1.0 / further
            m1 += weight * N
            m2 += weight * n
            m3 += weight * F
            m4 += weight * f
            m5 += weight * N * N
            m6 += weight * N * n
            m7 += weight * N * F
            m8 += weight * N * f
            m9 += weight * n * n
            m10 += weight * n * F
            m11 += weight * n * f
            m12 += weight * F * F
            m13 += weight * F * f
            m14 += weight * f * f
    moments[0] = total * near * width
    # N, n are of the near one of alpha and beta, F, f of the far one; A, a, B, b in the order of the parameters.
    if alpha_first:
        moments[1], moments[2], moments[3], moments[4] = m1, m2, m3, m4
        moments[5], moments[6], moments[7], moments[8] = m5, m6, m7, m8
        moments[9], moments[10], moments[11], moments[12], moments[13], moments[14] = m9, m10, m11, m12, m13, m14
    else:
        moments[1], moments[2], moments[3], moments[4] = m3, m4, m1, m2
        moments[5], moments[6], moments[7], moments[8] = m12, m13, m7, m10
        moments[9], moments[10], moments[11], moments[12], moments[13], moments[14] = m14, m8, m11, m5, m6, m9
    for k in range(1, 15):
        moments[k] /= total

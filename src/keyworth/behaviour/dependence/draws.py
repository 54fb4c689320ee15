"""Drawing from models whose buying and leaving depend on each other, exactly and without throwing anything away.

One cannot draw from a sum with weights below 0. But the factor of the joint density is linear in φ and in ψ and is not
below 0 at any of the four ends, so it is a mixture, with those four numbers as weights, of φ or 1 − φ with ψ or 1 − ψ.
A gamma density of shape s and rate A times φ = e^(−αλ) is one of rate A + α; times 1 − φ it is a mixture over u < α of
gamma densities of shape s + 1 and rate A + u, with u drawn by the inverse of its closed distribution. A beta density
times 1 − p or p is one of b + 1 or a + 1. So everybody is a customer of an independent model, each with parameters of
their own, and the independent model's own dice are thrown.
"""

from typing import Any

import numpy as np

from keyworth.behaviour.buying_model import Form, Futures
from keyworth.behaviour.dependence.here import Plain, log_kernels_if_here
from keyworth.behaviour.dependence.joint import at_ends, means
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.leaving_in_time.model import LeavingInTime
from keyworth.units import TimeUnit

_STREAM = 1  # of the dice that tell who somebody is; those of what they do then have none


def draw_futures(
    plain: Plain,
    p: Any,
    omega: float,
    alive: Floats,
    h: PurchaseHistories,
    ahead: float,
    *,
    seed: int,
    draws: int,
    first_draw: int,
    form: Form | None,
) -> Futures:
    """One future per draw and history, shapes (draws, n); `p` are the independent parameters."""
    n = len(h)
    purchases, still = np.empty((draws, n), dtype=np.int32), np.empty((draws, n), dtype=np.bool_)
    form = form or _form_for(plain, draws * n)
    for at in range(draws):
        draw = first_draw + at
        own, shapes, rates = _somebody(plain, p, omega, h, np.random.default_rng([seed, draw, _STREAM]))
        how: dict[str, Any] = {"seed": seed, "draws": 1, "first_draw": draw, "form": form}
        if isinstance(plain, LeavingAfterPurchase):
            from keyworth.behaviour.leaving_after_purchase.draws import draw_futures as after_purchase

            a, b = own
            found = after_purchase(alive, shapes, rates, a, b + h.repeats + plain.first_chance, ahead, **how)
        else:
            from keyworth.behaviour.leaving_in_time.draws import draw_futures as in_time

            found = in_time(alive, shapes, rates, h.observed_for, _lifetimes(plain, own), ahead, **how)
        purchases[at], still[at] = found.purchases[0], found.still_customer[0]
    return Futures(purchases, still)


def simulate(
    plain: Plain, p: Any, omega: float, observed_for: Floats, *, seed: int, unit: TimeUnit
) -> PurchaseHistories:
    """New customers, one for each T of `observed_for`."""
    ends = np.asarray(observed_for, dtype=np.float64)
    newcomers = PurchaseHistories(np.zeros(ends.size), np.zeros(ends.size), np.zeros(ends.size), unit)
    own, shapes, rates = _somebody(plain, p, omega, newcomers, np.random.default_rng([seed, _STREAM]), known=False)
    if isinstance(plain, LeavingAfterPurchase):
        from keyworth.behaviour.leaving_after_purchase.from_start import simulate as after_purchase

        return after_purchase(shapes, rates, *own, plain.first_chance, ends, seed=seed, unit=unit)
    from keyworth.behaviour.leaving_in_time.draws import simulate as in_time

    return in_time(_lifetimes(plain, own), shapes, rates, ends, seed=seed, unit=unit)


def _form_for(plain: Plain, futures: int) -> Form:
    if isinstance(plain, LeavingAfterPurchase):
        from keyworth.behaviour.leaving_after_purchase.draws import COMPILED_FROM
    else:
        from keyworth.behaviour.leaving_in_time.draws import COMPILED_FROM
    return "compiled" if futures >= COMPILED_FROM else "numpy"


def _lifetimes(plain: LeavingInTime[Any], own: tuple[Floats, Floats]) -> Any:
    """A lifetime of everybody's own: its formulae take arrays as they take numbers."""
    kind: Any = plain.lifetime_kind
    return kind(*own)


def _somebody(
    plain: Plain, p: Any, omega: float, h: PurchaseHistories, rng: np.random.Generator, *, known: bool = True
) -> tuple[tuple[Floats, Floats], Floats, Floats]:
    """Of each who is a customer now: what their leaning to leave was drawn from, and of λ the shape and the rate.

    The leaning is told as the independent model's parameters (a and b, or s and β), before the history; shape and rate
    are of those who have it. With `known` False nothing is known of them, not even that they are customers.
    """
    one, other = means(p)
    shape, rate = p.r + h.repeats, p.alpha + h.observed_for
    if known:
        slow, stays = log_kernels_if_here(plain, p, h)
    else:
        slow, stays = np.full(len(h), np.log(one)), np.full(len(h), np.log(other))
    fast, leaves = -np.expm1(slow), -np.expm1(stays)
    neither, only_slow, only_stays, both = at_ends(one, other, omega)
    chances = [
        neither * fast * leaves,
        only_slow * np.exp(slow) * leaves,
        only_stays * fast * np.exp(stays),
        both * np.exp(slow + stays),
    ]
    bounds = np.cumsum(chances, axis=0)
    which = (rng.random(len(h)) * bounds[-1] >= bounds[:-1]).sum(axis=0)
    is_slow, is_staying = which % 2 == 1, which >= 2
    shapes, rates = _tilted(shape, rate, p.alpha, slow, is_slow, rng)
    if isinstance(plain, LeavingAfterPurchase):
        return (np.where(is_staying, p.a, p.a + 1.0), np.where(is_staying, p.b + 1.0, p.b)), shapes, rates
    # The lifetime's own T is counted from the start, so its rate is told as it was then.
    powers, scales = _tilted(np.full(len(h), p.s), p.beta + h.observed_for, p.beta, stays, is_staying, rng)
    return (powers, scales - h.observed_for), shapes, rates


def _tilted(
    shape: Floats, rate: Floats, by: float, log_mean: Floats, towards: Any, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Gamma(shape, rate) times e^(−by·λ), or times 1 less that: shapes and rates, drawn if need be.

    The rates A + u of the second have (A + u)^−shape spread evenly between u = 0 and u = by.
    """
    place = rng.random(shape.size)
    later = rate * np.exp(-np.log1p(place * np.expm1(log_mean)) / shape)
    return np.where(towards, shape, shape + 1.0), np.where(towards, rate + by, later)

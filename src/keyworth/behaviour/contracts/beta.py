"""ln Γ(z) − ln Γ(z + a) and its derivatives in z, without losing digits however far apart z and a are.

B(a, z) is the exponential of this times Γ(a). Subtracting tabulated functions would leave nothing of the small
differences that renewal after long years consists of. So z is first raised above 12 by the functional
equation, and from there on Stirling's series are subtracted term by term.
Source: Abramowitz and Stegun (1964), 6.1.40, 6.3.18 and 6.4.12.
"""

import numpy as np

from keyworth.behaviour.histories import Floats

_RAISED = 12
_STEPS = np.arange(_RAISED, dtype=np.float64)
# Coefficients of z^−1, z^−3, … in ln Γ, of z^−2, z^−4, … in ψ, of z^−3, z^−5, … in ψ'.
_LOG_GAMMA = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)
_PSI = (-1 / 12, 1 / 120, -1 / 252, 1 / 240, -1 / 132)
_PSI_1 = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66)


def log_gamma_fall(z: Floats, a: float | Floats) -> Floats:
    """The difference ln Γ(z) − ln Γ(z + a); same shape as z > 0."""
    small, by = z[..., None] + _STEPS, np.asarray(a)[..., None]
    z = z + _RAISED
    w = z + a
    raised = -(z - 0.5) * np.log1p(a / z) - a * np.log(w) + a
    fall: Floats = raised + _series(_LOG_GAMMA, z, w, 1) + np.log1p(by / small).sum(axis=-1)
    return fall


def psi_fall(z: Floats, a: float | Floats) -> Floats:
    """ψ(z) − ψ(z + a), the first derivative of `log_gamma_fall`."""
    small, by = z[..., None] + _STEPS, np.asarray(a)[..., None]
    z = z + _RAISED
    w = z + a
    raised = -np.log1p(a / z) - 0.5 * (a / z) / w + _series(_PSI, z, w, 2)
    fall: Floats = raised - (by / small / (small + by)).sum(axis=-1)
    return fall


def psi_1_fall(z: Floats, a: float | Floats) -> Floats:
    """ψ'(z) − ψ'(z + a), the second derivative of `log_gamma_fall`."""
    small, by = z[..., None] + _STEPS, np.asarray(a)[..., None]
    z = z + _RAISED
    w = z + a
    raised = (a / z) / w * (1.0 + 0.5 * (1.0 / z + 1.0 / w)) + _series(_PSI_1, z, w, 3)
    fall: Floats = raised + (by / small / (small + by) * (1.0 / small + 1.0 / (small + by))).sum(axis=-1)
    return fall


def _series(coefficients: tuple[float, ...], z: Floats, w: Floats, first: int) -> Floats:
    total = np.zeros_like(z)
    for place, coefficient in enumerate(coefficients):
        power = -(first + 2 * place)
        total += coefficient * (z**power - w**power)
    return total

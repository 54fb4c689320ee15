"""Hold one of our figures against a published one, and remember how they compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Comparison:
    """One quantity of one row of the reference: its worst figure, of `figures`, and how far it may be off.

    `which` names that figure where there are several. `off` is its distance as a share of what is allowed (of
    what is not allowed, where that is nothing). `note` says why a source errs (`source_errs`), or what else matters.
    """

    row: str
    what: str
    which: str
    figures: int
    published: float
    ours: float
    allowed: float
    tolerance: str
    holds: bool
    source_errs: bool
    note: str


RECORD: list[Comparison] = []


def held(
    row: str,
    what: str,
    got: Any,
    expected: Any,
    *,
    rtol: float = 0.0,
    atol: float = 0.0,
    source_errs: bool = False,
    note: str = "",
) -> None:
    """Assert that `got` is within atol + rtol·|expected| of `expected`, and record both for the page of figures.

    Figures, arrays of one shape, or mappings with the same keys. With `source_errs` the reverse is asserted: our
    figure is right, the source's is not within the tolerance, and `note` says why; the day it is, the test fails.
    """
    names, ours, theirs = _told(got, expected)
    allowed = atol + rtol * np.abs(theirs)
    distance = np.abs(ours - theirs)
    within = np.where(np.isfinite(ours), distance <= allowed, ours == theirs)
    # Rounded, and the first of equals: which figure is the worst must not turn on the last digit of a machine.
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(within & (allowed == 0), 0.0, distance / allowed)
    worst = int(np.argmax(np.round(np.where(np.isfinite(share), share, np.inf), 3)))
    tolerance = _allowance(rtol, atol)
    holds = bool(within.all())
    RECORD.append(
        Comparison(
            row, what, names[worst] if len(names) > 1 else "", len(names), float(theirs[worst]), float(ours[worst]),
            float(allowed[worst]), tolerance, holds, source_errs, note,
        )
    )  # fmt: skip
    assert holds != source_errs, f"{row}, {what} {names[worst]}: {ours[worst]} for {theirs[worst]}, within {tolerance}"


def _told(got: Any, expected: Any) -> tuple[list[str], np.ndarray, np.ndarray]:
    """What each figure is called, ours and theirs, in theirs order."""
    if isinstance(expected, Mapping):
        assert set(got) == set(expected)
        return list(expected), *(np.array([float(side[name]) for name in expected]) for side in (got, expected))
    ours, theirs = np.atleast_1d(np.asarray(got, dtype=float)), np.atleast_1d(np.asarray(expected, dtype=float))
    assert ours.shape == theirs.shape == (ours.size,), f"{ours.shape} for {theirs.shape}"
    return [f"no. {place}" for place in range(1, ours.size + 1)], ours, theirs


def _allowance(rtol: float, atol: float) -> str:
    share = [f"{100 * rtol:g}%" if rtol >= 1e-4 else f"relative {rtol:g}"] * bool(rtol)
    return " + ".join([f"{atol:g}"] * bool(atol) + share) or "exact"

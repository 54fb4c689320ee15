"""What a command tells a machine of drift."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keyworth.behaviour import Drift, Foretold


def told_drift(found: "Drift") -> dict[str, object]:
    """The field `drift`: how it was judged, and by what."""
    return {
        "kind": found.kind,
        "model": found.model,
        "ahead": found.ahead,
        "came": found.came,
        "purchases": _foretold(found.total),
        "tenths": [_foretold(tenth) for tenth in found.tenths],
        "log_likelihood_ratio": found.statistic,
        "degrees": found.parameters,
        "p_value": found.p_value,
        "change": found.change,
        "verdict": found.verdict,
    }


def _foretold(group: "Foretold") -> dict[str, object]:
    return {
        "customers": group.customers,
        "expected": group.expected,
        "interval_95": list(group.interval_95),
        "actual": group.actual,
    }

"""Figures that others published on rhythm in CDNOW, from tests/reference/behaviour.toml."""

from datetime import date

import numpy as np
import pytest

from keyworth.behaviour import MODELS, PurchaseHistories
from keyworth.behaviour.regular_timing.regularity import own_regularities, wheat_morrison
from reference.held import held

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def purchase_days(shared):
    """The days of purchase of every customer of the CDNOW sample, over all its 78 weeks."""
    days: dict[str, set[int]] = {}
    for line in (shared / "data/cdnow/CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, *_ = line.split()
        days.setdefault(customer, set()).add(date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal())
    return [np.array(sorted(seen)) for seen in days.values()]


@pytest.mark.parametrize("name", ["bg-cnbd-k", "mbg-cnbd-k"])
def test_cdnow_has_no_rhythm(figures, purchase_days, name):  # S3.6
    until = date(1997, 9, 30).toordinal()
    seen = [days[days <= until] for days in purchase_days]
    h = PurchaseHistories.from_columns(
        [len(days) - 1 for days in seen],
        [(days[-1] - days[0]) / 7 for days in seen],
        [(until - days[0]) / 7 for days in seen],
        log_gaps=[np.log(np.diff(days) / 7).sum() for days in seen],
    )
    fit = MODELS[name].fit(h)
    assert fit.converged
    held("S3.6", f"{MODELS[name].title}, best k", fit.parameters.k, figures["regularity"]["cdnow"]["k"])
    plain = MODELS[name.replace("c", "")[:-2]].fit(h)
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, rel=1e-12)


def test_regularity_of_cdnow_by_two_estimates(figures, purchase_days):  # S3.7
    row = figures["regularity"]["cdnow"]
    got, what = wheat_morrison(purchase_days), "regularity by Wheat and Morrison"
    held("S3.7", what, got, row["wheat_morrison"], atol=row["wheat_morrison_tol"])
    own = np.median(own_regularities(purchase_days))
    held("S3.7", "median of customers' own regularities", own, row["own_median"], atol=row["own_median_tol"])

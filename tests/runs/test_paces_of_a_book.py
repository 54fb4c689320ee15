"""On a real ledger: donors who give once a year, of whom models expect too little soon and too much late."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from keyworth.ledger import Ledger
from keyworth.runs.backtest_book import backtest_book
from keyworth.runs.pace import Pace
from keyworth.units import Horizon

pytestmark = [pytest.mark.slow, pytest.mark.reference]


def test_own_paces_foretell_a_year_better_than_the_model_alone(tmp_path: Path, shared: Path) -> None:
    """Chosen and learnt on what was known by the day that is judged."""
    Ledger.create(
        tmp_path / "book",
        shared / "data/debruyn_purchases/purchases.txt",
        at=datetime(2026, 1, 1, tzinfo=UTC),
        chosen={"customer": "1", "amount": "2", "date": "3"},
        currency="USD",
    )
    year = Horizon.parse("1y")
    paced = backtest_book(tmp_path / "book", holdout=year, at_most=1)
    paces = paced.latest.options.paces
    assert paces is not None
    assert any(str(note).startswith("Past day after past day customers came back") for note in paced.notes)
    alone = backtest_book(tmp_path / "book", holdout=year, at_most=1, model=paced.model, pace=Pace())
    assert paced.purchases.log_score > alone.purchases.log_score + 0.01
    assert paced.purchases.crps < 0.95 * alone.purchases.crps
    assert paced.purchases.rmse < alone.purchases.rmse
    # Nobody's interval is of another pace than their expectation.
    lows, highs = paced.latest.valuation.customers.purchase_quantiles.interval(95)
    expected = paced.latest.valuation.customers.expected_purchases
    assert (expected <= highs + 1).all()
    assert (lows <= expected + 1).all()
    assert replace(paced.latest.options, paces=None) == alone.latest.options

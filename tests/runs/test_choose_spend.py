"""A model of spending chosen on a shop whose customers differ much and hold to their own level from the first day."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from keyworth.ledger import Ledger
from keyworth.runs import tried_models
from keyworth.runs.backtest_book import backtest_book
from keyworth.runs.build_values import ValueRequest, build_values, open_values
from keyworth.runs.choose_model import asked_models
from keyworth.units import Horizon, TimeUnit

START = date(2023, 1, 1)
pytestmark = pytest.mark.slow


def shop(folder: Path, *, money: bool) -> Path:
    """Log-normal levels and amounts: what somebody's first purchase brought says what the next will bring."""
    rng = np.random.default_rng(3)
    rows = ["customer,date,amount" if money else "customer,date"]
    for customer in range(500):
        rate, level, at = rng.gamma(1.2, 1 / 30.0), rng.normal(3.0, 1.0), float(rng.uniform(0, 300))
        while at < 480:
            amount = f",{np.exp(level + 0.4 * rng.normal()):.2f}" if money else ""
            rows.append(f"C{customer},{START + timedelta(days=int(at))}{amount}")
            if rng.random() < 0.2:
                break
            at += max(rng.exponential(1 / rate), 1.0)
    (folder / "orders.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    Ledger.create(folder / "book", folder / "orders.csv", at=datetime(2026, 1, 1, tzinfo=UTC), currency="CNY")
    return folder / "book"


@pytest.fixture(autouse=True)
def one_past_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tried_models, "_ORIGINS", 1)


def test_the_value_book_rests_on_the_chosen_and_a_back_test_can(tmp_path: Path) -> None:
    book = shop(tmp_path, money=True)
    made = build_values(book, ValueRequest(horizon=Horizon.parse("26w"), draws=100))
    assert made.spending.name == "root-gamma-gamma"
    assert [one.name for one in made.spend_choice.tried if one.chosen] == ["root-gamma-gamma"]
    assert str(made.spend_choice.because[0]).startswith("Root Gamma-Gamma: the best of 2 models")
    assert open_values(book).spend_choice == made.spend_choice
    assert made.base.interval_80.low < made.base.expected < made.base.interval_80.high
    by = {
        name: backtest_book(book, holdout=Horizon.parse("26w"), model="mbg-nbd", spending=name)
        for name in ("gamma-gamma", "root-gamma-gamma")
    }
    plain, root = by["gamma-gamma"], by["root-gamma-gamma"]
    assert root.latest.base.spend.fit.model == "root-gamma-gamma"
    assert root.spend.log_score > plain.spend.log_score
    assert root.spend.rmse < plain.spend.rmse


def test_without_money_there_is_nothing_to_choose(tmp_path: Path) -> None:
    ledger = Ledger.open(shop(tmp_path, money=False))
    asked = asked_models(ledger, "auto", until=ledger.last_day, ahead_days=182, unit=TimeUnit.WEEK)
    assert (asked.spending, asked.spend_choice) == ("gamma-gamma", None)

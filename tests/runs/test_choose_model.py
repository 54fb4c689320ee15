"""Choosing a model on books whose customers buy as one of the models tells it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from keyworth.behaviour import MODELS
from keyworth.errors import NotEnoughHistory
from keyworth.ledger import Ledger
from keyworth.runs import choose_model as run
from keyworth.runs import tried_models
from keyworth.runs.backtest_book import backtest_book
from keyworth.runs.build_values import ValueRequest, build_values
from keyworth.runs.choose_model import AskedModels, asked_models, choose_model
from keyworth.runs.fit_model import fit_book
from keyworth.units import Horizon, TimeUnit

START = date(2023, 1, 1)


def orders(
    customers: int, days: int, *, regular: float = 1.0, seed: int = 1, people: Sequence[tuple[float, float]] = ()
) -> list[str]:
    """One customer after another, who leaves after any purchase, the first one too, each at their own odds.

    The times between purchases are gamma distributed, `regular` being their shape: 1 is no rhythm at all. `people`
    are rates of buying and odds of leaving; drawn independently unless given.
    """
    rng = np.random.default_rng(seed)
    rows = ["customer,date"]
    for customer in range(customers):
        rate, leaves = people[customer] if people else (rng.gamma(1.2, 1 / 25.0), rng.beta(1.0, 3.0))
        at = float(rng.uniform(0, days * 0.6))
        while at < days:
            rows.append(f"C{customer},{START + timedelta(days=int(at))}")
            if rng.random() < leaves:
                break
            at += max(rng.gamma(regular, 1 / (regular * rate)), 1.0)
    return rows


def written(folder: Path, rows: list[str]) -> Path:
    file = folder / "orders.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    Ledger.create(folder / "book", file, at=datetime(2026, 1, 1, tzinfo=UTC), currency="CNY")
    return folder / "book"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("choose"), orders(400, 450))


@pytest.fixture(scope="module")
def found(book: Path) -> run.ChoiceRun:
    return choose_model(book)


@pytest.mark.slow
def test_data_of_mbg_nbd_choose_it(found: run.ChoiceRun) -> None:
    assert found.choice.chosen == "mbg-nbd"
    assert found.choice.by == "forecasts"
    assert 140 < found.holdout_days <= 150
    assert len(found.choice.ranking) == len(MODELS)
    assert found.choice.standing("mbg-nbd").within_noise
    assert found.scored == found.customers


def test_the_chosen_is_fitted_to_everything(found: run.ChoiceRun, book: Path) -> None:
    alone = fit_book(book, model=found.choice.chosen)
    assert found.fitted.fit.parameters == alone.fit.parameters
    assert found.fitted.as_of == alone.as_of


@pytest.mark.slow
def test_a_sample_of_the_customers_tells_nearly_the_same_and_says_that_it_is_one(
    found: run.ChoiceRun, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tried_models, "_MOST_TRIED", 200)
    sample = choose_model(book)
    assert (sample.scored, sample.customers) == (200, found.customers)
    assert str(sample.because[-1]).startswith("The models were tried on 200 of ")
    here, there = found.choice.standing("mbg-nbd"), sample.choice.standing("mbg-nbd")
    assert there.log_score == pytest.approx(here.log_score, abs=0.2)
    assert replace(there.candidate, aic=None) == replace(here.candidate, aic=None)


@pytest.mark.slow
def test_a_value_book_and_a_back_test_can_ask_for_the_chosen_too(
    book: Path, found: run.ChoiceRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tried_models, "_ORIGINS", 1)
    valued = build_values(book, ValueRequest(model="auto", horizon=Horizon.parse("13w"), draws=100))
    assert valued.buying.name == found.choice.chosen
    assert any("at 1 past day" in str(reason) for reason in valued.choice.because)
    assert [one.name for one in valued.choice.tried if one.chosen] == [valued.buying.name]
    tested = backtest_book(book, holdout=Horizon.parse("13w"), model="Auto")
    assert tested.model in MODELS
    assert tested.latest.base.buying.model == tested.model
    # Nothing dated after the origin has a say: 360 days are known by then, and a third of them is held back.
    assert any("past day" in str(reason) for reason in tested.because)


@pytest.mark.slow
def test_the_same_dice_give_the_same_figures(found: run.ChoiceRun, book: Path) -> None:
    assert choose_model(book).choice == found.choice
    other = choose_model(book, seed=2).choice.standing("bg-nbd").lags
    assert other != found.choice.standing("bg-nbd").lags


def test_a_short_ledger_is_chosen_for_by_aic(book: Path) -> None:
    short = choose_model(book, until=START + timedelta(days=200))
    assert (short.choice.by, short.holdout_days, short.choice.origins) == ("aic", 0, ())
    aic = {one.candidate.name: one.candidate.aic for one in short.choice.ranking if one.eligible}
    assert aic[short.choice.chosen] < min(aic.values()) + 2
    assert short.fitted.as_of == START + timedelta(days=200)


def test_a_value_book_of_a_short_ledger_says_that_it_takes_the_usual_model(book: Path) -> None:
    asked = asked_models(
        Ledger.open(book), "auto", until=START + timedelta(days=200), ahead_days=182, unit=TimeUnit.WEEK
    )
    assert asked.buying == "mbg-nbd"
    assert str(asked.because[0]).startswith("MBG/NBD: the orders reach back too short a time")
    assert asked.choice.tried == ()
    assert asked_models(Ledger.open(book), "bg-nbd", until=START, ahead_days=182, unit=TimeUnit.WEEK) == AskedModels(
        "bg-nbd"
    )


def test_customers_who_never_came_back_teach_nothing(tmp_path: Path) -> None:
    rows = ["customer,date", *(f"C{number},2024-01-0{number}" for number in range(1, 9))]
    with pytest.raises(NotEnoughHistory):
        choose_model(written(tmp_path, rows))


@pytest.mark.slow
def test_a_rhythm_is_found_where_there_is_one(tmp_path: Path) -> None:
    told = choose_model(written(tmp_path, orders(1500, 720, regular=4.0)))
    assert told.choice.chosen == "mbg-cnbd-k"
    assert told.fitted.fit.parameters.k >= 3
    assert not told.choice.standing("mbg-nbd").within_noise


@pytest.mark.slow
def test_dependence_of_another_form_than_ours_is_found_and_mends_the_totals(tmp_path: Path) -> None:
    """Fast buyers leave sooner, by normal numbers that go together 0.7: a form that no model here knows."""
    one, other = np.random.default_rng(1).standard_normal((2, 2500))
    rates = stats.gamma(1.0, scale=1 / 20.0).ppf(stats.norm.cdf(one))
    odds = stats.beta(0.8, 1.0).ppf(stats.norm.cdf(0.7 * one + np.sqrt(1 - 0.49) * other))
    told = choose_model(
        written(tmp_path, orders(2500, 720, people=list(zip(rates.tolist(), odds.tolist(), strict=True))))
    )
    assert told.choice.chosen == "mbg-nbd-sarmanov"
    assert told.fitted.fit.parameters.dependence > 2
    dependent, plain = (told.choice.standing(name) for name in ("mbg-nbd-sarmanov", "mbg-nbd"))
    assert not plain.within_noise
    assert abs(dependent.bias) < abs(plain.bias)

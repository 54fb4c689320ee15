"""From a fit to the scores of every customer: one by one, in blocks, and on people who live by the model."""

from dataclasses import replace

import numpy as np
import pytest
from invented_customers import followed
from scipy.special import betainc

from keyworth.backtest import (
    SpendForecast,
    calibration_verdict,
    score,
    score_whole_forecasts,
    whole_forecasts,
    with_distributions,
)
from keyworth.behaviour import GAMMA_GAMMA, MODELS, BgNbdParameters
from keyworth.value.spend_law import GammaGammaLaw
from keyworth.words import Message

N = 3000


@pytest.fixture(scope="module")
def people():
    return followed(N, seed=3)


@pytest.fixture(scope="module")
def fits(people):
    return people.fit(), people.spend_fit()


def forecast(people, spend_fit):
    p = spend_fit.parameters
    return SpendForecast(GammaGammaLaw(p.p, p.q, 1.0), GAMMA_GAMMA.expected_value(p, people.spend))


def scored(people, fits, seed=1, **changed):
    return score_whole_forecasts(
        changed.get("fit", fits[0]),
        changed.get("unique", people.histories.unique()),
        people.ahead,
        people.purchases,
        rng=np.random.default_rng(seed),
        spend=forecast(people, fits[1]),
        spent=people.spent,
    )


@pytest.fixture(scope="module")
def found(people, fits):
    return scored(people, fits)


def test_people_who_live_by_the_model_stand_evenly_in_its_distributions(people, found):
    for scores, limit in ((found.purchases, 1.63), (found.spend.scores, 1.63)):
        told = with_distributions(score(people.purchases, people.purchases), scores)
        assert told.pit_ks < limit / N**0.5  # 99 of 100 right models
        for level, held in ((0.8, told.calibration_80), (0.9, told.calibration_90), (0.95, told.calibration_95)):
            assert held == pytest.approx(level, abs=0.02)
    buyers = int((people.spent > 0).sum())
    assert len(found.spend.given_purchase) == buyers
    told = with_distributions(score(people.spent, people.spent), found.spend.scores, found.spend.given_purchase)
    assert told.calibration_80 == pytest.approx(0.8, abs=3 * (0.16 / buyers) ** 0.5)


def test_a_model_that_makes_everybody_alike_is_caught(people, fits, found):
    right, p = fits[0], fits[0].parameters
    alike = replace(right, parameters=BgNbdParameters(12 * p.r, 12 * p.alpha, 12 * p.a, 12 * p.b))
    wrong = scored(people, fits, fit=alike)
    told = with_distributions(score(people.purchases, people.purchases), wrong.purchases)
    assert told.calibration_80 < 0.75
    assert wrong.purchases.log_score.mean() < found.purchases.log_score.mean()
    assert wrong.purchases.crps.mean() > found.purchases.crps.mean()
    assert wrong.spend.scores.log_score.mean() < found.spend.scores.log_score.mean()
    assert "too sure" in str(calibration_verdict(told, what=Message("purchases"))[0])


def test_every_customer_is_scored_in_their_own_distribution(people, fits, found):
    fit, money = fits[0], fits[1].parameters
    each = GAMMA_GAMMA.expected_value(money, people.spend)
    for i in range(0, N, 97):
        h = people.histories.rows(np.array([i]))
        chances = MODELS["bg-nbd"].count_distribution_ahead(fit.parameters, h, people.ahead, 3000)[0]
        came = int(people.purchases[i])
        up_to = chances.cumsum()
        assert found.purchases.log_score[i] == pytest.approx(np.log(chances[came]))
        assert found.purchases.crps[i] == pytest.approx(
            (up_to[:came] ** 2).sum() + ((1 - up_to[came:]) ** 2).sum(), rel=1e-4
        )
        assert up_to[came] - chances[came] <= found.purchases.pit[i] <= up_to[came]
        if people.spent[i] > 0:
            shape = money.q + money.p * h.repeats[0]
            b = 1 / (1 + each[i] * (shape - 1) / money.p / people.spent[i])
            n = np.arange(1, len(chances))
            place = chances[0] + (chances[1:] * betainc(money.p * n, shape, b)).sum()
            assert found.spend.scores.pit[i] == pytest.approx(place, abs=5e-4)


def test_small_blocks_tell_the_same(people, fits, found, monkeypatch):
    monkeypatch.setattr(whole_forecasts, "_MOST_CHANCES", 700)
    cut = scored(people, fits)
    assert cut.purchases.log_score == pytest.approx(found.purchases.log_score, rel=1e-12)
    assert cut.purchases.pit == pytest.approx(found.purchases.pit, rel=1e-12)
    assert cut.purchases.crps == pytest.approx(found.purchases.crps, rel=1e-4)
    assert cut.spend.scores.crps == pytest.approx(found.spend.scores.crps, rel=2e-4, abs=1e-6)
    assert np.abs(cut.spend.scores.log_score - found.spend.scores.log_score).mean() < 1e-3


def test_histories_that_were_asked_too_little_are_asked_again(people, fits, found, monkeypatch):
    monkeypatch.setattr(whole_forecasts, "_LEFT_OVER", 1e-12)
    again = scored(people, fits)
    assert again.purchases.log_score == pytest.approx(found.purchases.log_score, rel=1e-12)
    assert again.purchases.crps == pytest.approx(found.purchases.crps, rel=1e-4)
    assert again.spend.scores.crps == pytest.approx(found.spend.scores.crps, rel=1e-3, abs=1e-6)


def test_a_model_whose_chances_do_not_add_up_to_one_is_not_asked_for_ever(people, fits, found, monkeypatch):
    model = type(MODELS["bg-nbd"])
    exact, asked = model.count_distribution_ahead, []

    def rounded(self, p, h, ahead, up_to):
        asked.append(up_to)
        return exact(self, p, h, ahead, up_to) * (1 - 1e-5)

    monkeypatch.setattr(model, "count_distribution_ahead", rounded)
    again = scored(people, fits)
    assert max(asked) < 2000
    assert again.purchases.crps == pytest.approx(found.purchases.crps, rel=0.01, abs=1e-3)


def test_dice_are_the_only_chance_and_models_can_be_compared_under_the_same(people, fits, found):
    same, other = scored(people, fits), scored(people, fits, seed=2)
    assert np.array_equal(same.purchases.pit, found.purchases.pit)
    assert np.array_equal(other.purchases.crps, found.purchases.crps)
    assert not np.array_equal(other.purchases.pit, found.purchases.pit)
    assert np.array_equal(other.spend.given_purchase, found.spend.given_purchase)


def test_customers_of_whom_no_amount_can_be_foretold_are_left_out_of_money_alone(people, fits):
    whole = forecast(people, fits[1])
    per_purchase = whole.per_purchase.copy()
    per_purchase[::10] = 0.0
    found = score_whole_forecasts(
        fits[0], people.histories.unique(), people.ahead, people.purchases, rng=np.random.default_rng(1),
        spend=replace(whole, per_purchase=per_purchase), spent=people.spent,
    )  # fmt: skip
    assert len(found.purchases) == N
    assert len(found.spend.scores) == found.spend.judged.sum() == N - N // 10
    assert len(found.spend.given_purchase) == ((people.spent > 0) & found.spend.judged).sum()


def test_without_money_only_purchases_are_scored(people, fits):
    found = score_whole_forecasts(
        fits[0], people.histories.unique(), people.ahead, people.purchases, rng=np.random.default_rng(1)
    )
    assert found.spend is None
    with pytest.raises(ValueError, match="inverse"):
        score_whole_forecasts(
            fits[0], people.histories.unique(inverse=False), people.ahead, people.purchases,
            rng=np.random.default_rng(1),
        )  # fmt: skip


@pytest.mark.parametrize("later", [0, 400])
def test_a_customer_who_surprises_everybody_is_scored_like_all(fits, later):
    one = followed(1, seed=11)
    found = score_whole_forecasts(
        fits[0], one.histories.unique(), one.ahead, np.array([float(later)]), rng=np.random.default_rng(1)
    )
    scores = found.purchases
    assert np.isfinite([scores.log_score[0], scores.crps[0], scores.pit[0]]).all()
    if later:
        assert scores.crps[0] > 350
        assert scores.pit[0] > 0.999

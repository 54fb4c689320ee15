"""Choosing a model by what the candidates would have foretold: invented forecasts, and what is said of them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from keyworth.backtest import Candidate, CandidateForecasts, Origin, OriginForecasts, choose
from keyworth.errors import NotEnoughHistory
from keyworth.words import say

ORIGINS = tuple(Origin(date(year, 12, 31), date(year + 1, 12, 31), 365, 700) for year in (2022, 2023))
SIMPLE = Candidate("simple", "Simple", 4)
OTHER = Candidate("other", "Other", 4)
RICH = Candidate("rich", "Rich", 5)
RHYTHM = Candidate("rhythm", "Rhythm", 5, reads_gaps=True)
DEATHLESS = Candidate("deathless", "Deathless", 4, loses_one_time_buyers=False)


def forecasts(off, *, people=400, seed=1):
    """Two origins; `off` says by how much each candidate's scores are worse than a common part, and by what luck."""
    found = []
    for number, origin in enumerate(ORIGINS):
        rng = np.random.default_rng([seed, number])
        actual = rng.poisson(1.0, people).astype(float)
        common = rng.normal(size=(2, people))
        of = {}
        for name, (worse, luck) in off.items():
            dice = np.random.default_rng([seed, number, *name.encode()])
            shift = worse + luck * dice.normal(size=people)
            of[name] = CandidateForecasts(
                expected=actual + np.sqrt(1.0 + np.maximum(shift, -0.9)),
                log_score=common[0] - shift,
                crps=np.abs(common[1]) + shift,
                pit=dice.random(people),
            )
        found.append(OriginForecasts(origin, np.arange(people), actual, of))
    return found


def chosen(candidates, origins, **named):
    return choose(candidates, origins, rng=np.random.default_rng(9), **named)


def test_the_simplest_within_noise_wins():
    choice = chosen([RICH, SIMPLE], forecasts({"rich": (0.0, 0.5), "simple": (0.01, 0.5)}))
    assert choice.chosen == "simple"
    assert [one.candidate.name for one in choice.ranking] == ["rich", "simple"]
    assert choice.origins == ORIGINS
    first, second = map(str, choice.because)
    assert first == ("Simple: as good as the best of 2 models within noise at 2 past days, and the simplest of those.")
    assert second.startswith("Rich is 0.0")
    assert second.endswith("nats a customer better, which chance explains.")


def test_one_that_is_worse_beyond_noise_never_wins_however_simple():
    choice = chosen([SIMPLE, RICH], forecasts({"rich": (0.0, 0.2), "simple": (0.1, 0.2)}))
    assert choice.chosen == "rich"
    lags = choice.standing("simple").lags
    assert all(lag.low > 0 for lag in lags.values())
    first, second = map(str, choice.because)
    assert first == "Rich: the best of 2 models at 2 past days, by more than chance explains."
    assert second.endswith(": Simple (log score, ranked probability score, squared error).")


@pytest.mark.parametrize("spoilt", ["log_score", "crps", "expected"])
def test_no_measure_alone_is_enough(spoilt):
    """Level with the best by two measures of three, and worse by the third: not within noise."""
    origins = forecasts({"rich": (0.0, 0.1), "simple": (0.0, 0.1)})
    worse = {"log_score": -0.2, "crps": 0.2, "expected": 0.3}[spoilt]
    for origin in origins:
        theirs = origin.of["simple"]
        origin.of["simple"] = replace(theirs, **{spoilt: getattr(theirs, spoilt) + worse})
    choice = chosen([SIMPLE, RICH], origins)
    assert not choice.standing("simple").within_noise
    assert sum(lag.within_noise for lag in choice.standing("simple").lags.values()) == 2
    assert choice.chosen == "rich"


def test_of_equal_models_needing_no_gaps_and_knowing_risk_counts_and_then_the_order():
    level = {one.name: (0.0, 0.0) for one in (SIMPLE, OTHER, RICH, RHYTHM, DEATHLESS)}
    origins = forecasts(level)
    assert chosen([RHYTHM, RICH], origins).chosen == "rich"
    assert chosen([DEATHLESS, SIMPLE], origins).chosen == "simple"
    assert chosen([OTHER, SIMPLE], origins).chosen == "other"
    assert chosen([RICH, RHYTHM, DEATHLESS, SIMPLE, OTHER], origins).chosen == "simple"


def test_who_did_not_converge_may_not_win_and_is_not_the_measure():
    origins = forecasts({"rich": (0.0, 0.1), "simple": (0.5, 0.1), "other": (0.6, 0.1)})
    choice = chosen([SIMPLE, OTHER, replace(RICH, converged=False)], origins)
    assert choice.chosen == "simple"
    assert choice.standing("simple").lags["log_score"].behind == 0.0
    assert not choice.standing("rich").eligible
    assert str(choice.because[0]) == (
        "Simple: the best of the 2 models whose fits converged, at 2 past days; others foretold better, and are not to "
        "be relied on."
    )
    failed, better = map(str, choice.because[-2:])
    assert failed == "Could not win, because a fit failed or did not converge: Rich."
    assert better.startswith("Rich would have foretold better all the same (log score, ranked probability score")


def test_models_barred_for_one_reason_are_named_in_one_sentence():
    origins = forecasts({"rich": (0.0, 0.1), "rhythm": (0.0, 0.1), "simple": (0.5, 0.1)})
    barred = [replace(RICH, converged=False), replace(RHYTHM, converged=False)]
    said = [str(one) for one in chosen([SIMPLE, *barred], origins).because]
    assert [one for one in said if "Could not win" in one] == [
        "Could not win, because a fit failed or did not converge: Rich, Rhythm."
    ]
    assert sum("would have foretold better" in one for one in said) == 1


def test_who_is_richer_in_vain_is_not_scored_and_not_called_a_failure():
    choice = chosen([SIMPLE, replace(RICH, asked=False)], forecasts({"simple": (0.0, 0.1)}))
    assert choice.chosen == "simple"
    assert choice.standing("rich").log_score is None
    assert str(choice.because[-1]) == (
        "Not asked about past days, because a simpler model explains the orders as well: Rich."
    )
    assert not any("Could not win" in str(one) for one in choice.because)


def test_where_nobody_converged_all_are_compared_and_it_is_said():
    origins = forecasts({"rich": (0.0, 0.1), "simple": (0.5, 0.1)})
    choice = chosen([replace(SIMPLE, converged=False), replace(RICH, converged=False)], origins)
    assert choice.chosen == "rich"
    assert any(str(one).startswith("No model's fit converged everywhere") for one in choice.because)


def test_a_model_that_cannot_lose_one_time_buyers_is_told_to_leave_risk_alone():
    origins = forecasts({"deathless": (0.0, 0.1), "simple": (0.5, 0.1)})
    choice = chosen([SIMPLE, DEATHLESS], origins)
    assert choice.chosen == "deathless"
    assert "must come from another model" in str(choice.because[-1])


def test_the_figures_are_means_over_origins_of_means_over_customers():
    origins = forecasts({"simple": (0.0, 0.3)})
    only = chosen([SIMPLE], origins).standing("simple")
    theirs = [(one.actual, one.of["simple"]) for one in origins]
    assert only.log_score == pytest.approx(np.mean([np.mean(one.log_score) for _, one in theirs]))
    assert only.crps == pytest.approx(np.mean([np.mean(one.crps) for _, one in theirs]))
    assert only.rmse**2 == pytest.approx(np.mean([np.mean((one.expected - a) ** 2) for a, one in theirs]))
    assert only.mae == pytest.approx(np.mean([np.mean(np.abs(one.expected - a)) for a, one in theirs]))
    total, told = sum(a.sum() for a, _ in theirs), sum(one.expected.sum() for _, one in theirs)
    assert only.bias == pytest.approx((told - total) / total)
    assert 0.9 < only.calibration_95 < 1.0
    assert only.pit_ks < 1.7 / np.sqrt(400)


def test_the_same_dice_give_the_same_choice_and_rounding_is_no_difference():
    origins = forecasts({"rich": (0.0, 0.0), "simple": (1e-13, 0.0)})
    one, two = chosen([RICH, SIMPLE], origins), chosen([RICH, SIMPLE], origins)
    assert one.because == two.because
    assert one.chosen == "simple"
    lag = one.standing("rich").lags["log_score"]
    assert (lag.behind, lag.low, lag.high) == (0.0, 0.0, 0.0)
    assert len(one.because) == 1


def test_without_origins_aic_decides():
    rich, simple = replace(RICH, aic=100.0), replace(SIMPLE, aic=101.5)
    choice = chosen([rich, simple, replace(OTHER, aic=90.0, converged=False)], [])
    assert (choice.chosen, choice.by, choice.origins) == ("simple", "aic", ())
    assert chosen([rich, replace(simple, aic=102.5)], []).chosen == "rich"
    why, who, failed = map(str, choice.because)
    assert why.startswith("Too little is known to hold back a part of it")
    assert who == "Simple: the simplest of the 2 of 2 models whose AIC is within 2 of the least."
    assert failed.endswith("Other.")


def test_nothing_to_compare_is_refused():
    with pytest.raises(NotEnoughHistory, match="none can be chosen"):
        chosen([SIMPLE, RICH], [])


def test_one_that_an_origin_does_not_tell_of_is_not_scored():
    origins = forecasts({"rich": (0.0, 0.1), "simple": (0.5, 0.1)})
    del origins[0].of["rich"]
    choice = chosen([SIMPLE, RICH], origins)
    assert choice.chosen == "simple"
    assert choice.standing("rich").log_score is None
    assert "Rich" in str(choice.because[-1])


def test_it_is_said_in_chinese_too():
    choice = chosen([RICH, SIMPLE], forecasts({"rich": (0.0, 0.5), "simple": (0.01, 0.5)}))
    assert say(choice.because[0], "zh").startswith("Simple：在过去 2 个日期上")

"""What keyworth fit --model auto answers beside the fit: how the candidates did, and why one was chosen."""

from typing import Any

from keyworth.backtest import DECIDING, MEASURES, Standing
from keyworth.cli import answer
from keyworth.runs.choose_model import ChoiceRun
from keyworth.runs.value_records import told_paces
from keyworth.words import Message
from keyworth.words.formatting import measure, rate_change


def told_choice(run: ChoiceRun) -> dict[str, Any]:
    """What `--json` adds to the fields of a fit."""
    return {
        "chosen": run.choice.chosen,
        "because": run.because,
        "by": run.choice.by,
        "origins": [one.as_of for one in run.choice.origins],
        "holdout_days": run.holdout_days,
        "scored": run.scored,
        "candidates": [_told(one) for one in run.choice.ranking],
        "pace": run.pace.factor,
        "paces": told_paces(run.pace.table),
        "spend_chosen": run.spending and run.spending.chosen,
        "spend_because": () if run.spending is None else run.spending.because,
        "spend_candidates": () if run.spending is None else [_told(one) for one in run.spending.ranking],
        "choice_seconds": run.seconds,
    }


def _told(one: Standing) -> dict[str, Any]:
    return {
        "model": one.candidate.name,
        "parameters": one.candidate.parameters,
        "converged": one.candidate.converged,
        "within_noise": one.within_noise,
        "log_score": one.log_score,
        "crps": one.crps,
        "rmse": one.rmse,
        "mae": one.mae,
        "bias": one.bias,
        "pit_ks": one.pit_ks,
        "calibration_95": one.calibration_95,
        "aic": one.candidate.aic,
        "behind": one.lags
        and {
            name: {"by": one.lags[name].behind, "interval_95": [one.lags[name].low, one.lags[name].high]}
            for name in DECIDING
        },
    }


def show_choice(run: ChoiceRun) -> None:
    """A table of the candidates, best first, and the sentences."""
    if run.choice.by == "aic":
        answer.table(
            (Message("model"), Message("parameters"), "AIC", Message("may win")),
            *(
                (one.candidate.title, one.candidate.parameters, measure(one.candidate.aic, 6), _may_win(one))
                for one in run.choice.ranking
            ),
        )
    else:
        head = (MEASURES[name].label for name in ("log_score", "crps", "rmse", "bias"))
        answer.table(
            (Message("model"), Message("parameters"), *head, Message("may win")),
            *(
                (
                    one.candidate.title,
                    one.candidate.parameters,
                    measure(one.log_score, 4),
                    measure(one.crps, 4),
                    measure(one.rmse, 4),
                    rate_change(one.bias),
                    _may_win(one),
                )
                for one in run.choice.ranking
            ),
        )
    print()
    for sentence in run.because:
        answer.line(sentence)


def _may_win(one: Standing) -> Message:
    if not one.candidate.asked and one.candidate.converged:
        return Message("no: a simpler one explains as much")
    if not one.eligible:
        return Message("no: did not converge")
    return Message("yes") if one.within_noise else Message("no: worse")

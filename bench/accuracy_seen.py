"""A past day of a data set: what was known, what everybody foretold, and what came."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from keyworth.backtest import (
    DistributionScores,
    Origin,
    Scores,
    last_year_again,
    last_year_days,
    same_rate,
    score,
    score_whole_forecasts,
    with_distributions,
)
from keyworth.behaviour import MODELS, TITLES, Fit, PacedModel, PaceTable, PurchaseHistories, UniqueHistories
from keyworth.errors import KeyworthError, NotEnoughHistory
from keyworth.ledger import CustomerSummary, Ledger
from keyworth.runs.choose_model import choose_model
from keyworth.runs.defaults import MODEL
from keyworth.runs.model_input import buying_histories
from keyworth.runs.pace import Pace
from keyworth.units import TimeUnit

WEEK = TimeUnit.WEEK
PEERS = {"lifetimes": "lifetimes", "pymc-marketing": "PyMC-Marketing"}


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """What one method foretold of each customer, shape (n,); `failed` says why there is nothing.

    `counted` is None for a rule, which tells no chances. `kind`: auto, model, rule or peer.
    """

    kind: str
    title: str
    expected: np.ndarray | None = None
    counted: DistributionScores | None = None
    failed: str = ""


@dataclass(slots=True, eq=False)
class Seen:
    """Customers known on a day, what came after it, and the forecasts by name."""

    origin: Origin
    summary: CustomerSummary
    unique: UniqueHistories
    actual: np.ndarray
    chosen: str = ""
    fits: dict[str, Fit] = field(default_factory=dict)
    forecasts: dict[str, Forecast] = field(default_factory=dict)

    @property
    def ahead(self) -> float:
        return self.origin.holdout_days / WEEK.days

    def scores(self, name: str) -> Scores | None:
        one = self.forecasts[name]
        if one.expected is None:
            return None
        found = score(self.actual, one.expected)
        return found if one.counted is None else with_distributions(found, one.counted)


def look(ledger: Ledger, origin: Origin) -> Seen:
    """Everything of ours: the choice, every model, the rules."""
    summary = ledger.customers(origin.as_of, WEEK)
    histories = PurchaseHistories.from_columns(summary.repeats, summary.last_repeat, summary.observed_for, WEEK)
    actual = ledger.spend_between(origin.as_of, origin.end).of(summary.numbers).purchases
    seen = Seen(origin, summary, histories.unique(), actual)
    run = choose_model(ledger.folder, until=origin.as_of, unit=WEEK)
    # As `keyworth value` has it: where no past day leaves enough to judge by, the usual model is used.
    seen.chosen, pace = (
        (run.choice.chosen, run.pace.over(origin.holdout_days)) if run.choice.by == "forecasts" else (MODEL, Pace())
    )
    seen.forecasts["auto"] = Forecast("auto", "")  # the first row; what was chosen is told below
    _, taught = buying_histories(ledger, origin.as_of, WEEK, None, gaps=True)
    for name, model in MODELS.items():
        try:
            fit = seen.fits[name] = model.fit(taught)
            seen.forecasts[name] = _by(seen, fit, "model", model.title, seen.ahead)
        except NotEnoughHistory as error:
            seen.forecasts[name] = Forecast("model", model.title, failed=str(error.message))
    at = ", each history at its own pace" if pace.table else f", at {pace.factor:.2f} of its pace"
    title = f"Keyworth, `auto` ({TITLES[seen.chosen]}{at if pace.why else ''})"
    seen.forecasts["auto"] = (
        _by(seen, seen.fits[seen.chosen], "auto", title, seen.ahead * (1.0 if pace.table else pace.factor), pace.table)
        if pace.why
        else replace(seen.forecasts[seen.chosen], kind="auto", title=title)
    )
    seen.forecasts |= _rules(ledger, seen)
    return seen


def _by(seen: Seen, fit: Fit, kind: str, title: str, ahead: float, paces: PaceTable | None = None) -> Forecast:
    if not fit.converged:
        title += " †"
    unique = seen.unique
    model = MODELS[fit.model] if paces is None else PacedModel(MODELS[fit.model], paces)
    expected = model.expected_purchases(fit.parameters, unique.histories, ahead)
    return Forecast(kind, title, expected[unique.inverse], _chances(seen, fit, ahead, paces))


def _chances(seen: Seen, fit: Fit, ahead: float, paces: PaceTable | None = None) -> DistributionScores:
    # The same dice for all, so that they are compared in pairs.
    return score_whole_forecasts(
        fit, seen.unique, ahead, seen.actual, rng=np.random.Generator(np.random.PCG64([1, 1])), paces=paces
    ).purchases


def _rules(ledger: Ledger, seen: Seen) -> dict[str, Forecast]:
    origin, summary = seen.origin, seen.summary
    window = last_year_days(origin.calibration_days)
    lately = ledger.spend_between(origin.as_of - timedelta(days=window), origin.as_of).of(summary.numbers)
    rules = (
        same_rate(summary.repeats, summary.observed_for, seen.ahead),
        last_year_again(lately.purchases, origin.holdout_days, window),
    )
    return {rule.code: Forecast("rule", f"rule: {rule.name}", rule.purchases) for rule in rules}


class Peers:
    """Peers that run beside us, each in an interpreter of its own, on what was known on the same days."""

    def __init__(self, folder: Path, interpreters: dict[str, str]) -> None:
        self.folder, self.interpreters = folder, interpreters
        folder.mkdir(parents=True, exist_ok=True)

    def ask_later(self, key: str, seen: Seen) -> None:
        s = seen.summary
        np.savez(
            self.folder / f"{key}.npz",
            repeats=s.repeats,
            last=s.last_repeat,
            observed=s.observed_for,
            mean=np.nan_to_num(s.mean_repeat_value),
            ahead=seen.ahead,
        )

    def run(self) -> None:
        for peer, python in self.interpreters.items():
            script = Path(__file__).with_name("peer_forecasts.py")
            done = subprocess.run([python, script, peer, self.folder], capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"{peer} failed:\n{done.stderr[-2000:]}")

    def answers(self, key: str) -> Iterator[tuple[str, str, dict, np.ndarray | None, np.ndarray | None]]:
        """Peer, model, what it told, what it expects of each customer in purchases, and in money."""
        for peer in self.interpreters:
            told = json.loads((self.folder / f"{key}.{peer}.json").read_text(encoding="utf-8"))
            arrays = np.load(self.folder / f"{key}.{peer}.npz")
            for model, one in told.items():
                yield peer, model, one, *(arrays.get(name) for name in (model, f"{model}.value"))

    def answer(self, key: str, seen: Seen) -> None:
        """Put the peers' forecasts beside ours: their expectation, and the chances that their parameters mean."""
        for peer, model, told, expected, _ in self.answers(key):
            seen.forecasts[f"{peer} {model}"] = self._forecast(
                f"{PEERS[peer]}, {TITLES[model]}", model, told, expected, seen
            )

    def _forecast(self, title: str, model: str, told: dict, expected: np.ndarray | None, seen: Seen) -> Forecast:
        if expected is None:
            return Forecast("peer", title, failed=told["failed"])
        bad = int((~np.isfinite(expected)).sum())
        if bad:
            return Forecast("peer", title, failed=f"no finite forecast of {bad:,} of {len(expected):,} customers")
        try:
            parameters = MODELS[model].parameter_kind(**told["parameters"])
        except KeyworthError as error:
            return Forecast("peer", title, expected, failed=f"no chances: {error.message}")
        return Forecast(
            "peer", title, expected, _chances(seen, replace(seen.fits[model], parameters=parameters), seen.ahead)
        )

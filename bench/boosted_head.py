"""Would a pace of each history's own, a gradient-boosted head, or recalibrated chances foretell better than the model?

    python bench/boosted_head.py ../shared/data

They learn on the earlier past days of each business and are judged on the latest. Needs scikit-learn beside Keyworth
(docs/decisions/0011 and 0012). The businesses are the public ones of bench/accuracy_data.py, the sample, and
two with what no model here knows, growth and a season.
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from accuracy_data import DATA_SETS
from measured import keyworth
from sklearn.ensemble import HistGradientBoostingRegressor

from keyworth.backtest import Origin, inside, origins, score, score_whole_forecasts
from keyworth.backtest.count_scores import count_scores
from keyworth.backtest.distribution_scores import DistributionScores
from keyworth.behaviour import (
    MODELS,
    Fit,
    PacedModel,
    PurchaseHistories,
    TaughtDay,
    UniqueHistories,
    learn_pace_table,
)
from keyworth.ledger import Ledger
from keyworth.runs.choose_model import asked_models
from keyworth.runs.defaults import AUTO
from keyworth.runs.even_sample import even_sample
from keyworth.runs.model_input import buying_histories
from keyworth.units import TimeUnit

WEEK = TimeUnit.WEEK
MOST, DRAWS, TENTHS, KNOTS = 10_000, 2_000, 10, 41
LEVELS = (0.80, 0.90, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A past day: the fit, n customers' histories, what is known of them (n, features), what was expected and came."""

    fit: Fit
    columns: np.ndarray
    features: np.ndarray
    expected: np.ndarray
    ahead: float
    actual: np.ndarray

    @property
    def unique(self) -> UniqueHistories:
        return _histories(self.columns)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("data", type=Path)
    asked.add_argument("--only", help="one business")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="keyworth-head-") as room:
        for name, book in _books(options.data, Path(room), options.only):
            _judge(name, book)


def _books(data: Path, room: Path, only: str | None) -> Iterator[tuple[str, Path]]:
    for one in DATA_SETS:
        if only in (None, one.name):
            yield one.name, one.imported(data, room)
    if only in (None, "sample"):
        keyworth("sample", room / "till", "--customers", "20000", "--seed", "1")
        rates = ("--rates", room / "till/rates.csv", "--currency", "HKD")
        keyworth("import", room / "till/orders.csv", "--into", room / "sample", "--yes", *rates)
        yield "sample", room / "sample"
    for name, growth, season in (("growing", 0.35, 0.0), ("seasonal", 0.0, 0.8)):
        if only in (None, name):
            _invent(room / f"{name}.csv", growth, season)
            keyworth("import", room / f"{name}.csv", "--into", room / name, "--yes", "--currency", "HKD")
            yield name, room / name


def _invent(file: Path, growth: float, season: float, customers: int = 5_000, years: int = 4) -> None:
    """Pareto/NBD customers whose pace grows by exp(growth) a year and swings by `season` with the month."""
    rng, days = np.random.default_rng(7), years * 365 + 90
    most = np.exp(growth * days / 365) * (1 + season)
    first = rng.integers(0, days - 30, customers)
    rate, stays = rng.gamma(0.8, 1 / 90, customers), 1 / rng.gamma(1.2, 1 / 500, customers)
    level = rng.gamma(4.0, 25.0, customers)
    rows = ["customer_id,order_date,amount"]
    for i in range(customers):
        end = min(first[i] + stays[i], days)
        times = rng.uniform(first[i], end, rng.poisson(rate[i] * most * (end - first[i])))
        # Thinned: what is drawn at the highest pace stays with the chance that the day's pace is of it.
        pace = np.exp(growth * times / 365) * (1 + season * np.sin(2 * np.pi * times / 365)) / most
        for day in [first[i], *np.floor(np.sort(times[rng.random(len(times)) < pace])).astype(int)]:
            when = np.datetime64("2020-01-01") + int(day)
            rows.append(f"c{i},{when},{level[i] * rng.gamma(3.0, 1 / 3.0) + 0.01:.2f}")
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")


def _judge(name: str, book: Path) -> None:
    ledger = Ledger.open(book)
    ledger.gather_days()
    days = min(365, ((ledger.last_day - ledger.first_day).days + 1) // 3)
    found = origins(ledger.first_day, ledger.last_day, days, at_most=4)
    # Chosen on what was known on the latest past day, so nothing of the days judged is in it.
    choice = asked_models(ledger, AUTO, until=found[-1].as_of, ahead_days=days, unit=WEEK)
    seen = [_look(ledger, origin, choice.buying, choice.pace.factor) for origin in found]
    *earlier, last = seen
    n, start = len(last.actual), last.expected
    told = f"{MODELS[choice.buying].title} at pace {choice.pace.factor:.2f}"
    print(f"\n## {name}: {told}, {n} customers, {len(seen)} past days, {days} days ahead", flush=True)
    if not earlier:
        return
    again = np.random.default_rng(1).multinomial(n, np.full(n, 1 / n), size=DRAWS) / n
    base = _chances(last, lambda up_to: up_to)
    _tell("model", last.actual, start, start, base, base, again)
    one = sum(s.actual.sum() for s in earlier) / sum(s.expected.sum() for s in earlier)
    heads = {"one factor": np.full(n, one), **_heads(earlier, last)}
    for title, factor in heads.items():
        _tell(title, last.actual, start, factor * start, base, _moved(last, factor), again)
    paces = learn_pace_table([TaughtDay.of(s.fit, s.unique, s.ahead, s.actual) for s in earlier])
    told = (last.fit, last.unique, last.ahead, last.actual)
    expected = PacedModel(MODELS[last.fit.model], paces).expected_purchases(
        last.fit.parameters, last.unique.histories, last.ahead
    )
    scores = score_whole_forecasts(*told, rng=np.random.default_rng(1), paces=paces).purchases
    _tell("own paces", last.actual, start, expected[last.unique.inverse], base, scores, again)
    places = np.concatenate([_chances(s, lambda up_to: up_to).pit for s in earlier])
    marks = np.linspace(0.0, 1.0, KNOTS)
    knots = np.quantile(places, marks)
    knots[0], knots[-1] = 0.0, 1.0
    _tell("recalibrated", last.actual, start, start, base, _chances(last, lambda f: np.interp(f, knots, marks)), again)


def _look(ledger: Ledger, origin: Origin, model: str, pace: float) -> Seen:
    _, taught = buying_histories(ledger, origin.as_of, WEEK, None, gaps=MODELS[model].reads_gaps)
    fit = MODELS[model].fit(taught)
    summary = ledger.customers(origin.as_of, WEEK)
    drawn = even_sample(summary.numbers, MOST, 1)
    columns = np.stack([summary.repeats, summary.last_repeat, summary.observed_for])[:, drawn]
    unique, ahead = _histories(columns), pace * origin.holdout_days / WEEK.days
    expected = MODELS[model].expected_purchases(fit.parameters, unique.histories, ahead)[unique.inverse]
    alive = MODELS[model].chance_alive(fit.parameters, unique.histories)[unique.inverse]
    born = (summary.first_day[drawn] - np.datetime64(ledger.first_day)).astype("timedelta64[D]").astype(float)
    money = summary.mean_repeat_value[drawn], summary.first_value[drawn]
    known = (*columns, columns[2] - columns[1], *money, born, np.log(expected + 1e-9), alive)
    actual = ledger.spend_between(origin.as_of, origin.end).of(summary.numbers).purchases[drawn]
    return Seen(fit, columns, np.stack(known, axis=1), expected, ahead, actual)


def _histories(columns: np.ndarray) -> UniqueHistories:
    return PurchaseHistories.from_columns(*columns, WEEK).unique()


def _heads(earlier: list[Seen], last: Seen) -> dict[str, np.ndarray]:
    """What to multiply the model's expectations by; by a Poisson head on them, and by two on the counts alone."""
    x, y = np.concatenate([s.features for s in earlier]), np.concatenate([s.actual for s in earlier])
    floor, expected = 1e-6, np.concatenate([s.expected for s in earlier])
    kept = {"max_iter": 100, "learning_rate": 0.05, "max_leaf_nodes": 8, "min_samples_leaf": 50, "random_state": 1}
    poisson = HistGradientBoostingRegressor(loss="poisson", **kept)
    squared = HistGradientBoostingRegressor(loss="squared_error", **kept)
    scaled = HistGradientBoostingRegressor(loss="poisson", **kept)
    below = np.maximum(last.expected, floor)
    # A Poisson fit of the ratio, weighted by what was expected, is one of the counts with that as its offset.
    ratio = scaled.fit(x, y / np.maximum(expected, floor), sample_weight=np.maximum(expected, floor))
    return {
        "head, squares": np.maximum(squared.fit(x, y).predict(last.features), 0.0) / below,
        "head, Poisson": poisson.fit(x, y).predict(last.features) / below,
        "head on the model": ratio.predict(last.features),
    }


def _moved(seen: Seen, factor: np.ndarray) -> DistributionScores:
    """The model asked at a time ahead of each tenth's own, so that it expects the tenth's share more."""
    model, p = MODELS[seen.fit.model], seen.fit.parameters
    group = np.argsort(np.argsort(factor, kind="stable"), kind="stable") * TENTHS // len(factor)
    scores = np.zeros((3, len(factor)))
    for tenth in range(TENTHS):
        at = group == tenth
        if not at.any():
            continue
        unique, pace = _histories(seen.columns[:, at]), 1.0
        wanted = float((factor * seen.expected)[at].sum())
        for _ in range(20):
            expected = model.expected_purchases(p, unique.histories, pace * seen.ahead)[unique.inverse].sum()
            pace = float(np.clip(pace * wanted / max(expected, 1e-9), 0.02, 20.0))
        part = Seen(seen.fit, seen.columns[:, at], seen.features, seen.expected, pace * seen.ahead, seen.actual[at])
        one = _chances(part, lambda up_to: up_to)
        scores[:, at] = one.log_score, one.crps, one.pit
    return DistributionScores(*scores)


def _chances(seen: Seen, recalibrated) -> DistributionScores:
    """Every customer's distribution scored, after a monotone map of F that leaves 0 and 1 where they are."""
    unique, model = seen.unique, MODELS[seen.fit.model]
    up_to = int(min(max(1.3 * seen.actual.max() + 20, 40), 1_200))
    chances = model.count_distribution_ahead(seen.fit.parameters, unique.histories, seen.ahead, up_to)
    mapped = recalibrated(np.clip(np.cumsum(chances, axis=1), 0.0, 1.0))
    places = np.random.default_rng(1).random(len(seen.actual))
    chances = np.diff(mapped, axis=1, prepend=0.0)
    means = (1.0 - mapped).sum(axis=1)
    return count_scores(chances, unique.inverse, np.rint(seen.actual).astype(np.int64), places, expected=means)


def _tell(title, actual, start, expected, base, scores, again) -> None:
    """One line: what it scored, and of each change from the model alone the middle 95 in 100 of the draws."""
    whole = score(actual, expected)
    changes = {
        "se": (actual - expected) ** 2 - (actual - start) ** 2,
        "ae": np.abs(actual - expected) - np.abs(actual - start),
        "log": scores.log_score - base.log_score,
        "crps": scores.crps - base.crps,
    }
    line = f"{title}: rmse {np.sqrt(((actual - expected) ** 2).mean()):.4f} mae {np.abs(actual - expected).mean():.4f}"
    line += f" bias {expected.sum() / actual.sum() - 1:+.1%} concordance {whole.concordance:.4f}"
    line += f" log {scores.log_score.mean():.4f} crps {scores.crps.mean():.4f}"
    line += " held " + "/".join(f"{inside(scores.pit, level):.1%}" for level in LEVELS)
    for name, change in changes.items():
        low, high = np.quantile(again @ change, (0.025, 0.975))
        line += f" | {name} {low:+.4f} … {high:+.4f}"
    print(line, flush=True)


if __name__ == "__main__":
    main()

"""Donors, whose gifts of the hold-out years are known of a cell together: BG/BB, and models of continuous time.

An error is that of a cell's mean, and each donor counts: what a single donor gave nobody knows here.
"""

import json
import subprocess
from pathlib import Path

import numpy as np
from accuracy_data import Donors, donors
from accuracy_page import table

from keyworth.backtest import Candidate, choose
from keyworth.behaviour import BG_BB, MODELS, OccasionHistories, UniqueHistories
from keyworth.units import TimeUnit

_LIFETIMES = """
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np
from lifetimes import BetaGeoBetaBinomFitter
x, last, weights = np.array(json.loads(sys.stdin.read()))
years, ahead = 6, 5
model = BetaGeoBetaBinomFitter().fit(x, last, np.full(len(x), years), weights)
expected = model.conditional_expected_number_of_purchases_up_to_time(ahead, x, last, np.full(len(x), years))
print(json.dumps(list(map(float, expected))))
"""
ABOUT = """\
## Donations

Those who first gave in 1995, by years with a gift and the last of them: six years known, {ahead} foretold. \
{donors:,.0f} donors gave {gifts:,.0f} times. What came is known of {cells} cells of donors alike, not of single \
donors: an error here is that of a cell's mean, donors counted, and no distribution can be scored. A year is an \
occasion to give (BG/BB); models of continuous time see at most a gift a year. `auto` chooses among these, by AIC \
since there is no past day to look back from; donations are fitted with `--model bg-bb`.
"""


def donors_part(data: Path, lifetimes: str | None) -> str:
    known = donors(data)
    rows = [_row(known, title, expected) for title, expected in _forecasts(known, lifetimes)]
    about = ABOUT.format(ahead=known.ahead, donors=known.donors.sum(), gifts=known.gifts.sum(), cells=len(known.donors))
    heads = ("gifts", "expected", "bias", "MAE of cells", "RMSE of cells")
    return f"{about}\n{table(heads, rows)}"


def _forecasts(known: Donors, lifetimes: str | None):
    n = np.full_like(known.repeats, known.years)
    occasions = OccasionHistories.from_columns(known.repeats, known.last, n, known.donors, TimeUnit.YEAR)
    fit = BG_BB.fit(occasions)
    yield "Keyworth, BG/BB", BG_BB.expected_purchases(fit.parameters, occasions, known.ahead)
    continuous = UniqueHistories.from_columns(known.repeats, known.last, n, known.donors, TimeUnit.YEAR)
    fits = {name: model.fit(continuous) for name, model in MODELS.items() if not model.reads_gaps}
    chosen = choose(
        [Candidate.of(MODELS[name], converged=one.converged, aic=one.aic) for name, one in fits.items()],
        [],
        rng=np.random.default_rng(1),
    ).chosen
    for name, one in fits.items():
        title = f"Keyworth, {MODELS[name].title}" + (" (`auto`)" if name == chosen else "")
        title += "" if one.converged else " †"
        yield title, MODELS[name].expected_purchases(one.parameters, continuous.histories, float(known.ahead))
    yield "rule: same rate as so far", known.repeats * known.ahead / known.years
    if lifetimes:
        columns = json.dumps([known.repeats.tolist(), known.last.tolist(), known.donors.tolist()])
        done = subprocess.run([lifetimes, "-c", _LIFETIMES], input=columns, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"lifetimes failed:\n{done.stderr[-2000:]}")
        yield "lifetimes, BG/BB", np.array(json.loads(done.stdout.splitlines()[-1]))


def _row(known: Donors, title: str, expected: np.ndarray) -> list[str]:
    miss, share = expected - known.gifts / known.donors, known.donors / known.donors.sum()
    total = float((expected * known.donors).sum())
    return [
        title,
        f"{total:,.1f}",
        f"{total / known.gifts.sum() - 1:+.1%}",
        f"{(share * np.abs(miss)).sum():.4f}",
        f"{np.sqrt((share * miss**2).sum()):.4f}",
    ]

"""How accurate forecasts are on public data sets, beside simple rules and peers, as a page.

    python bench/accuracy.py ../shared/data -o docs/accuracy.md
    python bench/accuracy.py ../shared/data --lifetimes PYTHON --pymc PYTHON -o docs/accuracy.md

DATA is a folder with one folder for each data set (see bench/accuracy_data.py for their files). Peers run in
interpreters of their own: pip install lifetimes; pip install pymc-marketing.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from accuracy_data import DATA_SETS, DataSet
from accuracy_donors import donors_part
from accuracy_page import COLUMNS, Money, Told, page, peers_named
from accuracy_seen import PEERS, Peers, look

from keyworth.backtest import score
from keyworth.behaviour import TITLES
from keyworth.ledger import Ledger
from keyworth.runs.backtest_book import backtest_book
from keyworth.runs.defaults import AUTO
from keyworth.units import Horizon

# Published for the 39 weeks after 1997-09-30: bias, MAE, RMSE, Spearman, Gini. BTYDplus and CLVTools, in R.
QUOTED = {
    "cdnow-sample": (
        ("quoted: CLVTools, Pareto/NBD", "-11.5%", "0.7545", "1.6028", "0.4597", "0.6726"),
        ("quoted: CLVTools, BG/NBD", "-12.1%", "0.7855", "1.6080", "0.4493", "0.6624"),
        ("quoted: BTYDplus, MBG/NBD", "-16.2%", "0.7648", "1.6072", "0.4501", ""),
        ("quoted: BTYDplus, Pareto/NBD by MCMC", "-15.8%", "0.7458", "1.6173", "0.4461", ""),
        ("quoted: BTYDplus, NBD", "+55.7%", "1.0410", "1.8595", "0.4539", ""),
    )
}

# Of spend in the same weeks, with Gamma-Gamma: MAE, RMSE, Spearman, Gini.
QUOTED_MONEY = {
    "cdnow-sample": (
        ("quoted: CLVTools, Pareto/NBD and Gamma-Gamma", "-14.8%", "29.46", "72.18", "0.4451", "0.6593"),
        ("quoted: CLVTools, BG/NBD and Gamma-Gamma", "-15.6%", "30.41", "72.30", "0.4264", "0.6379"),
    )
}


def main() -> int:
    asked = _asked()
    started = time.perf_counter()
    interpreters = {name: python for name in PEERS if (python := getattr(asked, name.partition("-")[0]))}
    chosen = [one for one in DATA_SETS if asked.only in (None, one.name)]
    with tempfile.TemporaryDirectory(prefix="keyworth-accuracy-") as room:
        peers = Peers(Path(room) / "peers", interpreters)
        books = [(one, one.imported(asked.data, Path(room))) for one in chosen]
        told = [_told(one, book, peers) for one, book in books]
        donors = donors_part(asked.data, interpreters.get("lifetimes")) if asked.only is None else ""
        peers.run()
        for one, (_, book) in zip(told, books, strict=True):
            for seen in one.seen:
                peers.answer(_key(one.data, seen), seen)
            one.money = _money(one, book, peers)
    minutes = max(1, round((time.perf_counter() - started) / 60))
    command = "python bench/accuracy.py DATA" + "".join(f" --{name.partition('-')[0]} PYTHON" for name in interpreters)
    written = page(told, donors, command, str(minutes), peers_named(interpreters))
    if asked.output is None:
        print(written)
    else:
        asked.output.write_text(written, encoding="utf-8")
    return 0


def _asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("-o", "--output", type=Path, help="the page; printed unless given")
    options.add_argument("--only", choices=[one.name for one in DATA_SETS], help="one data set")
    options.add_argument("--lifetimes", metavar="PYTHON", help="an interpreter that has lifetimes")
    options.add_argument("--pymc", metavar="PYTHON", help="an interpreter that has pymc-marketing")
    return options.parse_args()


def _told(one: DataSet, book: Path, peers: Peers) -> Told:
    ledger = Ledger.open(book)
    ledger.gather_days()
    seen = []
    for origin in one.origins(ledger.first_day):
        print(f"{one.title}, {origin.as_of}", file=sys.stderr, flush=True)
        seen.append(look(ledger, origin))
        peers.ask_later(_key(one, seen[-1]), seen[-1])
    return Told(one, seen, quoted=[_filled(row) for row in QUOTED.get(one.name, ())])


def _filled(row: Sequence[str]) -> tuple[str, ...]:
    """A quoted row, nothing in the columns that nobody published."""
    return (*row, *[""] * (COLUMNS - len(row)))


def _key(one: DataSet, seen) -> str:
    return f"{one.name}-{seen.origin.as_of}"


def _money(one: Told, book: Path, peers: Peers) -> Money:
    """Spend as the back-test measures it, in revenue; peers on the same customers."""
    latest = one.latest
    print(f"{one.data.title}, spend", file=sys.stderr, flush=True)
    run = backtest_book(
        book,
        holdout=Horizon.parse(f"{one.data.ahead}d"),
        model=AUTO,
        origin=latest.origin.as_of,
        margins={"": 1.0},
    )
    rows = [("Keyworth, `auto`", run.spend)]
    rows += [(f"rule: {rule.name}", found) for rule, found in run.spend_rules]
    for peer, model, _, _, value in peers.answers(_key(one.data, latest)):
        if value is not None:
            rows.append((f"{PEERS[peer]}, {TITLES[model]} and Gamma-Gamma", score(run.latest.spend, value)))
    quoted = [_filled(row) for row in QUOTED_MONEY.get(one.data.name, ())]
    return Money(run.latest.base.summary.currency, rows, quoted)


if __name__ == "__main__":
    sys.exit(main())

"""From nothing running to a printed fit of CDNOW: what somebody waits who types the command.

    python bench/cold_start.py

CDNOW's own 2,357 customers are fitted where the reference data lie beside the checkout, else as many simulated
ones. "First run after installing" runs a copy of the package that has never run, neither Python's nor numba's
code kept: both for that fit, and for a value book large enough to need the compiled form.
"""

import os
import shutil
import sys
from pathlib import Path

import simulate
from measured import Measured, in_turn, keyworth
from sizes import SEED, Size, Workroom, asked, workroom
from table import Line, machine, seconds, show

import keyworth as package

COLD = 3.0
SHARED = Path(__file__).resolve().parents[2] / "shared/data/cdnow/CDNOW_sample.txt"
_UNTIL = "1997-09-30"
_COLUMNS = ("customer=1", "date=3", "quantity=4", "amount=5")


def lines(size: Size, runs: int, room: Workroom) -> list[Line]:
    book = room.books / "cdnow"
    name, until = _import(book)
    fit = ("fit", book, "--model", "bg-nbd", "--unit", "week", *until, "--json")
    keyworth(*fit)  # so that the caches are warm
    warm, version = in_turn(max(runs, 3), lambda: keyworth(*fit), lambda: keyworth("--version"))
    assert warm.told["converged"]
    first, value, value_first = _after_installing(size, room, fit)
    customers = warm.told["customers"]
    return [
        Line(
            f"fit of {name} ({customers:,} customers), cold process",
            seconds(warm),
            goal=f"<= {COLD:g} s",
            met=size.met(warm.wall <= COLD),
        ),
        Line("  of it the optimisation", f"{warm.told['fit_seconds']:.4f} s"),
        Line("  keyworth --version, for comparison", seconds(version)),
        Line("  first run after installing", seconds(first)),
        Line(f"value book of {value.told['customers']:,} customers", seconds(value)),
        Line("  first run after installing", seconds(value_first)),
    ]


def _import(book: Path) -> tuple[str, tuple[str, ...]]:
    """CDNOW's book, what to call it, and the options that end its calibration period."""
    if SHARED.exists():
        mapped = [word for column in _COLUMNS for word in ("--map", column)]
        keyworth("import", SHARED, "--into", book, "--no-header", *mapped, "--json")
        return "CDNOW", ("--until", _UNTIL)
    file = book.with_name("cdnow.csv")
    simulate.write(simulate.orders(2_357, SEED, law=simulate.CDNOW, days=39 * 7, joining=84), file)
    keyworth("import", file, "--into", book, "--currency", "USD", "--json")
    return "simulated CDNOW", ()


def _after_installing(size: Size, room: Workroom, fit: tuple) -> tuple[Measured, Measured, Measured]:
    """The same fit from a copy that has never run; a value book warm; and that from another such copy."""
    book = room.books / "value-book"
    keyworth("import", room.orders(size.peer_customers, "parquet"), "--into", book, "--currency", "CNY", "--json")
    value = ("value", book, "--json")
    keyworth(*value)
    return (
        keyworth(*fit, environment=_untouched(room.books / "one")),
        keyworth(*value),
        keyworth(*value, environment=_untouched(room.books / "two")),
    )


def _untouched(folder: Path) -> dict[str, str]:
    """The environment of a copy of the package that has never run."""
    source = Path(package.__file__).parent
    shutil.copytree(source, folder / "keyworth", ignore=shutil.ignore_patterns("__pycache__"))
    return {"PYTHONPATH": os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])}


def main() -> None:
    options = asked(__doc__)
    print(machine())
    with workroom(options) as room:
        show("From a cold process", lines(options.size, options.runs, room))


if __name__ == "__main__":
    sys.exit(main())

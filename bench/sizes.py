"""How large a benchmark is, its order files, and what every benchmark may be asked."""

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import simulate

DATA = Path(__file__).with_name("data")
SEED = 1


@dataclass(frozen=True, slots=True)
class Size:
    """`customers` with ten orders each; the others are customers for the fit, beside peers, and from a histogram.

    Goals are promised for the full size only.
    """

    name: str
    customers: int
    peer_customers: int
    fits: tuple[int, ...]
    compared: tuple[int, ...]
    counted: int

    @property
    def promised(self) -> bool:
        return self.name == "full"

    def met(self, verdict: bool) -> bool | None:
        return verdict if self.promised else None


_COMPARED = (2_357, 100_000, 1_000_000, 10_000_000)
SIZES = {
    size.name: size
    for size in (
        Size("tiny", 500, 500, (1_000,), (1_000,), 5_000),  # does everything run? for the tests
        Size("small", 100_000, 10_000, (100_000,), (2_357, 100_000), 1_000_000),
        Size("full", 1_000_000, 100_000, (1_000_000, 10_000_000), _COMPARED, 100_000_000),
    )
}


def asked(about: str) -> argparse.Namespace:
    """The options of every benchmark, read; `size` is a Size."""
    options = argparse.ArgumentParser(description=about, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--size", choices=SIZES, default="full", help="full by default: 10 million orders")
    options.add_argument("--runs", type=int, default=3, help="figures are medians of so many runs (3)")
    options.add_argument("--lifetimes", metavar="PYTHON", help="an interpreter that has the peer, lifetimes")
    options.add_argument("--pymc", metavar="PYTHON", help="an interpreter that has another, pymc-marketing")
    options.add_argument("--keep", action="store_true", help="leave the order files in bench/data for the next time")
    options.add_argument("--data", type=Path, default=DATA, help="where to put them instead")
    found = options.parse_args()
    found.size = SIZES[found.size]
    return found


class Workroom:
    """Where order files and books lie: `books` is gone afterwards, and so are the order files made here unless kept."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.books = data / f"run-{uuid4().hex[:8]}"
        self.made: list[Path] = []

    def orders(self, customers: int, ending: str) -> Path:
        """The order file of so many customers, made if it is not there; `ending` is csv or parquet."""
        path = self.data / f"orders-{customers}.{ending}"
        if not path.exists():
            print(f"Inventing the orders of {customers:,} customers", file=sys.stderr, flush=True)
            table = simulate.orders(customers, SEED)
            for one in ("csv", "parquet"):
                self.made.append(self.data / f"orders-{customers}.{one}")
                simulate.write(table, self.made[-1])
        return path


@contextmanager
def workroom(asked: argparse.Namespace) -> Iterator[Workroom]:
    """A room to work in, tidied up afterwards, whatever happens."""
    room = Workroom(asked.data)
    room.books.mkdir(parents=True)
    try:
        yield room
    finally:
        shutil.rmtree(room.books, ignore_errors=True)
        if not asked.keep:
            for file in room.made:
                file.unlink(missing_ok=True)


def fresh(path: Path) -> Path:
    """The path, with nothing there."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    return path

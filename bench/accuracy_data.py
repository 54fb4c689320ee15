"""The data sets on which accuracy is measured: which file, which past days, how far ahead.

Days and spans are those of the published figures where there are any, and else the usual ones of the trade (a year
for shops that are visited a few times a year); none was chosen by what came out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from measured import keyworth

from keyworth.backtest import Origin


@dataclass(frozen=True, slots=True)
class DataSet:
    """`file` below the folder of data; `options` of its import; `days`: past days; `ahead`: days foretold."""

    name: str
    title: str
    file: str
    options: tuple[str, ...]
    days: tuple[date, ...]
    ahead: int
    about: str

    def origins(self, first_day: date) -> Iterator[Origin]:
        for day in self.days:
            yield Origin(day, day + timedelta(days=self.ahead), self.ahead, (day - first_day).days + 1)

    def imported(self, data: Path, books: Path) -> Path:
        """The book of its orders, made by the command that anybody would use."""
        book = books / self.name
        keyworth("import", data / self.file, "--into", book, "--yes", *self.options)
        return book


def _mapped(**columns: int) -> tuple[str, ...]:
    return tuple(part for name, place in columns.items() for part in ("--map", f"{name}={place}"))


_WEEKS = 7
_NINE_MONTHS = (date(1997, 7, 1), date(1997, 9, 30))
DATA_SETS = (
    DataSet(
        "cdnow-sample",
        "CDNOW, one customer in ten",
        "cdnow/CDNOW_sample.txt",
        (*_mapped(customer=2, date=3, quantity=4, amount=5), "--currency", "USD"),
        _NINE_MONTHS,
        39 * _WEEKS,
        "Compact discs by mail; everybody came first in the first quarter of 1997. 39 weeks are foretold.",
    ),
    DataSet(
        "cdnow-master",
        "CDNOW, everybody",
        "cdnow/CDNOW_master.txt",
        ("--currency", "USD"),
        _NINE_MONTHS,
        39 * _WEEKS,
        "The same shop, all customers. 39 weeks are foretold.",
    ),
    DataSet(
        "online-retail",
        "Online Retail",
        "online_retail_2010_2011/online_retail.csv.gz",
        ("--currency", "GBP"),
        (date(2011, 4, 15), date(2011, 6, 10)),
        26 * _WEEKS,
        "Gifts, many of them to shops; the ledger is a year long, and 26 weeks up to Christmas are foretold.",
    ),
    DataSet(
        "debruyn",
        "De Bruyn's purchases",
        "debruyn_purchases/purchases.txt",
        (*_mapped(customer=1, amount=2, date=3), "--currency", "USD"),
        tuple(date(year, 12, 31) for year in (2011, 2012, 2013, 2014)),
        365,
        "Eleven years of rare purchases; a year is foretold. The file names no currency; it went in as USD.",
    ),
    DataSet(
        "superstore",
        "Superstore",
        "superstore_cn_gb18030/superstore_cn.csv",
        ("--currency", "CNY"),
        (date(2022, 12, 31), date(2023, 12, 31)),
        365,
        "The sample business of a charting tool: its customers are invented and never leave. A year is foretold.",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Donors:
    """Donors in cells alike; arrays of shape (22,): repeats, year of the last, donors, gifts of the hold-out years."""

    repeats: np.ndarray
    last: np.ndarray
    donors: np.ndarray
    gifts: np.ndarray
    years: int = 6
    ahead: int = 5


def donors(data: Path) -> Donors:
    """Those of 1995: six years known, five held back, whose gifts are known of a cell together only."""
    rows = np.genfromtxt(data / "donations/donations_rf_with_holdout_totals.csv", delimiter=",", names=True)
    return Donors(rows["x"], rows["t_x"], rows["custs"], rows["x_star_total"])

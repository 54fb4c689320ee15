"""A book in a notebook: ask in plain words, get frozen answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyworth.notebook.plain_arguments import Day, Share, margins, sources
from keyworth.notebook.results import Backtest, Comparison, Customers, FittedModel, Imported, ValueBook
from keyworth.runs.defaults import DISCOUNT, HOLDOUT, HORIZON, MODEL, VALUED_BY
from keyworth.units import Discount, Horizon, TimeUnit, parse_currency, parse_day, parse_language

if TYPE_CHECKING:
    from keyworth.report import Chart


@dataclass(frozen=True, init=False, repr=False)
class Book:
    """A business's orders and what was computed from them: a folder on the disk.

    Naming a book opens nothing; the first `add` makes the folder. Every question reads the newest version of
    the ledger. Dates are text ("2025-12-31") or dates, lengths of time "1y", "12m", "39w", "90d", shares "30%"
    or 0.3. What goes wrong is a `keyworth.KeyworthError` that says what to do.

    Every answer is frozen, shows itself in a few lines, and becomes a data frame by `.frame()`: of
    pandas where it is installed, else of polars, else an Arrow table, or of the one named.
    """

    folder: Path

    def __init__(self, folder: str | Path) -> None:
        object.__setattr__(self, "folder", Path(folder))

    def __repr__(self) -> str:
        return f"Book({str(self.folder)!r})"

    def add(
        self,
        *orders: Any,
        columns: Mapping[str, str] | None = None,
        currency: str | None = None,
        rates: str | Path | None = None,
        time_zone: str | None = None,
        day_first: bool | None = None,
        decimal_comma: bool | None = None,
        encoding: str | None = None,
        delimiter: str | None = None,
        header: bool | None = None,
        sheet: str | None = None,
        at: datetime | None = None,
    ) -> Imported:
        """Import order files, folders of them, or data frames, all or nothing; the same content adds nothing.

        Files may be CSV, TSV, Excel, Parquet or JSON lines; frames pandas, polars, pyarrow or DuckDB relations.
        `columns` says which column is which where the names do not, for example
        `{"customer": "会员号", "date": "下单时间"}`; look at the answer to see how they were understood.
        `day_first` settles whether 3/5/2024 is in May, `decimal_comma` whether 1,234 is one and a bit.
        `rates` is a CSV of exchange rates (currency, date, rate). `at` is the time written into the record, now
        unless given.
        Raises FileUnreadable, MappingUnclear, LedgerRefused, RateMissing, BookBusy, BookDamaged or
        BookUnwritable; whichever it is, the book is as it was.
        """
        from keyworth.runs.import_orders import ImportOptions, ReadingOptions, import_files

        options = ImportOptions(
            ReadingOptions(
                chosen=columns or {},
                encoding=encoding,
                delimiter=delimiter,
                header=header,
                sheet=sheet,
                time_zone=time_zone,
                day_first=day_first,
                decimal_comma=decimal_comma,
            ),
            currency=parse_currency(currency),
            rates=None if rates is None else Path(rates),
        )
        return Imported.of(import_files(self.folder, sources(orders), options, at=at or datetime.now(UTC)))

    def customers(self, until: Day = None, *, unit: str = "week", born_after: Day = None) -> Customers:
        """One row per customer with a purchase by `until`, inclusive (the last order's day unless given).

        Several orders of one day are one purchase. Times are in `unit` (day, week, month or year), a week being
        7 days exactly. With `born_after` only customers first seen later.
        Raises BookMissing, BookDamaged, NotEnoughHistory, OptionRefused.
        """
        from keyworth.runs.summarise import summarise

        born = parse_day(born_after, "born_after")
        return Customers.of(
            summarise(self.folder, until=parse_day(until, "until"), unit=TimeUnit.parse(unit), born_after=born)
        )

    def fit(
        self,
        model: str = MODEL,
        *,
        until: Day = None,
        unit: str = "week",
        born_after: Day = None,
        start: str | Path | None = None,
    ) -> FittedModel:
        """Fit a model of buying or of spending, such as "mbg-nbd", to all purchases by `until`, by maximum likelihood.

        `start` is a file that `save` wrote, to go on from: its model, unit and customers count, and `drift` says
        whether customers still buy as it said.
        Raises BookMissing, BookDamaged, NotEnoughHistory, OptionRefused, FileUnreadable.
        """
        from keyworth.runs.fit_files import read_fit
        from keyworth.runs.fit_model import fit_book

        return FittedModel.of(
            fit_book(
                self.folder,
                model=model,
                until=parse_day(until, "until"),
                unit=TimeUnit.parse(unit),
                born_after=parse_day(born_after, "born_after"),
                start=None if start is None else read_fit(Path(start)),
            )
        )

    def value(
        self,
        as_of: Day = None,
        *,
        horizon: str = HORIZON,
        discount: Share = DISCOUNT,
        margin: Share | Mapping[str, Share] | None = None,
        model: str = VALUED_BY,
        seed: int = 1,
    ) -> ValueBook:
        """What every customer is worth as of a day; the value book is also stored in this book.

        `horizon` is how far ahead purchases and money are counted. `discount` is what a year takes off the
        future's worth, as an effective annual rate. `margin` is the part of revenue that is margin: one share,
        or one for each product category, "" standing for all others, as in `{"wine": "60%", "": "25%"}`.
        Where none is given the margins in the ledger count, and without those the book is in revenue.
        The same ledger version, arguments and software version give the same figures, to the last digit.
        Raises BookMissing, BookDamaged, BookUnwritable, NotEnoughHistory, OptionRefused.
        """
        from keyworth.runs.build_values import ValueRequest, build_values

        request = ValueRequest(
            as_of=parse_day(as_of, "as_of"),
            horizon=Horizon.parse(horizon),
            discount=Discount.parse(discount),
            margins=margins(margin),
            model=model,
            seed=seed,
        )
        return ValueBook.of(build_values(self.folder, request))

    def value_book(self, book_id: str | None = None) -> ValueBook:
        """A value book stored earlier, by its id or the beginning of it; the newest unless named.

        Raises BookMissing, which lists the ids there are, or BookDamaged.
        """
        from keyworth.runs.build_values import open_values

        return ValueBook.of(open_values(self.folder, book_id))

    def compare(self, earlier: str | ValueBook, later: str | ValueBook | None = None) -> Comparison:
        """Two stored value books side by side, by id: who came, left, rose, fell. `later` is the newest unless given.

        Raises BookMissing, BookDamaged, or OptionRefused where they differ in currency or basis.
        """
        from keyworth.runs.build_values import compare_values

        def named(book: str | ValueBook) -> str:
            return book.book_id if isinstance(book, ValueBook) else book

        return Comparison.of(compare_values(self.folder, named(earlier), None if later is None else named(later)))

    def backtest(
        self,
        holdout: str = HOLDOUT,
        *,
        model: str = VALUED_BY,
        origin: Day = None,
        until: Day = None,
        unit: str = "week",
        born_after: Day = None,
        margin: Share | Mapping[str, Share] | None = None,
        seed: int = 1,
    ) -> Backtest:
        """Hold back the end of the ledger, predict it, and compare with what came and with two simple rules.

        `origin` is the day after which the hold-out period begins, by default the last that leaves enough days.
        With `born_after` only customers first seen later are judged, by a model they teach alone and by one that
        everybody teaches: see `Backtest.born_after`. Spend is in margin or revenue as for `value`; `margin` means
        the same here.
        Raises NotEnoughHistory where no past day leaves enough before and after it; BookMissing, BookDamaged,
        OptionRefused.
        """
        from keyworth.runs.backtest_book import backtest_book

        return Backtest.of(
            backtest_book(
                self.folder,
                holdout=Horizon.parse(holdout, "holdout"),
                model=model,
                origin=parse_day(origin, "origin"),
                until=parse_day(until, "until"),
                unit=TimeUnit.parse(unit),
                born_after=parse_day(born_after, "born_after"),
                margins=margins(margin),
                seed=seed,
            )
        )

    def report(
        self,
        path: str | Path = "report.html",
        *,
        lang: str = "en",
        book_id: str | None = None,
        name: str | None = None,
        at: datetime | None = None,
    ) -> Path:
        """Write one self-contained page on a stored value book, the newest unless named; returns where it is.

        Without any value book one is made with the usual options. `name` stands at the top of the page.
        Raises BookMissing, BookDamaged, OutputUnwritable.
        """
        from keyworth.runs.compose_report import write_report_file

        when, target = at or datetime.now(UTC).astimezone(), Path(path)
        write_report_file(self.folder, target, parse_language(lang), at=when, book_id=book_id, business=name)
        return target

    def charts(self, *, lang: str = "en", book_id: str | None = None, at: datetime | None = None) -> "dict[str, Chart]":
        """The report's charts by name; each shows itself in a notebook and carries its Vega-Lite `spec`.

        `keyworth.report.chart_svg` and `chart_png` make files of them.
        """
        from keyworth.report import charts
        from keyworth.runs.compose_report import report_content

        when = at or datetime.now(UTC).astimezone()
        content, _ = report_content(self.folder, at=when, book_id=book_id)
        return charts(content, parse_language(lang))

    def export(
        self, path: str | Path, *, what: str = "values", lang: str | None = None, book_id: str | None = None
    ) -> int:
        """Write `values`, `customers`, `orders`, `refused` or `apart` to a .csv or .parquet file; returns its rows.

        With `lang`, "zh" or "en", columns carry titles in that language; without, the names programs know.
        Raises OptionRefused for another table or ending, BookMissing, BookDamaged, OutputUnwritable.
        """
        from keyworth.runs.export import export_table

        spoken = parse_language(lang or "en")
        return export_table(self.folder, what, Path(path), spoken, book_id=book_id, titles=lang is not None)

"""Import and summary of 10 million orders, beside bare DuckDB (the limit) and lifetimes (the peer).

    python bench/import_speed.py --lifetimes /path/to/python/with/lifetimes

Everything is a whole process, from the command to its last line. DuckDB reads the same CSV into a table with
types, which is all that any import must do, and sums up the very Parquet files that the book keeps. Both must
find the same customers, repeats and histories, or the benchmark stops.
"""

import json
import sys
from pathlib import Path

from measured import Measured, here, in_turn, keyworth, run
from sizes import Size, Workroom, asked, fresh, workroom
from table import Line, gib, machine, seconds, show, timed, times

ROWS_A_SECOND, MEMORY, OVER_BARE = 500_000, 2 * 2**30, 1.2
_COUNTED = ("customers", "repeats", "zero_repeaters", "unique_histories")


def lines(size: Size, runs: int, peer: str | None, room: Workroom) -> list[Line]:
    csv, parquet, book = room.orders(size.customers, "csv"), room.orders(size.customers, "parquet"), room.books / "book"
    found = []
    for file in (parquet, csv):  # the book of the CSV stays, for the summary
        kind = "CSV" if file is csv else "Parquet"
        ours, bare = in_turn(
            runs,
            lambda file=file: keyworth("import", file, "--into", fresh(book), "--currency", "CNY", "--json"),
            lambda: here("bare_duckdb.py", "read", csv, fresh(room.books / "bare.duckdb")),
        )
        found += _import(size, kind, ours, bare if file is csv else None)
    fresh(room.books / "bare.duckdb")
    found += _summary(size, runs, book, csv, room)
    if peer:
        found += _peer(size, runs, peer, room)
    return found


def _import(size: Size, kind: str, ours: Measured, bare: Measured | None) -> list[Line]:
    rows = ours.told["rows_read"]
    assert rows == ours.told["orders_added"] >= size.customers
    pace = rows / ours.wall
    what = f"import {rows:,} orders, {kind}"
    against, ratio = (f"DuckDB reads it: {seconds(bare)}", times(ours, bare)[1]) if bare else ("", "")
    return [
        Line(what, seconds(ours), against, ratio),
        Line(
            "  orders a second",
            f"{pace:,.0f} (CPU {rows / ours.cpu:,.0f} a core)",
            goal=f">= {ROWS_A_SECOND:,}" if kind == "CSV" else "",
            met=size.met(pace >= ROWS_A_SECOND) if kind == "CSV" else None,
        ),
        Line("  peak memory", gib(ours.peak), goal=f"< {gib(MEMORY)}", met=size.met(ours.peak < MEMORY)),
    ]


def _summary(size: Size, runs: int, book: Path, csv: Path, room: Workroom) -> list[Line]:
    kept = _order_files(book)
    written = room.books / "customers.parquet"
    counts, bare_counts, bare_from_csv, rows, bare_rows = in_turn(
        runs,
        lambda: keyworth("summary", book, "--json"),
        lambda: here("bare_duckdb.py", "count", *kept),
        lambda: here("bare_duckdb.py", "count", csv),
        lambda: keyworth("summary", book, "--json", "-o", fresh(written)),
        lambda: here("bare_duckdb.py", "rows", fresh(room.books / "bare.parquet"), *kept),
    )
    for other in (bare_counts, bare_from_csv, rows):
        _same(counts, other, _COUNTED)
    found = []
    for what, ours, bare in (("summary, counts", counts, bare_counts), ("summary, a row a customer", rows, bare_rows)):
        ratio, said = times(ours, bare)
        goal = f"<= {OVER_BARE} x DuckDB"
        against = f"DuckDB, same files: {seconds(bare)}"
        found.append(Line(what, seconds(ours), against, said, goal, size.met(ratio <= OVER_BARE)))
    against = f"DuckDB, from the CSV: {seconds(bare_from_csv)}"
    return [*found, Line("summary, counts", seconds(counts), against, times(counts, bare_from_csv)[1])]


def _peer(size: Size, runs: int, peer: str, room: Workroom) -> list[Line]:
    """From the order file to the summary, ours and the peer's, at the peer's size."""
    csv, book = room.orders(size.peer_customers, "csv"), room.books / "peer-book"
    imported, summed, theirs = in_turn(
        runs,
        lambda: keyworth("import", csv, "--into", fresh(book), "--currency", "CNY", "--json"),
        lambda: keyworth("summary", book, "--json", "-o", fresh(room.books / "customers.parquet")),
        lambda: run(peer, Path(__file__).with_name("peer_summary.py"), csv),
    )
    _same(summed, theirs, _COUNTED[:3])
    both = Measured(
        imported.wall + summed.wall, imported.cpu + summed.cpu, max(imported.peak, summed.peak), summed.said
    )
    rows = imported.told["rows_read"]
    return [
        Line(
            f"{rows:,} orders, file to summary",
            f"{seconds(both)}, of it import {timed(imported.wall)}",
            f"lifetimes: {seconds(theirs)}",
            times(both, theirs)[1],
        )
    ]


def _same(ours: Measured, other: Measured, names: tuple[str, ...]) -> None:
    a, b = ({name: one.told[name] for name in names} for one in (ours, other))
    if a != b:
        sys.exit(f"The counts differ, so the times mean nothing: {a} and {b}")


def _order_files(book: Path) -> list[Path]:
    """The Parquet files that the book's newest version keeps its orders in."""
    from deltalake import DeltaTable

    version = json.loads((book / "book.json").read_text())["tables"]["orders"]
    table = DeltaTable(str(book / "ledger" / "orders"), version=version)
    return [Path(uri.removeprefix("file://")) for uri in table.file_uris()]


def main() -> None:
    options = asked(__doc__)
    print(machine())
    with workroom(options) as room:
        show("Import and summary", lines(options.size, options.runs, options.lifetimes, room))


if __name__ == "__main__":
    main()

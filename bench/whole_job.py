"""The whole job: 10 million orders of 1 million customers, from the file to a value book with intervals.

    python bench/whole_job.py

Two commands, each a whole process: `keyworth import orders.csv` and `keyworth value --horizon 39w`. Then the
value book once more with its stages told apart, each with its own peak of memory.
"""

import sys

from measured import Measured, here, in_turn, keyworth
from sizes import Size, Workroom, asked, fresh, workroom
from table import Line, gib, machine, seconds, show

HORIZON, JOB, MEMORY = "39w", 60.0, 4 * 2**30


def lines(size: Size, runs: int, room: Workroom) -> list[Line]:
    csv, book = room.orders(size.customers, "csv"), room.books / "book"
    imported, valued = in_turn(
        runs,
        lambda: keyworth("import", csv, "--into", fresh(book), "--currency", "CNY", "--json"),
        lambda: keyworth("value", book, "--horizon", HORIZON, "--json"),
    )
    whole = Measured(imported.wall + valued.wall, imported.cpu + valued.cpu, max(imported.peak, valued.peak), "")
    told = valued.told
    low, high = told["interval_80"]
    assert told["customers"] == imported.told["customers"]
    assert low < told["horizon_value"] < high, told
    orders, customers = imported.told["rows_read"], told["customers"]
    return [
        Line(
            f"{orders:,} orders of {customers:,}: file to value book",
            seconds(whole),
            goal=f"< {JOB:g} s",
            met=size.met(whole.wall < JOB),
        ),
        Line("  peak memory", gib(whole.peak), goal=f"< {gib(MEMORY)}", met=size.met(whole.peak < MEMORY)),
        Line("  keyworth import, CSV", seconds(imported)),
        Line("  keyworth value, with intervals", seconds(valued)),
        *(_stage(one) for one in here("value_stages.py", book, HORIZON).told["stages"]),
    ]


def _stage(told: dict) -> Line:
    return Line(f"    {told['stage']}", seconds(Measured(told["wall"], told["cpu"], told["peak"], "")))


def main() -> None:
    options = asked(__doc__)
    print(machine())
    with workroom(options) as room:
        show("The whole job", lines(options.size, options.runs, room))


if __name__ == "__main__":
    sys.exit(main())

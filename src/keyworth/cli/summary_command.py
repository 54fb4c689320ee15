"""keyworth summary: how many customers, and how often they came back."""

from typing import Annotated

from keyworth.cli import answer
from keyworth.cli.language import t
from keyworth.cli.main import app
from keyworth.cli.options import Book, BornAfter, Debug, Json, Lang, Place, Unit, Until, left_out
from keyworth.units import TimeUnit, parse_day
from keyworth.words import Message


@app.command(
    "summary",
    help=t(
        Message(
            "One row per customer: repeat purchases, when the last was, how long they were observed.\n\n"
            "Example:\n\nkeyworth summary BOOK --until 1997-09-30 --unit week -o customers.csv"
        )
    ),
)
def summary(
    book: Book,
    until: Until = None,
    unit: Unit = "week",
    born_after: BornAfter = None,
    output: Annotated[
        Place,
        left_out(
            "--output",
            "-o",
            told=Message("Write a row per customer to this CSV or Parquet file."),
            metavar="FILE",
        ),
    ] = None,
    lang: Lang = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    from keyworth.runs.count_histories import count_histories
    from keyworth.runs.facts import summary_facts

    last, time_unit, born = (
        parse_day(until, "--until"),
        TimeUnit.parse(unit, "--unit"),
        parse_day(born_after, "--born-after"),
    )
    if output:
        from keyworth.runs.summarise import counts_of, summarise
        from keyworth.runs.written_files import write_table

        found = summarise(book, until=last, unit=time_unit, born_after=born)
        write_table(found.table(), output)
        counts = counts_of(found)
    else:
        counts = count_histories(book, until=last, unit=time_unit, born_after=born)
    if json:
        answer.machine(
            {
                "customers": counts.customers,
                "repeats": counts.repeats,
                "zero_repeaters": counts.zero_repeaters,
                "unique_histories": counts.unique_histories,
                "as_of": counts.as_of,
                "unit": counts.unit,
            }
        )
        return
    answer.facts(*summary_facts(counts))

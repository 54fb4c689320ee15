"""The whole invented business, from one seed."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from keyworth.errors import OptionRefused
from keyworth.sample import headers, names
from keyworth.sample.exchange import Exchange, draw_exchange, rate_rows
from keyworth.sample.exports import Till, order_numbers, order_rows, refund_truth
from keyworth.sample.lines import split_into_lines
from keyworth.sample.members import member_numbers, member_rows
from keyworth.sample.places import BRANCHES, STAFF_PER_BRANCH
from keyworth.sample.population import Population, draw_people, joining_time
from keyworth.sample.referrals import draw_referrers
from keyworth.sample.refunds import Refunds, draw_refunds
from keyworth.sample.seasons import Ints, Seasons, make_seasons
from keyworth.sample.spending import draw_spend, draw_strangers_spend, mean_spend
from keyworth.sample.tickets import NONE, Tickets, draw_home, draw_tickets
from keyworth.sample.truth import truth_table
from keyworth.sample.visits import Visits, draw_visits
from keyworth.units import DAYS_PER_YEAR, Horizon, TimeUnit
from keyworth.words import LANGUAGES, Language, Message

OPENING_DAY = date(2023, 1, 1)
_WALK_INS = 0.075  # of all sales
# One stream of chance per subject: a new question about names must not move a single order.
_STREAMS = (
    *("people", "visits", "spend", "homes", "tickets", "walk-ins", "referrals", "refunds", "exchange"),
    *("names", "staff", "members", "lines"),
)


@dataclass(frozen=True, slots=True)
class Business:
    """A business that never was: what its till would export, and the truth beside it.

    The tables are pyarrow's. `orders` has one row per sale and per refund (whose amount is negative) from
    `start` to `end`, both inclusive, titled in `lang`; `lines` has one row per line of a receipt, or is
    None; `future` is what the customers known at `end` then did until `future_end`, a year later, in the
    columns of `orders`; `truth` has one row per customer; `refund_truth` says which order each refund takes
    from.
    """

    orders: pa.Table
    lines: pa.Table | None
    customers: pa.Table
    rates: pa.Table
    truth: pa.Table
    future: pa.Table
    refund_truth: pa.Table
    population: Population
    seed: int
    start: date
    end: date
    future_end: date
    lang: Language


def make_business(
    *,
    seed: int = 1,
    customers: int = 20_000,
    start: date = OPENING_DAY,
    years: float = 3.0,
    end: date | None = None,
    opened: date | None = None,
    lang: Language = "zh",
    seasons: bool = True,
    lines: bool = False,
    population: Population | None = None,
) -> Business:
    """Invent a restaurant-and-shop group with its customers, from its opening to a year past `end`.

    The export runs from `start` for so many years of 365.25 days, or to `end` where that is given, inclusive.
    The business opens on `start` unless it `opened` earlier: then some customers, and some purchases that the
    export does not show, are older than it. Without `seasons` every day is alike and nothing is ever closed.
    Chance comes from `seed` alone, and what is bought does not depend on `lang`.
    Raises OptionRefused for a span or a number that cannot be.
    """
    days = round(years * DAYS_PER_YEAR) if np.isfinite(years) and 0 < years <= 100 else 0
    last = end or (start + timedelta(days=days - 1) if days else None)
    opened = opened or start
    _check(seed=seed, customers=customers, start=start, end=last, opened=opened, lang=lang)
    assert last is not None
    population = population or Population()
    streams = np.random.SeedSequence(seed).spawn(len(_STREAMS))
    rng = {name: np.random.default_rng(stream) for name, stream in zip(_STREAMS, streams, strict=True)}

    future_end = Horizon(1, TimeUnit.YEAR).end(last)
    rhythm = make_seasons(opened, future_end, seasons=seasons)
    first_day, last_day = rhythm.number(start), rhythm.number(last)
    opens, closes = float(rhythm.clock[first_day]), float(rhythm.clock[last_day + 1])
    if closes <= opens:
        raise OptionRefused(
            Message(
                "The business is closed on every day from {start} to {end}, for Spring Festival.",
                start=start,
                end=last,
            ),
            hint=Message("Choose other dates, or leave the seasons out."),
        )
    people = draw_people(population, customers, closes=closes, rng=rng["people"])
    visits = draw_visits(people, rhythm, rng["visits"])
    worth = draw_spend(population, people, visits.customer, rng["spend"])
    home = draw_home(customers, rng["homes"])
    exchange = draw_exchange(len(rhythm.factor), rng["exchange"])
    shown_visits = int(((visits.day >= first_day) & (visits.day <= last_day)).sum())
    tickets = _all_tickets(
        visits=visits,
        worth=worth,
        home=home,
        exchange=exchange,
        population=population,
        walk_ins=round(shown_visits * _WALK_INS / (1 - _WALK_INS)),
        window=(opens, closes),
        seasons=rhythm,
        rng=rng,
    )
    refunds = draw_refunds(tickets, rhythm, rng["refunds"])
    till = Till(
        opened=opened,
        members=member_numbers(customers, rng["members"]),
        staff=names.people(len(BRANCHES) * STAFF_PER_BRANCH, rng["staff"]),
        referrer=draw_referrers(visits, rng["referrals"]),
        lang=lang,
    )
    numbers = order_numbers(tickets, opened)
    sold_in = (tickets.day >= first_day) & (tickets.day <= last_day)
    # A refund of an order from before the export belongs to it all the same, as it would in a real one.
    back_in = refunds.between(first_day, last_day)
    sold_later = tickets.day > last_day  # walk-ins stop with the export
    back_later = refunds.between(last_day + 1, len(rhythm.factor))
    back_later = back_later.taken(tickets.customer[back_later.order] != NONE)
    return Business(
        orders=order_rows(tickets, numbers, back_in, sold_in, till),
        lines=_line_rows(tickets, numbers, back_in, sold_in, till, rng["lines"]) if lines else None,
        customers=member_rows(visits, mean_spend(population, people), home, till, rng["names"]),
        rates=rate_rows(exchange, opened, lang),
        truth=truth_table(
            people=people,
            population=population,
            visits=visits,
            worth=worth,
            seasons=rhythm,
            members=till.members,
            window=(first_day, last_day),
        ),
        future=order_rows(tickets, numbers, back_later, sold_later, till),
        refund_truth=refund_truth(back_in, numbers, till),
        population=population,
        seed=seed,
        start=start,
        end=last,
        future_end=future_end,
        lang=lang,
    )


def _check(*, seed: int, customers: int, start: date, end: date | None, opened: date, lang: Language) -> None:
    if customers < 1:
        raise OptionRefused(Message("A business needs at least one customer; got {count}.", count=customers))
    if seed < 0:
        raise OptionRefused(Message("A seed is a whole number from 0 up; got {seed}.", seed=seed))
    if end is None or end < start:
        raise OptionRefused(
            Message("The sample must last at least one day and at most a hundred years."),
            hint=Message("Give years, such as 3, or an end after the start."),
        )
    if opened > start:
        raise OptionRefused(
            Message(
                "The business cannot open on {opened}, after the export begins on {start}.",
                opened=opened,
                start=start,
            )
        )
    if lang not in LANGUAGES:
        raise OptionRefused(
            Message("The language must be one of {languages}; got {lang}.", languages=LANGUAGES, lang=lang)
        )


def _all_tickets(
    *,
    visits: Visits,
    worth: Ints,
    home: Ints,
    exchange: Exchange,
    population: Population,
    walk_ins: int,
    window: tuple[float, float],
    seasons: Seasons,
    rng: dict[str, np.random.Generator],
) -> Tickets:
    """The customers' orders and, between two season days, those of people who left no name; in time order."""
    known = draw_tickets(
        customer=visits.customer,
        day=visits.day,
        worth=worth,
        home=home[visits.customer],
        is_first=visits.is_first,
        exchange=exchange,
        rng=rng["tickets"],
    )
    stream = rng["walk-ins"]
    opens, closes = window
    when = opens + (closes - opens) * joining_time(stream.random(walk_ins))
    unknown = draw_tickets(
        customer=np.full(walk_ins, NONE),
        day=seasons.day_at(np.minimum(when, np.nextafter(closes, opens))),
        worth=draw_strangers_spend(population, walk_ins, stream),
        home=draw_home(walk_ins, stream),
        is_first=np.zeros(walk_ins, dtype=bool),
        exchange=exchange,
        rng=stream,
    )
    return known.with_others(unknown).in_time_order()


def _line_rows(
    tickets: Tickets,
    numbers: pa.Array,
    refunds: Refunds,
    sold: NDArray[np.bool_],
    till: Till,
    rng: np.random.Generator,
) -> pa.Table:
    split, order, first_line = split_into_lines(tickets, rng)
    rows = order_rows(split, numbers.take(pa.array(order)), refunds.of_lines(first_line), sold[order], till)
    titles = headers.titles(headers.ORDERS, till.lang)
    return rows.select([titles[key] for key in headers.LINE_KEYS])

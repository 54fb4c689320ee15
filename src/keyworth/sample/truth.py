"""What no till can know: each customer's rate, chance of leaving, mean spend, and who has left."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from keyworth.sample import frames
from keyworth.sample.population import People, Population
from keyworth.sample.seasons import Floats, Ints, Seasons
from keyworth.sample.spending import mean_spend
from keyworth.sample.visits import Visits


def expected_ahead_if_alive(people: People, season_days: float) -> Floats:
    """True expected purchases over the coming season days of a customer who is still one, shape (n,).

    Purchases come at rate l and each ends the relationship with chance p, so they stop at rate l p, and
    (1 - exp(-l p t)) / p are made on the way.
    """
    expected: Floats = -np.expm1(-people.rate * people.leaves * season_days) / people.leaves
    return expected


def truth_table(
    *,
    people: People,
    population: Population,
    visits: Visits,
    worth: Ints,
    seasons: Seasons,
    members: pa.Array,
    window: tuple[int, int],
) -> pa.Table:
    """One row per customer; `window` is the first and last day number of the export.

    `alive` and `purchases` (purchase days within the export) are as of the last day; `left_on` may lie in the
    year after it. `worth` is in CNY cents, before refunds, shape (visits,).
    """
    first_day, last_day = window
    customers = len(people.arrival)
    inside = (visits.day >= first_day) & (visits.day <= last_day)
    ahead = visits.day > last_day
    season_days = float(seasons.clock[-1] - seasons.clock[last_day + 1])
    alive = (visits.left_on < 0) | (visits.left_on > last_day)
    if_alive = expected_ahead_if_alive(people, season_days)
    spend = mean_spend(population, people)

    def per_customer(which: NDArray[np.bool_], weights: Ints | None = None) -> Ints:
        # float64 adds whole cents exactly up to 2**53 of them.
        sums = np.bincount(visits.customer[which], None if weights is None else weights[which], minlength=customers)
        return sums.astype(np.int64)

    return pa.table(
        {
            "customer": members,
            "first_on": frames.days(seasons.first, visits.day[visits.first_visit]),
            "rate": people.rate,
            "leaves": people.leaves,
            "mean_spend": spend,
            "alive": frames.flags(alive),
            "left_on": frames.days(seasons.first, visits.left_on),
            "purchases": per_customer(inside),
            "spent": frames.money(per_customer(inside, worth)),
            "expected_ahead_if_alive": if_alive,
            "expected_ahead": np.where(alive, if_alive, 0.0),
            "expected_spend_ahead": np.where(alive, if_alive * spend, 0.0),
            "purchases_ahead": per_customer(ahead),
            "spent_ahead": frames.money(per_customer(ahead, worth)),
        }
    )

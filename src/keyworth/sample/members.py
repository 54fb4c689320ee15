"""The member list: numbers, names, the day each joined."""

import numpy as np
import pyarrow as pa

from keyworth.sample import frames, headers, names
from keyworth.sample.exports import Till
from keyworth.sample.places import BRANCHES
from keyworth.sample.seasons import Floats, Ints
from keyworth.sample.tickets import NONE
from keyworth.sample.visits import Visits

_NUMBER_WIDTH = 8
_COMPANIES = 0.06  # of customers


def member_numbers(count: int, rng: np.random.Generator) -> pa.Array:
    """Rising numbers with gaps, as text with leading zeros, such as 00012345: people join and are deleted."""
    return frames.padded(1_000 + np.cumsum(rng.integers(1, 5, size=count)), _NUMBER_WIDTH)


def member_rows(visits: Visits, mean_spend: Floats, home: Ints, till: Till, rng: np.random.Generator) -> pa.Table:
    """One row per customer. The more somebody spends at a time, the likelier they are a company."""
    count = len(home)
    place = np.argsort(np.argsort(mean_spend, kind="stable"), kind="stable") + 0.5
    company = rng.random(count) < 4 * _COMPANIES * (place / count) ** 3
    called = np.empty(count, dtype=object)
    called[company] = names.companies(int(company.sum()), rng)
    called[~company] = names.people(int((~company).sum()), rng)
    # Four digits say which member is meant without being anybody's telephone number.
    tail = np.where(rng.random(count) < 0.93, rng.integers(10_000, size=count), NONE)
    lang = till.lang
    columns = {
        "customer": till.members,
        "name": pa.array(called, pa.string()),
        "kind": frames.terms((headers.PERSON, headers.COMPANY), company.astype(np.int64), lang),
        "phone_tail": frames.padded(tail, 4),
        "joined": frames.days(till.opened, visits.day[visits.first_visit]),
        "store": frames.terms([branch.name for branch in BRANCHES], home, lang),
        "referrer": till.members.take(pa.array(till.referrer, pa.int64(), mask=till.referrer == NONE)),
    }
    titles = headers.titles(headers.CUSTOMERS, lang)
    return pa.table({titles[key]: column for key, column in columns.items()})

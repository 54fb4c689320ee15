"""What a Hong Kong dollar was worth, week by week. Invented: a calm walk around a level."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from keyworth.sample import frames, headers
from keyworth.sample.places import BRANCH_CURRENCY, CURRENCIES
from keyworth.sample.seasons import Ints
from keyworth.words import Language

_LEVEL, _WEEKLY_MOVE, _PULL = 9200, 28, 0.03  # ten-thousandths of a yuan per Hong Kong dollar
DAYS_BETWEEN = 7


@dataclass(frozen=True, slots=True)
class Exchange:
    """`day`: the day numbers on which a rate starts to hold; `rate`: ten-thousandths of CNY per HKD."""

    day: Ints
    rate: Ints

    def charged(self, cny_cents: Ints, branch: Ints, day: Ints) -> Ints:
        """The cents a branch charges, in its own currency, for something worth so much in CNY that day."""
        rate = self.rate[np.searchsorted(self.day, day, side="right") - 1]
        foreign = np.rint(cny_cents * 10_000 / rate).astype(np.int64)
        return np.where(BRANCH_CURRENCY[branch] == 0, cny_cents, np.maximum(1, foreign))


def draw_exchange(days: int, rng: np.random.Generator) -> Exchange:
    """Rates that cover the day numbers 0 to `days` - 1."""
    starts = np.arange(0, days, DAYS_BETWEEN)
    moves = rng.normal(0, _WEEKLY_MOVE, len(starts))
    away, path = 0.0, np.empty(len(starts))
    for week, move in enumerate(moves):
        path[week] = away = away * (1 - _PULL) + move
    return Exchange(starts, np.maximum(1000, np.rint(_LEVEL + path)).astype(np.int64))


def rate_rows(exchange: Exchange, first: date, lang: Language) -> pa.Table:
    """The dated rate table: one row says what a unit of a currency is worth in CNY from that day on."""
    weeks = len(exchange.day)
    columns = {
        # The first row says what the others are rates to: a yuan is a yuan.
        "day": frames.days(first, np.concatenate([[0], exchange.day])),
        "currency": frames.text(CURRENCIES, np.concatenate([[0], np.ones(weeks, dtype=np.int64)])),
        "rate": frames.money(np.concatenate([[10_000], exchange.rate]), scale=4),
    }
    titles = headers.titles(headers.RATES, lang)
    return pa.table({titles[key]: column for key, column in columns.items()})

"""What customers with columns of their own will do: by each one's clocks, what they will do by steady time.

BG/NBD and MBG/NBD know one clock, so that a rate and a horizon of one's own is the rate over the horizon and the
horizon 1. Pareto/NBD leaves by a second one: what is bought until then is added up piece by piece of its time.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from keyworth.behaviour.calendar_time.own_columns import OwnTime
from keyworth.behaviour.calendar_time.ticks import Places, Ticks
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.leaving_after_purchase import future_of_leavers as future
from keyworth.behaviour.leaving_after_purchase.chances import chances_ahead
from keyworth.behaviour.leaving_in_time.lifetimes_quadrature import legendre

_NODES = 12  # on each piece of the time ahead, of when one leaves


@dataclass(frozen=True, slots=True, eq=False)
class OwnFuture:
    """The time of n customers until a day, told by the clock of buying and, where leaving has one, by that.

    p: the parameters. repeats: x, (n,). first_chance: as in BG/NBD and MBG/NBD; counts for nothing beside `leaving`.
    """

    p: Any
    repeats: Floats
    time: OwnTime
    buying: Ticks
    leaving: Ticks | None
    first_chance: int

    def purchases_if_alive(self) -> Floats:
        """Purchases expected from now on of one who is a customer now, (n,)."""
        p, rate, ahead = self.p, self._rate(), self._passed(self.time.now)
        if self.leaving is not None:
            return np.asarray((p.r + self.repeats) / rate * self._here(self.leaving, self.time.now))
        bought = np.zeros(len(rate))
        for x in np.unique(self.repeats).tolist():
            these = np.flatnonzero((self.repeats == x) & (ahead > 0.0))
            b = p.b + x + self.first_chance
            bought[these] = future.purchases(p.r + x, rate[these] / ahead[these], p.a, b, 1.0)
        return bought

    def purchases_from_start(self) -> Floats:
        """Repeats expected from the first purchase on of customers of whom no more is known, (n,)."""
        p = self.p
        if self.leaving is not None:
            return np.asarray(p.r / p.alpha * self._here(self.leaving, self.time.first))
        bought, ahead = np.zeros(len(self.repeats)), self._passed(self.time.first)
        some = np.flatnonzero(ahead > 0.0)
        stayed = p.b / (p.a + p.b) if self.first_chance else 1.0
        b = p.b + self.first_chance
        bought[some] = stayed * future.purchases(p.r, p.alpha / ahead[some], p.a, b, 1.0)
        return bought

    def counts(self, alive: Floats, up_to: int) -> Floats:
        """The chance of exactly 0, 1, …, up_to purchases from now on, (n, up_to + 1)."""
        if self.leaving is not None:
            return self._counts_in_time(self.leaving, alive, up_to)
        p, ahead = self.p, self._passed(self.time.now)
        out = np.zeros((len(alive), up_to + 1))
        out[:, 0] = 1.0
        some = np.flatnonzero(ahead > 0.0)
        x = self.repeats[some]
        out[some] = chances_ahead(
            alive[some], p.r + x, self._rate()[some] / ahead[some], p.a, p.b + x + self.first_chance, 1.0, up_to
        )
        return out

    def _rate(self) -> Floats:
        total, time = self.buying.total[0], self.time
        return np.asarray(self.p.alpha + (total[time.now] - total[time.first]))

    def _passed(self, since: Places) -> Floats:
        total = self.buying.total[0]
        return np.asarray(total[self.time.end] - total[since])

    def _here(self, leaving: Ticks, since: Places) -> Floats:
        """By the clock of buying, how much of the time since a place one who was there will be there for, (n,)."""
        row, total = self.time.row, leaving.total[0]
        t = (total[since] - total[self.time.first])[row]
        later, before = (np.maximum(each - total[since][row], 0.0) for each in (total[1:], total[:-1]))
        life = self.p.lifetime
        stays = (life.stay(t, later) - life.stay(t, before)) * self.buying.passed / leaving.passed
        return np.asarray(np.bincount(row, stays, len(self.repeats)), dtype=np.float64)

    def _counts_in_time(self, leaving: Ticks, alive: Floats, up_to: int) -> Floats:
        """Leaving at each node of the pieces ahead, and then not at all by the end."""
        time, p, life = self.time, self.p, self.p.lifetime
        now, buying, risk = time.now, self.buying.total[0], leaving.total[0]
        piece = np.flatnonzero(np.arange(len(time.row)) >= now[time.row])
        share, wide = legendre(_NODES)
        row = np.concatenate([np.repeat(time.row[piece], _NODES), np.arange(len(alive))])

        def read(total: Floats, passed: Floats) -> Floats:
            """Since now, at every node and at the end."""
            at = (total[piece] - total[now][time.row[piece]])[:, None] + share * passed[piece, None]
            return np.concatenate([at.ravel(), total[time.end] - total[now]])

        bought, aged = read(buying, self.buying.passed), read(risk, leaving.passed)
        t = (risk[now] - risk[time.first])[row]
        weight = np.exp(-life.fade(t, aged))
        nodes = slice(0, len(row) - len(alive))
        weight[nodes] *= np.exp(life.log_hazard((t + aged)[nodes])) * (wide * leaving.passed[piece, None]).ravel()
        weight *= alive[row]
        shape, rate = (p.r + self.repeats)[row], self._rate()[row]
        with np.errstate(divide="ignore"):
            log_share = np.log(bought / (rate + bought))
        logs, out = -shape * np.log1p(bought / rate), np.empty((len(alive), up_to + 1))
        for n in range(up_to + 1):
            if n:
                logs = logs + np.log((shape + n - 1.0) / n) + log_share
            out[:, n] = np.bincount(row, weight * np.exp(logs), len(alive))
        out[:, 0] += 1.0 - alive
        return out

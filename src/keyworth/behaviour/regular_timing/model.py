"""BG/CNBD-k and MBG/CNBD-k as one story with two beginnings: buy with a rhythm, perhaps leave after a purchase.

A customer is a Poisson clock of rate λ of which every k-th tick is a purchase. Given still a customer at T, and the
history, p ~ Beta(a, b + c) as for BG/NBD; the clock stands j ticks past the last purchase with a chance that
`regular_silence` tells, and given j its rate is λ ~ Gamma(r + k·x + j, α + T), independent of p. So whatever is
asked of the future is asked once per (x, T) and j, and averaged over j for each history.

With k = 1 the clock has no place to stand at and everything is BG/NBD or MBG/NBD: `steady` answers.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic

import numpy as np
from scipy.special import betaln, expit, gammaln

from keyworth.behaviour.buying_model import Form, Futures
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase.model import LeavingAfterPurchase
from keyworth.behaviour.newton import Objective
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.parameters import names
from keyworth.behaviour.regular_timing import future
from keyworth.behaviour.regular_timing.parameters import R
from keyworth.behaviour.regular_timing.silence import phases
from keyworth.behaviour.spans import refuse_ahead, refuse_count, refuse_endless, refuse_seed, refuse_times
from keyworth.behaviour.unique_histories import UniqueHistories, distinct
from keyworth.behaviour.worlds import CountsAhead, Worlds
from keyworth.units import TimeUnit


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class RegularBuying(Generic[R]):
    """A BuyingModel; `first_chance` is 1 where a customer may leave after the first purchase, else 0."""

    name: str
    title: str
    parameter_kind: type[R]
    first_chance: int

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return names(self.parameter_kind)

    @property
    def loses_one_time_buyers(self) -> bool:
        return self.first_chance == 1

    @property
    def reads_gaps(self) -> bool:
        return True

    @property
    def steady(self) -> LeavingAfterPurchase[R]:
        """The same story without a rhythm."""
        return LeavingAfterPurchase(self.name, self.title, self.parameter_kind, self.first_chance)

    def fit(
        self, histories: UniqueHistories | PurchaseHistories, *, form: Form | None = None, start: R | None = None
    ) -> Fit[R]:
        from keyworth.behaviour.regular_timing.fit import fit_regular

        unique = distinct(histories)
        return fit_regular(unique, self.parameter_kind, self.name, self.first_chance, form, start)

    @property
    def time_powers(self) -> dict[str, int]:
        return self.steady.time_powers

    def objective(self, unique: UniqueHistories, p: R, /) -> Objective:
        from keyworth.behaviour.regular_timing.fit import likelihood

        return likelihood(unique, self.first_chance, p.k)

    def make_ready(self, unique: UniqueHistories) -> None:
        from keyworth.behaviour.regular_timing.fit import make_ready

        make_ready(unique, self.first_chance)

    def log_likelihood(self, p: R, h: PurchaseHistories) -> Floats:
        if p.k == 1:
            return self.steady.log_likelihood(p, h)
        log_q, _, log_odds = self._now(p, h)
        x, shape, stays = h.repeats, p.r + p.k * h.repeats, h.repeats + self.first_chance
        ticking = gammaln(shape) - gammaln(p.r) - p.k * x * np.log(p.alpha) - shape * np.log1p(h.observed_for / p.alpha)
        staying = betaln(p.a, p.b + stays) - betaln(p.a, p.b)
        gaps = (p.k - 1) * h.needed_gaps() - x * gammaln(p.k)
        evidence: Floats = ticking + log_q + staying + np.logaddexp(0.0, log_odds) + gaps
        return evidence

    def chance_alive(self, p: R, h: PurchaseHistories) -> Floats:
        alive: Floats = expit(-self._now(p, h)[2])
        return alive

    def _now(self, p: R, h: PurchaseHistories) -> tuple[Floats, Floats, Floats]:
        """Of each: ln Q, the phases if still a customer (see `regular_silence`), and the log-odds of having left."""
        shape, stays = p.r + p.k * h.repeats, h.repeats + self.first_chance
        silent = h.observed_for - h.last_repeat
        log_q, standing = phases(p.k, shape, silent / (p.alpha + h.observed_for))
        # Leaving comes after a purchase: who had no chance to leave has not left.
        odds = p.a / np.where(stays > 0, p.b + stays - 1.0, np.inf)
        with np.errstate(divide="ignore"):
            log_odds = np.log(odds) + shape * np.log1p(silent / (p.alpha + h.last_repeat)) - log_q
        return log_q, standing, log_odds

    def expected_purchases(self, p: R, h: PurchaseHistories, ahead: float) -> Floats:
        return self.chance_alive(p, h) * self.expected_purchases_if_alive(p, h, ahead)

    def expected_purchases_if_alive(self, p: R, h: PurchaseHistories, ahead: float) -> Floats:
        refuse_ahead(ahead)

        def answer(j: int, s: float, rates: Floats, b: float) -> Floats:
            return future.purchases(p.k, j, s, ahead / rates, p.a, b)

        return self.steady.expected_purchases_if_alive(p, h, ahead) if p.k == 1 else self._averaged(p, h, answer)

    def chance_leaves_if_alive(self, p: R, h: PurchaseHistories, ahead: float) -> Floats:
        refuse_ahead(ahead)

        def answer(j: int, s: float, rates: Floats, b: float) -> Floats:
            return future.chance_of_leaving(p.k, j, s, ahead / rates, p.a, b)

        if p.k == 1:
            return self.steady.chance_leaves_if_alive(p, h, ahead)
        return np.minimum(1.0, self._averaged(p, h, answer))

    def discounted_if_alive(
        self, p: R, h: PurchaseHistories, force_of_interest: float, ahead: float | None = None
    ) -> Floats:
        refuse_ahead(ahead)

        def answer(j: int, s: float, rates: Floats, b: float) -> Floats:
            return future.discounted(p.k, j, s, rates, p.a, b, force_of_interest, ahead)

        refuse_endless(force_of_interest, ahead)
        if p.k == 1:
            return self.steady.discounted_if_alive(p, h, force_of_interest, ahead)
        return self._averaged(p, h, answer)

    def expected_from_start(self, p: R, t: Floats | float) -> Floats:
        refuse_times(t)
        if p.k == 1:
            return self.steady.expected_from_start(p, t)
        times = np.asarray(t, dtype=np.float64)
        # The chance to have stayed at the first purchase, where there was one to leave at, is b / (a + b).
        stayed = p.b / (p.a + p.b) if self.first_chance else 1.0
        expected = stayed * future.purchases(p.k, 0, p.r, times.ravel() / p.alpha, p.a, p.b + self.first_chance)
        return expected.reshape(times.shape)

    def count_distribution(self, p: R, t: float, up_to: int, *, after: float = 0.0) -> Floats:
        from keyworth.behaviour.regular_timing.chances import chances_between

        refuse_ahead(t)
        refuse_ahead(after)
        refuse_count(up_to)
        if p.k == 1:
            return self.steady.count_distribution(p, t, up_to, after=after)
        return chances_between(p.k, p.r, p.alpha, p.a, p.b, self.first_chance, after, t, up_to)

    def count_distribution_ahead(self, p: R, h: PurchaseHistories, ahead: float, up_to: int) -> Floats:
        from keyworth.behaviour.regular_timing.chances import chances_ahead

        refuse_ahead(ahead)
        refuse_count(up_to)
        if p.k == 1:
            return self.steady.count_distribution_ahead(p, h, ahead, up_to)

        def answer(j: int, s: float, rates: Floats, b: float) -> Floats:
            return chances_ahead(p.k, j, s, ahead / rates, p.a, b, up_to)

        alive = self.chance_alive(p, h)
        chances = alive[:, None] * self._averaged(p, h, answer)
        chances[:, 0] += 1.0 - alive
        return chances

    def simulate(self, p: R, observed_for: Floats, *, seed: int, unit: TimeUnit = TimeUnit.WEEK) -> PurchaseHistories:
        from keyworth.behaviour.regular_timing.draws import simulate

        refuse_times(observed_for)
        refuse_seed(seed)
        return simulate(
            p.k, p.r, p.alpha, p.a, p.b, self.first_chance, observed_for, seed=seed, unit=TimeUnit.parse(unit)
        )

    def draw_ahead(
        self,
        p: R,
        h: PurchaseHistories,
        ahead: float,
        *,
        seed: int,
        draws: int = 1,
        first_draw: int = 0,
        form: Form | None = None,
    ) -> Futures:
        from keyworth.behaviour.regular_timing.draws import draw_futures

        refuse_ahead(ahead)
        refuse_seed(seed)
        if p.k == 1:
            return self.steady.draw_ahead(p, h, ahead, seed=seed, draws=draws, first_draw=first_draw, form=form)
        _, standing, log_odds = self._now(p, h)
        return draw_futures(
            p.k, expit(-log_odds), standing, p.r + p.k * h.repeats, p.alpha + h.observed_for, p.a,
            p.b + h.repeats + self.first_chance, ahead, seed=seed, draws=draws, first_draw=first_draw,
        )  # fmt: skip

    def counts_ahead(self, worlds: Worlds, h: PurchaseHistories, ahead: float, *, form: Form) -> CountsAhead:
        from keyworth.behaviour.regular_timing.counts import regular_counts

        # k is chosen, so it is the same in every world.
        k = round(float(worlds.parameters[0, self.parameter_names.index("k")]))
        if k == 1:
            without_k = replace(worlds, parameters=worlds.parameters[:, :-1])
            return self.steady.counts_ahead(without_k, h, ahead, form=form)
        return regular_counts(k, worlds, h, ahead, self.first_chance, form)

    def _averaged(self, p: R, h: PurchaseHistories, answer: Callable[[int, float, Floats, float], Floats]) -> Floats:
        """Ask once per distinct (x, T) and phase j, with s, the rates α + T and b; average over each one's phases.

        An answer has shape (m,) or (m, counts), for m rates.
        """
        _, standing, _ = self._now(p, h)
        times, at = np.unique(h.observed_for, return_inverse=True)
        counts, which = np.unique(h.repeats, return_inverse=True)
        keys, back = np.unique(which * len(times) + at, return_inverse=True)
        rates = p.alpha + times[keys % max(len(times), 1)]
        bounds = np.searchsorted(keys, np.arange(len(counts) + 1) * len(times))
        out = None
        for j in range(p.k):
            parts = [
                answer(j, float(p.r + p.k * x + j), rates[start:end], float(p.b + x + self.first_chance))
                for x, start, end in zip(counts, bounds[:-1], bounds[1:], strict=True)
            ]
            told = np.concatenate(parts)[back] if parts else np.zeros(0)
            weighted = standing[:, j].reshape(-1, *[1] * (told.ndim - 1)) * told
            out = weighted if out is None else out + weighted
        return np.zeros(0) if out is None else out

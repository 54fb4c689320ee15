"""BG/NBD and MBG/NBD as one story with two beginnings: buy at a steady rate, perhaps leave after a purchase.

The two differ only in when the first chance to leave comes: with the first repeat purchase (BG/NBD), or
with the very first purchase (MBG/NBD). So a customer with x repeats has chosen to stay c = x or c = x + 1
times, and everything below is written in c.

Given still a customer at T, and the history, Bayes' rule with the likelihood (1−p)^c·λ^x·exp(−λT) gives
λ ~ Gamma(r + x, α + T) and p ~ Beta(a, b + c), independent. For BG/NBD and x = 0 that is p ~ Beta(a, b), the
prior: nothing was learnt about leaving. Sources in `bg_nbd.py` and `mbg_nbd.py`; Hoppe and Wagner (2007),
Marketing – Journal of Research and Management 3(2), treat both with one set of formulae, as here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

import numpy as np
from scipy.special import betainc, betaln, expit, gammaln

from keyworth.behaviour.buying_model import Form, Futures
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.leaving_after_purchase import future_of_leavers as future
from keyworth.behaviour.leaving_after_purchase.parameters import L
from keyworth.behaviour.newton import Objective
from keyworth.behaviour.own_kind import asked_by_its_own_kind
from keyworth.behaviour.parameters import climbed_logs, names
from keyworth.behaviour.spans import refuse_ahead, refuse_count, refuse_endless, refuse_seed, refuse_times
from keyworth.behaviour.unique_histories import UniqueHistories, distinct
from keyworth.behaviour.worlds import CountsAhead, Worlds
from keyworth.units import TimeUnit


@dataclass(frozen=True, slots=True)
@asked_by_its_own_kind
class LeavingAfterPurchase(Generic[L]):
    """A BuyingModel; `first_chance` is 1 where a customer may leave after the first purchase, else 0."""

    name: str
    title: str
    parameter_kind: type[L]
    first_chance: int

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return names(self.parameter_kind)

    @property
    def loses_one_time_buyers(self) -> bool:
        return self.first_chance == 1

    @property
    def reads_gaps(self) -> bool:
        return False

    def fit(
        self, histories: UniqueHistories | PurchaseHistories, *, form: Form | None = None, start: L | None = None
    ) -> Fit[L]:
        from keyworth.behaviour.leaving_after_purchase.fit import fit_leaving

        unique = distinct(histories)
        logs = None if start is None else climbed_logs(start)
        return fit_leaving(unique, self.parameter_kind, self.name, self.first_chance, form, logs)

    @property
    def time_powers(self) -> dict[str, int]:
        return {"alpha": 1}

    def objective(self, unique: UniqueHistories, p: L, /) -> Objective:  # noqa: ARG002
        from keyworth.behaviour.leaving_after_purchase.likelihood import LeavingLikelihood

        return LeavingLikelihood(unique, self.first_chance)

    def make_ready(self, unique: UniqueHistories) -> None:
        from keyworth.behaviour.leaving_after_purchase.fit import make_ready

        make_ready(unique, self.first_chance)

    def log_likelihood(self, p: L, h: PurchaseHistories) -> Floats:
        x, shape, stays = h.repeats, p.r + h.repeats, h.repeats + self.first_chance
        buying = gammaln(shape) - gammaln(p.r) - x * np.log(p.alpha) - shape * np.log1p(h.observed_for / p.alpha)
        staying = betaln(p.a, p.b + stays) - betaln(p.a, p.b)
        evidence: Floats = buying + staying + np.logaddexp(0.0, self.log_odds_left(p, h))
        return evidence

    def chance_alive(self, p: L, h: PurchaseHistories) -> Floats:
        alive: Floats = expit(-self.log_odds_left(p, h))
        return alive

    def log_odds_left(self, p: L, h: PurchaseHistories) -> Floats:
        """The log-odds of having left; minus infinity where there was no chance to leave."""
        stays = h.repeats + self.first_chance
        # Leaving comes after a purchase: who had no chance to leave has not left.
        odds = p.a / np.where(stays > 0, p.b + stays - 1.0, np.inf)
        silence = np.log1p((h.observed_for - h.last_repeat) / (p.alpha + h.last_repeat))
        with np.errstate(divide="ignore"):
            log_odds: Floats = np.log(odds) + (p.r + h.repeats) * silence
        return log_odds

    def expected_purchases(self, p: L, h: PurchaseHistories, ahead: float) -> Floats:
        return self.chance_alive(p, h) * self.expected_purchases_if_alive(p, h, ahead)

    def expected_purchases_if_alive(self, p: L, h: PurchaseHistories, ahead: float) -> Floats:
        refuse_ahead(ahead)

        def answer(x: float, rates: Floats) -> Floats:
            return future.purchases(p.r + x, rates, p.a, p.b + x + self.first_chance, ahead)

        return _by_count(p, h, answer)

    def chance_leaves_if_alive(self, p: L, h: PurchaseHistories, ahead: float) -> Floats:
        refuse_ahead(ahead)

        def answer(x: float, rates: Floats) -> Floats:
            return future.chance_of_leaving(p.r + x, rates, p.a, p.b + x + self.first_chance, ahead)

        return _by_count(p, h, answer)

    def discounted_if_alive(
        self, p: L, h: PurchaseHistories, force_of_interest: float, ahead: float | None = None
    ) -> Floats:
        refuse_ahead(ahead)

        def answer(x: float, rates: Floats) -> Floats:
            b = p.b + x + self.first_chance
            return future.discounted(p.r + x, rates, p.a, b, force_of_interest, ahead)

        refuse_endless(force_of_interest, ahead)
        return _by_count(p, h, answer)

    def expected_from_start(self, p: L, t: Floats | float) -> Floats:
        refuse_times(t)
        times = np.asarray(t, dtype=np.float64)
        # The chance to have stayed at the first purchase, where there was one to leave at, is b / (a + b).
        stayed = p.b / (p.a + p.b) if self.first_chance else 1.0
        reach = times.ravel() / p.alpha
        # One rate and many horizons is the same as many rates and horizon 1; horizon 0 is an endless rate.
        with np.errstate(divide="ignore"):
            rates = 1.0 / reach
        expected = stayed * future.purchases(p.r, rates, p.a, p.b + self.first_chance, 1.0)
        return expected.reshape(times.shape)

    def count_distribution(self, p: L, t: float, up_to: int, *, after: float = 0.0) -> Floats:
        """Source: Fader, Hardie and Lee (2005), equation 8, its bracket as an incomplete beta function."""
        refuse_ahead(t)
        refuse_ahead(after)
        refuse_count(up_to)
        if after > 0.0:
            from keyworth.behaviour.leaving_after_purchase.chances import chances_between

            return chances_between(p.r, p.alpha, p.a, p.b, self.first_chance, after, t, up_to)
        k = np.arange(up_to + 1, dtype=np.float64)
        c, share = k + self.first_chance, t / (p.alpha + t)
        base = betaln(p.a, p.b)
        counted = gammaln(p.r + k) - gammaln(p.r) - gammaln(k + 1) - p.r * np.log1p(t / p.alpha)
        with np.errstate(divide="ignore", invalid="ignore"):
            power = np.where(k > 0, k * np.log(share), 0.0)
            stays = np.exp(counted + power + betaln(p.a, p.b + c) - base)
            # The k-th purchase (or, for k = 0, the first ever) came in time, and was the last.
            leaves = np.exp(betaln(p.a + 1.0, p.b + np.maximum(c - 1.0, 0.0)) - base)
        in_time = np.where(k > 0, betainc(np.maximum(k, 1.0), p.r, share), 1.0)
        chances: Floats = stays + np.where(c > 0, leaves * in_time, 0.0)
        return chances

    def count_distribution_ahead(self, p: L, h: PurchaseHistories, ahead: float, up_to: int) -> Floats:
        from keyworth.behaviour.leaving_after_purchase.chances import chances_ahead

        refuse_ahead(ahead)
        refuse_count(up_to)
        b = p.b + h.repeats + self.first_chance
        return chances_ahead(
            self.chance_alive(p, h), p.r + h.repeats, p.alpha + h.observed_for, p.a, b, ahead, up_to
        )  # fmt: skip

    def simulate(self, p: L, observed_for: Floats, *, seed: int, unit: TimeUnit = TimeUnit.WEEK) -> PurchaseHistories:
        from keyworth.behaviour.leaving_after_purchase.from_start import simulate

        refuse_times(observed_for)
        refuse_seed(seed)
        return simulate(p.r, p.alpha, p.a, p.b, self.first_chance, observed_for, seed=seed, unit=TimeUnit.parse(unit))

    def draw_ahead(
        self,
        p: L,
        h: PurchaseHistories,
        ahead: float,
        *,
        seed: int,
        draws: int = 1,
        first_draw: int = 0,
        form: Form | None = None,
    ) -> Futures:
        from keyworth.behaviour.leaving_after_purchase.draws import draw_futures

        refuse_ahead(ahead)
        refuse_seed(seed)
        b = p.b + h.repeats + self.first_chance
        return draw_futures(
            self.chance_alive(p, h), p.r + h.repeats, p.alpha + h.observed_for, p.a, b,
            ahead, seed=seed, draws=draws, first_draw=first_draw, form=form,
        )  # fmt: skip

    def counts_ahead(self, worlds: Worlds, h: PurchaseHistories, ahead: float, *, form: Form) -> CountsAhead:
        from keyworth.behaviour.leaving_after_purchase.counts import leaving_counts

        return leaving_counts(worlds, h, ahead, self.first_chance, form)


def _by_count(p: L, h: PurchaseHistories, answer: Callable[[float, Floats], Floats]) -> Floats:
    """Ask once per distinct (x, T): what one who is still a customer will do does not depend on t_x."""
    times, at = np.unique(h.observed_for, return_inverse=True)
    counts, which = np.unique(h.repeats, return_inverse=True)
    keys, back = np.unique(which * len(times) + at, return_inverse=True)
    rates = p.alpha + times[keys % max(len(times), 1)]
    bounds = np.searchsorted(keys, np.arange(len(counts) + 1) * len(times))
    answers = [
        answer(float(x), rates[start:end]) for x, start, end in zip(counts, bounds[:-1], bounds[1:], strict=True)
    ]
    return np.concatenate(answers)[back] if answers else np.zeros(0)

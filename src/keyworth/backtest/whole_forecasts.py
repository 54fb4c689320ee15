"""Asking a fitted model for each customer's whole distribution, and scoring what came in it.

Customers of one history share its chances of 0, 1, 2, … purchases. Histories are taken in blocks of bounded size, those
that need few numbers first, so that a million customers fit in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.backtest.count_scores import count_scores
from keyworth.backtest.distribution_scores import DistributionScores
from keyworth.backtest.spend_scores import SpendForecast, SpendScores, spend_scores
from keyworth.behaviour import MODELS, Fit, PacedModel, PaceTable, PurchaseForecaster, UniqueHistories
from keyworth.behaviour.in_blocks import in_blocks

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

_MOST_CHANCES = 120_000  # of a block: some 25 MB at work with all that is made of them
# The chance of more purchases than were asked for, at which a history is asked again. At a hundredth of it the mean
# log score of spend moves by 3e-6 (freaks alone spend so much more than is likely), and no other score shows it.
_LEFT_OVER = 1e-4
_MOST_COUNTED = 1 << 16


@dataclass(frozen=True, slots=True)
class WholeForecasts:
    """Scores of every customer's distribution of purchases, and of spend where there is money."""

    purchases: DistributionScores
    spend: SpendScores | None


def score_whole_forecasts(
    fit: Fit[Any],
    unique: UniqueHistories,
    ahead: float,
    purchases: Floats,
    *,
    rng: np.random.Generator,
    paces: PaceTable | None = None,
    spend: SpendForecast | None = None,
    spent: Floats | None = None,
) -> WholeForecasts:
    """Score the purchases, and the money, of n customers in the distributions that a fit foretells.

    `unique` are their histories, with `inverse`, in the unit of the fit, and `ahead` is the hold-out period in it;
    `purchases` and `spent` (n,) are what came. With `paces` each history is asked about its own. The parameters
    are the fit's, taken for certain. The dice of the places are drawn in the order of the customers, so a paired
    comparison of models takes `rng` anew for each.
    """
    back = unique.inverse
    if back is None:
        raise ValueError("unique histories without their inverse cannot be scored customer by customer")
    n = len(back)
    model: PurchaseForecaster[Any] = MODELS[fit.model]
    if paces is not None:
        model = PacedModel(model, paces)
    work = _Work(
        fit=fit,
        model=model,
        unique=unique,
        ahead=ahead,
        expected=model.expected_purchases(fit.parameters, unique.histories, ahead),
        back=back,
        came=np.rint(purchases).astype(np.int64),
        places=rng.random((2, n)),
        counted=np.zeros((3, n)),
        spend=spend,
        spent=spent,
        in_money=np.zeros((4, n)),
    )
    work.run()
    counts = DistributionScores(*work.counted)
    if spend is None or spent is None:
        return WholeForecasts(counts, None)
    told = spend.told
    log_score, crps, pit, given = work.in_money
    bought = told & (spent > 0)
    return WholeForecasts(
        counts, SpendScores(DistributionScores(log_score[told], crps[told], pit[told]), told, given[bought])
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """One job: what is known, and the arrays (scores, n) that blocks write their own customers' columns of."""

    fit: Fit[Any]
    model: PurchaseForecaster[Any]
    unique: UniqueHistories
    ahead: float
    expected: Floats
    back: Rows
    came: NDArray[np.int64]
    places: Floats
    counted: Floats
    spend: SpendForecast | None
    spent: Floats | None
    in_money: Floats

    def run(self) -> None:
        needed = self._needed()
        order = np.argsort(needed, kind="stable")
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        # Customers stand in the order of their histories' blocks, so that each block's are a slice.
        position = place[self.back]
        customers = np.argsort(position, kind="stable")
        position = position[customers]
        bounds = list(_bounds(needed[order]))

        def work(one: int, _: int) -> None:
            start, end = bounds[one]
            low, high = np.searchsorted(position, [start, end])
            rows = order[start:end]
            self._score(rows, customers[low:high], position[low:high] - start, int(needed[rows[-1]]))

        in_blocks(len(bounds), 1, work)

    def _needed(self) -> NDArray[np.int64]:
        """Up to how many purchases each history should be asked: what came, and what is likely to be enough."""
        h = self.unique.histories
        alive = MODELS[self.fit.model].chance_alive(self.fit.parameters, h)
        if_alive = np.divide(self.expected, alive, out=np.zeros_like(alive), where=alive > 0)
        # Of one who hardly showed a rate the count falls off like an exponential, of a regular buyer like a normal.
        seen = 1.0 + h.repeats
        spread = np.sqrt(if_alive + if_alive**2 / seen) * (3.5 + 5.0 / np.sqrt(seen))
        needed = np.minimum(np.ceil(if_alive + spread) + 1.0, _MOST_COUNTED).astype(np.int64)
        np.maximum.at(needed, self.back, self.came)
        return needed

    def _score(self, rows: Rows, customers: Rows, at: Rows, up_to: int, left_before: Floats | float = np.inf) -> None:
        """Score a block: `rows` are its histories, `customers` theirs, of whom each has the history `at` its place.

        `left_before` is the chance that was left over when they were asked for half as many purchases.
        """
        h = self.unique.histories.rows(rows)
        chances = self.model.count_distribution_ahead(self.fit.parameters, h, self.ahead, up_to)
        if up_to < _MOST_COUNTED:
            left = 1.0 - chances.sum(axis=1)
            # What twice as many do not make less is no tail: it is what the chances lack to a sum of 1.
            short = (left > _LEFT_OVER) & (left < 0.95 * left_before)
            if short.any():
                again = np.flatnonzero(short)
                theirs = short[at]
                self._score(rows[again], customers[theirs], np.searchsorted(again, at[theirs]), 2 * up_to, left[again])
                enough = np.flatnonzero(~short)
                customers, at = customers[~theirs], np.searchsorted(enough, at[~theirs])
                rows, h, chances = rows[enough], h.rows(enough), chances[enough]
        if not len(customers):
            return
        found = count_scores(chances, at, self.came[customers], self.places[0, customers], expected=self.expected[rows])
        self.counted[:, customers] = found.log_score, found.crps, found.pit
        if self.spend is not None and self.spent is not None:
            self._score_spend(self.spend, self.spent, h.repeats, chances, customers, at)

    def _score_spend(
        self, spend: SpendForecast, spent: Floats, repeats: Floats, chances: Floats, customers: Rows, at: Rows
    ) -> None:
        """The same for money: histories of one number of repeats share their curves."""
        kinds, kind = np.unique(repeats, return_inverse=True)
        in_order = np.argsort(kind, kind="stable")
        within = np.empty_like(in_order)
        starts = np.searchsorted(kind[in_order], np.arange(len(kinds) + 1))
        within[in_order] = np.arange(len(in_order)) - starts[kind[in_order]]
        theirs = np.argsort(kind[at], kind="stable")
        theirs = theirs[spend.told[customers[theirs]]]
        cuts = np.searchsorted(kind[at[theirs]], np.arange(len(kinds) + 1))
        for one, x in enumerate(kinds):
            chosen = theirs[cuts[one] : cuts[one + 1]]
            if not len(chosen):
                continue
            who = customers[chosen]
            found, given = spend_scores(
                chances[in_order[starts[one] : starts[one + 1]]],
                within[at[chosen]],
                spent[who],
                spend.scale(x, who),
                self.places[1, who],
                p=spend.p,
                shape=spend.shape(float(x)),
            )
            self.in_money[:, who] = found.log_score, found.crps, found.pit, given


def _bounds(needed: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Blocks of rows, by rising need, of bounded size; a row of its own may be larger."""
    start, rows = 0, len(needed)
    while start < rows:
        widths = needed[start : start + _MOST_CHANCES // 4] + 1
        sizes = widths * np.arange(1, len(widths) + 1)
        end = start + max(1, int(np.searchsorted(sizes, _MOST_CHANCES, side="right")))
        yield start, end
        start = end

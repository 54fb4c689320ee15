"""What it changes to leave out of a fit the customers whose first purchase may lie before the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keyworth.backtest.origin_totals import OriginTotal
from keyworth.backtest.scores import Scores
from keyworth.backtest.verdict import does_better, labels
from keyworth.words import Message
from keyworth.words.formatting import rate_change


@dataclass(frozen=True, slots=True)
class JudgedFit:
    """A fit and how it did on held-out customers; `spend` is None without money.

    `parameters` by name, of the buying model and then of the spend model.
    """

    parameters: Mapping[str, float]
    purchases: Scores
    spend: Scores | None
    total: OriginTotal


@dataclass(frozen=True, slots=True)
class BornAfter:
    """Two fits judged on the same `customers`, those first seen after `day` and by the latest origin.

    `fitted_on_all` learnt from everybody known at the origin, `fitted_on_born_after` only from the customers they are
    both judged on; so `left_out` customers make the difference.
    """

    day: date
    customers: int
    left_out: int
    fitted_on_all: JudgedFit
    fitted_on_born_after: JudgedFit

    @property
    def verdict(self) -> Message:
        """What leaving them out changes, in one sentence."""
        everybody, chosen = self.fitted_on_all, self.fitted_on_born_after
        better = does_better(chosen.purchases, everybody.purchases)
        worse = does_better(everybody.purchases, chosen.purchases)
        if better and worse:
            change = Message("better on {better} and worse on {worse}", better=labels(better), worse=labels(worse))
        elif better:
            change = Message("better on {better}", better=labels(better))
        elif worse:
            change = Message("worse on {worse}", worse=labels(worse))
        else:
            change = Message("neither better nor worse")
        return Message(
            "Leaving the {left_out} {left_out:customer|customers} first seen by {day} out of the fit makes the "
            "forecast of purchases {change}, for the {customers} first seen later; the total is off by {now} instead "
            "of {before}.",
            left_out=self.left_out,
            day=self.day,
            change=change,
            customers=self.customers,
            now=rate_change(chosen.total.bias),
            before=rate_change(everybody.total.bias),
        )

"""Distinct histories and how often each occurs: a million customers share some hundred thousand of them."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from keyworth.behaviour.histories import Floats, PurchaseHistories, refuse_faulty_rows
from keyworth.errors import HistoryRefused
from keyworth.units import TimeUnit
from keyworth.words import Message


@dataclass(frozen=True, slots=True, eq=False)
class UniqueHistories:
    """m distinct histories, `weights` (m,) customers having each, and `inverse` (n,), customer to history.

    Histories are one if x, t_x and T are; their `log_gaps` is then the mean of the customers', since it enters a
    likelihood as a sum or not at all.

    An answer of shape (m,) becomes one per customer by `answer[unique.inverse]`. `inverse` is None where the
    histories arrived already counted, or where nobody asked for it.
    """

    histories: PurchaseHistories
    weights: Floats
    inverse: NDArray[np.intp] | None = None

    @classmethod
    def of(cls, histories: PurchaseHistories, *, inverse: bool = True) -> Self:
        """Count the distinct rows by sorting one packed integer per customer."""
        times, last, observed = time_codes(histories)
        keys = _packed(histories.repeats, last, observed, len(times))
        inverse = inverse or histories.log_gaps is not None
        if keys is None:
            rows = np.column_stack([histories.repeats, last, observed])
            unique, back, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
            x, last_codes, observed_codes = (column.astype(np.int64) for column in unique.T)
        elif inverse:
            packed, back, counts = np.unique(keys, return_inverse=True, return_counts=True)
            x, last_codes, observed_codes = _unpacked(packed, len(times))
        else:
            back = None
            packed, counts = _counted(keys)
            x, last_codes, observed_codes = _unpacked(packed, len(times))
        return cls(
            PurchaseHistories(
                x.astype(np.float64),
                times[last_codes],
                times[observed_codes],
                unit=histories.unit,
                log_gaps=_mean_gaps(histories, back, counts),
            ),
            counts.astype(np.float64),
            back.reshape(-1) if back is not None and inverse else None,
        )

    @classmethod
    def from_columns(
        cls,
        repeats: ArrayLike,
        last_repeat: ArrayLike,
        observed_for: ArrayLike,
        weights: ArrayLike,
        unit: TimeUnit | str = TimeUnit.WEEK,
        log_gaps: ArrayLike | None = None,
    ) -> Self:
        """Histories that were counted elsewhere, by SQL for one; the same gate, and weights above zero.

        Rows need not be distinct: a repeated row counts as the sum of its weights.
        """
        histories = PurchaseHistories.from_columns(repeats, last_repeat, observed_for, unit, log_gaps)
        counted = np.atleast_1d(np.asarray(weights, dtype=np.float64))
        if counted.shape != histories.repeats.shape:
            raise HistoryRefused(
                Message(
                    "One weight per history was expected; got {weights} for {rows}.",
                    weights=counted.size,
                    rows=len(histories),
                ),
                hint=Message("Give one value per customer in each column."),
            )
        bad = ~(np.isfinite(counted) & (counted > 0))
        refuse_faulty_rows(len(histories), iter([(Message("the weight is not a positive number"), bad)]))
        return cls(histories, counted)

    def __len__(self) -> int:
        return len(self.histories)

    def in_order(self) -> "UniqueHistories":
        """The same by rising x, t_x and T, without `inverse`: so that a sum over them has one last digit."""
        h = self.histories
        times, last, observed = time_codes(h)
        keys = _packed(h.repeats, last, observed, len(times))
        if keys is not None and bool((keys[1:] >= keys[:-1]).all()):
            return self
        order = np.lexsort((observed, last, h.repeats)) if keys is None else np.argsort(keys, kind="stable")
        return UniqueHistories(h.rows(order), self.weights[order])

    @property
    def customers(self) -> float:
        return float(self.weights.sum())


def time_codes(histories: PurchaseHistories) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """The distinct times in increasing order, and where t_x and T stand among them.

    Where all times are whole days in the unit the table is simply every day from 0, and no sorting is needed.
    """
    last, observed = histories.last_repeat, histories.observed_for
    if len(histories) == 0:
        return np.zeros(1), np.zeros(0, np.int64), np.zeros(0, np.int64)
    days = histories.unit.days
    longest = float(observed.max()) * days
    if longest < 1e6:  # 2,700 years; beyond, a table of days would be larger than the data
        last_day, observed_day = np.rint(last * days), np.rint(observed * days)
        # d / days is how a day becomes a time everywhere in Keyworth, so equality here is exact.
        if np.array_equal(observed_day / days, observed) and np.array_equal(last_day / days, last):
            table = np.arange(int(observed_day.max()) + 1) / days
            return table, last_day.astype(np.int64), observed_day.astype(np.int64)
    table, codes = np.unique(np.concatenate([last, observed]), return_inverse=True)
    codes = codes.astype(np.int64)
    return table, codes[: len(last)], codes[len(last) :]


def _mean_gaps(
    histories: PurchaseHistories, inverse: NDArray[np.intp] | None, counts: NDArray[np.intp]
) -> Floats | None:
    """The mean of `log_gaps` of each distinct history, added in an order that does not depend on that of the rows."""
    if histories.log_gaps is None or inverse is None:
        return None
    if not len(histories):
        return np.zeros(0)
    order = np.lexsort((histories.log_gaps, inverse.reshape(-1)))
    firsts = np.cumsum(counts) - counts
    means: Floats = np.add.reduceat(histories.log_gaps[order], firsts) / counts
    return means


def _packed(
    repeats: Floats, last: NDArray[np.int64], observed: NDArray[np.int64], times: int
) -> NDArray[np.int64] | None:
    """x, t_x and T in one integer that sorts like the three; None where they do not fit in 63 bits."""
    most = int(repeats.max(initial=0)) + 1
    if most * times * times >= 2**62:
        return None
    keys = repeats.astype(np.int64)
    keys *= times
    keys += last
    keys *= times
    keys += observed
    return keys


def _unpacked(keys: NDArray[np.int64], times: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    rest, observed = np.divmod(keys, times)
    repeats, last = np.divmod(rest, times)
    return repeats, last, observed


def _counted(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    ordered = np.sort(keys)
    new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    firsts = np.flatnonzero(new)
    return ordered[firsts], np.diff(np.append(firsts, len(ordered)))


def distinct(histories: UniqueHistories | PurchaseHistories) -> UniqueHistories:
    """The distinct histories of what a model is to learn from; nothing is carried back to customers.

    Raises HistoryRefused for what is neither, such as an array.
    """
    if isinstance(histories, UniqueHistories):
        return histories
    refuse_unless_histories(histories)
    return histories.unique(inverse=False)


def refuse_unless_histories(came: object) -> None:
    """Raise HistoryRefused for what is no PurchaseHistories."""
    if not isinstance(came, PurchaseHistories):
        raise HistoryRefused(
            Message("Purchase histories were expected; got {kind}.", kind=type(came).__name__),
            hint=Message("Make them first: PurchaseHistories.from_columns(repeats, last_repeat, observed_for)."),
        )

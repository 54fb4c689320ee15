"""What a fit with covariates returns: everybody's parameters, what moves them, and how sure we are of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

import numpy as np

from keyworth.behaviour.covariates.by_row import ParametersByRow, with_logs
from keyworth.behaviour.covariates.designs import distinct_rows
from keyworth.behaviour.covariates.formulas import Terms
from keyworth.behaviour.covariates.likelihood import Shift, own_logs
from keyworth.behaviour.covariates.processes import Move
from keyworth.behaviour.covariates.reach import refuse_astray
from keyworth.behaviour.covariates.tables import columns
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats
from keyworth.behaviour.nested import LikelihoodRatio
from keyworth.behaviour.parameters import P, climbed
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class Coefficient:
    """What one covariate, or one level of it, adds to a process: e^value is the factor.

    value: per unit of the covariate as the user has it; of a level, against the mean of all levels. standard_error,
    low, high: how sure it is, and the 95% interval; None where the likelihood has no curvature to tell.
    """

    process: str
    name: str
    value: float
    standard_error: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How well one strength of the prior foretold customers who were held out, in nats a customer.

    ridge: infinite where no coefficient is used at all. behind: by how much it is below the best; error: the
    standard error of that, over customers.
    """

    ridge: float
    log_likelihood: float
    behind: float
    error: float


@dataclass(frozen=True, slots=True, eq=False)
class CovariateFit(Generic[P]):
    """A fit in which what is known of customers moves their parameters.

    parameters, standard_errors: of an average customer: numbers at their mean, and between all levels.
    coefficients: of every process, covariate and level. log_likelihood, aic, bic: without the prior; each column
    counts as one parameter. plain: the fit without covariates; lift: whether these explain more than chance would.
    ridge: the strength of the normal prior on the coefficients, 0 for none; held_out: how it was chosen, empty where
    it was given. converged, verdict: whether to believe it. groups: how many sorts of customers there are.
    With a prior the errors are those of the posterior, the prior taken as it is.
    """

    model: Any
    parameters: P
    standard_errors: dict[str, float] | None
    coefficients: tuple[Coefficient, ...]
    log_likelihood: float
    aic: float
    bic: float
    customers: int
    groups: int
    plain: Fit[P]
    lift: LikelihoodRatio
    ridge: float
    held_out: tuple[HeldOut, ...]
    converged: bool
    verdict: Message
    steps: int
    formulas: Mapping[str, Terms] = field(repr=False)
    moves: tuple[Move, ...] = field(repr=False)
    at: Floats = field(repr=False)

    def coefficient(self, process: str, name: str) -> Coefficient:
        """One of `coefficients`, by its process and name."""
        return next(each for each in self.coefficients if (each.process, each.name) == (process, name))

    def customers_of(self, table: Any, rows: int | None = None) -> ParametersByRow[P]:
        """The parameters of each row of a table of covariates, and all that follows from them.

        A level that was not there at the fit has the average effect, and is counted; numbers far beyond those of
        the fit are told of. Raises HistoryRefused where the table cannot be used, and for a number so far beyond that
        it moves a parameter out of all reason.
        """
        if rows is None:
            used = next(terms.variables for terms in self.formulas.values() if terms.variables)
            rows = len(columns(table, used[:1])[used[0]])
        found = [terms.columns_of(table, rows) for terms in self.formulas.values()]
        unknown: dict[str, int] = {}
        for _, strange in found:
            unknown |= strange
        numbers = [each for each, _ in found]
        far = {each.column: each for terms in self.formulas.values() for each in terms.beyond(table, rows)}
        if far:
            refuse_astray(self._moved(numbers), list(far.values()))
        return self.of_columns(numbers, unknown, tuple(each.told(rows) for each in far.values()))

    def _moved(self, numbers: Sequence[Floats]) -> Floats:
        """By how many e-folds each row's parameters lie from everybody's, the farthest of them."""
        everybody = len(climbed(self.parameters))
        shifts = [Shift(move, each) for move, each in zip(self.moves, numbers, strict=True)]
        with np.errstate(over="ignore"):
            logs = own_logs(self.at, everybody, shifts, len(numbers[0])) - self.at[:everybody]
        return np.asarray(np.abs(logs).max(axis=1))

    def of_columns(
        self, numbers: Sequence[Floats], unknown: Mapping[str, int], beyond: tuple[Message, ...] = ()
    ) -> ParametersByRow[P]:
        """The same from the numbers that the formulas make, (n, c) a process."""
        rows, which = distinct_rows(np.hstack(numbers))
        widths = np.cumsum([0, *(each.shape[1] for each in numbers)])
        shifts = [
            Shift(move, rows[:, start:end])
            for move, start, end in zip(self.moves, widths[:-1], widths[1:], strict=True)
        ]
        logs = own_logs(self.at, len(climbed(self.parameters)), shifts, len(rows))
        return ParametersByRow(self.model, with_logs(self.parameters, logs), which, dict(unknown), beyond)

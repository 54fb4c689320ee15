"""A value book: what every customer is worth at a date, and everything needed to make it again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour import Fit
from keyworth.behaviour.parameters import as_dict
from keyworth.errors import HistoryRefused
from keyworth.value.base_figure import BaseFigure
from keyworth.value.customer_values import CustomerValues
from keyworth.value.model_choice import ModelChoice
from keyworth.value.options import Basis, ValueOptions
from keyworth.value.valuation import Valuation
from keyworth.value.withheld import base_without_residual_value, customers_without_chances, notes_without_chances
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """A fitted model as the book names it; `standard_errors` is None where the fit gives none."""

    name: str
    parameters: Mapping[str, float]
    standard_errors: Mapping[str, float] | None
    log_likelihood: float
    converged: bool
    verdict: Message


@dataclass(frozen=True, slots=True, eq=False)
class DatedValues:
    """Customers' values at `as_of`, in one currency, with their provenance.

    `ids` (n,) are the customers' own ids, in the order of `customers`; of `known_customers` in the ledger those
    are left out who had bought nothing by then, or given it all back. `buying` made the purchases, `risk`
    the chance and churn risk (the same model unless that one cannot lose one-time buyers), `spending` the
    money; None without money. Where `risk` did not converge, nobody can tell who has left: see `value.withheld`.
    `choice` tells why `buying` was chosen, `spend_choice` why `spending`; None where nothing was chosen.
    """

    book_id: str
    as_of: date
    ledger_version: int
    software_version: str
    currency: str
    basis: Basis
    options: ValueOptions
    buying: ModelUsed
    risk: ModelUsed
    spending: ModelUsed | None
    left_out_of_spend: int
    spend_correlation: float | None
    known_customers: int
    ids: NDArray[Any]
    customers: CustomerValues
    base: BaseFigure
    notes: tuple[Message, ...]
    choice: ModelChoice | None = None
    spend_choice: ModelChoice | None = None

    def __len__(self) -> int:
        return int(self.ids.size)

    @property
    def knows_who_left(self) -> bool:
        """Whether chances, risks and residual value are given at all."""
        return self.risk.converged

    @property
    def money(self) -> str | None:
        """The currency of its amounts; None where purchases are counted."""
        return None if self.basis == "purchases" else self.currency

    def reason(self, row: int) -> Message:
        """Why the customer of this row is worth what the book says."""
        return self.customers.reasons.sentence(row, self.currency)


def dated_values(
    valuation: Valuation,
    ids: NDArray[Any],
    options: ValueOptions,
    *,
    as_of: date,
    ledger_version: int,
    software_version: str,
    currency: str,
    known_customers: int,
) -> DatedValues:
    """Bind a valuation into a book. Raises HistoryRefused unless there is one id for each customer."""
    if ids.shape != (len(valuation.customers),):
        raise HistoryRefused(
            Message(
                "One id for each customer was expected; got {ids} for {customers}.",
                ids=ids.size,
                customers=len(valuation.customers),
            )
        )
    buying, risk = _used(valuation.buying), _used(valuation.risk)
    spending = None if valuation.spending is None else _used(valuation.spending)
    found = DatedValues(
        book_id=book_id(
            as_of=as_of,
            ledger_version=ledger_version,
            software_version=software_version,
            currency=currency,
            basis=valuation.basis,
            options=options,
            models=(buying, risk, spending),
        ),
        as_of=as_of,
        ledger_version=ledger_version,
        software_version=software_version,
        currency=currency,
        basis=valuation.basis,
        options=options,
        buying=buying,
        risk=risk,
        spending=spending,
        left_out_of_spend=valuation.left_out_of_spend,
        spend_correlation=valuation.spend_correlation,
        known_customers=known_customers,
        ids=ids,
        customers=valuation.customers,
        base=valuation.base,
        notes=valuation.notes,
    )
    return as_may_be_said(found)


def as_may_be_said(book: DatedValues) -> DatedValues:
    """The book without what its orders cannot tell, and a note that says so; as it is, where they can."""
    if book.knows_who_left:
        return book
    return replace(
        book,
        customers=customers_without_chances(book.customers),
        base=base_without_residual_value(book.base),
        notes=notes_without_chances(book.notes),
    )


def book_id(
    *,
    as_of: date,
    ledger_version: int,
    software_version: str,
    currency: str,
    basis: Basis,
    options: ValueOptions,
    models: tuple[ModelUsed | None, ...],
) -> str:
    """Sixteen hexadecimal digits that name the book by what went into it; no clock among it.

    The same ledger version, options, parameters and software version give the same id.
    """
    said = {
        "as_of": as_of.isoformat(),
        "ledger_version": ledger_version,
        "software_version": software_version,
        "currency": currency,
        "basis": basis,
        "horizon_days": options.horizon_days,
        "discount": options.discount.annual,
        "ledger_days": options.ledger_days,
        "unit": options.unit.value,
        "draws": options.draws,
        "seed": options.seed,
        "horizon": str(options.horizon),
        "margins": dict(options.margins),
        **({} if options.pace == 1.0 else {"pace": options.pace}),
        **({} if options.paces is None else {"paces": asdict(options.paces)}),
        "models": [None if model is None else [model.name, dict(model.parameters)] for model in models],
    }
    # JSON writes floats so that they read back the same, and a fixed order of keys: the text is the identity.
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no place in a book's id")


def _used(fit: Fit[Any]) -> ModelUsed:
    return ModelUsed(
        name=fit.model,
        parameters=as_dict(fit.parameters),
        standard_errors=fit.standard_errors,
        log_likelihood=fit.log_likelihood,
        converged=fit.converged,
        verdict=fit.verdict,
    )

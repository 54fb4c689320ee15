"""A buying model fitted to a book."""

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from keyworth.behaviour import MODELS, Fit, UniqueHistories
from keyworth.behaviour.buying_model import BuyingModel
from keyworth.errors import OptionRefused
from keyworth.ledger import Ledger
from keyworth.runs.defaults import MODEL
from keyworth.units import TimeUnit
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class FitRun:
    """A fit, the ledger it came from, and how long the optimisation alone took, warm, in seconds."""

    fit: Fit[Any]
    as_of: date
    unit: TimeUnit
    ledger_version: int
    fit_seconds: float


def model_named(name: str) -> BuyingModel[Any]:
    """Raises OptionRefused for a model we do not have, naming those we do."""
    try:
        return MODELS[name.strip().lower()]
    except KeyError:
        raise OptionRefused(
            Message("There is no model {name}.", name=repr(name)),
            hint=Message("The models are {models}.", models=list(MODELS)),
        ) from None


def fit_book(
    book: Path,
    *,
    model: str = MODEL,
    until: date | None = None,
    unit: TimeUnit = TimeUnit.WEEK,
    born_after: date | None = None,
) -> FitRun:
    """Fit a model to all purchases by `until` (default: the last order's day).

    Raises OptionRefused for an unknown model, BookMissing or BookDamaged, NotEnoughHistory.
    """
    chosen = model_named(model)
    ledger = Ledger.open(book)
    found = ledger.histories(until, unit, born_after=born_after)
    histories = UniqueHistories.from_columns(
        found.repeats, found.last_repeat, found.observed_for, found.customers, unit
    )
    chosen.make_ready(histories)  # loading what a fit needs is no part of the optimisation
    started = time.perf_counter()
    fit = chosen.fit(histories)
    return FitRun(fit, found.as_of, unit, ledger.version, time.perf_counter() - started)

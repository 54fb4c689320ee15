"""Going on from an earlier fit: the same maximum as from nothing, in fewer steps, since one knows where it was.

A likelihood of more orders has its maximum near the old one, so a single climb from there arrives; the grid of starts
and the climb on a selection are spared. A climb that does not arrive, because the maximum has gone to an edge or the
surface is a ridge, is no answer: then the fit begins from nothing after all, and its verdict counts.
"""

from dataclasses import replace
from typing import Any

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import PurchaseHistories
from keyworth.behaviour.models import MODELS, RHYTHM_MODELS
from keyworth.behaviour.own_kind import refuse_unless_fit
from keyworth.behaviour.parameters import P, as_dict
from keyworth.behaviour.unique_histories import UniqueHistories, distinct
from keyworth.errors import ParametersRefused
from keyworth.units import TimeUnit
from keyworth.words import Message


def update(fit: Fit[P], histories: UniqueHistories | PurchaseHistories) -> Fit[P]:
    """The fit of these histories, begun where `fit` ended: what more orders, or another day, make of it.

    The histories may count in another unit than the fit. Raises ParametersRefused for a fit of another kind than
    buying, and what the model's own `fit` raises.
    """
    model, unique = buying_model_of(fit), distinct(histories)
    found = model.fit(unique, start=parameters_in(fit, unique.histories.unit))
    return found if found.converged else model.fit(unique)


def buying_model_of(fit: Fit[Any]) -> BuyingModel[Any]:
    """The model whose fit this is. Raises ParametersRefused where it is none of buying in time."""
    refuse_unless_fit(fit)
    found = MODELS.get(fit.model) or RHYTHM_MODELS.get(fit.model)
    if found is None:
        raise ParametersRefused(
            Message("A fit of {model} cannot be gone on from, only one of a model of buying.", model=fit.model),
            hint=Message("Fit it again: that takes no longer. Models of buying are {models}.", models=list(MODELS)),
        )
    return found


def parameters_in(fit: Fit[P], unit: TimeUnit) -> P:
    """The parameters as they are when time is told in `unit`."""
    if fit.unit is None or fit.unit is unit:
        return fit.parameters
    longer = fit.unit.days / unit.days
    powers = buying_model_of(fit).time_powers
    told = {name: as_dict(fit.parameters)[name] * longer**power for name, power in powers.items()}
    moved: P = replace(fit.parameters, **told)
    return moved

"""Whether a richer model explains more than chance would let it: the likelihood-ratio test of two nested fits.

Twice the difference of log-likelihoods would, if the plain model were true, scatter as chi-squared with as many
degrees of freedom as the rich one has parameters more (Wilks 1938). That holds where the plain model is the
rich one with a parameter fixed *inside* its range, as sBG is BdW with c = 1. Where it is fixed at the *edge*
of its range, as where nobody ever leaves, half of all samples gain nothing from it, and one degree of freedom
counts only half the time (Self and Liang 1987, Journal of the American Statistical Association 82(398), case 5).
"""

from dataclasses import dataclass
from typing import Any

from scipy.special import chdtrc

from keyworth.behaviour.fit import Fit
from keyworth.behaviour.own_kind import refuse_unless_fit
from keyworth.behaviour.parameters import climbed, names
from keyworth.errors import ParametersRefused
from keyworth.units import Share
from keyworth.words import Message

# By each model those that it is with a parameter fixed, inside its range or at its end.
_SPECIAL_CASES = {
    "bg-cnbd-k": ("bg-nbd",),
    "mbg-cnbd-k": ("mbg-nbd",),
    "ggompertz-nbd": ("pareto-nbd",),
    "pareto-ggg": ("pareto-nbd",),
    "bg-nbd-sarmanov": ("bg-nbd",),
    "mbg-nbd-sarmanov": ("mbg-nbd",),
    "pareto-nbd-sarmanov": ("pareto-nbd",),
    "bdw": ("sbg",),
}

# By how much a sum of log-likelihoods may fall short of one that it cannot truly be below.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """statistic: twice the difference of log-likelihoods. degrees: how many parameters the rich model has more.

    p_value: how often chance alone would bring so large a statistic; None where theory does not tell, and
    `because` says why.
    """

    statistic: float
    degrees: int
    p_value: float | None
    because: Message


def likelihood_ratio(plain: Fit[Any], rich: Fit[Any], *, at_edge: bool = False) -> LikelihoodRatio:
    """Compare fits of one sample; `plain` must be `rich` with some parameters fixed.

    at_edge: one of these parameters is fixed at the edge of its range. Raises ParametersRefused for fits that
    cannot be nested: of models of which the one is no special case of the other, of samples of different size, or with
    a lower likelihood of the rich one. A fit keeps no data: that samples of one size are the same is yours to see to.
    """
    refuse_unless_fit(plain)
    refuse_unless_fit(rich)
    degrees = len(names(rich.parameters)) - len(names(plain.parameters))
    lead = rich.log_likelihood - plain.log_likelihood
    _refuse_unless_nested(plain, rich, degrees, lead)
    statistic = max(2.0 * lead, 0.0)
    picked = len(names(rich.parameters)) > len(climbed(rich.parameters))
    if picked or not rich.converged or not plain.converged:
        return LikelihoodRatio(statistic, degrees, None, _no_theory(plain, rich, picked=picked))
    p_value = float(chdtrc(degrees, statistic))
    if at_edge:
        fewer = float(chdtrc(degrees - 1, statistic)) if degrees > 1 else float(statistic == 0.0)
        p_value = 0.5 * (p_value + fewer)
    return LikelihoodRatio(
        statistic,
        degrees,
        p_value,
        Message(
            "If {plain} were right, chance alone would lift the likelihood of {rich} so far above it in {share} of "
            "all samples.",
            plain=plain.model,
            rich=rich.model,
            share=Share(p_value),
        ),
    )


def _refuse_unless_nested(plain: Fit[Any], rich: Fit[Any], degrees: int, lead: float) -> None:
    values = {"plain": plain.model, "rich": rich.model}
    if plain.customers != rich.customers:
        raise ParametersRefused(
            Message(
                "Only fits of one sample can be compared; {plain} was fitted to {few} customers, {rich} to {many}.",
                few=plain.customers,
                many=rich.customers,
                **values,
            )
        )
    if degrees < 1:
        raise ParametersRefused(Message("{rich} has no parameter more than {plain}.", **values))
    if plain.model not in _SPECIAL_CASES.get(rich.model, ()):
        raise ParametersRefused(
            Message("{plain} is no special case of {rich}, so chance tells nothing of their likelihoods.", **values),
            hint=Message("Compare AIC or BIC, or what each would have foretold: keyworth fit --model auto."),
        )
    if lead < -_ROUNDING * abs(plain.log_likelihood):
        raise ParametersRefused(
            Message(
                "The likelihood of {rich} is below that of {plain}, so the one is not a special case of the other, "
                "or they were fitted to different samples.",
                **values,
            )
        )


def _no_theory(plain: Fit[Any], rich: Fit[Any], *, picked: bool) -> Message:
    if picked:
        return Message(
            "A parameter of {rich} was picked among whole numbers, of which no theory of chance tells how much it "
            "gains; compare AIC or BIC.",
            rich=rich.model,
        )
    stuck = plain if not plain.converged else rich
    return Message(
        "{model} did not come to a best value within its range, and then no theory tells how much chance gains; "
        "compare AIC or BIC. {verdict}",
        model=stuck.model,
        verdict=stuck.verdict,
    )

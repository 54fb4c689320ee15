"""What the data and a weak prior say of a model's parameters together: draws by NUTS.

The prior. The logarithm of each parameter is normal about 0, or about that of the mean time under observation for
parameters that are measured in time, with a standard deviation of 2: fifty-fold up or down is believed as little as
one in twenty. It matters only where the data say next to nothing, and there it keeps the draws where they mean
something; a flat prior would follow a likelihood's ridge to infinity.

The draws are made on unique histories with their weights, so a million customers cost what their some thousand
different histories do, and in coordinates in which the posterior is close to a standard normal (its own curvature
at the top), where the sampler has next to nothing left to learn.
Source of the method: Hoffman and Gelman (2014), The No-U-Turn Sampler, JMLR 15; the sampler is nutpie's.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np

from keyworth.behaviour.buying_model import BuyingModel
from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.newton import Evaluation, Maximum, Objective, Sloped, maximise
from keyworth.behaviour.own_kind import refuse_unless_fit
from keyworth.behaviour.parameters import P, as_array, climbed, names
from keyworth.behaviour.spans import refuse_how_many, refuse_seed
from keyworth.behaviour.steady_sums import dot
from keyworth.behaviour.unique_histories import UniqueHistories, distinct
from keyworth.errors import PartMissing
from keyworth.words import Message

PRIOR_SPREAD = 2.0  # standard deviation of a parameter's logarithm
_RANGE = np.log(1e8)
_MOST_LOST = 0.001  # of the draws
_MOST_R_HAT, _FEWEST = 1.01, 400.0  # Vehtari and others (2021), Bayesian Analysis 16(2)

Slope = Callable[[Floats], tuple[float, Floats]]


@dataclass(frozen=True, slots=True, eq=False)
class Posterior(Generic[P]):
    """Draws of a model's parameters, (chains, draws, k) in field order, in the unit of the fit.

    effective_draws, r_hat: by the name of each climbed parameter: how many independent draws these are worth, and
    how much the chains differ (1: not at all). divergences: draws at which the sampler lost its way; if more than
    one in a thousand, the draws are not to be believed. converged, verdict: whether all of that is in order, in a
    sentence.
    """

    model: str
    draws: Floats
    parameter_names: tuple[str, ...]
    effective_draws: dict[str, float]
    r_hat: dict[str, float]
    divergences: int
    converged: bool
    verdict: Message

    def quantiles(self, *shares: float) -> dict[str, tuple[float, ...]]:
        """By parameter, what the given shares of draws lie below: `quantiles(0.5)` are the medians."""
        flat = self.draws.reshape(-1, self.draws.shape[-1])
        found = np.quantile(flat, shares, axis=0).T.tolist()
        return {name: tuple(row) for name, row in zip(self.parameter_names, found, strict=True)}

    def thinned(self, count: int) -> Floats:
        """`count` draws spread evenly over all chains, (count, k): worlds for a value book.

        More than there are repeats some.
        """
        flat = self.draws.reshape(-1, self.draws.shape[-1])
        picked: Floats = flat[np.floor((np.arange(count) + 0.5) * len(flat) / count).astype(np.intp)]
        return picked


def sample_posterior(
    model: BuyingModel[P],
    histories: UniqueHistories | PurchaseHistories,
    fit: Fit[P],
    *,
    seed: int,
    draws: int = 1000,
    chains: int = 4,
    tune: int = 300,
) -> Posterior[P]:
    """Draw from the posterior, beginning at a fit of the same histories. The same seed gives the same draws.

    Raises PartMissing where nutpie is not installed.
    """
    refuse_unless_fit(fit)
    refuse_seed(seed)
    refuse_how_many(draws=draws, chains=chains, tune=tune)
    sampler, diagnose = _sampler()
    unique = distinct(histories)
    unique = unique.in_order()
    free, every = climbed(model.parameter_kind), names(model.parameter_kind)
    at = [every.index(name) for name in free]
    density = _Density(model, unique, fit.parameters)
    start = np.log(as_array(fit.parameters)[at])
    top = maximise(density, start, density.centre - _RANGE, density.centre + _RANGE)
    root = _root(top)
    back = root.T.copy()

    def slope(z: Floats) -> tuple[float, Floats]:
        value, gradient = density.slope(top.at + root.dot(z))
        return value - top.value, back.dot(gradient)

    def as_parameters(z: Floats) -> dict[str, Floats]:
        return {"logs": top.at + root.dot(z)}

    compiled = sampler.compiled_pyfunc.from_pyfunc(
        len(free), lambda: slope, lambda *_: as_parameters, ["float64"], [(len(free),)], ["logs"]
    )
    # One chain after another: every step comes back to the interpreter, for which chains side by side would queue.
    trace = sampler.sample(
        compiled, draws=draws, tune=tune, chains=chains, cores=1, seed=seed, progress_bar=False, save_warmup=False
    )
    logs = np.asarray(trace.posterior["logs"].values, dtype=np.float64)
    drawn = np.tile(as_array(fit.parameters), (chains, draws, 1))
    drawn[..., at] = np.exp(logs)
    effective = dict(zip(free, np.asarray(diagnose.ess(trace)["logs"], dtype=np.float64).tolist(), strict=True))
    r_hat = dict(zip(free, np.asarray(diagnose.rhat(trace)["logs"], dtype=np.float64).tolist(), strict=True))
    divergences = int(np.asarray(trace.sample_stats["diverging"]).sum())
    converged, verdict = _verdict(effective, r_hat, divergences, chains * draws)
    return Posterior(model.name, drawn, every, effective, r_hat, divergences, converged, verdict)


class _Density:
    """The log-posterior in the logarithms of the climbed parameters, up to a constant; as an objective to climb."""

    def __init__(self, model: BuyingModel[P], unique: UniqueHistories, p: P) -> None:
        scale = dot(unique.weights, unique.histories.observed_for) / unique.customers
        powers = model.time_powers
        self.centre = np.array([powers.get(name, 0) * np.log(scale) for name in climbed(model.parameter_kind)])
        self.likelihood: Objective = model.objective(unique, p)
        self.steep: Slope = self.likelihood.slope if isinstance(self.likelihood, Sloped) else self._whole

    def _whole(self, logs: Floats) -> tuple[float, Floats]:
        value, gradient, _ = self.likelihood(logs)
        return value, gradient

    def __call__(self, logs: Floats) -> Evaluation:
        found = self.likelihood(logs)
        off = (logs - self.centre) / PRIOR_SPREAD
        eye = np.eye(len(logs))
        return Evaluation(
            found.value - 0.5 * dot(off, off),
            found.gradient - off / PRIOR_SPREAD,
            found.hessian - eye / PRIOR_SPREAD**2,
        )

    def slope(self, logs: Floats) -> tuple[float, Floats]:
        value, gradient = self.steep(logs)
        off = (logs - self.centre) / PRIOR_SPREAD
        return value - 0.5 * dot(off, off), gradient - off / PRIOR_SPREAD


def _root(top: Maximum) -> Floats:
    """A square root of the inverse curvature: a standard normal times it is close to the posterior."""
    curvature, directions = np.linalg.eigh(-top.hessian)
    # The prior alone curves by 1/4 everywhere, so less than a tenth of that is not what the top looks like.
    return np.asarray(directions / np.sqrt(np.maximum(curvature, 0.1 / PRIOR_SPREAD**2)), dtype=np.float64)


def _sampler() -> tuple[Any, Any]:
    try:
        with warnings.catch_warnings():  # arviz announces its next version to whoever imports it
            warnings.simplefilter("ignore", FutureWarning)
            import arviz
            import nutpie
            import nutpie.compiled_pyfunc
    except ImportError:
        raise PartMissing(
            Message("Drawing from a posterior needs the sampler nutpie, which is not installed."),
            hint=Message("Install it with: pip install 'keyworth[bayes]'. A fit alone needs nothing more."),
        ) from None
    return nutpie, arviz


def _verdict(
    effective: dict[str, float], r_hat: dict[str, float], divergences: int, draws: int
) -> tuple[bool, Message]:
    if divergences > _MOST_LOST * draws:
        return False, Message(
            "Not to be believed: the sampler lost its way {divergences} {divergences:time|times}.",
            divergences=divergences,
        )
    apart = [name for name, value in r_hat.items() if not value <= _MOST_R_HAT]
    few = [name for name, value in effective.items() if not value >= _FEWEST]
    if apart or few:
        return False, Message(
            "Not to be believed yet: the chains disagree or move too slowly in {parameters}; draw more.",
            parameters=sorted({*apart, *few}),
        )
    return True, Message(
        "The chains agree; the draws are worth at least {effective} independent ones.",
        effective=int(min(effective.values())),
    )

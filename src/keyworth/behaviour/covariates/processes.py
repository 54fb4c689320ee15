"""What a covariate can move, in the words of the trade: buying, leaving, staying, spending.

A covariate shifts the logarithm of one parameter of a customer's own: ln(parameter) = ln(everybody's) ± z·coefficient.
Signs are such that a positive coefficient of `buying` is more buying, of `leaving` leaving more likely or earlier, of
`staying` staying more likely, of `spending` more money. e^coefficient is the factor: on the mean rate of buying, on the
speed at which customers are lost (Pareto/NBD and its kin), on the odds of leaving after a purchase (the BG family; on
the mean of a/b, `staying` on that of b/a) or at a renewal (contracts: alpha / beta), on what a purchase brings.
Source: Fader and Hardie (2007), Incorporating Time-Invariant Covariates into the Pareto/NBD and BG/NBD Models, and
(2007), How to project customer retention, Journal of Interactive Marketing 21(1), 76-90, on contracts.
"""

from dataclasses import dataclass
from typing import Any

from keyworth.behaviour.parameters import Parameters, as_dict, climbed
from keyworth.errors import OptionRefused
from keyworth.words import Message


@dataclass(frozen=True, slots=True)
class Move:
    """Add `by` times z·coefficient to the logarithm of the climbed parameter at place `at`."""

    at: int
    by: float


_LEAVING_AFTER_PURCHASE = {"buying": ("alpha", -1.0), "leaving": ("a", 1.0), "staying": ("b", 1.0)}
_LEAVING_IN_TIME = {"buying": ("alpha", -1.0), "leaving": ("beta", -1.0)}
_LEAVING_A_CONTRACT = {"leaving": ("alpha", 1.0), "staying": ("beta", 1.0)}

# Of every model, by its name, the parameter that each process moves.
PROCESSES: dict[str, dict[str, tuple[str, float]]] = {
    "bg-nbd": _LEAVING_AFTER_PURCHASE,
    "mbg-nbd": _LEAVING_AFTER_PURCHASE,
    "bg-cnbd-k": _LEAVING_AFTER_PURCHASE,
    "mbg-cnbd-k": _LEAVING_AFTER_PURCHASE,
    "pareto-nbd": _LEAVING_IN_TIME,
    "ggompertz-nbd": _LEAVING_IN_TIME,
    "pareto-ggg": _LEAVING_IN_TIME,
    "bg-bb": {"buying": ("alpha", 1.0), "leaving": ("gamma", 1.0), "staying": ("delta", 1.0)},
    "gamma-gamma": {"spending": ("gamma", 1.0)},
    "root-gamma-gamma": {"spending": ("gamma", 1.0)},
    "sbg": _LEAVING_A_CONTRACT,
    "bdw": _LEAVING_A_CONTRACT,
}

# Of models, by name, parameters that are settled after the climb: no likelihood tells of them.
HELD: dict[str, tuple[str, ...]] = {"root-gamma-gamma": ("net",)}


def move(model: str, kind: type[Parameters], process: str) -> Move:
    """What `process` moves in this model; the name of a climbed parameter moves that one, upwards.

    Raises OptionRefused for a process that the model does not know.
    """
    names, processes = climbed(kind), PROCESSES.get(model, {})
    parameter, by = processes.get(process, (process, 1.0))
    tells = [name for name in names if name not in HELD.get(model, ())]
    if parameter not in tells:
        raise OptionRefused(
            Message("{model} has no process {process}.", model=model, process=process),
            hint=Message("Name one of: {processes}.", processes=[*processes, *tells]),
        )
    return Move(names.index(parameter), by)


def moves(model: str, kind: type[Parameters], processes: Any) -> tuple[Move, ...]:
    """`move` of each; two processes that move one parameter are refused, and models that take none."""
    if model not in PROCESSES:
        raise OptionRefused(
            Message("{model} takes neither covariates nor groups.", model=model),
            hint=Message("Take one of: {models}.", models=list(PROCESSES)),
        )
    found = tuple(move(model, kind, process) for process in processes)
    if len({each.at for each in found}) < len(found):
        raise OptionRefused(
            Message("{processes} move one parameter of {model} twice.", processes=list(processes), model=model),
            hint=Message("Put both formulas into one."),
        )
    return found


def told_in_money(model: str, moves: tuple[Move, ...], parameters: Parameters) -> tuple[Move, ...]:
    """The same where a parameter is told in a root of money: what moves spending by so much moves it by that root."""
    if model != "root-gamma-gamma":
        return moves
    gamma, k = climbed(parameters).index("gamma"), as_dict(parameters)["k"]
    return tuple(Move(each.at, each.by / k) if each.at == gamma else each for each in moves)

"""What a value book is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from keyworth.behaviour import PaceTable
from keyworth.errors import OptionRefused
from keyworth.units import Discount, Horizon, TimeUnit
from keyworth.words import Message

# What a book counts in: purchases where the orders carry no amounts.
Basis = Literal["margin", "revenue", "purchases"]
BASES: Mapping[Basis, Message] = MappingProxyType(
    {"margin": Message("margin"), "revenue": Message("revenue"), "purchases": Message("purchases")}
)

DRAWS = 400  # simulated futures, where nobody asks for more


@dataclass(frozen=True, slots=True)
class ValueOptions:
    """Everything a person chooses; the same options on the same ledger give the same book.

    horizon_days: how far ahead purchases and spend are counted, undiscounted. discount: the effective annual
    rate at which the residual lifetime value is discounted, continuously. ledger_days: the length of the
    ledger, beyond which residual value is extrapolation. unit: the time unit of the fitted models. draws:
    simulated futures a customer; measured at 400, another seed moves the upper end of the 80% interval of a
    customer's spend by some 2 to 4%, of the 95% interval by some 3 to 10%, and the base's interval by 0.1%.
    seed: of the simulation. horizon_as_said: the horizon of so many days in the person's words, if they used
    others. pace: models are asked about so many times the horizon, where past forecasts showed that purchases come
    faster or slower than they foretell; with `paces` each history is asked about its own instead. margins: product
    categories to the shares that a person gave, "" for everything else.

    Raises OptionRefused for what contradicts itself.
    """

    horizon_days: int
    discount: Discount
    ledger_days: int
    unit: TimeUnit = TimeUnit.WEEK
    draws: int = DRAWS
    seed: int = 1
    horizon_as_said: Horizon | None = None
    margins: Mapping[str, float] = field(default_factory=dict)
    pace: float = 1.0
    paces: PaceTable | None = None

    def __post_init__(self) -> None:
        if self.horizon_days < 1 or self.ledger_days < 1:
            raise OptionRefused(
                Message(
                    "A horizon and a ledger of at least one day were expected; got {horizon} and {ledger} days.",
                    horizon=self.horizon_days,
                    ledger=self.ledger_days,
                )
            )
        if self.discount.annual <= 0:
            raise OptionRefused(
                Message(
                    "All the future is worth a sum only when it is discounted; got a rate of {rate}.",
                    rate=self.discount.annual,
                ),
                hint=Message("Give a discount rate above zero, such as 10%."),
            )
        if self.draws < 100:
            raise OptionRefused(
                Message("At least 100 draws are needed for a 95% interval; got {draws}.", draws=self.draws)
            )

    @property
    def horizon(self) -> Horizon:
        return self.horizon_as_said or Horizon(self.horizon_days, TimeUnit.DAY)

    @property
    def ahead(self) -> float:
        """The horizon in the models' unit."""
        return self.horizon_days / self.unit.days

    @property
    def buying_ahead(self) -> float:
        """The time ahead in which the models foretell as many purchases as the horizon will bring.

        With `paces` it is the horizon itself, of which each history makes its own.
        """
        return self.ahead if self.paces is not None else self.pace * self.ahead

    @property
    def force_of_interest(self) -> float:
        return self.discount.continuous(self.unit)


def refuse_other_unit(unit: TimeUnit | None, options: ValueOptions) -> None:
    """Raise OptionRefused unless a model was fitted in the unit of the options."""
    if unit is not options.unit:
        raise OptionRefused(
            Message(
                "The model counts in {model} and the options in {options}; they must agree.",
                model=str(unit) if unit is None else unit,
                options=options.unit,
            )
        )

"""What every buying model answers, so that the rest of Keyworth need not know which one was chosen."""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from keyworth.behaviour.fit import Fit
from keyworth.behaviour.histories import Floats, PurchaseHistories
from keyworth.behaviour.newton import Objective
from keyworth.behaviour.parameters import P
from keyworth.behaviour.unique_histories import UniqueHistories
from keyworth.behaviour.worlds import CountsAhead, Worlds
from keyworth.units import TimeUnit

# The parameters of a model that is asked, and never gives any back.
Asked = TypeVar("Asked", contravariant=True)

# How a computation is done: plain NumPy, or compiled by numba. The choice never depends on threads.
Form = Literal["numpy", "compiled"]


@dataclass(frozen=True, slots=True, eq=False)
class Futures:
    """Simulated futures: `purchases` (draws, n) and `still_customer` (draws, n), at the end of the horizon.

    One who has already left makes no purchase and is no customer; one who leaves on the way keeps what they
    bought before.
    """

    purchases: NDArray[np.int32]
    still_customer: NDArray[np.bool_]


class PurchaseForecaster(Protocol[Asked]):
    """What a value book and a back-test ask about purchases to come: see `BuyingModel` for what the arguments are."""

    def expected_purchases(self, p: Asked, h: PurchaseHistories, ahead: float) -> Floats:
        """Purchases expected in the next `ahead`: `chance_alive` times `expected_purchases_if_alive`."""

    def count_distribution_ahead(self, p: Asked, h: PurchaseHistories, ahead: float, up_to: int) -> Floats:
        """The chance that each makes exactly 0, 1, …, up_to purchases in the next `ahead`; shape (n, up_to + 1).

        Who has left makes none, so the chance of 0 holds the chance of having left.
        """

    def counts_ahead(self, worlds: Worlds, h: PurchaseHistories, ahead: float, *, form: Form) -> CountsAhead:
        """Each history's purchases in the next `ahead` in every world, to be asked for by blocks of rows.

        In world k a history makes as many as stand at its place (`turns`) in the distribution of that world's
        parameters: 0 as far as the chance of having left reaches, then more and more. `counts_by_drawing`
        answers for a model whose distribution cannot be turned round. A model without compiled code takes either
        `form` for NumPy.
        """


class BuyingModel(PurchaseForecaster[P], Protocol[P]):
    """A story of buying and leaving. `p` are its parameters, `h` are n histories in the unit of the fit.

    Times (`ahead`, `t`) are in the same unit, `force_of_interest` is per unit (`Discount.continuous`).
    Answers are float64 of shape (n,) unless said otherwise, finite for every history that passed the gate.
    """

    @property
    def name(self) -> str:
        """As people and `--model` write it: `bg-nbd`."""

    @property
    def title(self) -> str:
        """As papers write it: BG/NBD."""

    @property
    def parameter_kind(self) -> type[P]:
        """The frozen dataclass of the parameters; its fields are their names, in order."""

    @property
    def parameter_names(self) -> tuple[str, ...]: ...

    @property
    def loses_one_time_buyers(self) -> bool:
        """False where a customer who never came back counts as a customer for ever: no use for churn."""

    @property
    def reads_gaps(self) -> bool:
        """True where a fit needs the histories' `log_gaps`: the model knows a rhythm."""

    def fit(
        self, histories: UniqueHistories | PurchaseHistories, *, form: Form | None = None, start: P | None = None
    ) -> Fit[P]:
        """The maximum-likelihood parameters. Raises NotEnoughHistory where nothing can be estimated.

        `form` is chosen by the number of unique histories unless given; both agree to 1e-10. With `start` the climb
        begins there and nowhere else: who updates an earlier fit takes `update`, which looks whether it arrived.
        """

    @property
    def time_powers(self) -> dict[str, int]:
        """By which power of time a parameter is measured: `{"alpha": 1}`; those not named have no unit."""

    def objective(self, unique: UniqueHistories, p: P, /) -> Objective:
        """The sample's log-likelihood, with derivatives, in the logarithms of the climbed parameters.

        Of `p` only the whole numbers count, which stay as they are.
        """

    def make_ready(self, unique: UniqueHistories) -> None:
        """Load what a fit of this size needs, so that who then times the fit times nothing else."""

    def log_likelihood(self, p: P, h: PurchaseHistories) -> Floats:
        """How well the parameters explain each history, in nats."""

    def chance_alive(self, p: P, h: PurchaseHistories) -> Floats:
        """The chance that each is still a customer at the end of observation."""

    def expected_purchases_if_alive(self, p: P, h: PurchaseHistories, ahead: float) -> Floats:
        """Purchases expected in the next `ahead` of one who is still a customer now."""

    def chance_leaves_if_alive(self, p: P, h: PurchaseHistories, ahead: float) -> Floats:
        """The chance that one who is still a customer now has left by the end of `ahead`."""

    def discounted_if_alive(
        self, p: P, h: PurchaseHistories, force_of_interest: float, ahead: float | None = None
    ) -> Floats:
        """Future purchases of one who is a customer now, each counted exp(−δ·τ) when made τ from now.

        Over all the future, which needs δ > 0, or over the next `ahead` only.
        """

    def expected_from_start(self, p: P, t: Floats | float) -> Floats:
        """Repeat purchases expected of a new customer in the first t; same shape as t."""

    def count_distribution(self, p: P, t: float, up_to: int, *, after: float = 0.0) -> Floats:
        """The chance of exactly 0, 1, …, up_to repeats of a new customer in (after, after + t].

        Shape (up_to + 1,); times run from the first purchase.
        """

    def simulate(self, p: P, observed_for: Floats, *, seed: int, unit: TimeUnit = TimeUnit.WEEK) -> PurchaseHistories:
        """New customers from their first purchase on, one for each T of `observed_for` (n,), with `log_gaps`.

        The dice are NumPy's default generator of `seed`: draw T by those of another, or the two are not independent.
        """

    def draw_ahead(
        self,
        p: P,
        h: PurchaseHistories,
        ahead: float,
        *,
        seed: int,
        draws: int = 1,
        first_draw: int = 0,
        form: Form | None = None,
    ) -> Futures:
        """Simulate each history's next `ahead`, `draws` times.

        Draw d of history i depends on (seed, first_draw + d, i) and the parameters alone, so work may be cut
        in blocks of draws, with `first_draw` and a fixed `form`, without changing a digit. `form` is
        otherwise chosen by draws × n.
        """

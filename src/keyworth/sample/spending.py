"""What is spent: money as whole cents, Gamma-Gamma over customers and purchase days."""

import numpy as np

from keyworth.sample.population import People, Population
from keyworth.sample.seasons import Floats, Ints


def draw_spend(population: Population, people: People, customer: Ints, rng: np.random.Generator) -> Ints:
    """CNY cents of each purchase day, shape (visits,); at least one cent.

    Source: Fader and Hardie, note 025 (2013): Gamma(p, v) given the customer, v ~ Gamma(q, gamma).
    """
    return to_cents(rng.gamma(population.p, 1 / people.spend_rate[customer]))


def draw_strangers_spend(population: Population, count: int, rng: np.random.Generator) -> Ints:
    """The same for people we never meet again: each with a mean of their own."""
    return to_cents(rng.gamma(population.p, 1 / rng.gamma(population.q, 1 / population.gamma, count)))


def mean_spend(population: Population, people: People) -> Floats:
    """Each customer's true mean spend on a purchase day, in CNY."""
    return population.p / people.spend_rate


def to_cents(amount: Floats) -> Ints:
    return np.maximum(1, np.rint(amount * 100)).astype(np.int64)

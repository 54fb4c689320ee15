"""A business that never was: seeded, with its truth beside it. Yields frames, writes nothing."""

from keyworth.sample.business import OPENING_DAY, Business, make_business
from keyworth.sample.population import Population
from keyworth.sample.seasons import SPRING_FESTIVALS

__all__ = ["OPENING_DAY", "SPRING_FESTIVALS", "Business", "Population", "make_business"]

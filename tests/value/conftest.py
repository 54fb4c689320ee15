"""The shop that most tests of value look at, and its valuation."""

import pytest
from shop_of_known_truth import Shop, open_shop, valued


@pytest.fixture(scope="session")
def shop() -> Shop:
    return open_shop(900, seed=11)


@pytest.fixture(scope="session")
def valuation(shop):
    return valued(shop)

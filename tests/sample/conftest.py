"""The invented businesses that several tests look at; made once."""

import pytest

from keyworth.sample import Business, make_business


@pytest.fixture(scope="session")
def business() -> Business:
    """The one that `keyworth sample` writes when told nothing else."""
    return make_business()


@pytest.fixture(scope="session")
def small() -> Business:
    return make_business(customers=1_500, seed=5, lines=True)


@pytest.fixture(scope="session")
def level() -> Business:
    """Every day alike, so that the models' formulas hold to the letter."""
    return make_business(seed=7, seasons=False)


@pytest.fixture(scope="session")
def orders(business):
    """The default business's orders as a pandas frame, under our own names."""
    return own_names(business)


@pytest.fixture(scope="session")
def sales(orders):
    return orders[orders.amount > 0]


def own_names(business, table="orders"):
    from keyworth.sample import headers

    titles = headers.titles(headers.ORDERS, business.lang)
    frame = getattr(business, table).to_pandas()
    frame = frame.rename(columns={title: key for key, title in titles.items()})
    frame["amount"] = (frame["amount"].astype(float) * 100).round().astype(int)
    frame["day"] = frame["at"].dt.normalize()
    return frame

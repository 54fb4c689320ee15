"""What every test may ask for."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data sets and reference figures; only developers and CI have it."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, the folder of reference data beside the checkout")
    return SHARED


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes by their number: a packer writes the clock into them, and two workers must give a test one name."""
    return f"{argname} of {len(val)} bytes" if isinstance(val, bytes) else None

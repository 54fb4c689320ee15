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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--figures", type=Path, help="run what compares reference figures, and write their page here")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--figures") is None:
        return
    if not SHARED.is_dir():
        raise pytest.UsageError("--figures needs ../shared, the folder of reference data beside the checkout")
    if config.getoption("numprocesses", None):
        raise pytest.UsageError("--figures remembers what one process held: run it without -n")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With --figures, only the files that hold a figure run."""
    if config.getoption("--figures") is None or not collection_path.match("test_*.py"):
        return None
    return "from reference.held import" not in collection_path.read_text(encoding="utf-8") or None


def pytest_sessionfinish(session: pytest.Session) -> None:
    if figures := session.config.getoption("--figures"):
        from reference.figures_page import page
        from reference.held import RECORD

        figures.write_text(page(RECORD), encoding="utf-8")

"""A report of a small sample business, and a browser to open it in that reaches no network."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pyarrow.csv as pa_csv
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Whatever a browser does by itself at its start would look like a request of the page, and needs a network.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def _without(what: str) -> NoReturn:
    """Without a browser a developer goes on; a machine that checks everything must not."""
    if os.environ.get("CI"):
        pytest.fail(f"needs {what}; make test-all installs it")
    pytest.skip(f"needs {what}; make test-all installs it")


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        _without("Chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _without("Playwright for Python")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=found, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report in each language, made at the command line from a seeded sample; `visits` without its money."""
    from keyworth.cli import main

    folder = tmp_path_factory.mktemp("web")
    orders, rates, book = folder / "sample" / "orders.csv", folder / "sample" / "rates.csv", folder / "book"
    visits = folder / "visits.csv"
    for command in (
        ("sample", folder / "sample", "--customers", 1200, "--seed", 3),
        ("import", orders, "--into", book, "--rates", rates, "--yes"),
        ("value", book, "--horizon", "26w"),
        *(("report", book, "-o", folder / f"{lang}.html", "--lang", lang, "--name", "和裕里") for lang in ("zh", "en")),
    ):
        assert main([str(word) for word in command]) == 0
    rows = pa_csv.read_csv(orders, convert_options=pa_csv.ConvertOptions(include_columns=["Member No", "Order Time"]))
    pa_csv.write_csv(rows, visits)
    for command in (
        ("import", visits, "--into", folder / "visits", "--yes"),
        ("value", folder / "visits", "--horizon", "26w"),
        ("report", folder / "visits", "-o", folder / "visits.html", "--lang", "zh"),
    ):
        assert main([str(word) for word in command]) == 0
    return {name: folder / f"{name}.html" for name in ("zh", "en", "visits")}

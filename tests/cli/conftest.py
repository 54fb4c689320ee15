"""A command line to type at, and a small business already imported."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from keyworth.cli import main


@dataclass(frozen=True)
class Printed:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object; anything else on standard output is a failure."""
        assert self.out.endswith("}\n")
        assert self.out.count("\n") == 1
        return json.loads(self.out)


Typed = Callable[..., Printed]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    monkeypatch.setenv("KEYWORTH_LANG", "en")

    def typed(*arguments: object) -> Printed:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Printed(code, *capsys.readouterr())

    return typed


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sample of 400 customers and the book it was imported into."""
    folder = tmp_path_factory.mktemp("shop")
    assert main(["sample", str(folder / "sample"), "--customers", "400"]) == 0
    orders, rates = folder / "sample" / "orders.csv", folder / "sample" / "rates.csv"
    assert main(["import", str(orders), "--into", str(folder / "book"), "--rates", str(rates), "--yes"]) == 0
    return folder


@pytest.fixture
def book(shop: Path) -> Path:
    return shop / "book"

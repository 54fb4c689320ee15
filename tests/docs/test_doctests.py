"""The examples in docstrings do what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

import keyworth

SOURCE = Path(keyworth.__file__).parent
MODULES = sorted(
    ".".join(("keyworth", *path.relative_to(SOURCE).with_suffix("").parts))
    for path in SOURCE.rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert found.failed == 0
    assert found.attempted > 0


def test_there_are_examples() -> None:
    assert len(MODULES) > 8

"""A room's public names are listed once, in its `__init__.py`: sorted, real, explained, and enough for its neighbours.

A file may take from another room what that room lists, or what stands in a module that is open on purpose: below,
each with its reason. Names with a leading underscore are nobody else's.
"""

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

import keyworth

SOURCE = Path(keyworth.__file__).parent
ROOMS = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
LISTING = [room for room in ROOMS if room != "runs"]

# Modules that other rooms import by name, although their room does not list what is in them.
OPEN = {
    "ledger.arrays": "columns of Arrow as NumPy arrays; one way for all who are handed such columns",
    "words.formatting": "how figures are written; used as a whole by those who write them",
    "words.columns": "the same, for figures that stand under each other",
    "words.wide_text": "text in columns; only what prints in a terminal needs it",
    "words.stored": "messages as data; only what stores them needs it",
    "behaviour.calendar_time": "a door of its own, which only questions about seasons load",
    "behaviour.parameters": "parameters as an array and back: what a joint simulation draws",
    "behaviour.in_blocks": "work for all processors, with a share that is done; one way for all",
    "behaviour.steady_sums": "sums whose last digit does not depend on threads",
}
# Every file of runs is a run: its door is the file, so that one run does not load what another needs.
OPEN_ROOMS = {"runs"}


class Taken(NamedTuple):
    """A name that a file takes from another room: `module` is dotted, without the leading keyworth."""

    by: str
    module: str
    name: str

    @property
    def room(self) -> str:
        return self.module.split(".")[0]


def taken() -> Iterator[Taken]:
    for path in sorted(SOURCE.rglob("*.py")):
        own = path.relative_to(SOURCE).parts[0]
        where = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("keyworth."):
                module = node.module.removeprefix("keyworth.")
                if module.split(".")[0] in ROOMS and module.split(".")[0] != own:
                    yield from (Taken(where, module, alias.name) for alias in node.names)


def room_named(name: str) -> ModuleType:
    return importlib.import_module(f"keyworth.{name}")


def as_listed(name: str) -> tuple[int, str]:
    """CONSTANTS, then Classes, then functions, as the linter sorts them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


def explained(thing: object, name: str) -> bool:
    """Whether somebody wrote its docstring; a dataclass without one is given its signature."""
    told = inspect.getdoc(thing)
    return bool(told) and not told.startswith(f"{name}(")


@pytest.mark.parametrize("room", LISTING)
def test_public_names_are_listed_sorted_and_real(room: str) -> None:
    module = room_named(room)
    assert module.__all__ == sorted(module.__all__, key=as_listed)
    assert len(set(module.__all__)) == len(module.__all__)
    assert not [name for name in module.__all__ if not hasattr(module, name)]


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_every_room_says_what_it_is(room: str) -> None:
    assert (room_named(room) if room else keyworth).__doc__


@pytest.mark.parametrize("room", LISTING)
def test_every_public_callable_is_explained(room: str) -> None:
    module = room_named(room)
    things = {name: getattr(module, name) for name in module.__all__}
    callables = {name: it for name, it in things.items() if inspect.isclass(it) or inspect.isfunction(it)}
    assert not [name for name, it in callables.items() if not explained(it, name)]


def test_every_run_is_explained() -> None:
    unexplained = []
    for path in sorted((SOURCE / "runs").glob("*.py")):
        module = importlib.import_module(f"keyworth.runs.{path.stem}") if path.stem != "__init__" else None
        for name, thing in vars(module).items() if module else ():
            own = getattr(thing, "__module__", None) == module.__name__
            public = own and not name.startswith("_") and (inspect.isclass(thing) or inspect.isfunction(thing))
            if public and not explained(thing, name):
                unexplained.append(f"{path.stem}.{name}")
    assert not unexplained


def test_rooms_take_only_what_is_public() -> None:
    refused = []
    for one in taken():
        listed = one.room in LISTING and one.name in room_named(one.room).__all__
        open_to_all = one.module in OPEN or one.room in OPEN_ROOMS
        submodule = f"{one.module}.{one.name}" in OPEN
        private = any(part.startswith("_") for part in (*one.module.split("."), one.name))
        if private or not (listed or open_to_all or submodule):
            refused.append(f"{one.by} takes {one.name} from {one.module}")
    assert not refused


def test_no_module_stays_open_that_nobody_needs() -> None:
    used = {one.module for one in taken()} | {f"{one.module}.{one.name}" for one in taken()}
    assert not set(OPEN) - used


def test_the_walk_finds_imports() -> None:
    assert len(list(taken())) > 100

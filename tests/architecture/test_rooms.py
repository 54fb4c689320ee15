"""The import rules name exactly the rooms that exist."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_room_stands_in_the_contract() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {room.strip() for layer in layers for room in layer.split("|")}
    rooms = {p.parent.name for p in (ROOT / "src/keyworth").glob("*/__init__.py")}
    rooms |= {p.stem for p in (ROOT / "src/keyworth").glob("*.py")} - {"__init__", "__main__"}
    assert rooms == named

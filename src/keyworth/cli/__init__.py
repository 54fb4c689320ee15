"""The door for analysts: one file per command, one screen each."""

from keyworth.cli.main import main

__all__ = ["main"]

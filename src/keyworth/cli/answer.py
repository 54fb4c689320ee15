"""What a command prints: lines for a person, or one JSON object for a machine."""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from enum import Enum
from numbers import Integral, Real
from pathlib import Path
from typing import Any

from keyworth.cli.language import language, t
from keyworth.words import Message, shown
from keyworth.words.wide_text import in_two_columns, padded, width


def line(message: Message) -> None:
    print(t(message))


def note(message: Message) -> None:
    """Something said on the side: on standard error, so that it is never taken for the result."""
    print(t(message), file=sys.stderr)


def facts(*rows: tuple[Message | str, object]) -> None:
    """Two columns, what and how much; wide Chinese characters count as two."""
    for row in in_two_columns(rows, language()):
        print(row)


def table(head: Sequence[Message | str], *rows: Sequence[object]) -> None:
    """Words on the left, figures under their heads on the right; a row of one cell stands alone, as a title."""
    cells = [[shown(cell, language()) for cell in row] for row in (head, *rows)]
    columns = [[row[at] for row in cells if at < len(row) and len(row) > 1] for at in range(len(head))]
    widths = [max(map(width, column), default=0) for column in columns]
    for row in cells:
        first = row[0] if len(row) == 1 else padded(row[0], widths[0])
        figures = [" " * (wide - width(cell)) + cell for cell, wide in zip(row[1:], widths[1:], strict=False)]
        print("  ".join((first, *figures)).rstrip())


def agreed(question: Message) -> bool:
    """Asks on standard error; Enter means yes, the end of the input no."""
    words = {
        "": True,
        "y": True,
        "yes": True,
        "是": True,
        "对": True,
        "n": False,
        "no": False,
        "否": False,
        "不": False,
    }
    while True:
        print(f"{t(question)} [Y/n] ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        given = line.strip().lower()
        if not line or given in words:
            return bool(line) and words[given]
        note(Message("Please answer y or n."))


def machine(content: Mapping[str, Any]) -> None:
    """One JSON object on standard output."""
    print(json.dumps(_plain(content), ensure_ascii=False, allow_nan=False))


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case bool() | None | str():
            return value
        case Enum():
            return _plain(value.value)
        case Message() | Path():
            return str(value)
        case date():
            return value.isoformat()
        case Integral():
            return int(value)
        case Real() | Decimal():
            return float(value) if math.isfinite(value) else None
        case Sequence():
            return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in JSON")


@contextmanager
def progress(title: Message) -> Iterator[Any]:
    """A bar on standard error while something long runs, with the step it is at; silent without a terminal.

    Yields a function to be told each step as a Message, and the share of it that is done where that is known.
    """
    if not sys.stderr.isatty():
        yield lambda step, done=None: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(pulse_style="blue"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(t(title), total=None)
        began = bar.tasks[0].start_time

        def told(step: Message, done: float | None = None) -> None:
            nonlocal task
            if done is None:  # a task that knew its end cannot forget it: the next step has one of its own
                bar.remove_task(task)
                task = bar.add_task(t(step), total=None)
                bar.tasks[0].start_time = began
            else:
                bar.update(task, description=t(step), total=1.0, completed=done)

        yield told

"""Fits in files: written for other days and programs, and read again."""

from importlib import metadata
from pathlib import Path

from keyworth.behaviour import Provenance, SavedFit, load_saved_fit, save_fit
from keyworth.behaviour.calendar_time import save_calendar_fit
from keyworth.errors import FileUnreadable
from keyworth.ledger import why_unreadable
from keyworth.runs.fit_model import FitRun
from keyworth.runs.fit_season import SeasonRun
from keyworth.runs.written_files import write_text
from keyworth.words import Message


def write_fit(run: FitRun, path: Path) -> None:
    """Write a fit with where it came from; the file appears whole or not at all. Raises OutputUnwritable."""
    write_text(save_fit(run.fit, _provenance(run)), path)


def write_season(run: SeasonRun, path: Path) -> None:
    """The same of a fit by the calendar, which `behaviour.calendar_time.load_calendar_fit` reads."""
    write_text(save_calendar_fit(run.fit, _provenance(run)), path)


def _provenance(run: FitRun | SeasonRun) -> Provenance:
    return Provenance(
        software_version=metadata.version("keyworth"),
        ledger_version=run.ledger_version,
        as_of=run.as_of,
        born_after=run.born_after,
        currency=run.currency,
    )


def read_fit(path: Path) -> SavedFit:
    """The fit that a file holds. Raises FileUnreadable, which names the file and the place in it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(
            Message("{path} cannot be read: {reason}.", path=str(path), reason=_why(error)),
            hint=Message("Name a file that keyworth fit BOOK -o FILE has written."),
        ) from error
    try:
        return load_saved_fit(text)
    except FileUnreadable as error:
        raise FileUnreadable(
            Message("{path}: {reason}", path=str(path), reason=error.message), hint=error.hint
        ) from error


def _why(error: OSError | UnicodeDecodeError) -> str | Message:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Message("there is no such file")
    if isinstance(error, IsADirectoryError):
        return Message("it is a folder")
    if isinstance(error, UnicodeDecodeError | PermissionError):
        return why_unreadable(error)
    return error.strerror or str(error)

"""Write an invented business into a folder: its till's files, and the truth apart."""

import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from keyworth.errors import OptionRefused, OutputUnwritable
from keyworth.runs.written_files import put_table, whole_file, why
from keyworth.sample import Business
from keyworth.words import Message

PARAMETERS = "truth/parameters.json"
_MAY_EXIST = ("lines.csv",)  # written only when asked for; an older one must not stay beside new orders


@dataclass(frozen=True, slots=True)
class WrittenSample:
    """What was written: rows by file name, relative to `folder`."""

    folder: Path
    rows: dict[str, int]

    @property
    def orders(self) -> Path:
        """The file to import."""
        return self.folder / "orders.csv"

    @property
    def rates(self) -> Path:
        """What a Hong Kong dollar was worth, for the same import."""
        return self.folder / "rates.csv"


def write_sample(business: Business, folder: Path, *, overwrite: bool = False) -> WrittenSample:
    """Write orders.csv, customers.csv, rates.csv, lines.csv where there are lines, and truth/.

    Nothing appears in the folder before everything is on the disk, and orders.csv appears last. Only the
    sample's own files are written over. Raises OptionRefused where the folder holds something and `overwrite`
    was not asked for, or is no folder; OutputUnwritable where the disk refuses.
    """
    folder = folder.absolute()
    _check(folder, overwrite)
    new_folder = not folder.exists()
    building = (folder.parent if new_folder else folder) / f".sample-{os.getpid()}"
    try:
        shutil.rmtree(building, ignore_errors=True)
        (building / "truth").mkdir(parents=True)
        rows = _write_files(business, building)
        if new_folder:
            building.rename(folder)
        else:
            _move_in(list(rows), building, folder)
    except OSError as error:
        raise OutputUnwritable(
            Message(
                "The sample cannot be written into {folder}: {reason}.", folder=str(folder), reason=why(error, folder)
            ),
            hint=Message("Make room, or choose a folder that may be written to."),
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return WrittenSample(folder, rows)


def _check(folder: Path, overwrite: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise OptionRefused(
            Message("{folder} is a file, and a folder was expected.", folder=str(folder)),
        )
    found = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    found = [name for name in found if not name.startswith(".")]
    if found and not overwrite:
        shown = found[:3] + ["…"] * (len(found) > 3)
        raise OptionRefused(
            Message("{folder} already holds something: {found}.", folder=str(folder), found=shown),
            hint=Message("Choose an empty folder, or write over it with --overwrite."),
        )


def _write_files(business: Business, into: Path) -> dict[str, int]:
    tables = {
        "truth/customers.csv": business.truth,
        "truth/future_orders.csv": business.future,
        "truth/refunds.csv": business.refund_truth,
        "rates.csv": business.rates,
        "customers.csv": business.customers,
        "lines.csv": business.lines,
        "orders.csv": business.orders,
    }
    facts = {
        "seed": business.seed,
        "start": business.start.isoformat(),
        "end": business.end.isoformat(),
        "future_end": business.future_end.isoformat(),
        "population": asdict(business.population),
    }
    (into / PARAMETERS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    rows = {PARAMETERS: 1}
    for name, table in tables.items():
        if table is not None:
            with whole_file(into / name) as file:
                put_table(table, file, ".csv")
            rows[name] = table.num_rows
    return rows


def _move_in(names: list[str], building: Path, folder: Path) -> None:
    (folder / "truth").mkdir(exist_ok=True)
    for name in _MAY_EXIST:
        if name not in names:
            (folder / name).unlink(missing_ok=True)
    for name in names:
        (building / name).replace(folder / name)

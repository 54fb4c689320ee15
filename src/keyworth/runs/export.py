"""Tables written to files that other programs read, in one step each."""

import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from keyworth.errors import BookUnwritable, OptionRefused
from keyworth.words import Message

# Excel and its kin run a cell that begins with one of these; a leading apostrophe makes it text again.
_FORMULA = r"^[=+\-@\t\r]"


def write_table(table: pa.Table, path: Path) -> int:
    """Write CSV (with a byte-order mark, so that Excel reads Chinese) or Parquet, by the name's ending.

    The file appears whole or not at all. Returns the number of rows. Raises OptionRefused for another ending,
    BookUnwritable where the disk refuses.
    """
    ending = path.suffix.lower()
    if ending not in {".csv", ".parquet"}:
        raise OptionRefused(
            Message("{path} ends in neither .csv nor .parquet.", path=str(path)),
            hint=Message("Name the file so that its ending says what it should be."),
        )
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            if ending == ".parquet":
                pq.write_table(table, file)
            else:
                file.write(b"\xef\xbb\xbf")
                pa_csv.write_csv(_safe_for_spreadsheets(table), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise BookUnwritable(
            Message("{path} cannot be written: {reason}.", path=str(path), reason=error.strerror or str(error)),
            hint=Message("Check the folder, the permissions and the free space."),
        ) from error
    return int(table.num_rows)


def _safe_for_spreadsheets(table: pa.Table) -> pa.Table:
    def safe(column: Any) -> Any:
        if not pa.types.is_string(column.type):
            return column
        risky = pc.match_substring_regex(column, _FORMULA)
        return pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)

    return pa.table({name: safe(table[name]) for name in table.column_names})

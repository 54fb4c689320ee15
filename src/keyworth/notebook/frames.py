"""An Arrow table as the data frame a person works with."""

from importlib.util import find_spec
from typing import Any

import pyarrow as pa

from keyworth.errors import OptionRefused
from keyworth.words import Message, Quoted

LIBRARIES = ("pandas", "polars", "pyarrow")


def as_frame(table: pa.Table, library: str | None) -> Any:
    """The table as a DataFrame of the library named, or of the first of `LIBRARIES` that is installed.

    Raises OptionRefused for one we do not know or cannot find.
    """
    library = library or next(name for name in LIBRARIES if name == "pyarrow" or find_spec(name))
    if library not in LIBRARIES:
        raise OptionRefused(
            Message("There is no data frame of {library}.", library=Quoted(library)),
            hint=Message("Ask for one of {libraries}.", libraries=list(LIBRARIES)),
        )
    if library != "pyarrow" and find_spec(library) is None:
        raise OptionRefused(
            Message("{library} is not installed here.", library=library),
            hint=Message("Install it, or ask for frame('pyarrow'), which needs nothing more."),
        )
    if library == "pyarrow":
        return table
    import narwhals as nw

    return nw.from_native(table, eager_only=True).lazy().collect(library).to_native()

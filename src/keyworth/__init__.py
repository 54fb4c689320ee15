"""What each customer is worth, who is about to leave, and what to do about it.

In a notebook, from the orders you already have:

    import keyworth

    book = keyworth.Book("shop")           # a folder; the first import makes it
    book.add("orders.csv")                 # or a folder of files, or any data frame
    values = book.value(as_of="2025-12-31", horizon="1y", discount="10%", margin="30%")
    values                                 # what the base is worth, and how sure that is
    values.frame()                         # one row per customer: pandas, polars or Arrow, whichever you have
    book.backtest(holdout="39w")           # were we right, and would a simple rule have been
    book.report("report.html")             # one page a general manager reads

`help(keyworth.Book)` tells the rest. Who has a summary of customers already starts at `PurchaseHistories` and
`MODELS`. Importing keyworth loads nothing heavy: each name fetches what it needs when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keyworth.behaviour import BG_NBD, GAMMA_GAMMA, MBG_NBD, MODELS, PurchaseHistories, SpendHistories
    from keyworth.errors import KeyworthError
    from keyworth.ledger import Ledger
    from keyworth.notebook import Book, ValueBook
    from keyworth.sample import make_business

    __version__: str

__all__ = [
    "BG_NBD",
    "GAMMA_GAMMA",
    "MBG_NBD",
    "MODELS",
    "Book",
    "KeyworthError",
    "Ledger",
    "PurchaseHistories",
    "SpendHistories",
    "ValueBook",
    "make_business",
]

_ROOM_OF = {
    "BG_NBD": "behaviour",
    "GAMMA_GAMMA": "behaviour",
    "MBG_NBD": "behaviour",
    "MODELS": "behaviour",
    "Book": "notebook",
    "KeyworthError": "errors",
    "Ledger": "ledger",
    "PurchaseHistories": "behaviour",
    "SpendHistories": "behaviour",
    "ValueBook": "notebook",
    "make_business": "sample",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata

        return metadata.version("keyworth")
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'keyworth' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"keyworth.{_ROOM_OF[name]}"), name)
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]

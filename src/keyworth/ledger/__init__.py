"""Transactions in: the only room with a data engine.

Each name is fetched when it is first used: a question of the ledger does not load what only an import needs.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keyworth.ledger.columns import ColumnMapping
    from keyworth.ledger.import_report import ImportReport
    from keyworth.ledger.importing import import_orders
    from keyworth.ledger.ledger import Ledger
    from keyworth.ledger.occasions import DistinctOccasions
    from keyworth.ledger.opened_ledger import HistoryCounts, OpenedLedger
    from keyworth.ledger.reading import Source
    from keyworth.ledger.small_tables import SmallTable, read_small_table
    from keyworth.ledger.spend_sums import CustomerSpend
    from keyworth.ledger.summary import CustomerSummary, DailyPurchases, DistinctHistories, LaterSpend
    from keyworth.ledger.understanding import ReadingOptions
    from keyworth.ledger.unreadable_files import why_unreadable
    from keyworth.ledger.value_store import KeptValues, keep_values, kept_about, read_values

__all__ = [
    "ColumnMapping",
    "CustomerSpend",
    "CustomerSummary",
    "DailyPurchases",
    "DistinctHistories",
    "DistinctOccasions",
    "HistoryCounts",
    "ImportReport",
    "KeptValues",
    "LaterSpend",
    "Ledger",
    "OpenedLedger",
    "ReadingOptions",
    "SmallTable",
    "Source",
    "import_orders",
    "keep_values",
    "kept_about",
    "read_small_table",
    "read_values",
    "why_unreadable",
]

_FILE_OF = {
    "ColumnMapping": "columns",
    "CustomerSpend": "spend_sums",
    "CustomerSummary": "summary",
    "DailyPurchases": "summary",
    "DistinctHistories": "summary",
    "DistinctOccasions": "occasions",
    "HistoryCounts": "opened_ledger",
    "ImportReport": "import_report",
    "KeptValues": "value_store",
    "LaterSpend": "summary",
    "Ledger": "ledger",
    "OpenedLedger": "opened_ledger",
    "ReadingOptions": "understanding",
    "SmallTable": "small_tables",
    "Source": "reading",
    "import_orders": "importing",
    "keep_values": "value_store",
    "kept_about": "value_store",
    "read_small_table": "small_tables",
    "read_values": "value_store",
    "why_unreadable": "unreadable_files",
}


def __getattr__(name: str) -> Any:
    if name not in _FILE_OF:
        raise AttributeError(f"module 'keyworth.ledger' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"keyworth.ledger.{_FILE_OF[name]}"), name)
    return found

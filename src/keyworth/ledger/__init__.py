"""Transactions in: the only room with a data engine."""

from keyworth.ledger.importing import ImportReport, import_orders
from keyworth.ledger.ledger import Ledger
from keyworth.ledger.staging import ReadingOptions
from keyworth.ledger.summary import CustomerSummary, DailyPurchases, DistinctHistories, LaterSpend
from keyworth.ledger.value_store import KeptValues, keep_values, kept_values, read_values

__all__ = [
    "CustomerSummary",
    "DailyPurchases",
    "DistinctHistories",
    "ImportReport",
    "KeptValues",
    "LaterSpend",
    "Ledger",
    "ReadingOptions",
    "import_orders",
    "keep_values",
    "kept_values",
    "read_values",
]

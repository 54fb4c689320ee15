"""Opening any file a business has: what it holds, as rows and columns, and what of it could not be read."""

from keyworth.ledger.reading.frames import from_frame
from keyworth.ledger.reading.opening import open_sources
from keyworth.ledger.reading.source import Source

__all__ = ["Source", "from_frame", "open_sources"]

"""What an order says, and what of it must agree for two orders to be the same."""

# What travels with an order besides its money.
ATTRIBUTES = ("party_size", "sitting", "table_no", "store", "staff", "channel", "referrer")

# What its lines do not tell, besides its moment.
CONTENT = ("customer", "amount", "currency", "quantity", "margin", "refunded", *ATTRIBUTES)

# What each of its lines tells.
ON_LINES = ("item", "category", "quantity", "amount", "margin")
ITEMS = frozenset({"item", "category"})  # only where a file names them are lines kept

SALES = "staged WHERE problem IS NULL AND customer IS NOT NULL AND is_sale"


def print_of(columns: tuple[str, ...] = ON_LINES) -> str:
    """SQL for a line's print; those of an order's lines are added up, so that their order does not matter."""
    return f"hash({', '.join(columns)})::HUGEINT"

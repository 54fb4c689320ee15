"""Names and values inside SQL text, quoted so that a file's own words can never become commands."""


def literal(value: str | float | bool | None) -> str:
    """A value as SQL text.

    >>> literal("O'Brien"), literal(None), literal(True)
    ("'O''Brien'", 'NULL', 'TRUE')
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def identifier(name: str) -> str:
    """A column or table name as SQL text.

    >>> identifier("order id")
    '"order id"'
    """
    return '"' + name.replace('"', '""') + '"'

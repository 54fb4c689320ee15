"""Why a row cannot be used, in words."""

from keyworth.words import Message

_SENTENCES = {
    "row_empty": "the row is empty",
    "date_missing": "{column} is empty, a date was expected",
    "date_unreadable": "{column} holds {value}, a date was expected",
    "date_impossible": "{column} holds {value}, a date that does not exist",
    "date_out_of_range": "{column} holds {value}; dates from 1900 to 2199 are read",
    "amount_missing": "{column} is empty, a number was expected",
    "amount_unreadable": "{column} holds {value}, a number was expected",
    "amount_too_large": "{column} holds {value}; amounts below 100,000,000,000,000 are read",
    "price_missing": "{column} is empty, a price was expected",
    "price_unreadable": "{column} holds {value}, a price was expected",
    "price_too_large": "{column} holds {value}; prices below 100,000,000,000,000 are read",
    "quantity_missing": "{column} is empty, a quantity was expected",
    "quantity_unreadable": "{column} holds {value}, a quantity was expected",
    "quantity_too_large": "{column} holds {value}; quantities below 100,000,000,000,000 are read",
    "customer_scientific": "{column} holds {value}: a spreadsheet has rounded the number and its last digits are lost",
    "columns_missing": "the row has {value} columns, fewer than the others",
    "columns_extra": "the row has {value} columns, more than the others",
    "quotes_broken": "a quotation mark stands where it may not",
    "quotes_open": "a quotation mark is opened and never closed",
    "line_too_long": "the line is too long to be an order",
    "customer_error": "{column} holds a spreadsheet's error, {value}",
    "json_broken": "the line is not a JSON object",
}
CODES = tuple(_SENTENCES)
FIELD_OF = {"date": "date", "amount": "amount", "price": "price", "quantity": "quantity", "customer": "customer"}


def problem_message(code: str, header: str | None = None, value: str | None = None) -> Message:
    """The reason behind a code, for the column called `header` and what it held."""
    sentence = _SENTENCES[code]
    values = {"column": header or "", "value": value or ""}
    return Message(sentence, **{name: text for name, text in values.items() if "{" + name + "}" in sentence})


def problem_field(code: str) -> str | None:
    """The field whose column a problem is about, or None where it is about the row."""
    return FIELD_OF.get(code.split("_")[0]) if not code.startswith(("columns", "row")) else None

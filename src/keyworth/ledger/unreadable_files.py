"""What is wrong with a file of ours, for a person: never the words of the language it was read with."""

import json

from keyworth.words import Message


def why_unreadable(error: Exception) -> Message:
    """The reason in a sentence's part. A reader that knows better raises ValueError with a Message."""
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    if isinstance(error, json.JSONDecodeError):
        return Message("it is no JSON from line {line}, column {column} on", line=error.lineno, column=error.colno)
    if isinstance(error, UnicodeDecodeError):
        return Message("it is no text in UTF-8")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Message("a file of it is missing")
    if isinstance(error, PermissionError):
        return Message("it may not be read")
    return Message("it is not laid out as Keyworth writes it")

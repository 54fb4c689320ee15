"""Everything that can go wrong, drawn once.

KeyworthError
├── InputRefused             what was given cannot be used as it is
│   ├── FileUnreadable       not a file we can open, or not one in the format it claims
│   ├── MappingUnclear       which column is which cannot be told
│   ├── LedgerRefused        no row of what was given can be used
│   ├── OptionRefused        an option that does not parse, or does not fit the others
│   │   └── UsageRefused     a command or an option that is not there, or is missing (cli/usage.py)
│   └── RateMissing          a currency without a rate on a day it is needed
├── PartMissing              what was asked for needs an optional package that is not installed
├── OutputUnwritable         a report, a table or a sample cannot be written where it was asked for
├── BookError                the folder that holds the ledger
│   ├── BookMissing          there is no book there
│   ├── BookBusy             another process is writing to it
│   ├── BookDamaged          its files do not agree with its book.json, or a value book cannot be read
│   └── BookUnwritable       no space, or no permission; the book is as it was
└── ModelError               the arithmetic
    ├── HistoryRefused       histories that no model can have produced
    ├── ParametersRefused    parameters outside their range
    └── NotEnoughHistory     too little happened to say anything
"""

from keyworth.words import Message


class KeyworthError(Exception):
    """Something a person can be told in one sentence.

    `message` says what was expected and what came, `hint` what to do next. `counts` are the figures known
    when it happened, for machines. The class's `code` is stable and names the kind of error in `--json`.
    """

    code = "error"

    def __init__(self, message: Message, *, hint: Message | None = None, counts: dict[str, int] | None = None):
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.counts = counts or {}

    def __str__(self) -> str:
        return str(self.message) if self.hint is None else f"{self.message} {self.hint}"


class InputRefused(KeyworthError):
    code = "input_refused"


class FileUnreadable(InputRefused):
    code = "file_unreadable"


class MappingUnclear(InputRefused):
    code = "mapping_unclear"


class LedgerRefused(InputRefused):
    code = "ledger_refused"


class OptionRefused(InputRefused):
    code = "option_refused"


class RateMissing(InputRefused):
    code = "rate_missing"


class PartMissing(KeyworthError):
    code = "part_missing"


class OutputUnwritable(KeyworthError):
    code = "output_unwritable"


class BookError(KeyworthError):
    code = "book_error"


class BookMissing(BookError):
    code = "book_missing"


class BookBusy(BookError):
    code = "book_busy"


class BookDamaged(BookError):
    code = "book_damaged"


class BookUnwritable(BookError):
    code = "book_unwritable"


class ModelError(KeyworthError):
    code = "model_error"


class HistoryRefused(ModelError):
    code = "history_refused"


class ParametersRefused(ModelError):
    code = "parameters_refused"


class NotEnoughHistory(ModelError):
    code = "not_enough_history"

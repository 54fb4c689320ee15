"""docs/errors.md has every code that --json can carry, with its class, and every reason for refusing a row."""

import inspect
import re

from documentation import ROOT

from keyworth import errors
from keyworth.cli.usage import UsageRefused
from keyworth.ledger.columns.problems import CODES

PAGE = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| `(\w+)` \| (.+?) \|(.*)\|$", PAGE, re.MULTILINE)


def codes() -> dict[str, str]:
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]
    # `internal` is what the command line calls a fault of ours; it is no class.
    return {kind.code: kind.__name__ for kind in (*classes, UsageRefused)} | {"internal": "KeyworthError"}


def test_every_code_is_explained_under_its_class() -> None:
    assert {code: kind for code, kind, _, _ in ROWS} == codes()


def test_every_error_that_is_raised_says_what_to_do() -> None:
    general = {"error", "input_refused", "book_error", "model_error"}
    assert not [code for code, _, _, remedy in ROWS if code not in general and not remedy.strip()]


def test_every_reason_for_refusing_a_row_is_there() -> None:
    refused = PAGE.partition("## Why a row is refused")[2]
    assert set(re.findall(r"`([a-z]+_[a-z_]+)`", refused)) - {"rows_refused"} == set(CODES)

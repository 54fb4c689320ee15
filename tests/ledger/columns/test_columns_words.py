"""Every code has its sentence, and every sentence its Chinese."""

import ast
import re
from pathlib import Path

import pytest

import keyworth.ledger as room
from keyworth.ledger.columns.problems import CODES, problem_field, problem_message
from keyworth.words.catalogue import catalogue

ROOM = Path(room.__file__).parent
FILES = sorted([*(ROOM / "reading").glob("*.py"), *(ROOM / "columns").glob("*.py")])


@pytest.mark.parametrize("code", CODES)
def test_a_code_becomes_a_sentence(code):
    assert "{" not in str(problem_message(code, "金额", "abc"))
    assert problem_field(code) in {None, "date", "amount", "price", "quantity", "customer"}


def test_every_code_that_sql_can_give_is_known():
    written = "".join(path.read_text(encoding="utf-8") for path in FILES)
    codes = set(re.findall(r"['\"]((?:columns|quotes|line|json|row|date|customer)_[a-z]+(?:_[a-z]+)*)['\"]", written))
    spoken = {
        "columns_missing",
        "columns_extra",
        "quotes_open",
        "quotes_broken",
        "line_too_long",
        "json_broken",
        "date_missing",
    }
    assert spoken <= codes
    assert {code for code in codes if code in CODES} >= spoken


def test_every_sentence_is_in_the_chinese_catalogue():
    said = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message" and node.args):
                continue
            if isinstance(node.args[0], ast.Constant):
                said.add(node.args[0].value)
    from keyworth.ledger.columns.problems import _SENTENCES

    missing = sorted((said | set(_SENTENCES.values())) - set(catalogue("zh")))
    assert missing == []

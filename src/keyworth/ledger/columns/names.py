"""Comparing column names as people write them: case, spaces, underscores, full width and script do not count."""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from keyworth.ledger.columns.fields import FIELDS
from keyworth.ledger.columns.scripts import simplified

_LEFT_OUT = re.compile(r"[\s_\-./\\:：·#*'\"“”]+")
_IN_BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")


def plain(name: str) -> str:
    """The name without what people vary.

    >>> plain("Customer ID"), plain("ＣＵＳＴ＿ＩＤ"), plain("实付金额（元）"), plain("會員編號")
    ('customerid', 'custid', '实付金额', '会员编号')
    """
    folded = simplified(unicodedata.normalize("NFKC", name).casefold())
    bare = _LEFT_OUT.sub("", _IN_BRACKETS.sub("", folded))
    return bare or _LEFT_OUT.sub("", folded)


@cache
def _by_synonym() -> dict[str, tuple[str, int]]:
    """Every known name: its field, and its place in the field's list (the first is the surest)."""
    known: dict[str, tuple[str, int]] = {}
    for field in FIELDS.values():
        for place, synonym in enumerate((field.name, *field.synonyms)):
            known.setdefault(plain(synonym), (field.name, place))
    return known


def field_named(header: str) -> tuple[str, int] | None:
    """The field that a header names and how sure that is (0 is surest), or None."""
    return _by_synonym().get(plain(header))


def names_a_field(header: str) -> bool:
    return field_named(header) is not None


def near(name: str, names: Iterable[str], *, at_most: int = 3) -> list[str]:
    """The names most like a misspelt one."""
    shapes = {plain(candidate): candidate for candidate in names}
    found = difflib.get_close_matches(plain(name), shapes, n=at_most, cutoff=0.5)
    inside = [shape for shape in shapes if plain(name) and (plain(name) in shape or shape in plain(name))]
    return [shapes[shape] for shape in dict.fromkeys([*found, *inside])][:at_most]

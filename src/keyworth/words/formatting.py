"""Numbers as people read them, in each language."""

import math
from decimal import Decimal

from babel.numbers import format_decimal

_LOCALES = {"en": "en_US", "zh": "zh_Hans_CN"}


def number(value: float | Decimal, lang: str) -> str:
    """A count or a measure, grouped by thousands, with up to six significant decimals.

    >>> number(12408, "en"), number(0.24259, "en")
    ('12,408', '0.24259')
    """
    if isinstance(value, float) and not math.isfinite(value):
        return "—"
    return format_decimal(value, format="#,##0.######", locale=_LOCALES[lang])

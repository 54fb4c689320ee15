"""How amounts are written, and the SQL that reads them: 1,234.50, 1.234,50, 1'234.50, ¥1,234, (12.00), 12.00-."""

from dataclasses import dataclass

from keyworth.ledger.sql import literal

DECIMAL = "DECIMAL(18,4)"
_WIDE = "'０１２３４５６７８９．，（）－＋￥＄￡　’‘´\u00a0\u202f\u2009−–'", "'0123456789.,()-+¥$£ ''''''   --'"
SIGN = (
    r"(?:[¥$£€₩₽₹฿]|RMB|CNY|HKD|HK\$|NTD|NT\$|TWD|USD|US\$|EUR|GBP|JPY|CHF|SGD|AUD|CAD|Fr\.?|kr|zł"
    r"|元|圆|港币|港元|人民币|美元|欧元)"
)
# A number as a person writes it, with what may stand before and behind.
_WRITTEN = (
    rf"^[-+(]?\s*(?:{SIGN})?\s*[-+(]?\s*(?:\d[\d.,' ]*|[.,]\d+)(?:[eE][-+]?\d+)?\s*(?:{SIGN})?\s*[-)]?\s*(?:{SIGN})?$"
)
_SIGNS = literal(SIGN + r"|[-+()\s]|'")


def _by_its_form(decimal: str, thousands: str, group: str) -> str:
    """Digits and marks whose decimal mark can only be `decimal`: 1.234,56, 12,5, 1234,567, 0,123, 1.234.567.

    Where both marks come, the last is the decimal one. A lone mark sets off thousands only behind one to three
    digits, the first of them no 0, and before just three.
    """
    lone = rf"\d*{decimal}(?:\d{{1,2}}|\d{{4,}})|(?:\d{{4,}}|0*){decimal}\d{{3}}"
    return rf"[\d{thousands}]*{thousands}[\d{thousands}]*{decimal}\d*|{lone}|\d{{1,3}}(?:{thousands}{group}){{2,}}"


_COMMA = _by_its_form(",", r"\.", r"\d{3}")
_POINT = _by_its_form(r"\.", ",", r"\d{2,4}")  # 1,23,456 and 1,2345,6789 are written too
_THREE = r"[1-9]\d{0,2}[.,]\d{3}"
_WHOLE = r"\d+[.,]?"
CODES = {
    "¥": "CNY", "RMB": "CNY", "CNY": "CNY", "元": "CNY", "圆": "CNY", "人民币": "CNY", "HK$": "HKD", "HKD": "HKD",
    "港币": "HKD", "港元": "HKD", "NT$": "TWD", "NTD": "TWD", "TWD": "TWD", "US$": "USD", "USD": "USD", "$": "USD",
    "美元": "USD", "€": "EUR", "EUR": "EUR", "欧元": "EUR", "£": "GBP", "GBP": "GBP", "JPY": "JPY", "CHF": "CHF",
    "SGD": "SGD", "AUD": "AUD", "CAD": "CAD", "₩": "KRW", "₽": "RUB", "₹": "INR", "฿": "THB",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NumberConvention:
    """How one column writes its numbers; `plain` says that the engine reads every cell by itself."""

    typed: bool = False
    plain: bool = True
    decimal_comma: bool = False

    def sql(self, column: str) -> str:
        """A DECIMAL(18,4); NULL where the cell cannot be read."""
        if self.typed or self.plain:
            return f"TRY_CAST({column} AS {DECIMAL})"
        return f"TRY_CAST({self.digits_sql(column)} AS {DECIMAL})"

    def digits_sql(self, column: str) -> str:
        """The cell as digits with a point and a leading minus, still text; NULL where it is not a number."""
        text, bare = _text_sql(column), _bare_sql(column)
        power = rf"regexp_matches({text}, '[eE][-+]?\d')"
        comma, point = f"replace(replace({bare}, '.', ''), ',', '.')", f"replace({bare}, ',', '')"
        # Most cells keep to the column's mark or leave it open; the others are read by their own form.
        mine, other, read, otherwise = (
            (_COMMA, _POINT, comma, point) if self.decimal_comma else (_POINT, _COMMA, point, comma)
        )
        digits = (
            # Before an exponent there are no thousands, so that a comma can only be decimal.
            rf"CASE WHEN {power} THEN regexp_replace(replace({text}, ',', '.'), '[^\d.eE+-]', '', 'g')"
            f" WHEN regexp_full_match({bare}, '{mine}|{_THREE}|{_WHOLE}') THEN {read}"
            f" WHEN regexp_full_match({bare}, '{other}') THEN {otherwise} END"
        )
        # The dash of 12,- stands for no cents.
        minus = rf"contains({text}, '-') AND regexp_matches({text}, '^\D*-|[^.,\s]\s*-')"
        negative = rf"CASE WHEN NOT {power} AND ({minus} OR regexp_matches({text}, '^\(.*\)$')) THEN '-' ELSE '' END"
        return f"CASE WHEN regexp_matches({text}, {literal(_WRITTEN)}) THEN {negative} || ({digits}) END"


def _text_sql(column: str) -> str:
    # Translating a cell costs as much as all else that is done with it, and few cells need it (measured).
    wide = f"regexp_matches({column}, '[' || {_WIDE[0]} || ']')"
    return f"trim(CASE WHEN {wide} THEN translate({column}, {_WIDE[0]}, {_WIDE[1]}) ELSE {column} END)"


def _bare_sql(column: str) -> str:
    """The digits and marks of a cell."""
    return rf"regexp_replace({_text_sql(column)}, {_SIGNS}, '', 'g')"


def currency_sql(column: str) -> str:
    """The ISO code of the currency written in an amount's cell, else NULL."""
    text = f"translate({column}, '￥＄￡', '¥$£')"
    cases = " ".join(
        f"WHEN contains({text}, '{sign}') THEN '{code}'"
        for sign, code in sorted(CODES.items(), key=lambda pair: -len(pair[0]))
    )
    return f"CASE {cases} END"


def form_sql(column: str) -> str:
    """What a cell's form says of its decimal mark: "comma" or "point" where it can only be that one.

    "1.234" or "1,234" where three digits follow the only mark, so that it may be either; else NULL.
    """
    bare = _bare_sql(column)
    either = f"CASE WHEN contains({bare}, ',') THEN '1,234' ELSE '1.234' END"
    return (
        f"CASE WHEN regexp_full_match({bare}, '{_COMMA}') THEN 'comma'"
        f" WHEN regexp_full_match({bare}, '{_POINT}') THEN 'point'"
        f" WHEN regexp_full_match({bare}, '{_THREE}') THEN {either} END"
    )

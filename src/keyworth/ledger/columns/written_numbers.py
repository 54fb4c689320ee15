"""How amounts are written, and the SQL that reads them: 1,234.50, 1.234,50, 1'234.50, ¥1,234, (12.00), 12.00-."""

from dataclasses import dataclass

DECIMAL = "DECIMAL(18,4)"
_WIDE = "'０１２３４５６７８９．，（）－＋￥＄￡　’‘´\u00a0\u202f\u2009−–'", "'0123456789.,()-+¥$£ ''''''   --'"
SIGN = (
    r"(?:[¥$£€₩₽₹฿]|RMB|CNY|HKD|HK\$|NTD|NT\$|TWD|USD|US\$|EUR|GBP|JPY|CHF|SGD|AUD|CAD|Fr\.?|kr|zł"
    r"|元|圆|港币|港元|人民币|美元|欧元)"
)
# A number as a person writes it, with what may stand before and behind.
_WRITTEN = rf"^[-+(]?\s*(?:{SIGN})?\s*[-+(]?\s*(?:\d[\d.,' ]*|[.,]\d+)(?:[eE][-+]?\d+)?\s*(?:{SIGN})?\s*[-)]?$"
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
        text = f"trim(translate({column}, {_WIDE[0]}, {_WIDE[1]}))"
        bare = rf"regexp_replace({text}, '{SIGN.replace(chr(39), chr(39) * 2)}|[-+()\s]|''', '', 'g')"
        power = rf"regexp_matches({text}, '[eE][-+]?\d')"
        bare = rf"CASE WHEN {power} THEN regexp_replace({text}, '[^\d.eE+-]', '', 'g') ELSE {bare} END"
        without_points = f"replace(replace({bare}, '.', ''), ',', '.')"
        without_commas = f"replace({bare}, ',', '')"
        if self.decimal_comma:
            # A comma column may still hold 12.50, which can mean nothing else.
            digits = (
                rf"CASE WHEN NOT contains({text}, ',') AND regexp_matches({text}, '^\D*\d*\.\d{{1,2}}\D*$') THEN {bare}"
                rf" WHEN regexp_matches({text}, ',.*\.\d{{1,2}}\D*$') THEN {without_commas}"
                f" ELSE {without_points} END"
            )
        else:
            digits = (
                rf"CASE WHEN regexp_matches({text}, '^[^,]*\.[^,]*\.[^,]*$') THEN replace({bare}, '.', '')"
                f" WHEN NOT contains({text}, ',') THEN {bare}"
                rf" WHEN regexp_matches({text}, '\..*,\d{{1,2}}\D*$|^[^,]*,(\d{{1,2}}|\d{{4,}})\D*$')"
                f" THEN {without_points} ELSE {without_commas} END"
            )
        negative = (
            rf"CASE WHEN NOT {power} AND (contains({text}, '-') OR regexp_matches({text}, '^\(.*\)$'))"
            " THEN '-' ELSE '' END"
        )
        return f"CASE WHEN regexp_matches({text}, {_quoted(_WRITTEN)}) THEN {negative} || ({digits}) END"


def _quoted(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"


def currency_sql(column: str) -> str:
    """The ISO code of the currency written in an amount's cell, else NULL."""
    text = f"translate({column}, '￥＄￡', '¥$£')"
    cases = " ".join(
        f"WHEN contains({text}, '{sign}') THEN '{code}'"
        for sign, code in sorted(CODES.items(), key=lambda pair: -len(pair[0]))
    )
    return f"CASE {cases} END"


def comma_evidence_sql(column: str) -> tuple[str, str, str]:
    """Tests of one cell: the comma can only be decimal; the point can only be; it is one comma before three digits."""
    text = f"trim(translate({column}, {_WIDE[0]}, {_WIDE[1]}))"
    comma = rf"regexp_matches({text}, '\..*,\d+\D*$') OR regexp_matches({text}, '^[^,.]*,(\d{{1,2}}|\d{{4,}})\D*$')"
    point = rf"regexp_matches({text}, ',.*\.\d+\D*$|^[^,.]*\.(\d{{1,2}}|\d{{4,}})\D*$|,.*,')"
    either = rf"regexp_matches({text}, '^[^,.]*\d{{1,3}}[,.]\d{{3}}\D*$')"
    return comma, point, either

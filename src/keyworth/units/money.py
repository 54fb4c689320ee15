"""Money is a decimal with its currency."""

from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency

from keyworth.words import Language

UNSTATED = "XXX"  # ISO 4217's code for "no currency": the file did not say and nobody was asked


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in an ISO 4217 currency; `XXX` where the currency is not stated."""

    amount: Decimal
    currency: str

    def said(self, lang: Language) -> str:
        locale = "zh_Hans_CN" if lang == "zh" else "en_US"
        if self.currency == UNSTATED:
            return format_currency(self.amount, "XXX", format="#,##0.00", locale=locale)
        return format_currency(self.amount, self.currency, locale=locale)

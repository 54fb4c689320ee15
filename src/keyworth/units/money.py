"""Money is a decimal with its currency."""

from dataclasses import dataclass
from decimal import Decimal

from keyworth.words import Language
from keyworth.words.formatting import exact_money


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in an ISO 4217 currency; `XXX` where the currency is not stated."""

    amount: Decimal
    currency: str

    def said(self, lang: Language) -> str:
        return exact_money(self.amount, self.currency, lang)

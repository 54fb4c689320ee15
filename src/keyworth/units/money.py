"""Money is a decimal with its currency."""

from dataclasses import dataclass
from decimal import Decimal

from keyworth.errors import OptionRefused
from keyworth.words import Language, Message, Quoted
from keyworth.words.formatting import exact_money


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in an ISO 4217 currency; `XXX` where the currency is not stated."""

    amount: Decimal
    currency: str

    def said(self, lang: Language) -> str:
        return exact_money(self.amount, self.currency, lang)


def parse_currency(text: str | None, option: str = "currency") -> str | None:
    """A code of three letters, as ISO 4217 has them; None stays None. Raises OptionRefused for anything else.

    >>> parse_currency(" cny ")
    'CNY'
    """
    if text is None:
        return None
    code = text.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalpha():
        raise OptionRefused(
            Message("{option} expects a code of three letters; got {text}.", option=option, text=Quoted(text)),
            hint=Message("For example CNY, USD or HKD."),
        )
    return code

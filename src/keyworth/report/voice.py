"""One report's way of speaking: its language, its currency, and whether its money is margin or revenue."""

import math
from dataclasses import dataclass
from datetime import date

from babel.numbers import get_currency_name

from keyworth.report.amounts import Amounts
from keyworth.report.content import ReportContent
from keyworth.units import UNSTATED, Horizon, TimeUnit
from keyworth.value import BASES, Basis, Interval
from keyworth.words import Language, Message, formatting, say


@dataclass(frozen=True, slots=True)
class Voice:
    """How every figure and sentence of one report is said; what is not known is "—"."""

    lang: Language
    currency: str
    basis: Basis
    horizon: Horizon
    as_of: date

    @classmethod
    def of(cls, content: ReportContent, lang: Language) -> "Voice":
        return cls(lang, content.currency, content.basis, content.horizon, content.as_of)

    def say(self, message: Message) -> str:
        return say(message, self.lang)

    @property
    def of_what(self) -> Message:
        """What is counted; revenue is never called profit, and without amounts it is purchases."""
        return BASES[self.basis]

    @property
    def currency_said(self) -> str:
        """The currency's name; "a currency the file does not state" where it is not known."""
        if self.currency == UNSTATED:
            return self.say(Message("a currency that the file does not state"))
        return get_currency_name(self.currency, locale="zh_Hans_CN" if self.lang == "zh" else "en_US")

    @property
    def span(self) -> str:
        """The horizon in words: "12 months"."""
        horizon = self.horizon
        if horizon.unit is TimeUnit.YEAR:  # "the last 1 year" is no English
            horizon = Horizon(12 * horizon.count, TimeUnit.MONTH)
        return horizon.said(self.lang)

    def customers(self, count: int) -> str:
        return self.say(Message("{count} {count:customer|customers}", count=count))

    @property
    def amounts(self) -> Amounts:
        """How what is counted is written."""
        return Amounts(self.lang, self.currency, self.basis == "purchases")

    def count_range(self, interval: Interval | None) -> str:
        if interval is None:
            return formatting.UNKNOWN
        return formatting.number_range(interval.low, interval.high, self.lang)

    def shares(self, parts: list[float]) -> list[str]:
        whole = math.fsum(parts)
        if not whole > 0:
            return [formatting.UNKNOWN] * len(parts)
        return formatting.rates_adding_up([part / whole for part in parts], self.lang)

    def rate(self, value: float | None) -> str:
        return formatting.rate(value, self.lang)

    def chance(self, value: float | None) -> str:
        """A chance in whole per cents, never nought and never certain, however near it comes."""
        if value is None or not math.isfinite(value):
            return formatting.UNKNOWN
        if value < 0.005:
            return "不足 1%" if self.lang == "zh" else "<1%"
        if value >= 0.995:
            return "超过 99%" if self.lang == "zh" else ">99%"
        return f"{100 * value:.0f}%"

    def difference(self, value: float | None) -> str:
        return formatting.rate_change(value)

    def count(self, value: float | None) -> str:
        if value is None or not math.isfinite(value):
            return formatting.UNKNOWN
        return formatting.number(round(value), self.lang)

    def axis(self, value: float) -> str:
        """A number on an axis, where a step is exact."""
        return formatting.number(value, self.lang)

    def day(self, when: date | None) -> str:
        return formatting.day(when, self.lang, year=True)

    def month(self, when: date) -> str:
        """A month on an axis: short, and in figures in Chinese."""
        if self.lang == "zh":
            return f"{when.year}-{when.month:02d}"
        return f"{formatting.day(when, 'en').split()[1]} {when.year}"

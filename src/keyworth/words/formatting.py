"""Numbers, money and dates as people read them, in each language.

What is not known (None, NaN, an infinity) is "—", never 0. Negative figures carry U+2212. Estimates are
rounded so that no digit claims more than is known; exact money is always written in full.
"""

import math
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

UNKNOWN = "—"
MINUS = "−"

_LOCALES = {"en": "en_US", "zh": "zh_Hans_CN"}
UNSTATED = "XXX"  # ISO 4217's code for "no currency": the file did not say and nobody was asked
_SYMBOLS = {"CNY": "¥", "JPY": "JP¥", UNSTATED: ""}  # Babel writes CN¥ in English, where our readers write ¥
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# A scale is (from this size up, divided by, written after the digits); the first that fits is used.
_SCALES = {
    "zh": ((1e8, 1e8, " 亿"), (1e4, 1e4, " 万"), (0.0, 1.0, "")),
    "en": ((1e9, 1e9, "bn"), (1e6, 1e6, "m"), (1e3, 1e3, "k"), (0.0, 1.0, "")),
}


def number(value: float | Decimal, lang: str) -> str:  # noqa: ARG001  both languages group by thousands
    """A count or a measure, grouped by thousands, with up to six decimals.

    >>> number(12408, "en"), number(0.24259, "en")
    ('12,408', '0.24259')
    """
    if not math.isfinite(value):
        return UNKNOWN
    decimals = Decimal(str(value)).quantize(Decimal("1e-6"), ROUND_HALF_EVEN)
    return f"{decimals:,f}".rstrip("0").rstrip(".")


def measure(value: float | None, digits: int = 3) -> str:
    """A statistic, such as a mean error or a parameter, to so many significant figures.

    >>> measure(0.0123456), measure(4.4136019), measure(None)
    ('0.0123', '4.41', '—')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return _digits(value, min(decimals, 8))


def currency_symbol(currency: str, lang: str) -> str:
    """The sign before an amount; nothing where the currency is not stated."""
    if currency in _SYMBOLS:
        return _SYMBOLS[currency]
    from babel.numbers import get_currency_symbol  # the currencies of the world, which most commands never name

    return str(get_currency_symbol(currency, locale=_LOCALES[lang]))


def exact_money(amount: Decimal | float | None, currency: str, lang: str) -> str:
    """An order or a payment: always full, with cents only where there are some.

    >>> exact_money(3264, "CNY", "zh"), exact_money(Decimal("-86000.5"), "CNY", "en")
    ('¥3,264', '−¥86,000.50')
    """
    if amount is None or not math.isfinite(amount):
        return UNKNOWN
    cents = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    digits = f"{abs(cents):,.2f}".removesuffix(".00")
    return f"{MINUS if cents < 0 else ''}{currency_symbol(currency, lang)}{digits}"


def estimate(value: float | None, currency: str, lang: str, interval_80: tuple[float, float] | None = None) -> str:
    """Money that we cannot know, rounded to what is known of it.

    Three figures while the upper end of its 80% interval is under five times the lower; one figure, and
    "about", where the interval is wider; "under" the upper end where its lower end is next to nothing.

    >>> [estimate(v, "CNY", "zh") for v in (3864, 564_300, 64_760_000, 129_000_000)]
    ['¥3,860', '¥56.4 万', '¥6,476 万', '¥1.29 亿']
    >>> [estimate(v, "CNY", "en") for v in (3864, 564_300, 64_760_000)]
    ['¥3.9k', '¥564k', '¥64.8m']
    >>> estimate(6200, "CNY", "zh", (1500, 15_000)), estimate(900, "CNY", "en", (0, 2600))
    ('约 ¥0.6 万', 'under ¥3k')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    symbol, sign = currency_symbol(currency, lang), MINUS if value < 0 else ""
    if interval_80 is not None and value > 0 and all(map(math.isfinite, interval_80)):
        low, high = interval_80
        if high > 0 and low <= high / 100:
            return ("不足 " if lang == "zh" else "under ") + symbol + _one_figure(high, lang, up=True)
        if high >= 5 * low:
            return ("约 " if lang == "zh" else "about ") + symbol + _one_figure(value, lang)
    if 0 < abs(value) < 0.05:
        return ("不足 " if lang == "zh" else "under ") + symbol + "0.1"
    return sign + symbol + _scaled(abs(value), lang)


def money_range(low: float | None, high: float | None, currency: str, lang: str) -> str:
    """The two ends of an interval in money.

    >>> money_range(330_000, 885_000, "CNY", "zh"), money_range(330_000, 885_000, "CNY", "en")
    ('33.0 万～88.5 万', '¥330k–885k')
    """
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return UNKNOWN
    ends = [(MINUS if end < 0 else "") + _scaled(abs(end), lang) for end in (low, high)]
    return "～".join(ends) if lang == "zh" else currency_symbol(currency, lang) + "–".join(ends)


def number_range(low: float | None, high: float | None, lang: str) -> str:
    """The two ends of an interval of counts.

    >>> number_range(1480.2, 1833.9, "en")
    '1,480–1,834'
    """
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return UNKNOWN
    return ("～" if lang == "zh" else "–").join(_signed(end, f"{abs(end):,.0f}") for end in (low, high))


def money_change(value: float | None, currency: str, lang: str) -> str:
    """How far money moved, always with its sign.

    >>> money_change(43_000, "CNY", "zh"), money_change(-21_000, "CNY", "en")
    ('+4.3 万', '−¥21k')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    symbol = "" if lang == "zh" else currency_symbol(currency, lang)
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return sign + symbol + _scaled(abs(value), lang, trim=True)


def rate(value: float | None, lang: str) -> str:
    """A share or a chance; what is not quite nothing, or not quite all, does not round to it.

    >>> [rate(v, "en") for v in (0.24, 0.004, 0.0002, 0.99996, 0.0, 1.0)]
    ['24%', '0.4%', '<0.1%', '>99.9%', '0%', '100%']
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    percent = 100 * abs(value)
    sign = MINUS if value < 0 else ""
    if 0 < percent < 0.1:
        return sign + ("不足 0.1%" if lang == "zh" else "<0.1%")
    if 99.95 <= percent < 100:
        return sign + ("超过 99.9%" if lang == "zh" else ">99.9%")
    close = percent < 0.95 or 99.5 <= percent < 100
    return f"{sign}{percent:,.1f}%" if close and percent else f"{sign}{percent:,.0f}%"


def rate_change(value: float | None) -> str:
    """A share of itself that something is above (+) or below (−) another.

    >>> rate_change(0.043), rate_change(-0.12)
    ('+4.3%', '−12%')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    digits = f"{100 * abs(value):,.1f}" if abs(value) < 0.1 else f"{100 * abs(value):,.0f}"
    return _signed(value, digits.removesuffix(".0"), plus=True) + "%"


def points(value: float | None, lang: str) -> str:
    """The difference of two rates.

    >>> points(0.09, "zh"), points(-0.021, "en")
    ('+9 个百分点', '−2.1 points')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    digits = f"{100 * abs(value):,.1f}".removesuffix(".0")
    return _signed(value, digits, plus=True) + (" 个百分点" if lang == "zh" else " points")


def day(when: date | None, lang: str, *, year: bool = False) -> str:
    """A date in a sentence; tables use `date.isoformat`.

    >>> day(date(2026, 11, 18), "zh"), day(date(2026, 11, 18), "en", year=True)
    ('11 月 18 日', '18 Nov 2026')
    """
    if when is None:
        return UNKNOWN
    if lang == "zh":
        return (f"{when.year} 年 " if year else "") + f"{when.month} 月 {when.day} 日"
    return f"{when.day} {_MONTHS[when.month - 1]}" + (f" {when.year}" if year else "")


def days_ago(when: date | None, today: date, lang: str) -> str:
    """How long ago, counted in days up to a hundred and then in months and years; `today` is an argument.

    >>> today = date(2026, 11, 22)
    >>> days_ago(date(2026, 11, 19), today, "zh"), days_ago(date(2025, 11, 22), today, "en")
    ('3 天前', '12 mo ago')
    """
    if when is None:
        return UNKNOWN
    days = (today - when).days
    if -1 <= days <= 1:
        return {"zh": ("明天", "今天", "昨天"), "en": ("tomorrow", "today", "yesterday")}[lang][days + 1]
    if days < 0:
        return f"{-days} 天后" if lang == "zh" else f"in {-days} d"
    if days < 100:
        return f"{days} 天前" if lang == "zh" else f"{days} d ago"
    months = round(days / 30.4375)
    if months < 24:
        return f"{months} 个月前" if lang == "zh" else f"{months} mo ago"
    return f"{days // 365.25:.0f} 年前" if lang == "zh" else f"{days // 365.25:.0f} y ago"


def estimates_adding_up(
    parts: Sequence[float], currency: str, lang: str, *, total: float | None = None
) -> tuple[list[str], str]:
    """Parts of a sum and the sum, rounded to one step so that what is shown adds up (largest remainder).

    `total` is the sum where it is known from elsewhere and the parts are all of it.

    >>> estimates_adding_up([12_340_000, 12_340_000, 12_340_000], "CNY", "zh")
    (['¥1,234 万', '¥1,234 万', '¥1,234 万'], '¥3,702 万')
    """
    whole = math.fsum(parts) if total is None else total
    if not parts or not all(map(math.isfinite, (*parts, whole))):
        return [estimate(part, currency, lang) for part in parts], estimate(whole, currency, lang)
    size = max(abs(whole), *map(abs, parts))
    divisor, suffix, decimals = _scale(size, lang)
    step = divisor * 10.0**-decimals
    symbol = currency_symbol(currency, lang)

    def written(steps: int) -> str:
        if steps == 0:
            return symbol + "0"
        digits = _digits(abs(steps) * step / divisor, max(decimals, 0))
        return f"{MINUS if steps < 0 else ''}{symbol}{digits}{suffix}"

    sum_steps = _half_up(whole / step)
    under = ("不足 " if lang == "zh" else "under ") + symbol + _digits(step / divisor, max(decimals, 0)) + suffix
    steps_of = whole_parts([part / step for part in parts], sum_steps)
    said = [under if steps == 0 < part else written(steps) for steps, part in zip(steps_of, parts, strict=True)]
    return said, written(sum_steps)


def rates_adding_up(shares: Sequence[float], lang: str) -> list[str]:
    """Shares of one whole in whole per cents that add up to what their sum rounds to.

    >>> rates_adding_up([1 / 3, 1 / 3, 1 / 3], "en"), rates_adding_up([0.999, 0.001], "en")
    (['34%', '33%', '33%'], ['100%', '<1%'])
    """
    if not all(map(math.isfinite, shares)):
        return [UNKNOWN] * len(shares)
    percents = [100 * share for share in shares]
    whole = whole_parts(percents, _half_up(math.fsum(percents)))
    under = "不足 1%" if lang == "zh" else "<1%"
    return [under if percent == 0 < share else f"{percent}%" for percent, share in zip(whole, shares, strict=True)]


def whole_parts(parts: Sequence[float], total: int) -> list[int]:
    """Whole numbers next to the parts that add up to the total; the largest remainders are rounded up."""
    floors = [math.floor(part + 1e-9) for part in parts]
    short = total - sum(floors)
    order = sorted(range(len(parts)), key=lambda index: (floors[index] - parts[index], index))
    for turn in range(abs(short)):
        index = order[turn % len(order)] if short > 0 else order[-1 - turn % len(order)]
        floors[index] += 1 if short > 0 else -1
    return floors


def _scale(size: float, lang: str) -> tuple[float, str, int]:
    """What to divide by, what to write after it, and how many decimals; decimals of −1 round to the ten."""
    for start, divisor, suffix in _SCALES[lang]:
        # The rounding decides the scale too: 9,996 is 1.0 万, not 10,000.
        if size >= start * (1 - 5e-4) and start:
            shown = size / divisor
            if suffix in (" 万", "k"):
                return divisor, suffix, 1 if shown < 99.95 else 0
            return divisor, suffix, 2 if shown < 9.995 else 1 if shown < 99.95 else 0
    return 1.0, "", -1 if size >= 99.5 else 0 if size >= 9.95 else 1


def _scaled(size: float, lang: str, *, trim: bool = False) -> str:
    if size < 0.05:
        return "0"
    divisor, suffix, decimals = _scale(size, lang)
    digits = _digits(size / divisor, decimals)
    if trim or not suffix:
        digits = digits.removesuffix(".0")
    return digits + suffix


def _one_figure(size: float, lang: str, *, up: bool = False) -> str:
    """One significant figure, in the scale that its readers think in: from 1,000 up Chinese uses 万."""
    if size <= 0:
        return "0"
    step = 10.0 ** math.floor(math.log10(size) + 1e-12)
    if up:  # a bound; from 1 to 2 by halves, or 1,100 would be "under 2k"
        half = 0.5 if size < 2 * step else 1.0
        rounded = math.ceil(size / step / half - 1e-9) * half * step
    else:
        rounded = max(1, _half_up(size / step)) * step
    for start, divisor, suffix in (
        ((1e8, 1e8, " 亿"), (1e3, 1e4, " 万"), (0.0, 1.0, "")) if lang == "zh" else _SCALES["en"]
    ):
        if rounded >= start * (1 - 1e-9):
            digits = _digits(rounded / divisor, 2)
            return (digits.rstrip("0").rstrip(".") if "." in digits else digits) + suffix
    raise AssertionError("the last scale starts at nothing")


def _digits(value: float, decimals: int) -> str:
    if decimals < 0:
        value, decimals = _half_up(value / 10) * 10, 0
    text = f"{Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    return text.replace("-", MINUS)


def _half_up(value: float) -> int:
    return math.floor(value + 0.5 + 1e-9)


def _signed(value: float, digits: str, *, plus: bool = False) -> str:
    if not any(digit in "123456789" for digit in digits):
        return digits
    return (MINUS if value < 0 else "+" if plus else "") + digits

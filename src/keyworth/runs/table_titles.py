"""The columns of our tables under titles that people read, and the codes in them as words."""

import re

import pyarrow as pa
import pyarrow.compute as pc

from keyworth.units import TimeUnit
from keyworth.words import Language, Message, say

# By the name a program knows the column by. docs/cli.md says what each means and in what unit.
TITLES = {
    "customer": Message("Customer no"),
    "expected_purchases": Message("Expected purchases"),
    "share": Message("Share of total value"),
    "rank": Message("Rank by value"),
    "chance": Message("Chance of being a customer"),
    "beyond_ledger": Message("Extrapolated share of residual value"),
    "gone": Message("Already gone"),
    "leaving": Message("Still here but leaving"),
    "expected_spend": Message("Expected spend"),
    "value": Message("Expected value"),
    "value_if_kept": Message("Value if kept"),
    "residual_value": Message("Residual value"),
    "per_purchase": Message("Expected spend per purchase"),
    "tier": Message("Customer tier"),
    "strategy": Message("Strategy"),
    "reason": Message("Reason"),
    "first_day": Message("First purchase"),
    "last_day": Message("Latest purchase"),
    "repeats": Message("Repeat purchases"),
    "amount": Message("Amount"),
    "first_value": Message("Value of first purchase"),
    "mean_repeat_value": Message("Mean value of repeats"),
    "order_ref": Message("Order no"),
    "ordered_at": Message("Order time"),
    "currency": Message("Currency"),
    "quantity": Message("Quantity"),
    "margin": Message("Margin"),
    "refunded": Message("Refunded in its own row"),
    "lines": Message("Lines"),
    "party_size": Message("Party size"),
    "sitting": Message("Sitting"),
    "table_no": Message("Table or room"),
    "store": Message("Store"),
    "staff": Message("Staff"),
    "channel": Message("Channel"),
    "referrer": Message("Referrer"),
}
_TIMES = {
    "last_repeat": Message("First purchase to last repeat, in units of a {unit}"),
    "observed_for": Message("Observed for, in units of a {unit}"),
}
_FORECASTS = {"purchases": Message("Purchases"), "value": Message("Expected value")}
_ENDS = {
    "2_5": Message("95% interval from"),
    "10": Message("80% interval from"),
    "25": Message("50% interval from"),
    "50": Message("median"),
    "75": Message("50% interval to"),
    "90": Message("80% interval to"),
    "97_5": Message("95% interval to"),
}
# The deeds of docs/words.md, by the codes that value books keep.
_STRATEGIES = {
    "prevent": Message("prevent"),
    "win_back": Message("win back"),
    "monitor": Message("monitor"),
    "ignore": Message("ignore"),
}


def title(column: str, lang: Language, unit: TimeUnit = TimeUnit.WEEK) -> str:
    """The title of a column, times being in `unit`; a name that is no column of ours stays as it is.

    >>> title("value_q10", "en"), title("residual_value", "zh")
    ('Expected value: 80% interval from', '剩余终身价值')
    """
    if column in TITLES:
        return say(TITLES[column], lang)
    if column in _TIMES:
        return say(Message(_TIMES[column].key, unit=unit), lang)
    found = re.fullmatch(r"(purchases|value)_q([0-9_]+)", column)
    if found is None or found[2] not in _ENDS:
        return column
    return say(Message("{forecast}: {end}", forecast=_FORECASTS[found[1]], end=_ENDS[found[2]]), lang)


def titled(table: pa.Table, lang: Language, unit: TimeUnit = TimeUnit.WEEK) -> pa.Table:
    """The table as people read it in a language: titles for its columns, words for the codes in it.

    `unit` is what times in it are counted in.
    """
    if "strategy" in table.column_names:
        words = table["strategy"]
        for code, word in _STRATEGIES.items():
            words = pc.if_else(pc.equal(words, code), say(word, lang), words)
        table = table.set_column(table.column_names.index("strategy"), "strategy", words)
    return table.rename_columns([title(name, lang, unit) for name in table.column_names])

"""Those worth most and those at risk, a row each, with the interval drawn as a key on one shared scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from keyworth.report.content import AtRiskCustomer, ReportContent, TopCustomer
from keyworth.report.interval_scale import IntervalScale
from keyworth.report.voice import Voice
from keyworth.words import Message
from keyworth.words.columns import rates_in_column


@dataclass(frozen=True, slots=True)
class Key:
    """Where the marks of an interval stand, in per cent of the column."""

    thin: tuple[float, float]
    thick: tuple[float, float]
    tick: float
    label: str


@dataclass(frozen=True, slots=True)
class TopRow:
    """One of those worth most, said already; the key is None where nothing is expected of anyone."""

    who: str
    value: str
    share: str
    range: str
    key: Key | None
    chance: str
    last: str
    reason: str


@dataclass(frozen=True, slots=True)
class RiskRow:
    """One of those at risk, said already; `gone` and `leaving` in per cent, for the bar."""

    who: str
    at_stake: str
    if_kept: str
    gone: float
    leaving: float
    risk: str
    said: str
    last: str
    reason: str


def top_rows(content: ReportContent, voice: Voice) -> tuple[list[TopRow], IntervalScale | None]:
    """The rows and the scale that their keys share."""
    top = content.top
    scale = IntervalScale.over([mark for one in top for mark in _marks(one)])
    values = voice.amounts.column([one.value for one in top])
    ranges = voice.amounts.ranges([one.interval_80 for one in top])
    shares = rates_in_column([one.share for one in top])
    rows = [
        TopRow(
            who=one.customer,
            value=value,
            share=share,
            range=between,
            key=None if scale is None else _key(one, scale, between, voice),
            chance=voice.chance(one.chance),
            last=one.last_purchase.isoformat(),
            reason=voice.say(one.reason),
        )
        for one, value, between, share in zip(top, values, ranges, shares, strict=True)
    ]
    return rows, scale


def _marks(one: TopCustomer) -> tuple[float, ...]:
    """All that is drawn of a row."""
    fifty, eighty = one.interval_50, one.interval_80
    return eighty.low, fifty.low, one.median, fifty.high, eighty.high


def _key(one: TopCustomer, scale: IntervalScale, between: str, voice: Voice) -> Key:
    return Key(
        thin=(scale.at(one.interval_80.low), scale.at(one.interval_80.high)),
        thick=(scale.at(one.interval_50.low), scale.at(one.interval_50.high)),
        tick=scale.at(one.median),
        label=voice.say(Message("80% interval {range}", range=between)),
    )


@dataclass(frozen=True, slots=True)
class RiskGroup:
    """Those for whom the same is to be done."""

    title: str
    advice: str
    rows: list[RiskRow]


def risk_groups(content: ReportContent, voice: Voice) -> list[RiskGroup]:
    """First who can still be kept, then who must be won back; within each in the order given."""
    groups = [
        RiskGroup(
            voice.say(Message("Still here: prevent")),
            voice.say(Message("Call on them before they stay away.")),
            _risk_rows([one for one in content.at_risk if not one.win_back], voice),
        ),
        RiskGroup(
            voice.say(Message("Probably gone: win back")),
            voice.say(Message("Their leaving is more likely than not. Ask why, and make a first offer.")),
            _risk_rows([one for one in content.at_risk if one.win_back], voice),
        ),
    ]
    return [group for group in groups if group.rows]


def _risk_rows(customers: Sequence[AtRiskCustomer], voice: Voice) -> list[RiskRow]:
    # Rounded to one step: a part must not read as more than its whole.
    amounts = [one.at_stake for one in customers] + [one.value_if_kept for one in customers]
    shown = voice.amounts.column(amounts)
    stakes, kept = shown[: len(customers)], shown[len(customers) :]
    return [
        RiskRow(
            who=one.customer,
            at_stake=at_stake,
            if_kept=if_kept,
            gone=round(100 * one.gone, 1),
            leaving=round(100 * one.leaving, 1),
            risk=voice.chance(one.gone + one.leaving),
            said=voice.say(
                Message(
                    "gone {gone}, leaving {leaving}", gone=voice.chance(one.gone), leaving=voice.chance(one.leaving)
                )
            ),
            last=one.last_purchase.isoformat(),
            reason=voice.say(one.reason),
        )
        for one, at_stake, if_kept in zip(customers, stakes, kept, strict=True)
    ]

"""The four quadrants of the map: what they are called, who is in them, and what is to be done."""

from dataclasses import dataclass

from keyworth.report.content import ReportContent
from keyworth.report.voice import Voice
from keyworth.words import Message

NAMES: dict[str, Message] = {
    "high_value_high_risk": Message("High value, high risk"),
    "high_value_low_risk": Message("High value, low risk"),
    "low_value_high_risk": Message("Low value, high risk"),
    "low_value_low_risk": Message("Low value, low risk"),
}
ADVICE: dict[str, Message] = {
    "high_value_high_risk": Message("Prevent: call on those still here, win back those who left."),
    "high_value_low_risk": Message("Monitor: keep what you do, watch for change."),
    "low_value_high_risk": Message("Only what costs little: a message, no visit."),
    "low_value_low_risk": Message("May be left alone: they come by themselves."),
}


@dataclass(frozen=True, slots=True)
class QuadrantRow:
    """Said already; `kind` is the quadrant's name for the style sheet."""

    kind: str
    name: str
    advice: str
    customers: str
    value: str
    share: str


def quadrant_rows(content: ReportContent, voice: Voice) -> list[QuadrantRow]:
    """What the four are expected to bring adds up to the base's."""
    if content.risk_map is None:
        return []
    found = content.risk_map.quadrants
    values = voice.amounts.adding_up([one.value for one in found])
    if voice.amounts.counted:
        values = [voice.say(Message("{count} {count:purchase|purchases}", count=value)) for value in values]
    return [
        QuadrantRow(
            one.name,
            voice.say(NAMES[one.name]),
            voice.say(ADVICE[one.name]),
            voice.customers(one.customers),
            value,
            share,
        )
        for one, value, share in zip(found, values, voice.shares([one.value for one in found]), strict=True)
    ]

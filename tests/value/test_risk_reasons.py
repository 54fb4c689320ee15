"""A risk is explained by the part that makes it."""

from keyworth.units import Horizon
from keyworth.value import KINDS, risk_reason
from keyworth.words import Message, say

SEEN = Message("Buys about every {every} {every:day|days} and last bought {ago}: in rhythm.", every=2, ago="today")
YEAR = Horizon.parse("1y")


def test_in_rhythm_and_at_risk_names_those_who_leave_later():
    said = risk_reason(SEEN, KINDS.index("steady"), 0.001, 0.571, YEAR)
    assert str(said).endswith("in rhythm. The risk lies ahead: of customers like this one 57% leave within 1 year.")
    assert "57% 会在" in say(said, "zh")


def test_a_silence_explains_itself():
    for kind in ("overdue", "gone", "one_time"):
        assert risk_reason(SEEN, KINDS.index(kind), 0.6, 0.2, YEAR) == SEEN


def test_an_overdue_customer_who_rather_leaves_later_has_both_said():
    assert "The risk lies ahead" in str(risk_reason(SEEN, KINDS.index("overdue"), 0.08, 0.54, YEAR))


def test_who_looks_in_rhythm_and_may_have_left_is_said():
    said = risk_reason(SEEN, KINDS.index("dear"), 0.4, 0.3, YEAR)
    assert str(said).endswith("have left already, unnoticed: 40%.")

import json
from datetime import date
from decimal import Decimal

from keyworth.units import Horizon, Money
from keyworth.words import Message, say
from keyworth.words.stored import from_data, to_data


def test_a_message_comes_back_from_json_as_it_was() -> None:
    message = Message("{a} {b} {c} {d}", a=1, b=Decimal("1.10"), c=date(2026, 1, 1), d=[Message("week"), "客户"])
    assert from_data(json.loads(json.dumps(to_data(message)))) == message


def test_values_of_other_types_are_kept_as_said_in_every_language() -> None:
    message = Message("{horizon}: {money}", horizon=Horizon.parse("12m"), money=Money(Decimal(5), "CNY"))
    back = from_data(json.loads(json.dumps(to_data(message))))
    assert say(back, "zh") == say(message, "zh") == "12 个月: ¥5"
    assert say(back, "en") == say(message, "en")

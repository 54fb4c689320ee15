import pickle
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from keyworth.words import Message, say


def test_a_message_keeps_its_values_unformatted() -> None:
    message = Message("{count} rows, {when}", count=12408, when=date(2026, 11, 22))
    assert str(message) == "12,408 rows, 2026-11-22"
    assert message.values["count"] == 12408


def test_messages_are_equal_by_sentence_and_values_and_survive_a_pickle() -> None:
    message = Message("{a}", a=Decimal(1))
    assert message == pickle.loads(pickle.dumps(message))
    assert hash(message) == hash(Message("{a}", a=Decimal(1)))
    assert message != Message("{a}", a=Decimal(2))


def test_a_message_does_not_change() -> None:
    with pytest.raises(AttributeError, match="does not change"):
        Message("fixed").key = "other"  # type: ignore[misc]


def test_a_message_inside_a_message_is_said_in_the_same_language() -> None:
    assert say(Message("{inner}!", inner=Message("yes")), "zh") == "是!"


def test_a_sentence_without_a_translation_is_said_in_english() -> None:
    assert say(Message("nobody translated this {n}", n=1), "zh") == "nobody translated this 1"


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 rows were"), (1, "1 row was"), (2, "2 rows were"), (np.int64(1), "1 row was"), (1.0, "1 row was")],
)
def test_a_count_takes_its_word(count: object, said: str) -> None:
    message = Message("{count} {count:row was|rows were} refused ({a:x|y}{b:|s})", count=count, a=1, b=2)
    assert str(message) == f"{said} refused (xs)"


def test_a_sentence_with_a_bar_and_no_count_stays_as_it_is() -> None:
    assert str(Message("a | b {c}", c="d|e")) == "a | b d|e"

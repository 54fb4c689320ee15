"""Every mark of every row stands on the scale, in order, with nothing cut off."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_business import AS_OF, filled

from keyworth.report import TopCustomer
from keyworth.report.customer_lists import top_rows
from keyworth.report.interval_scale import IntervalScale
from keyworth.report.voice import Voice
from keyworth.value import Interval
from keyworth.words import Message

NAMED = (0.0, 101.0, 830.0, 2_680.0, 4_360.0)


def few_dear_and_uncertain() -> tuple[TopCustomer, ...]:
    """Customers of a furniture wholesaler: twenty who may not come at all or may spend thousands."""
    return tuple(
        TopCustomer(
            customer=str(n),
            value=1_900.0 - 10 * n,
            share=0.003,
            median=936.0 - 5 * n,
            interval_50=Interval(101.0 + n, 2_680.0 - 20 * n),
            interval_80=Interval(0.0 if n else 2.0, 4_367.0 - 50 * n),
            chance=None,
            last_purchase=AS_OF,
            reason=Message("yes"),
        )
        for n in range(20)
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rare_and_dear_customers_keep_their_median_and_their_middle_half(lang: str) -> None:
    content = replace(filled(50), top=few_dear_and_uncertain())
    rows, scale = top_rows(content, Voice.of(content, lang))  # type: ignore[arg-type]
    assert scale is not None
    assert scale.from_zero
    for row in rows:
        assert row.key is not None
        assert 0 <= row.key.thin[0] < row.key.thick[0] < row.key.tick < row.key.thick[1] < row.key.thin[1] < 100
        assert row.key.tick - row.key.thick[0] > 10
        assert row.key.thick[1] - row.key.tick > 10
    assert scale.values[0] == 0
    assert len(scale.labels(Voice.of(content, lang))) == len(scale.ticks()) >= 3  # type: ignore[arg-type]


MARKS = st.lists(st.floats(0, 1e9).map(lambda mark: 0.0 if mark < 1e-6 else mark), min_size=1, max_size=100)


@given(MARKS)
def test_whatever_is_drawn_stands_on_the_scale_in_its_order(marks: list[float]) -> None:
    scale = IntervalScale.over(marks)
    if scale is None:
        assert not any(marks)
        return
    places = [scale.at(mark) for mark in sorted(marks)]
    assert places == sorted(places)
    assert places[0] >= 0
    assert places[-1] < 100
    assert all(0 <= tick <= 100 for tick in scale.ticks())
    assert all(second - first >= 20 for first, second in pairwise(scale.ticks()))


def test_sure_customers_share_a_logarithmic_scale() -> None:
    scale = IntervalScale.over([20.0, 200.0, 2_000.0])
    assert scale is not None
    assert not scale.from_zero
    assert scale.at(2_000.0) - scale.at(200.0) == pytest.approx(scale.at(200.0) - scale.at(20.0), abs=0.02)


def test_one_whale_leaves_the_others_room() -> None:
    scale = IntervalScale.over([*NAMED, 5e6])
    assert scale is not None
    assert scale.at(2_680.0) - scale.at(101.0) > 10
    assert scale.at(-5.0) < 0, "what was not told to the scale is not drawn as if it stood at its edge"

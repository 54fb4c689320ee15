"""How many customers a ledger that starts in mid-life may touch."""

from datetime import date

import numpy as np
import pytest

from keyworth.backtest import MaybeOlder, maybe_older

START = date(2024, 1, 1)


def days(*since_start):
    return np.datetime64(START) + np.array(since_start, dtype="timedelta64[D]")


def found(**how):
    # Repeat customers leave gaps of 10, 10, 10 and 40 days; nine in ten of such gaps are at most 31 days.
    return maybe_older(days(0, 5, 31, 32, 200, 20), days(20, 15, 61, 72, 200, 20), [2, 1, 3, 1, 0, 0], START, **how)


def test_those_seen_within_the_first_gap_may_be_older():
    assert found() == MaybeOlder(customers=4, known=6, within_days=32, born_after=date(2024, 2, 1))


def test_who_is_born_after_the_day_named_is_everybody_else():
    day = np.datetime64(found().born_after)
    assert (days(0, 5, 31, 32, 200, 20) > day).sum() == found().known - found().customers


@pytest.mark.parametrize(("needed", "named"), [(334, True), (335, False)])
def test_no_day_is_named_that_leaves_too_little_to_look_back_on(needed, named):
    told = found(ledger_ends=date(2024, 12, 31), days_needed=needed)
    assert (told.born_after is not None) is named
    assert [str(sentence) for sentence in told.sentences()] == [
        "4 of 6 customers were first seen in the ledger's first 32 days and may have bought before it starts.",
        "See what leaving them out changes: --born-after 2024-02-01.",
    ][: 1 + named]


def test_one_customer_and_one_day_are_not_many():
    (sentence,) = MaybeOlder(customers=1, known=6, within_days=1, born_after=None).sentences()
    assert str(sentence).startswith("1 of 6 customers was first seen in the ledger's first 1 day and")


def test_no_day_is_named_that_leaves_nobody():
    told = maybe_older(days(0, 1), days(30, 31), [1, 1], START)
    assert (told.customers, told.known, told.born_after) == (2, 2, None)


def test_without_repeats_no_gap_is_known():
    assert maybe_older(days(0, 1), days(0, 1), [0, 0], START) is None

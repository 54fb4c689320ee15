"""An even sample: everybody as likely, and the same people on every day."""

import numpy as np

from keyworth.runs.even_sample import even_sample

ALL = np.arange(1, 20_001)


def test_few_customers_are_all_in_it():
    assert even_sample(ALL[:300], 300, seed=1).all()


def test_as_many_as_asked_from_everywhere_and_others_by_another_seed():
    chosen = even_sample(ALL, 3_000, seed=1)
    assert chosen.sum() == 3_000
    tenths = chosen.reshape(10, -1).sum(axis=1)
    assert np.abs(tenths - 300).max() < 60  # four standard deviations
    assert 350 < (chosen & even_sample(ALL, 3_000, seed=2)).sum() < 550  # 450 by chance


def test_who_is_in_it_later_was_in_it_before():
    later = set(ALL[even_sample(ALL, 3_000, seed=1)].tolist())
    known = ALL[ALL % 3 == 0]
    before = set(known[even_sample(known, 3_000, seed=1)].tolist())
    assert {number for number in later if number % 3 == 0} <= before

"""Query results as NumPy arrays: the same values, and nothing heavy loaded for them."""

import subprocess
import sys
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from keyworth.ledger import Ledger
from keyworth.ledger.arrays import days, floats, numbers

HEAVY = ("pandas", "pyarrow.compute", "narwhals", "scipy", "keyworth.ledger.importing", "keyworth.behaviour")


def test_chunks_and_slices_are_read_where_they_lie():
    column = pa.chunked_array([pa.array([9, 1, 2]).slice(1), pa.array([3])])
    assert numbers(column).tolist() == floats(column).tolist() == [1, 2, 3]
    assert floats(pa.chunked_array([pa.array([0.5, np.nan])])).tolist()[0] == 0.5
    dates = [date(1969, 12, 31), date(2024, 2, 29)]
    assert days(pa.chunked_array([pa.array(dates)])).tolist() == dates
    assert len(floats(pa.chunked_array([], pa.float64()))) == 0


@pytest.mark.parametrize("column", [pa.array([1, None]), pa.array([1.5]), pa.array(["1"])])
def test_what_would_be_misread_is_refused(column):
    with pytest.raises(TypeError, match="cannot be read"):
        numbers(pa.chunked_array([column]))


def test_a_question_loads_only_what_it_needs(tmp_path):
    (tmp_path / "orders.csv").write_text("customer,date,amount\nA,2024-01-01,10\nA,2024-02-01,20\nB,2024-01-05,5\n")
    Ledger.create(tmp_path / "book", tmp_path / "orders.csv")
    code = (
        "import sys; from keyworth.runs.summarise import *; from keyworth.runs.count_histories import count_histories;"
        "from pathlib import Path; book = Path(sys.argv[1]);"
        "counts_of(summarise(book)); summarise(book).table(); count_histories(book);"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "book")], capture_output=True, text=True, check=True
    )
    assert asked.stdout.strip() == "[]"


def test_unique_histories_are_counted_as_the_ledger_counts_them(tmp_path):
    rows = [
        f"c{n},{date(2024, 1, 1 + n % 3)},5\nc{n},{date(2024, 2, 1 + n % 2)},5\nonce{n},{date(2024, 3, 1 + n % 4)},1\n"
        for n in range(30)
    ]
    (tmp_path / "orders.csv").write_text("customer,date,amount\n" + "".join(rows))
    ledger, _ = Ledger.create(tmp_path / "book", tmp_path / "orders.csv")
    assert ledger.customers().unique_histories == len(ledger.histories().repeats) == 10

"""Numbers and days to Arrow and back."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from keyworth.ledger.arrays import column_of, days, text_column, values_of


@pytest.mark.parametrize("dtype", [np.float64, np.int64, np.int8])
def test_a_column_comes_back_as_it_was(dtype: type) -> None:
    values = np.arange(20, dtype=dtype)
    strided = np.asfortranarray(np.tile(values, (3, 1)))[1]
    for given in (values, strided, values[:0]):
        column = pa.chunked_array([column_of(given)])
        assert column.equals(pa.chunked_array([pa.array(given)]))
        assert np.array_equal(values_of(column), given)
    assert np.array_equal(values_of(pa.chunked_array([column_of(values)]).slice(3, 5)), values[3:8])
    assert np.array_equal(values_of(pa.chunked_array([column_of(values)] * 2)), np.tile(values, 2))


def test_days_come_back_as_days() -> None:
    given = np.array(["1969-12-31", "2024-02-29"], "datetime64[D]")
    column = pa.chunked_array([column_of(given)])
    assert column.type == pa.date32()
    assert np.array_equal(days(column), given)


def test_gaps_and_text_are_no_numbers() -> None:
    for column in (pa.array([1.0, None]), pa.array(["1"])):
        with pytest.raises(TypeError, match="cannot be read"):
            values_of(pa.chunked_array([column]))


@pytest.mark.parametrize("texts", [["张三", "", "a,b"], []])
def test_text_is_text(texts: list[str]) -> None:
    assert text_column(texts).equals(pa.array(texts, pa.string()))


def test_pandas_is_not_loaded() -> None:
    code = (
        "import sys, numpy as np, pyarrow as pa\n"
        "from keyworth.ledger.arrays import column_of, text_column, values_of\n"
        "values_of(pa.table({'a': column_of(np.ones(3)), 'b': text_column(['x'] * 3)})['a'])\n"
        "assert not {'pandas', 'pyarrow.compute'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

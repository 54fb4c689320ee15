"""One seed, one business: to the byte, whatever else is going on."""

import hashlib
import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pyarrow as pa

from keyworth.sample import make_business

_PRINT_IT = """
import sys
sys.path.insert(0, {here!r})
from test_same_seed import fingerprint
from keyworth.sample import make_business
print(fingerprint(make_business(customers=120, seed=1, lines=True)))
"""


def fingerprint(business) -> str:
    """A hash over the bytes of every table, the truth's floats included."""
    digest = hashlib.sha256()
    for field in fields(business):
        table = getattr(business, field.name)
        if isinstance(table, pa.Table):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table.combine_chunks())
            digest.update(sink.getvalue())
    return digest.hexdigest()


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads():
    here = fingerprint(make_business(customers=120, seed=1, lines=True))
    environment = os.environ | {"OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1", "PYTHONHASHSEED": "99"}
    script = _PRINT_IT.format(here=str(Path(__file__).parent))
    there = subprocess.run([sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True)
    assert there.stdout.strip() == here


def test_another_seed_gives_another_business():
    assert len({fingerprint(make_business(customers=50, seed=seed)) for seed in range(4)}) == 4


def test_asking_for_lines_moves_no_order():
    without, with_lines = (make_business(customers=50, lines=lines) for lines in (False, True))
    assert without.lines is None
    assert without.orders.equals(with_lines.orders)

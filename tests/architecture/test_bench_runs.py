"""Every benchmark runs, at a size where its figures mean nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BENCH = ROOT / "bench"

pytestmark = pytest.mark.slow


def bench(work: Path, what: str) -> str:
    command = [sys.executable, str(BENCH / what), "--size", "tiny", "--runs", "1", "--data", str(work)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("against_peers.py", "Pareto/NBD, fitted and scored"),
        ("calendar_speed.py", "slowest of 9 starts"),
        ("cold_start.py", "first run after installing"),
        ("covariate_speed.py", "Root Gamma-Gamma, spending"),
        ("fit_speed.py", "BG/NBD fit, warm"),
        ("histogram.py", "<= 8 s"),
        ("import_speed.py", ">= 500,000"),
        ("posterior_speed.py", "effective draws a second"),
        ("scoring.py", "Pareto/NBD fit, warm"),
        ("whole_job.py", "Valuing customers"),
    ],
)
def test_a_benchmark_prints_its_table_and_leaves_nothing_behind(what: str, said: str, tmp_path: Path) -> None:
    table = bench(tmp_path, what)
    assert "load" in table.splitlines()[0]
    assert said in table
    assert "MISSED" not in table, "goals are promised for the full size only"
    assert not list(tmp_path.iterdir())


def test_every_benchmark_is_in_the_one_table() -> None:
    whole = (BENCH / "__main__.py").read_text(encoding="utf-8")
    benchmarks = [file.stem for file in BENCH.glob("*.py") if "options = asked(" in file.read_text(encoding="utf-8")]
    few = {"against_peers", "cold_start", "fit_speed", "histogram", "import_speed", "posterior_speed", "scoring"}
    assert few | {"whole_job"} <= set(benchmarks)
    assert all(f"{name}.lines(" in whole for name in benchmarks if name != "__main__")


def test_the_same_seed_gives_the_same_orders(tmp_path: Path) -> None:
    files = [tmp_path / "once.csv", tmp_path / "again.csv"]
    for file in files:
        command = [sys.executable, str(BENCH / "simulate.py"), "--customers", "300", "--into", str(file)]
        subprocess.run(command, capture_output=True, check=True)
    once, again = (file.read_text(encoding="utf-8") for file in files)
    assert once == again
    header, *orders = once.splitlines()
    assert header == "order_id,customer_id,order_time,amount"
    assert 1_500 < len(orders) < 5_000, "ten orders a customer"

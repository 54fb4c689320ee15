"""The commands that docs/how-to/compare-with-other-tools.md gives for CDNOW do what the page says."""

import json
from pathlib import Path

import pytest
from documentation import ROOT, commands

from keyworth.cli import main

PAGE = ROOT / "docs" / "how-to" / "compare-with-other-tools.md"


@pytest.mark.reference
def test_the_log_goes_in_and_the_published_figures_come_out(
    shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "CDNOW_sample.txt").symlink_to(shared / "data" / "cdnow" / "CDNOW_sample.txt")
    told = {}
    for arguments in commands(PAGE):
        capsys.readouterr()
        assert main([*arguments, "--json"]) == 0
        told[arguments[0]] = json.loads(capsys.readouterr().out)
    assert told["summary"]["customers"] == 2357
    assert told["summary"]["repeats"] == 2457
    assert told["summary"]["zero_repeaters"] == 1411
    assert told["fit"]["log_likelihood"] == pytest.approx(-9582.4292, abs=0.0005)
    found = {name: one["value"] for name, one in told["fit"]["parameters"].items()}
    assert found == pytest.approx({"r": 0.2426, "alpha": 4.4136, "a": 0.7929, "b": 2.4259}, abs=5e-5)
    assert told["backtest"]["count"]["actual"] == 1882

"""docs/cli.md names every command, every option and every field of --json; every command written anywhere parses."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import typer
from documentation import PAGES, ROOT, commands, name

import keyworth.cli.commands  # noqa: F401  each module adds its command
from keyworth.cli import main
from keyworth.cli.main import app

PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
GROUP: Any = typer.main.get_command(app)
SHARED = {"--lang", "--json", "--debug"}


def section(command: str) -> str:
    found = re.search(rf"^## {command}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"docs/cli.md has no section {command}"
    return found[1]


def options(command: str) -> list[str]:
    parameters = GROUP.commands[command].params
    return [word for one in parameters for word in (*one.opts, *one.secondary_opts) if word.startswith("-")]


def test_every_command_has_its_section_in_the_order_of_help() -> None:
    assert re.findall(r"^## (\w+)$", PAGE, re.MULTILINE) == list(GROUP.commands)


@pytest.mark.parametrize("command", list(GROUP.commands))
def test_every_option_is_explained(command: str) -> None:
    missing = [word for word in options(command) if word not in SHARED and f"`{word}`" not in section(command)]
    assert not missing


@pytest.mark.parametrize("command", list(GROUP.commands))
def test_no_option_is_explained_that_is_not_there(command: str) -> None:
    explained = re.findall(r"`(--?[a-z-]+)`", "".join(re.findall(r"^\| `-.*$", section(command), re.MULTILINE)))
    assert not set(explained) - set(options(command))


def test_what_all_commands_share_is_explained_once() -> None:
    opening = PAGE.partition("\n## ")[0]
    own = [word for one in GROUP.params for word in one.opts]
    assert not [word for word in (*SHARED, *own, "--help", "-h") if word not in opening]


@pytest.mark.parametrize(
    ("page", "arguments"), [pytest.param(name(p), c, id=f"{name(p)} {' '.join(c)}") for p in PAGES for c in commands(p)]
)
def test_every_command_in_a_page_parses(page: str, arguments: list[str]) -> None:
    command, *rest = arguments
    context = GROUP.commands[command].make_context(command, rest)
    assert context.params


def test_the_pages_have_commands_to_try() -> None:
    assert sum(len(commands(page)) for page in PAGES) > 30


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli-page")
    assert main(["sample", str(folder / "sample"), "--customers", "200", "--json"]) == 0
    return folder


@pytest.mark.slow
def test_every_json_field_is_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, sample = str(shop / "book"), shop / "sample"
    told = {}

    def ask(command: str, *rest: str) -> dict[str, Any]:
        capsys.readouterr()
        assert main([command, *rest, "--json"]) == 0
        told[command] = json.loads(capsys.readouterr().out)
        return told[command]

    ask("sample", str(shop / "another"), "--customers", "20")
    ask("import", str(sample / "orders.csv"), "--into", book, "--rates", str(sample / "rates.csv"))
    ask("summary", book)
    ask("fit", book)
    (shop / "survivors.csv").write_text("period,survivors\n0,100%\n1,63%\n2,47%\n3,38%\n", encoding="utf-8")
    ask("curve", str(shop / "survivors.csv"), "--until-period", "2", "--discount", "10%")
    earlier = ask("value", book, "--as-of", "2025-06-30")["book_id"]
    ask("value", book)
    ask("backtest", book, "--holdout", "26w")
    ask("compare", book, earlier)
    ask("export", book, "--output", str(shop / "values.csv"))
    for command, fields in told.items():
        unnamed = [field for field in fields if f"`{field}`" not in section(command)]
        assert not unnamed, command
    inner = {
        "backtest": {*told["backtest"]["count"], *told["backtest"]["baselines"]["count"]},
        "compare": {*told["compare"]["movements"], *told["compare"]["movements"]["came"]},
        "curve": {*told["curve"]["survival"][0], *told["curve"]["holdout"], *told["curve"]["parameters"]["beta"]},
        "fit": set(told["fit"]["parameters"]["r"]),
        "import": set(told["import"]["refunds"]),
    }
    for command, names in inner.items():
        assert not [field for field in names if f"`{field}`" not in section(command)], command


@pytest.mark.parametrize(
    "what", [*(pytest.param(what, marks=pytest.mark.slow) for what in ("values", "customers")), "orders"]
)
def test_every_column_of_a_table_is_explained(shop: Path, what: str) -> None:
    book, file = str(shop / "tables"), shop / f"{what}.parquet"
    if not Path(book).exists():
        sample = shop / "sample"
        assert main(["import", str(sample / "orders.csv"), "--into", book, "--rates", str(sample / "rates.csv")]) == 0
        assert main(["value", book, "--model", "mbg-nbd", "--horizon", "13w", "--margin", "30%"]) == 0
    assert main(["export", book, "--what", what, "-o", str(file)]) == 0
    table = section("export").partition(f"\n`{what}`, a row per")[2].partition("\n`")[0]
    explained = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)))
    assert sorted(explained) == sorted(pq.read_schema(file).names)


@pytest.mark.slow
def test_every_json_field_of_the_report_is_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample, book = shop / "sample", str(shop / "reported")
    assert main(["import", str(sample / "orders.csv"), "--into", book, "--rates", str(sample / "rates.csv")]) == 0
    capsys.readouterr()
    assert main(["report", book, "-o", os.fspath(shop / "report.html"), "--json"]) == 0
    fields = json.loads(capsys.readouterr().out)
    assert not [field for field in fields if f"`{field}`" not in section("report")]

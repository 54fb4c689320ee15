"""Every command on a small business, as a machine reads it and as a person does."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

Typed = Callable[..., Any]


def test_import_again_adds_nothing_and_says_so(typed: Typed, shop: Path, book: Path) -> None:
    told = typed("import", shop / "sample" / "orders.csv", "--into", book, "--json").json
    assert told["orders_added"] == told["orders_replaced"] == told["refunds_added"] == 0
    assert told["rows_read"] > 4000
    assert told["customers"] <= 400
    assert told["ledger_version"] == 1
    assert told["rows_without_customer"] > 0
    assert told["rows_refused"] == 0


def test_summary_counts_add_up(typed: Typed, book: Path, tmp_path: Path) -> None:
    rows = tmp_path / "customers.parquet"
    told = typed("summary", book, "--until", "2024-12-31", "--unit", "day", "-o", rows, "--json").json
    table = pq.read_table(rows)
    assert told["customers"] == table.num_rows
    assert told["repeats"] == sum(table["repeats"].to_pylist())
    assert told["zero_repeaters"] == table["repeats"].to_pylist().count(0)
    assert told["unique_histories"] <= told["customers"]
    assert typed("summary", book, "--until", "2024-12-31", "--unit", "day", "--json").json == told


@pytest.mark.slow
def test_fit_can_draw_from_the_posterior(typed: Typed, book: Path) -> None:
    told = typed("fit", book, "--posterior", "--seed", "7", "--json").json
    found = told["posterior"]
    assert found["draws"] == 4000
    for name, fitted in told["parameters"].items():
        low, high = found["parameters"][name]["interval_95"]
        assert low < fitted["value"] < high
        assert low < found["parameters"][name]["median"] < high
    assert "4,000" in typed("fit", book, "--posterior", "--lang", "zh").out


def test_spending_has_no_posterior(typed: Typed, book: Path) -> None:
    told = typed("fit", book, "--model", "gamma-gamma", "--posterior")
    assert told.code == 2
    assert "only of models of buying" in told.err


def test_fit_of_spending_is_in_the_books_currency(typed: Typed, book: Path) -> None:
    told = typed("fit", book, "--model", "gamma-gamma", "--until", "2025-06-30", "--json").json
    assert set(told["parameters"]) == {"p", "q", "gamma"}
    assert (told["currency"], told["unit"], told["as_of"]) == ("CNY", None, "2025-06-30")
    assert told["converged"]
    assert "currency" in typed("fit", book, "--model", "gamma-gamma").out


@pytest.mark.parametrize(
    ("model", "unit", "names"),
    [
        ("bg-bb", "month", {"alpha", "beta", "gamma", "delta"}),
        ("root-gamma-gamma", "week", {"p", "q", "gamma", "first", "net", "k"}),
        ("mbg-cnbd-k", "week", {"r", "alpha", "a", "b", "k"}),
        ("pareto-nbd", "day", {"r", "alpha", "s", "beta"}),
    ],
)
def test_every_kind_of_model_can_be_fitted(typed: Typed, book: Path, model: str, unit: str, names: set[str]) -> None:
    told = typed("fit", book, "--model", model, "--until", "2025-06-30", "--unit", unit, "--json").json
    assert set(told["parameters"]) == names
    assert told["model"] == model
    assert told["converged"], told["verdict"]


@pytest.mark.slow
def test_a_rhythm_of_ones_own_can_be_fitted(typed: Typed, book: Path) -> None:
    told = typed("fit", book, "--model", "pareto-ggg", "--until", "2023-04-15", "--unit", "week", "--json").json
    assert set(told["parameters"]) == {"r", "alpha", "s", "beta", "t", "gamma"}
    steady = typed("fit", book, "--model", "pareto-nbd", "--until", "2023-04-15", "--json").json
    assert told["log_likelihood"] > steady["log_likelihood"] - 0.01


@pytest.mark.parametrize("model", ["bg-nbd", "mbg-nbd"])
def test_fit_tells_parameters_with_their_errors(typed: Typed, book: Path, model: str) -> None:
    told = typed("fit", book, "--model", model, "--until", "2025-06-30", "--json").json
    assert told["model"] == model
    assert told["unit"] == "week"
    assert told["converged"] is True
    assert set(told["parameters"]) == {"r", "alpha", "a", "b"}
    assert all(found["value"] > 0 and found["se"] > 0 for found in told["parameters"].values())
    assert math.isclose(told["aic"], 8 - 2 * told["log_likelihood"])
    assert told["fit_seconds"] >= 0


@pytest.mark.slow
def test_value_report_compare_and_export(typed: Typed, book: Path, tmp_path: Path) -> None:
    earlier = typed("value", book, "--as-of", "2025-06-30", "--horizon", "26w", "--margin", "30%", "--json").json
    later = typed("value", book, "--as-of", "2025-12-31", "--horizon", "26w", "--margin", "30%", "--json").json
    for told in (earlier, later):
        assert told["basis"] == "margin"
        assert told["currency"] == "CNY"
        assert told["horizon_days"] == 182
        assert told["total_value"] == told["horizon_value"]
        low, high = told["interval_80"]
        assert told["interval_95"][0] <= low <= told["horizon_value"] <= high <= told["interval_95"][1]
        assert told["residual_value"] > told["horizon_value"]

    compared = typed("compare", book, earlier["book_id"], later["book_id"], "--json").json
    assert compared["basis"] == later["basis"]
    refused = typed("compare", book, later["book_id"], "--json").json["error"]
    assert refused["message"] == f"{later['book_id']} is the newest value book itself."
    change = sum(one["after"] - one["before"] for one in compared["movements"].values())
    assert math.isclose(change, compared["total_after"] - compared["total_before"], rel_tol=1e-9)
    assert sum(one["customers"] for one in compared["movements"].values()) == later["customers"]

    values = tmp_path / "values.csv"
    assert typed("export", book, "--what", "values", "-o", values, "--json").json["rows"] == later["customers"]
    assert values.read_bytes().startswith(b"\xef\xbb\xbf")
    table = pa_csv.read_csv(values)
    assert math.isclose(sum(table["value"].to_pylist()), later["horizon_value"], rel_tol=1e-4)

    for lang, title in (("zh", "客户"), ("en", "customers")):
        page = tmp_path / f"{lang}.html"
        typed("report", book, "-o", page, "--lang", lang, "--name", "<b>Shop</b>")
        text = page.read_text(encoding="utf-8")
        assert title in text
        assert "<b>Shop</b>" not in text
        assert "&lt;b&gt;Shop" in text


def test_no_chance_is_promised_that_could_not_be_measured(typed: Typed, book: Path) -> None:
    told = typed("value", book, "--model", "mbg-nbd", "--horizon", "2y", "--as-of", "2024-12-31")
    assert "by the model alone" in told.out
    assert "8 in 10" not in told.out
    assert "too few to measure how far totals miss" in told.out
    assert "  8 in 10 chance of" in typed("value", book, "--model", "mbg-nbd", "--horizon", "13w").out


@pytest.mark.slow
def test_the_same_request_gives_the_same_book(typed: Typed, book: Path) -> None:
    request = ("value", book, "--as-of", "2025-03-31", "--horizon", "13w", "--json")
    assert typed(*request).out == typed(*request).out


def test_backtest_compares_with_simple_rules_at_every_origin(typed: Typed, book: Path) -> None:
    told = typed("backtest", book, "--model", "mbg-nbd", "--holdout", "39w", "--json").json
    assert told["horizon_days"] == 273
    assert told["basis"] == "margin"  # the sample knows what things cost
    assert told["total"]["expected"] == pytest.approx(told["spend"]["expected"])
    for measure in ("count", "spend"):
        scores = told[measure]
        assert set(scores) >= {"bias", "mae", "rmse", "spearman", "gini", "coverage_80", "coverage_95"}
        assert math.isclose(scores["bias"], scores["expected"] / scores["actual"] - 1)
        assert set(told["baselines"][measure]) == {"same_rate", "last_year"}
    assert len(told["origins"]) > 1
    assert told["total"] == told["origins"][-1]
    assert sum(group["customers"] for group in told["deciles"]) == told["customers"]
    assert told["born_after"] is None
    assert 0 < told["maybe_older"]["customers"] <= told["maybe_older"]["known"] == told["customers"]


@pytest.mark.slow
def test_backtest_scores_whole_distributions_from_a_chosen_day(typed: Typed, book: Path) -> None:
    told = typed("backtest", book, "--model", "bg-nbd", "--from", "2025-03-31", "--holdout", "26w", "--json").json
    assert (told["origin"], told["horizon_days"]) == ("2025-03-31", 182)
    assert told["total"]["end"] == "2025-09-29"
    for measure in ("count", "spend"):
        scores = told[measure]
        for figure in ("rmse", "concordance", "log_score", "crps", "pit_ks"):
            assert isinstance(scores[figure], float), figure
            for rule in told["baselines"][measure].values():
                assert (rule[figure] is None) == (figure in {"log_score", "crps", "pit_ks"}), figure
        assert 0 < scores["calibration_80"] <= scores["calibration_90"] <= scores["calibration_95"] <= 1
    assert told["count"]["calibration_customers"] == told["customers"] > told["spend"]["calibration_customers"] > 0

    shown = typed("backtest", book, "--model", "bg-nbd", "--from", "2025-03-31", "--holdout", "26w").out
    assert shown.count("80, 90 and 95% intervals held") == 2
    assert "  log score" not in shown  # the tables are for what a simple rule has too


@pytest.mark.slow
def test_backtest_shows_what_leaving_out_the_first_seen_changes(typed: Typed, book: Path) -> None:
    whole = typed("backtest", book, "--model", "mbg-nbd", "--holdout", "26w", "--json").json
    day = whole["maybe_older"]["born_after"]
    told = typed("backtest", book, "--model", "mbg-nbd", "--holdout", "26w", "--born-after", day, "--json").json
    found = told["born_after"]
    assert found["date"] == day
    assert found["left_out"] == whole["maybe_older"]["customers"]
    assert found["customers"] == told["customers"] == whole["customers"] - found["left_out"]
    everybody, alone = found["fitted_on_all"], found["fitted_on_born_after"]
    assert everybody["count"]["actual"] == alone["count"]["actual"] == told["count"]["actual"]
    assert alone["parameters"] != everybody["parameters"]
    assert set(alone["parameters"]) == {"r", "alpha", "a", "b", "p", "q", "gamma"}
    assert told["verdicts"][-1] == found["verdict"]

    shown = typed("backtest", book, "--model", "mbg-nbd", "--holdout", "26w", "--born-after", day).out.splitlines()
    assert any(line.endswith(f"fitted on all {whole['customers']}  fitted on them alone") for line in shown)
    figures = {line.split("  ")[1]: line.split()[-2:] for line in shown if line.startswith("  ")}
    assert [float(value) for value in figures["alpha"]] == pytest.approx(
        [fit["parameters"]["alpha"] for fit in (everybody, alone)], rel=1e-3
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("summary", "BOOK"),
        ("fit", "BOOK"),
        pytest.param(("value", "BOOK", "--model", "mbg-nbd", "--horizon", "13w"), marks=pytest.mark.slow),
        pytest.param(("backtest", "BOOK", "--model", "mbg-nbd", "--holdout", "26w"), marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_people_read_one_language(
    typed: Typed, book: Path, arguments: tuple[str, ...], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYWORTH_LANG", lang)
    printed = typed(*(str(book) if word == "BOOK" else word for word in arguments))
    assert printed.code == 0
    han = [character for character in printed.out if "一" <= character <= "鿿"]
    assert bool(han) == (lang == "zh")
    if lang == "zh":
        sentences = [line for line in printed.out.splitlines() if not any("一" <= c <= "鿿" for c in line) and line]
        # What is left without Chinese are the names of parameters and of commands.
        assert all(line.split()[0] in {"r", "alpha", "a", "b", "AIC、BIC"} for line in sentences)


def test_a_machine_is_told_nothing_where_nobody_can_tell_who_has_left(typed: Typed, tmp_path: Path) -> None:
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in (3, 17)]
    rows = [
        f"C{customer},{day},{10 + customer}" for customer in range(30) for day in days[customer % 5 :: 1 + customer % 3]
    ]
    (tmp_path / "orders.csv").write_text("\n".join(["customer,date,amount", *rows]) + "\n", encoding="utf-8")
    typed("import", tmp_path / "orders.csv", "--into", tmp_path / "book", "--currency", "CNY")
    told = typed("value", tmp_path / "book", "--model", "mbg-nbd", "--horizon", "8w", "--json").json
    assert told["knows_who_left"] is False
    assert [told[name] for name in ("still_customers", "residual_value", "beyond_ledger")] == [None] * 3
    assert told["notes"][0].startswith("These orders are too few or too alike to tell who has left")
    assert told["horizon_value"] > 0

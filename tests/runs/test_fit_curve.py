"""A file of survivors, however it is written, becomes the same curve; what cannot be one is refused with its rows."""

from pathlib import Path

import pyarrow as pa
import pytest

from keyworth.errors import (
    FileUnreadable,
    HistoryRefused,
    KeyworthError,
    MappingUnclear,
    NotEnoughHistory,
    OptionRefused,
)
from keyworth.runs.fit_curve import fit_curve
from keyworth.runs.survivor_table import read_survivors

REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    file = folder / "survivors.csv"
    file.write_bytes(text.encode(encoding))
    return file


def lines(head: str, rows: list[str]) -> str:
    return "\n".join([head, *rows]) + "\n"


WRITINGS = {
    "percent": (lines("period,survivors", [f"{t},{s}%" for t, s in enumerate(REGULAR)]), "utf-8"),
    "percent without signs": (lines("period,survivors", [f"{t},{s}" for t, s in enumerate(REGULAR)]), "utf-8-sig"),
    "shares": (lines("year,alive", [f"{t},{s / 100:.3f}" for t, s in enumerate(REGULAR)]), "utf-8"),
    "Chinese": (lines("期数;留存率", [f"第{t}期;{s}％" for t, s in enumerate(REGULAR)]), "gb18030"),
    "decimal commas": (
        lines("Month;Survivors", [f"M{t};{s}".replace(".", ",") for t, s in enumerate(REGULAR)]),
        "utf-8",
    ),
    "out of order": (lines("period,survivors", [f"{t},{s}" for t, s in [*enumerate(REGULAR)][::-1]]), "utf-8"),
    "with other columns": (
        lines("period,churned,survivors,note", [f"{t},9,{s},x" for t, s in enumerate(REGULAR)]),
        "utf-16",
    ),
    "without a header": ("".join(f"{t}\t{s}\n" for t, s in enumerate(REGULAR)), "utf-8"),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_the_same_rates_however_they_are_written(tmp_path: Path, writing: str) -> None:
    run = fit_curve(written(tmp_path, *WRITINGS[writing]))
    assert run.rates
    assert run.cohort == 1000
    assert run.fit.log_likelihood == pytest.approx(-1680.265, abs=1e-3)
    assert any("taken as of" in str(note) for note in run.notes)


@pytest.mark.parametrize("thousands", ["", ",", " "])
def test_counts_carry_their_own_size(tmp_path: Path, thousands: str) -> None:
    rows = [f'{t},"{round(s * 100):,}"'.replace(",", ";", 1).replace(",", thousands) for t, s in enumerate(REGULAR)]
    run = fit_curve(written(tmp_path, lines("period;customers", rows)))
    assert not run.rates
    assert run.cohort == 10_000
    assert run.fit.log_likelihood == pytest.approx(10 * -1680.265, abs=0.01)
    assert not any("taken as of" in str(note) for note in run.notes)


def test_a_workbook(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Notes"
    book.active.append(["nothing"])
    sheet = book.create_sheet("Cohort")
    sheet.append(["Survivors of 2019"])
    sheet.append(["period", "survivors"])
    for t, s in enumerate(REGULAR):
        sheet.append([t, round(s * 10)])
    book.save(tmp_path / "survivors.xlsx")
    run = fit_curve(tmp_path / "survivors.xlsx", sheet="Cohort")
    assert run.cohort == 1000
    assert run.fit.log_likelihood == pytest.approx(-1680.265, abs=1e-3)


def test_a_parquet_file_with_numbers_of_its_own(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"period": range(8), "survivors": [s / 100 for s in REGULAR]}), tmp_path / "s.parquet")
    assert fit_curve(tmp_path / "s.parquet").fit.log_likelihood == pytest.approx(-1680.265, abs=1e-3)


def test_a_cohort_of_another_size_scales_the_likelihood_alone(tmp_path: Path) -> None:
    file = written(tmp_path, *WRITINGS["percent"])
    small, large = (fit_curve(file, cohort=size) for size in (500, 5000))
    assert large.fit.log_likelihood == pytest.approx(10 * small.fit.log_likelihood)
    assert large.fit.parameters.alpha == pytest.approx(small.fit.parameters.alpha, rel=1e-8)
    assert not any("taken as of" in str(note) for note in small.notes)


@pytest.mark.parametrize(
    ("rows", "cohort"),
    [
        ([f"{s}%" for s in REGULAR[1:]], None),
        ([f"{s / 100:.3f}" for s in REGULAR[1:]], None),
        ([f"{s}" for s in REGULAR[1:]], 1000),
        ([f"{s * 10:.0f}" for s in REGULAR[1:]], 1000),
    ],
)
def test_a_table_that_begins_after_the_first_renewal(tmp_path: Path, rows: list[str], cohort: int | None) -> None:
    file = written(tmp_path, lines("period,survivors", [f"{t},{s}" for t, s in enumerate(rows, start=1)]))
    run = fit_curve(file, cohort=cohort)
    assert run.fit.log_likelihood == pytest.approx(-1680.265, abs=1e-3)
    assert run.cohort == 1000
    assert any("Period 0 is not in the file" in str(note) for note in run.notes)


@pytest.mark.parametrize("first", ["100%", "100", "1000", "1"])
def test_everybody_is_not_put_there_twice(tmp_path: Path, first: str) -> None:
    rows = [first, *(f"{float(first.strip('%')) * s / 100}{'%' * first.endswith('%')}" for s in REGULAR[1:])]
    file = written(tmp_path, lines("period,survivors", [f"{t},{s}" for t, s in enumerate(rows, start=1)]))
    with pytest.raises(HistoryRefused, match="period 0 is missing"):
        fit_curve(file, cohort=1000)


def test_the_rest_is_held_out(tmp_path: Path) -> None:
    file = written(tmp_path, *WRITINGS["percent"])
    run = fit_curve(file, until_period=4, periods=12, discount=0.1)
    assert run.fit.log_likelihood == pytest.approx(-1401.5594, abs=1e-3)
    assert [point.period for point in run.survival] == list(range(13))
    assert [point.observed for point in run.survival][7:9] == [pytest.approx(0.241), None]
    assert run.survival[12].expected == pytest.approx(0.1595, abs=2e-4)
    assert run.retention[0].observed == pytest.approx(0.631)
    assert run.retention[0].expected == pytest.approx(0.6292, abs=2e-4)
    assert run.holdout is not None
    assert (run.holdout.first, run.holdout.last) == (5, 7)
    expected = [0.2845, 0.2537, 0.2296]
    assert run.holdout.mean_absolute_error == pytest.approx(
        sum(abs(e - s / 100) for e, s in zip(expected, REGULAR[5:], strict=True)) / 3, abs=1e-4
    )
    assert run.holdout.last_error == pytest.approx(0.2296 / 0.241 - 1, abs=1e-3)
    assert run.payments == pytest.approx(3.6203, abs=1e-3)
    assert fit_curve(file).holdout is None


def test_columns_are_named_where_their_names_say_nothing(tmp_path: Path) -> None:
    rows = [f"{t},{s},{min(100, s + 9)}" for t, s in enumerate(REGULAR)]
    file = written(tmp_path, lines("year,regular,high_end", rows))
    with pytest.raises(MappingUnclear, match=r"no column that is clearly the survivors.*year, regular, high_end"):
        fit_curve(file)
    for named in ({"survivors": "regular"}, {"survivors": "2"}, {"period": "year", "survivors": "Regular"}):
        run = fit_curve(file, columns=named)
        assert run.fit.log_likelihood == pytest.approx(-1680.265, abs=1e-3)
        assert any("column year was taken for the periods, regular for" in str(note) for note in run.notes)


REFUSED: list[tuple[str, type[KeyworthError], str]] = [
    ("", FileUnreadable, "is empty"),
    ("period,survivors\n", FileUnreadable, "has no rows below its header"),
    ("period,survivors\n0,1000\n", HistoryRefused, "row 2: there is no period after it"),
    ("period,survivors\n0,1000\n1,600\n2,700\n", HistoryRefused, "row 4: 700 survivors are more than the 600 before"),
    ("period,survivors\n0,1000\n1,-6\n", HistoryRefused, "row 3: -6 is negative"),
    ("period,survivors\n0,1000\n1,many\n2,\n", FileUnreadable, "row 3: survivors holds 'many', a number was expected"),
    ("period,survivors\n0,1000\n1,many\n2,\n", FileUnreadable, "row 4: survivors is empty, a number was expected"),
    ("period,survivors\n0,1000\none,600\n", FileUnreadable, "row 3: period holds 'one', a whole number from 0"),
    ("period,survivors\n0,1000\n1.5,600\n", FileUnreadable, "row 3: period holds '1.5', a whole number from 0"),
    ("period,survivors\n1,1000\n2,600\n", HistoryRefused, "row 2: period 0 is missing before it"),
    ("period,survivors\n0,1000\n1,600\n3,200\n", HistoryRefused, "row 4: period 2 is missing before it"),
    ("period,survivors\n0,1000\n1,600\n1,500\n", HistoryRefused, "row 4: period 1 stands there twice"),
    ("period,survivors\n0,98%\n1,60%\n", HistoryRefused, "row 2: period 0 is everybody, 100%; got 98%"),
    ("period,survivors\n0,0.98\n1,0.6\n", HistoryRefused, "row 2: period 0 is everybody"),
    ("period,survivors\n0,0\n1,0\n", HistoryRefused, "row 2: nobody is there to begin with"),
    ("period,survivors\n0,1000\n1,600,5\n2,500\n3,400\n", FileUnreadable, "row 3: the row has 3 columns"),
    ("period,survivors\n0,1000\n1,1000\n2,1000\n", NotEnoughHistory, "Nobody has left in 2 periods"),
    ("period,survivors\n0,1000\n1,600\n", NotEnoughHistory, "Renewals were decided in 1 period only"),
]


@pytest.mark.parametrize(("text", "kind", "said"), REFUSED)
def test_what_cannot_be_a_curve_is_refused_with_its_rows(
    tmp_path: Path, text: str, kind: type[KeyworthError], said: str
) -> None:
    with pytest.raises(kind) as refused:
        fit_curve(written(tmp_path, text))
    assert said in str(refused.value.message)
    assert refused.value.hint is not None


def test_options_that_do_not_fit_the_file(tmp_path: Path) -> None:
    counts = written(tmp_path, "period,survivors\n0,1200\n1,700\n2,500\n")
    for options, said in (
        ({"cohort": 1000}, "counts 1,200 customers in period 0, so --cohort cannot be 1,000"),
        ({"until_period": 3}, "a period from 1 to 2, the last in the file; got 3"),
        ({"model": "weibull"}, "There is no model 'weibull'."),
        ({"columns": {"survivor": "2"}}, "--map knows no field 'survivor'"),
        ({"discount": 0.0}, "only when they are discounted"),
    ):
        with pytest.raises(OptionRefused) as refused:
            fit_curve(counts, **options)  # type: ignore[arg-type]
        assert said in str(refused.value.message)
    assert fit_curve(counts, cohort=1200).cohort == 1200
    with pytest.raises(MappingUnclear, match="no column 'left'"):
        fit_curve(counts, columns={"survivors": "left"})


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, said in ((tmp_path / "nowhere.csv", "There is no file"), (tmp_path, "is not a file")):
        with pytest.raises(FileUnreadable, match=said):
            read_survivors(path)
    monkeypatch.setattr("keyworth.ledger.small_tables._MOST_ROWS", 50)
    orders = written(tmp_path, "a,b\n" + "1,2\n" * 51)
    with pytest.raises(FileUnreadable, match="51 rows, too many"):
        read_survivors(orders)


@pytest.mark.reference
def test_the_published_cohorts(shared: Path) -> None:
    table = shared / "data" / "retention_tables" / "fader_hardie_2007_regular_highend.csv"
    for column, error in (("regular", -0.02), ("high_end", -0.04)):
        run = fit_curve(table, columns={"survivors": column}, until_period=7)
        assert run.holdout is not None
        assert run.holdout.last_error == pytest.approx(error, abs=0.005)

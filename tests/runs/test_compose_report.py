"""What a run hands the page: in money where there is money, in purchases where there is none."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from keyworth.behaviour import PaceTable
from keyworth.ledger import Ledger
from keyworth.report import ReportContent, write_report
from keyworth.runs.build_values import ValueRequest, build_values
from keyworth.runs.choose_model import AskedModels
from keyworth.runs.compose_report import report_content
from keyworth.runs.pace import Pace
from keyworth.units import Horizon
from keyworth.value import DatedValues, ModelChoice

AT = datetime(2026, 1, 1, tzinfo=UTC)


def visits(amount: bool) -> str:
    """Two hundred customers over a year and a half, who come at random and stop at random; one purchase a day."""
    rng = np.random.default_rng(5)
    rows = ["customer,date,amount" if amount else "customer,date"]
    for customer in range(200):
        born, rate, stays = rng.integers(0, 400), rng.gamma(1.0, 1 / 30), rng.exponential(300)
        later = born + np.cumsum(rng.exponential(1 / rate, 80))
        days = {int(day) for day in (born, *later[later < min(born + stays, 545)])}
        for day in sorted(days):
            when = date.fromordinal(date(2024, 1, 1).toordinal() + day)
            rows.append(f"C{customer:03},{when},{rng.gamma(4, 20):.2f}" if amount else f"C{customer:03},{when}")
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module", params=[True, False], ids=["money", "purchases"])
def book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compose")
    orders = folder / "orders.csv"
    orders.write_text(visits(request.param), encoding="utf-8")
    Ledger.create(folder / "book", orders, at=AT, currency="CNY" if request.param else None)
    return folder / "book"


@pytest.fixture(scope="module")
def composed(book: Path) -> tuple[ReportContent, DatedValues]:
    build_values(book, ValueRequest(model="mbg-nbd", horizon=Horizon.parse("13w")))
    return report_content(book, at=AT)


def test_every_section_adds_up_to_the_base(composed: tuple[ReportContent, DatedValues]) -> None:
    content, values = composed
    worth = values.customers.expected_purchases if values.basis == "purchases" else values.customers.value
    assert worth is not None
    assert content.basis == values.basis
    total = pytest.approx(float(worth.sum()))
    assert sum(one.value for one in content.concentration.classes) == total
    assert content.rfm.value.sum() == total
    assert sum(cohort.value or 0 for cohort in content.cohorts) == total
    assert [one.value for one in content.top] == sorted((one.value for one in content.top), reverse=True)


def test_what_is_at_stake_is_value_if_kept_times_risk(composed: tuple[ReportContent, DatedValues]) -> None:
    content, values = composed
    assert content.at_risk
    assert content.churn is not None
    for one in content.at_risk:
        assert one.at_stake == pytest.approx(one.value_if_kept * (one.gone + one.leaving))
        assert ("The risk lies ahead" in str(one.reason)) is (one.leaving > one.gone)
    # Value if kept times the chance of being a customer is what is expected of them.
    kept = content.churn.value_staying + content.churn.value_leaving
    lasting = values.customers.residual_value
    expected = values.customers.expected_purchases if lasting is None else lasting
    assert kept == pytest.approx(float(expected.sum()))


@pytest.mark.parametrize("own", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_page_judges_the_past_days_that_the_value_book_learnt_from(
    book: Path, monkeypatch: pytest.MonkeyPatch, own: bool
) -> None:
    """Not others: two months back are not as many days as two months on; nor at a pace that a day itself taught."""
    days = (date(2025, 1, 1), date(2025, 3, 2))
    slow = PaceTable((), (45.5,), ((1.4, 0.6),))
    tables = {"table": slow, "without": dict.fromkeys(days, PaceTable((), (), ((1.2,),)))} if own else {}
    pace = Pace(1.4, days, 60, **tables)
    asked = AskedModels("mbg-nbd", pace=pace, choice=ModelChoice((), days, 60, paces_without=pace.without))
    monkeypatch.setattr("keyworth.runs.build_values.asked_models", lambda *_args, **_kwargs: asked)
    values = build_values(book, ValueRequest(horizon=Horizon.parse("2m")))
    found = report_content(book, at=AT, book_id=values.book_id)[0].backtest
    assert found is not None
    assert found.holdout_days == values.options.horizon_days
    assert tuple(one.origin for one in found.totals) == values.base.origins
    widened = [one.inside_80 for one in found.totals if one.widened_by]
    assert (len(widened), sum(widened)) == (values.base.judged, values.base.inside_80)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_without_money_the_page_shows_none(
    composed: tuple[ReportContent, DatedValues], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keyworth.report.page.chart_svg", lambda chart, part="": "<svg></svg>")
    content, values = composed
    page = write_report(content, lang)  # type: ignore[arg-type]
    money = ("¥", "累计消费" if lang == "zh" else "Spent", "剩余终身价值" if lang == "zh" else "Residual value")
    assert [word in page for word in money] == [values.basis != "purchases"] * 3
    counted = "按购买次数计" if lang == "zh" else "Counted in purchases"
    assert (counted in page) is (values.basis == "purchases")


def test_what_came_in_the_span_before_is_what_the_file_says(composed: tuple[ReportContent, DatedValues]) -> None:
    content, values = composed
    rows = [row.split(",") for row in visits(values.basis != "purchases").splitlines()[1:]]
    first = np.datetime64(values.as_of) - values.options.horizon_days
    came = [1.0 if values.basis == "purchases" else float(row[2]) for row in rows if np.datetime64(row[1]) > first]
    assert content.base.same_span_before == pytest.approx(sum(came))


@pytest.mark.slow
def test_a_day_long_after_the_last_order_is_said_before_the_figure(book: Path) -> None:
    made = build_values(book, ValueRequest(model="mbg-nbd", as_of=date(2026, 6, 1), horizon=Horizon.parse("13w")))
    content, _ = report_content(book, at=AT, book_id=made.book_id)
    page = write_report(content, "en")
    assert 'class="small caution">2026-06-01 is ' in page
    assert page.count("days after the last order") == 1


def test_what_went_in_is_counted_by_the_day_of_the_book(book: Path) -> None:
    early = build_values(book, ValueRequest(model="mbg-nbd", as_of=date(2025, 3, 31), horizon=Horizon.parse("13w")))
    content, _ = report_content(book, at=AT, book_id=early.book_id)
    days = [row.split(",")[1] for row in visits(early.basis != "purchases").splitlines()[1:]]
    assert content.data.orders == sum(day <= "2025-03-31" for day in days)
    assert content.data.last_day == date(2025, 3, 31)

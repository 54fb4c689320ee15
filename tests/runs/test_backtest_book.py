"""A back-test of a small shop in whose ledger the first customers are older than they look."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from keyworth.behaviour import PaceTable
from keyworth.errors import NotEnoughHistory, OptionRefused
from keyworth.ledger import Ledger
from keyworth.runs.backtest_book import backtest_book as backtest_by
from keyworth.runs.build_values import ValueRequest, build_values
from keyworth.runs.fit_model import fit_book
from keyworth.runs.pace import Pace
from keyworth.runs.past_origins import Look, whole_forecasts
from keyworth.units import Horizon

START, END = date(2024, 1, 1), date(2025, 12, 31)
backtest_book = partial(backtest_by, model="mbg-nbd")  # named, so that none need be chosen
OLD, NEW = 60, 200


def orders() -> list[str]:
    """Sixty customers of old, who buy every two weeks, and two hundred who come in later and leave again."""
    rng = np.random.default_rng(5)
    rows = ["customer,date,amount,cost"]
    for customer in range(OLD + NEW):
        old = customer < OLD
        day = START + timedelta(days=int(rng.integers(0, 14) if old else rng.integers(40, 700)))
        while day <= END:
            amount = round(float(rng.gamma(6, 10)), 2)
            rows.append(f"C{customer},{day},{amount},{round(amount * (0.5 if old else 0.7), 2)}")
            if not old and rng.random() < 0.25:
                break
            day += timedelta(days=1 + int(rng.exponential(13 if old else 25)))
    return rows


def written(folder: Path, rows: list[str]) -> Path:
    file = folder / "orders.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    Ledger.create(folder / "book", file, at=datetime(2026, 1, 1, tzinfo=UTC), currency="CNY")
    return folder / "book"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backtest_book")
    return written(folder, orders())


HOLDOUT = Horizon.parse("26w")


def test_it_says_how_many_customers_the_start_in_mid_life_may_touch(book: Path) -> None:
    run = backtest_book(book, holdout=HOLDOUT)
    told = run.maybe_older
    assert told is not None
    assert told.customers >= OLD
    assert told.known == run.purchases.customers
    assert told.born_after is not None
    assert told.sentences() == run.notes[-2:]
    assert run.born_after is None


@pytest.mark.slow
def test_two_fits_are_judged_on_the_same_customers_born_after_a_day(book: Path) -> None:
    day = date(2024, 2, 5)
    run = backtest_book(book, holdout=HOLDOUT, born_after=day)
    found = run.born_after
    assert found is not None
    assert run.maybe_older is None
    everybody, alone = found.fitted_on_all, found.fitted_on_born_after
    known = len(Ledger.open(book).customers(run.latest.origin.as_of))
    assert found.left_out == OLD
    assert found.customers == known - OLD == everybody.purchases.customers == alone.purchases.customers
    assert everybody.purchases.actual == alone.purchases.actual == run.purchases.actual
    assert everybody.total.actual == alone.total.actual
    assert alone.purchases == run.purchases

    until = run.latest.origin.as_of
    assert everybody.parameters["r"] == pytest.approx(fit_book(book, until=until).fit.parameters.r)
    assert alone.parameters["r"] == pytest.approx(fit_book(book, until=until, born_after=day).fit.parameters.r)
    # The customers of old never leave: learning from them makes too much be expected of the others.
    assert everybody.purchases.bias > alone.purchases.bias
    assert found.verdict == run.verdicts[-1]


@pytest.mark.slow
def test_a_day_is_not_judged_at_a_pace_that_it_taught_itself(book: Path) -> None:
    plain = backtest_book(book, holdout=HOLDOUT)
    days = tuple(one.origin for one in plain.totals)
    of_itself = backtest_book(book, holdout=HOLDOUT, pace=Pace(1.4, days[-1:], plain.holdout_days))
    assert of_itself.latest.options.pace == 1.0
    assert of_itself.purchases == plain.purchases
    assert of_itself.total.expected == plain.total.expected
    of_others = backtest_book(book, holdout=HOLDOUT, pace=Pace(1.4, (date(2023, 1, 1),), plain.holdout_days))
    assert of_others.latest.options.pace == 1.4
    assert of_others.total.expected > 1.1 * plain.total.expected
    assert of_others.purchases.log_score != plain.purchases.log_score


@pytest.mark.slow
def test_each_history_is_judged_at_the_pace_that_other_days_taught_it(book: Path) -> None:
    plain = backtest_book(book, holdout=HOLDOUT)
    days = tuple(one.origin for one in plain.totals)
    all_days, others = PaceTable((), (), ((0.5,),)), PaceTable((), (), ((1.4,),))
    own = Pace(1.0, days[-1:], plain.holdout_days, all_days, {days[-1]: others})
    one = Pace(1.4, (date(2023, 1, 1),), plain.holdout_days)
    by_table, by_factor = (backtest_book(book, holdout=HOLDOUT, pace=pace) for pace in (own, one))
    assert by_table.latest.options.paces is others
    assert by_table.purchases == by_factor.purchases
    assert by_table.total.expected == by_factor.total.expected


def test_the_track_follows_the_customers_judged(book: Path) -> None:
    day = date(2024, 2, 5)
    run = backtest_book(book, holdout=HOLDOUT, born_after=day)
    summary = Ledger.open(book).customers(END, born_after=day)
    known = summary.first_day <= np.datetime64(run.latest.origin.as_of)
    assert run.tracking.actual.sum() == summary.repeats[known].sum()


def came(after: date, until: date, known_by: date) -> tuple[float, float]:
    """Revenue and margin of some time, by those who had come by a day, straight from the rows."""
    rows = [row.split(",") for row in orders()[1:]]
    known = {customer for customer, day, *_ in rows if day <= str(known_by)}
    then = [row for row in rows if row[0] in known and str(after) < row[1] <= str(until)]
    return sum(float(row[2]) for row in then), sum(float(row[2]) - float(row[3]) for row in then)


def test_spend_is_measured_in_margin_where_the_ledger_knows_it(book: Path) -> None:
    run = backtest_book(book, holdout=HOLDOUT)
    origin = run.latest.origin
    revenue, margin = came(origin.as_of, origin.end, origin.as_of)
    assert run.basis == "margin"
    assert run.spend is not None
    assert run.spend.actual == pytest.approx(margin)
    assert run.total.actual == pytest.approx(margin)
    assert run.total.expected == pytest.approx(run.spend.expected)
    assert 0.3 * revenue < run.spend.expected < 0.5 * revenue
    assert all(str(one).startswith("margin: ") for one in run.verdicts if str(one).startswith(("margin", "spend")))
    # The simple rules speak of the same money.
    last_year = next(scores for rule, scores in run.spend_rules if rule.code == "last_year")
    window = min(365, origin.calibration_days)
    _, year = came(origin.as_of - timedelta(days=window), origin.as_of, origin.as_of)
    assert last_year.expected == pytest.approx(year * origin.holdout_days / window)


def test_a_margin_given_is_that_of_forecast_and_fact(book: Path) -> None:
    run = backtest_book(book, holdout=HOLDOUT, margins={"": 0.25})
    origin = run.latest.origin
    revenue, _ = came(origin.as_of, origin.end, origin.as_of)
    assert run.basis == "margin"
    assert [one.actual for one in (run.spend, run.total)] == pytest.approx([0.25 * revenue] * 2)
    # Twice the margin is twice the forecast of everybody: of the model and of both simple rules.
    twice = backtest_book(book, holdout=HOLDOUT, margins={"": 0.5})
    assert twice.total.expected == pytest.approx(2 * run.total.expected)
    for (_, scores), (_, doubled) in zip(run.spend_rules, twice.spend_rules, strict=True):
        assert doubled.expected == pytest.approx(2 * scores.expected)


@pytest.mark.slow
def test_margins_by_category_are_of_what_was_bought_then(tmp_path: Path) -> None:
    # Wine before the summer of 2025, tea and a new thing after it.
    rows = ["customer,date,amount,category"]
    for row in orders()[1:]:
        customer, day, amount, _ = row.split(",")
        rows.append(f"{customer},{day},{amount},{'wine' if day < '2025-07-01' else 'tea'}")
    book = written(tmp_path, rows)
    run = backtest_book(book, holdout=Horizon.parse("184d"), margins={"wine": 0.6, "": 0.1})
    assert run.latest.origin.as_of == date(2025, 6, 30)
    revenue, _ = came(date(2025, 6, 30), END, date(2025, 6, 30))
    assert run.spend is not None
    assert run.spend.actual == pytest.approx(0.1 * revenue)
    assert run.spend.expected > 0.3 * revenue  # nobody could know that tea would take the place of wine
    with pytest.raises(OptionRefused, match="no product category beer"):
        backtest_book(book, holdout=HOLDOUT, margins={"beer": 0.6, "": 0.1})


@pytest.mark.slow
def test_days_before_the_ledger_told_margins_are_not_set_beside_later_ones(tmp_path: Path) -> None:
    rows = ["customer,date,amount,cost"]
    for row in orders()[1:]:
        customer, day, amount, cost = row.split(",")
        rows.append(f"{customer},{day},{amount},{cost if day > '2025-01-15' else ''}")
    book = written(tmp_path, rows)
    run = backtest_book(book, holdout=Horizon.parse("26w"))
    assert run.basis == "margin"
    assert [one.origin for one in run.totals] == [run.latest.origin.as_of]
    assert len(backtest_book(book, holdout=Horizon.parse("26w"), margins={"": 0.3}).totals) > 1
    # Known only in the end, margins say nothing of the past; then a reader must hear that this is revenue.
    late = backtest_book(book, holdout=Horizon.parse("1y"))
    assert late.basis == "revenue"
    assert str(late.verdicts[0]) == "Money is revenue here, not margin: by 2024-12-31 the ledger told no margin."
    assert run.verdicts[0] != late.verdicts[0]


@pytest.mark.slow
def test_each_total_is_widened_by_the_misses_before_it_and_is_that_of_its_own_day(book: Path) -> None:
    run = backtest_book(book, holdout=Horizon.parse("13w"))
    assert [one.widened_by for one in run.totals] == [0, 0, *range(2, len(run.totals))]
    assert len(run.totals) > 3
    earlier = backtest_book(book, holdout=Horizon.parse("13w"), until=run.totals[-2].end)
    assert earlier.totals == run.totals[:-1]


@pytest.mark.slow
def test_of_many_past_days_the_latest_are_looked_at_and_that_is_said(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = backtest_book(book, holdout=Horizon.parse("13w"))
    monkeypatch.setattr("keyworth.runs.backtest_book._MOST_ORIGINS", 2)
    run = backtest_book(book, holdout=Horizon.parse("13w"))
    assert [one.origin for one in run.totals] == [one.origin for one in every.totals[-2:]]
    said = f"Of {len(every.totals)} past days that fit the latest 2 are looked at."
    assert said in map(str, run.notes)
    assert said not in map(str, every.notes)


@pytest.mark.slow
def test_a_past_day_on_which_nobody_had_come_back_is_passed_over(tmp_path: Path) -> None:
    rows = orders()
    early = [f"E{number},2023-0{1 + number % 9}-0{1 + number % 7},20,10" for number in range(9)]
    book = written(tmp_path, [rows[0], *early, *rows[1:]])
    found = backtest_book(book, holdout=HOLDOUT).totals
    assert found[0].origin > date(2024, 1, 10)
    assert len(build_values(book, ValueRequest(model="mbg-nbd", horizon=HOLDOUT)).base.origins) == len(found)
    with pytest.raises(NotEnoughHistory, match="second day"):
        backtest_book(book, holdout=HOLDOUT, until=date(2024, 1, 10))


@pytest.mark.slow
def test_days_after_the_last_order_are_not_taken_for_days_without_any(book: Path) -> None:
    run = backtest_book(book, holdout=HOLDOUT, until=date(2026, 12, 31))
    last = Ledger.open(book).last_day
    assert run.totals == backtest_book(book, holdout=HOLDOUT, until=last).totals
    assert run.total.end == last


@pytest.mark.slow
def test_a_ledger_that_has_grown_can_still_be_looked_back_on_as_it_was(tmp_path: Path) -> None:
    rows = orders()
    book = written(tmp_path, [row for row in rows if not row.startswith("C2")])
    before = backtest_book(book, holdout=HOLDOUT)
    (tmp_path / "more.csv").write_text(
        "\n".join([rows[0], *(row for row in rows if row.startswith("C2"))]) + "\n", encoding="utf-8"
    )
    Ledger.open(book).add(tmp_path / "more.csv", at=datetime(2026, 1, 2, tzinfo=UTC))
    assert backtest_book(book, holdout=HOLDOUT, version=1).totals == before.totals
    assert backtest_book(book, holdout=HOLDOUT).total.customers > before.total.customers


def test_every_past_day_has_customers_born_before_it(book: Path) -> None:
    run = backtest_book(book, holdout=Horizon.parse("13w"), born_after=date(2024, 12, 31))
    assert [one.origin for one in run.totals] == [run.latest.origin.as_of - timedelta(days=91), run.latest.origin.as_of]
    with pytest.raises(NotEnoughHistory, match="after 2025-10-01"):
        backtest_book(book, holdout=Horizon.parse("13w"), born_after=date(2025, 10, 1))


@pytest.mark.slow
def test_a_chosen_day_begins_the_hold_out_although_the_book_goes_on(book: Path, tmp_path: Path) -> None:
    day = date(2025, 3, 31)
    run = backtest_book(book, holdout=HOLDOUT, origin=day)
    assert (run.latest.origin.as_of, run.latest.origin.end) == (day, day + timedelta(days=182))
    assert run.latest.base.buying.parameters == fit_book(book, until=day).fit.parameters
    known = backtest_book(book, holdout=HOLDOUT, until=run.latest.origin.end)
    assert (run.purchases, run.spend, run.totals) == (known.purchases, known.spend, known.totals)
    # A day may be chosen from which less can be looked back on than ahead; then a reader hears of it.
    early = backtest_book(book, holdout=HOLDOUT, origin=date(2024, 4, 30))
    assert "Only 121 days are known by 2024-04-30" in str(early.notes[0])
    assert run.notes[0] != early.notes[0]


def test_a_hold_out_that_ends_a_little_after_the_last_order_says_so(book: Path) -> None:
    last = Ledger.open(book).last_day
    run = backtest_book(book, holdout=HOLDOUT, origin=last - timedelta(days=180))
    assert "2 days older than the end of the hold-out period" in str(run.notes[0])
    with pytest.raises(NotEnoughHistory, match="needs orders up to"):
        backtest_book(book, holdout=HOLDOUT, origin=last - timedelta(days=100))
    with pytest.raises(NotEnoughHistory, match="needs orders up to"):
        backtest_book(book, holdout=HOLDOUT, origin=last - timedelta(days=182), until=last - timedelta(days=60))


@pytest.mark.slow
def test_whole_distributions_are_scored_in_the_basis_of_the_forecast(book: Path) -> None:
    half, all_of_it = (backtest_book(book, holdout=HOLDOUT, margins={"": share}) for share in (0.5, 1.0))
    assert half.purchases == all_of_it.purchases
    assert half.spend is not None
    assert all_of_it.spend is not None
    assert all_of_it.spend.crps == pytest.approx(2 * half.spend.crps)
    assert all_of_it.spend.pit_ks == pytest.approx(half.spend.pit_ks)
    # Twice the unit halves a density, and those who bring something have one.
    brought = all_of_it.spend.calibration_customers / all_of_it.spend.customers
    assert all_of_it.spend.log_score == pytest.approx(half.spend.log_score - np.log(2) * brought)
    for _, scores in (*half.purchase_rules, *half.spend_rules):
        unstated = (scores.log_score, scores.crps, scores.pit_ks, scores.calibration_80, scores.calibration_customers)
        assert unstated == (None,) * 5
    said = [str(one) for one in half.verdicts]
    assert sum("80, 90 and 95% intervals held" in sentence for sentence in said) == 2


@pytest.mark.slow
def test_each_customer_can_be_compared_between_models_at_an_origin(book: Path) -> None:
    ours, other = (
        whole_forecasts(backtest_book(book, holdout=HOLDOUT, model=model).latest, Look(model))
        for model in ("mbg-nbd", "bg-nbd")
    )
    run = backtest_book(book, holdout=HOLDOUT)
    assert ours.purchases.log_score.mean() == pytest.approx(run.purchases.log_score)
    assert ours.purchases.crps.shape == other.purchases.crps.shape == (run.purchases.customers,)
    assert not np.array_equal(ours.purchases.log_score, other.purchases.log_score)
    assert ours.spend is not None
    assert other.spend is not None
    assert np.array_equal(ours.spend.judged, other.spend.judged)


def test_who_gave_back_all_they_spent_is_counted_aloud(tmp_path: Path) -> None:
    rows = orders()
    late = [row for row in rows[1:] if row.split(",")[1] > "2025-08-01"]
    customer, day, amount, _ = next(row for row in late if row.startswith("C3,")).split(",")
    book = written(tmp_path, [*rows, f"{customer},{day},-{float(amount) * 500:.2f},0"])
    run = backtest_book(book, holdout=HOLDOUT, margins={"": 0.5})
    assert (run.latest.spend < 0).sum() == 1
    (said,) = [str(note) for note in run.notes if "brought nothing or less" in str(note)]
    assert said.startswith("1 customer brought")
    assert run.spend is not None
    assert np.isfinite(run.spend.log_score)

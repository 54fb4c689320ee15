"""What the till prints: how much of it, in what shape, in both languages."""

from datetime import date

import pyarrow as pa
import pytest

from keyworth.sample import Population, headers, make_business


@pytest.mark.slow
def test_the_default_has_the_promised_size(business, orders, sales):
    assert business.customers.num_rows == business.truth.num_rows == 20_000
    assert 240_000 <= len(sales) <= 260_000
    assert (orders.day.min().date(), orders.day.max().date()) == (date(2023, 1, 1), date(2025, 12, 31))
    assert (business.start, business.end) == (date(2023, 1, 1), date(2025, 12, 31))
    assert business.future_end == date(2026, 12, 31)


@pytest.mark.slow
def test_it_has_a_believable_shape(business, sales):
    per_customer = sales.dropna(subset="customer").groupby("customer").day.nunique()
    assert 0.25 < (per_customer == 1).mean() < 0.45
    assert 200 < per_customer.max() < 1_000
    best_fifth = per_customer.sort_values(ascending=False).iloc[: len(per_customer) // 5]
    assert 0.6 < best_fifth.sum() / per_customer.sum() < 0.85
    assert 0.05 < sales.customer.isna().mean() < 0.10


def test_nobody_comes_more_than_twice_a_day_and_then_for_lunch_and_dinner(sales):
    visits = sales.dropna(subset="customer").groupby(["customer", "day"])
    assert visits.size().max() == 2
    twice = visits.sitting.agg(["first", "last"])[visits.size() == 2]
    assert len(twice) > 1_000
    assert (twice["first"] == "午市").all()
    assert (twice["last"] == "晚市").all()


def test_order_numbers_are_unique_and_dates_are_in_order(orders, sales):
    assert sales.order.is_unique
    assert sales.order.notna().all()
    assert orders["at"].is_monotonic_increasing
    some = sales[::97]
    assert (some.order.str[3:9] == some["at"].dt.strftime("%y%m%d")).all()


def test_member_numbers_keep_their_leading_zeros(business, orders):
    numbers = business.customers["会员号"].to_pylist()
    assert all(len(number) == 8 and number.startswith("00") for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert set(orders.customer.dropna()) <= set(numbers)
    tails = business.customers["手机尾号"].drop_null().to_pylist()
    assert all(len(tail) == 4 for tail in tails)
    assert any(tail.startswith("0") for tail in tails)


def test_money_is_exact_and_in_the_currency_of_the_branch(business, sales):
    amount = business.orders.schema.field("实付金额")
    assert amount.type == pa.decimal128(18, 2)
    assert set(sales[sales.store == "禾钥里·香港店"].currency) == {"HKD"}
    assert set(sales[sales.store != "禾钥里·香港店"].currency) == {"CNY"}
    assert (sales.cost.astype(float) * 100 < sales.amount + 1).all()


def test_the_rates_cover_every_day_there_is(business):
    rates = business.rates.to_pandas()
    assert list(rates.columns) == ["日期", "币种", "汇率"]
    hkd = rates[rates["币种"] == "HKD"]
    assert hkd["日期"].min() == business.start
    assert (business.future_end - hkd["日期"].max()).days < 7
    assert hkd["汇率"].astype(float).between(0.85, 0.99).all()


def test_what_is_eaten_in_is_seated_and_what_is_carried_home_is_not(sales):
    seated = sales.channel.isin(["堂食", "预订"])
    assert sales[seated].party.between(1, 30).all()
    assert sales[seated].seat.notna().all()
    assert sales[~seated].party.isna().all()
    assert (sales[sales.channel == "门店零售"].sitting.isna()).all()
    assert set(sales.channel) == {"堂食", "外卖", "预订", "门店零售"}
    hours = sales["at"].dt.hour
    assert hours[sales.sitting == "午市"].between(11, 13).all()
    assert hours[sales.sitting == "晚市"].between(17, 20).all()


def test_both_languages_tell_of_the_same_business():
    chinese, english = (make_business(customers=80, seed=2, lang=lang) for lang in ("zh", "en"))
    assert chinese.orders.column_names == list(headers.titles(headers.ORDERS, "zh").values())
    assert english.orders.column_names == list(headers.titles(headers.ORDERS, "en").values())
    assert english.truth.equals(chinese.truth)
    for key in ("order", "at", "customer", "amount", "currency", "cost", "referrer", "quantity"):
        title = headers.ORDERS[key]
        assert english.orders[title.en].equals(chinese.orders[title.zh]), key
    assert set(english.orders["Document"].to_pylist()) <= {"Sale", "Refund"}
    for title in ("Store", "Channel", "Product", "Category"):
        assert english.orders[title].drop_null().cast(pa.string()).to_pandas().str.isascii().all(), title


def test_the_lines_of_a_receipt_add_up_to_its_order(small):
    amounts = [
        table.to_pandas().astype({"实付金额": float}).groupby("订单号")["实付金额"].sum().round(2)
        for table in (small.lines, small.orders)
    ]
    assert amounts[0].equals(amounts[1])
    assert small.lines.num_rows > 1.5 * small.orders.num_rows
    assert small.lines["商品"].null_count < 0.01 * small.lines.num_rows


def test_a_business_of_one_customer():
    one = make_business(customers=1, lines=True)
    assert one.customers.num_rows == one.truth.num_rows == 1
    assert one.orders.num_rows >= 1
    assert one.customers["推荐人"].null_count == 1


def test_a_business_of_one_day():
    day = make_business(customers=30, start=date(2024, 3, 5), end=date(2024, 3, 5))
    assert set(day.orders["下单时间"].cast(pa.date32()).to_pylist()) <= {date(2024, 3, d) for d in (5, 6)}
    assert set(day.truth["purchases"].to_pylist()) == {1}


def test_a_business_older_than_its_export():
    old = make_business(customers=600, opened=date(2020, 6, 1), years=1.0, seed=4)
    first = old.truth.to_pandas().set_index("customer").first_on
    assert min(first) < date(2020, 7, 1)
    assert old.orders["下单时间"].cast(pa.date32()).to_pandas().min() >= old.start
    seen = old.orders.to_pandas().dropna(subset="会员号").groupby("会员号")["下单时间"].min().dt.date
    assert (seen > first[seen.index]).sum() > 50


@pytest.mark.parametrize("rate", [0.5, 5.0])
def test_even_the_keenest_customers_make_one_purchase_a_day(rate):
    keen = make_business(customers=40, years=0.5, population=Population(r=50.0, alpha=50.0 / rate, a=0.001, b=10.0))
    truth = keen.truth.to_pandas()
    days = (keen.end - truth.first_on.min()).days + 1
    assert truth.purchases.max() <= days
    if rate > 1:
        assert truth.purchases.max() > 0.9 * days

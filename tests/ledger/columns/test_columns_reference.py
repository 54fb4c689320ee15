"""Real files, as they were published, give their known totals without a word from anybody."""

from datetime import datetime
from decimal import Decimal

import pytest

from keyworth.errors import MappingUnclear
from keyworth.ledger.columns import decide_conventions, propose_mapping, staging_query
from keyworth.ledger.reading import open_sources

pytestmark = pytest.mark.reference


@pytest.fixture
def totals(connection, shared, tmp_path):
    """Stage a real file; its totals, its mapping and the problems in it."""

    def staging(name, *, chosen=None, **options):
        (source,) = open_sources([shared / "data" / name], connection=connection, scratch=tmp_path)
        mapping = propose_mapping(connection, source, chosen=chosen or {})
        conventions = decide_conventions(connection, source, mapping, **options)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE staged AS {staging_query(source, mapping, conventions)}")
        assert source.faults is None
        return mapping.as_options()

    return staging


def ask(connection, what):
    return connection.execute(f"SELECT {what} FROM staged").fetchall()[0]


def test_cdnow_master(connection, totals):
    mapping = totals("cdnow/CDNOW_master.txt")
    assert mapping == {"customer": "customer_id", "date": "date", "amount": "dollar_value", "quantity": "number_of_cds"}
    assert ask(connection, 'count(*), count(DISTINCT customer), sum(amount), sum(quantity), min("at"), max("at")') == (
        69_659, 23_570, Decimal("2500315.63"), Decimal(167_881), datetime(1997, 1, 1), datetime(1998, 6, 30),
    )  # fmt: skip
    assert ask(connection, "count(*) FILTER (problem IS NOT NULL), count(*) FILTER (customer = '00001')") == (0, 1)


def test_cdnow_sample_without_a_header(connection, totals):
    assert totals("cdnow/CDNOW_sample.txt") == {"customer": "1", "date": "3", "amount": "5", "quantity": "4"}
    assert ask(connection, "count(*), count(DISTINCT customer), sum(amount), count_if(problem IS NOT NULL)") == (
        6_919, 2_357, Decimal("244091.94"), 0,
    )  # fmt: skip


def test_online_retail(connection, totals):
    mapping = totals("online_retail_2010_2011/online_retail.csv.gz")
    assert mapping == {
        "order": "InvoiceNo", "customer": "CustomerID", "date": "InvoiceDate", "price": "UnitPrice",
        "quantity": "Quantity", "item": "StockCode",
    }  # fmt: skip
    assert ask(
        connection,
        "count(*), count_if(customer IS NULL), count(DISTINCT customer), count(DISTINCT order_ref),"
        " CAST(sum(amount) AS DECIMAL(18, 2)), count_if(problem IS NOT NULL), count_if(customer = '17850') > 0",
    ) == (541_909, 135_080, 4_372, 25_900, Decimal("9747747.93"), 0, True)
    assert ask(connection, "count_if(is_refund AND quantity < 0), count_if(is_refund AND amount < 0)") == (
        10_626,
        9_290,
    )


def test_debruyn_without_a_header(connection, totals):
    assert totals("debruyn_purchases/purchases.txt") == {"customer": "1", "date": "3", "amount": "2"}
    assert ask(connection, "count(*), count(DISTINCT customer), sum(amount)") == (51_243, 18_417, Decimal("3194344.9"))


def test_superstore_in_chinese(connection, totals):
    mapping = totals("superstore_cn_gb18030/superstore_cn.csv")
    assert (mapping["order"], mapping["customer"], mapping["margin"]) == ("订单 ID", "客户 ID", "利润")
    asked = "count(*), count(DISTINCT order_ref), count(DISTINCT customer), sum(amount), sum(margin)"
    assert ask(connection, asked) == (
        9_959, 2_770, 790, Decimal("16068954.125"), Decimal("2147538.925"),
    )  # fmt: skip


def test_sales_pipeline_counts_deals_won(connection, totals):
    assert totals("sales_pipeline/sales_pipeline.csv")["status"] == "deal_stage"
    assert ask(connection, "count_if(is_sale), sum(amount) FILTER (is_sale), count_if(problem IS NOT NULL)") == (
        4_238, Decimal(10_005_534), 0,
    )  # fmt: skip


def test_taobao_events_ask_who_the_customer_is(connection, totals):
    with pytest.raises(MappingUnclear, match="--map customer=1"):
        totals("taobao_userbehavior_sample/UserBehavior.csv")
    chosen = {"customer": "1", "status": "4", "item": "2"}
    totals("taobao_userbehavior_sample/UserBehavior.csv", chosen=chosen, time_zone="Asia/Shanghai")
    assert ask(connection, 'count_if(is_sale), count(DISTINCT customer), min("at")') == (
        77, 43, datetime(2017, 9, 11, 16, 16, 39),
    )  # fmt: skip

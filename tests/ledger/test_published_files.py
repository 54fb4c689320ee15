"""Published order files, whole: the ledger's counts and summaries are those that others give for them."""

from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from keyworth.ledger import Ledger, ReadingOptions, import_orders
from reference.held import held

pytestmark = pytest.mark.reference
CALIBRATION_ENDS = date(1997, 9, 30)


def bring(book: Path, file: Path, **options: Any) -> Any:
    return import_orders(book, [file], ReadingOptions(**options), at=datetime(2026, 1, 1, tzinfo=UTC))


def test_cdnow_sample_is_that_of_fader_hardie_and_lee(tmp_path: Path, shared: Path) -> None:
    """S0.2, to the last digit, and S0.3: what the copied summary file says, but for its rounding and numbering."""
    bring(tmp_path / "book", shared / "data" / "cdnow" / "CDNOW_sample.txt")
    found = Ledger.open(tmp_path / "book").customers(CALIBRATION_ENDS)
    none = int((found.repeats == 0).sum())
    counts = [len(found), found.repeats.sum(), none, len(found) - none]
    held("S0.2", "CDNOW sample: customers, repeats, with none, with some", counts, [2357, 2457, 1411, 946])
    weeks = [found.last_repeat.sum(), found.observed_for.sum()]
    held("S0.2", "CDNOW sample: sums of t_x and T", weeks, [16135.57143, 77111.28571], atol=1e-5)
    whole = Ledger.open(tmp_path / "book").customers(date(1998, 6, 30))
    purchases = np.array([(side.repeats + 1).sum() for side in (found, whole, whole)])
    spent = np.array([side.amount.sum() for side in (found, whole, whole)])
    for sums in (purchases, spent):
        sums[1] -= sums[0]
    held("S0.2", "CDNOW sample: purchases before, after, all", purchases, [4814, 1882, 6696])
    held("S0.2", "CDNOW sample: spend before, after, all", spent, [173115.55, 70976.39, 244091.94], atol=1e-4)
    copied = pd.read_csv(shared / "data" / "cdnow" / "cdnow_customers_summary_with_transactions.csv")
    ours = sorted(zip(found.repeats, found.last_repeat, found.observed_for, strict=True))
    theirs = sorted(copied[["x", "t_x", "T"]].itertuples(index=False, name=None))
    assert np.abs(np.array(ours) - np.array(theirs)).max() < 0.00501


def test_cdnow_master(tmp_path: Path, shared: Path) -> None:
    report = bring(tmp_path / "book", shared / "data" / "cdnow" / "CDNOW_master.txt")
    assert (report.rows_read, report.orders_added, report.customers) == (69_659, 69_659, 23_570)
    found = Ledger.open(tmp_path / "book").customers(CALIBRATION_ENDS)
    assert (len(found), int(found.repeats.sum()), int((found.repeats == 0).sum())) == (23_570, 24_337, 14_119)
    assert bring(tmp_path / "book", shared / "data" / "cdnow" / "CDNOW_master.txt").orders_added == 0


def test_online_retail_with_its_returns(tmp_path: Path, shared: Path) -> None:
    """Orders, and the money matched by item, against the same rules followed in pandas and plain Python."""
    file = shared / "data" / "online_retail_2010_2011" / "online_retail.csv.gz"
    report = bring(tmp_path / "book", file)
    assert (report.rows_read, report.rows_without_customer, report.customers) == (541_909, 135_080, 4_372)
    rows = pd.read_csv(file, dtype={"InvoiceNo": str, "StockCode": str})
    rows = rows[rows["CustomerID"].notna()]
    rows["cents"] = (rows["UnitPrice"] * 1000).round().astype("int64") * rows["Quantity"]
    sales, returns = rows[rows["Quantity"] > 0], rows[rows["Quantity"] < 0]
    assert report.orders_added == sales["InvoiceNo"].nunique()
    assert report.refunds_added == report.refunds.refunds == len(returns)
    by_item, by_date = matched_by_item(sales, returns)
    assert float(report.refunds.by_reference) == 0
    assert float(report.refunds.by_item) == pytest.approx(by_item, abs=0.5)
    assert float(report.refunds.by_date) == pytest.approx(by_date, abs=0.5)


def matched_by_item(sales: pd.DataFrame, returns: pd.DataFrame) -> tuple[float, float]:
    left: dict[str, int] = sales.groupby("InvoiceNo")["cents"].sum().to_dict()
    when = sales.groupby("InvoiceNo")["InvoiceDate"].min().to_dict()
    shelf: dict[tuple[float, str], list[list[Any]]] = defaultdict(list)
    grouped = sales.groupby(["CustomerID", "StockCode", "InvoiceNo"], as_index=False)[["Quantity", "cents"]].sum()
    for who, item, invoice, units, cents in grouped.itertuples(index=False):
        shelf[who, item].append([when[invoice], invoice, cents, units])
    by_item = by_date = 0.0
    order = ["CustomerID", "InvoiceDate", "InvoiceNo", "StockCode", "back", "units"]
    returns = returns.assign(back=-returns["cents"], units=-returns["Quantity"]).sort_values(order)
    for row in returns.itertuples():
        owed, units = row.back, row.units
        price = owed / units
        for entry in sorted(shelf[row.CustomerID, row.StockCode], reverse=True):
            if units > 0 and entry[0] <= row.InvoiceDate and entry[3] > 0 and left[entry[1]] > 5:
                some = min(units, entry[3])
                taken = min(owed if some == units else round(price * some), left[entry[1]])
                entry[3] -= some
                left[entry[1]] -= taken
                units, owed, by_item = units - some, owed - taken, by_item + taken
        by_date += owed
    return by_item / 1000, by_date / 1000


def test_debruyn_superstore_and_taobao(tmp_path: Path, shared: Path) -> None:
    data = shared / "data"
    report = bring(tmp_path / "debruyn", data / "debruyn_purchases" / "purchases.txt")
    assert (report.orders_added, report.customers) == (51_243, 18_417)
    report = bring(tmp_path / "superstore", data / "superstore_cn_gb18030" / "superstore_cn.csv")
    rows = pd.read_csv(data / "superstore_cn_gb18030" / "superstore_cn.csv", encoding="gb18030", dtype=str)
    assert report.orders_added == len(rows[["订单 ID", "客户 ID"]].drop_duplicates())
    assert any("several customers" in str(note) for note in report.notes)
    found = Ledger.open(tmp_path / "superstore").customers()
    assert found.amount.sum() == pytest.approx(16_068_954.125, abs=0.01)
    assert found.margin.sum() == pytest.approx(2_147_538.925, abs=0.01)
    chosen = {"customer": "1", "status": "4", "item": "2"}
    file = data / "taobao_userbehavior_sample" / "UserBehavior.csv"
    report = bring(tmp_path / "taobao", file, chosen=chosen, time_zone="Asia/Shanghai")
    assert (report.orders_added, report.rows_not_orders) == (77, 4_321 - 77)

"""The column titles of the exported files, in both languages."""

from keyworth.sample.places import Term
from keyworth.words import Language

ORDERS = {
    "order": Term("订单号", "Order No"),
    "kind": Term("单据类型", "Document"),
    "at": Term("下单时间", "Order Time"),
    "customer": Term("会员号", "Member No"),
    "store": Term("门店", "Store"),
    "channel": Term("渠道", "Channel"),
    "sitting": Term("市别", "Sitting"),
    "party": Term("用餐人数", "Party Size"),
    "seat": Term("桌号", "Table"),
    "staff": Term("服务员", "Staff"),
    "item": Term("商品", "Product"),
    "category": Term("品类", "Category"),
    "quantity": Term("数量", "Quantity"),
    "currency": Term("币种", "Currency"),
    "amount": Term("实付金额", "Amount Paid"),
    "cost": Term("成本", "Cost"),
    "referrer": Term("推荐人", "Referrer"),
}
LINE_KEYS = (
    *("order", "kind", "at", "customer", "store", "item", "category", "quantity", "currency", "amount"),
    "cost",
)
CUSTOMERS = {
    "customer": Term("会员号", "Member No"),
    "name": Term("姓名", "Name"),
    "kind": Term("客户类型", "Customer Type"),
    "phone_tail": Term("手机尾号", "Phone Tail"),
    "joined": Term("入会日期", "Member Since"),
    "store": Term("常去门店", "Home Store"),
    "referrer": Term("推荐人", "Referrer"),
}
RATES = {
    "day": Term("日期", "date"),
    "currency": Term("币种", "currency"),
    "rate": Term("汇率", "rate"),
}
SALE, REFUND = Term("销售", "Sale"), Term("退款", "Refund")
PERSON, COMPANY = Term("个人", "Person"), Term("企业", "Company")


def titles(columns: dict[str, Term], lang: Language) -> dict[str, str]:
    """Each column's title in a language, by our own key for it."""
    return {key: term.said(lang) for key, term in columns.items()}

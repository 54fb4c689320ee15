"""What a status says about a row: a sale, a refund, or neither (cancelled, unpaid, only looked at)."""

from keyworth.ledger.columns.names import plain

_WORDS = {
    "refund": (
        "退款, 退货, 退货退款, 退单, 冲红, 红冲, refund, return, credit, credit note, credit memo, chargeback, "
        "reversal, r"
    ),
    # An order whose own row says that it *was* refunded is an order that came to nothing; a row that *is* a refund
    # gives back something of another order.
    "none": (
        "已退款, 退款成功, 全额退款, 已退货, refunded, returned, reversed, "
        "取消, 已取消, 订单取消, 交易关闭, 已关闭, 关闭, 作废, 已作废, 未付款, 待付款, 等待买家付款, "
        "未支付, 待支付, 付款失败, 支付失败, 草稿, 输单, 丢单, cancelled, canceled, cancellation, void, "
        "voided, unpaid, pending, pending payment, awaiting payment, not paid, failed, declined, expired, "
        "abandoned, draft, quote, lost, closed lost, prospecting, engaging, open, qualified, proposal, "
        "negotiation, pv, view, page view, click, cart, add to cart, fav, favourite, favorite, wishlist, "
        "浏览, 加购, 收藏"
    ),
    "sale": (
        "完成, 已完成, 交易成功, 交易完成, 成功, 已付款, 已支付, 付款成功, 支付成功, 买家已付款, 已发货, "
        "卖家已发货, 已签收, 已结账, 已结算, 正常, 销售, 消费, 购买, 赢单, 成交, paid, complete, "
        "completed, closed, closed won, won, success, successful, succeeded, settled, shipped, delivered, "
        "invoiced, sale, sold, purchase, buy, bought, order, payment, fulfilled, approved, captured, "
        "processing, received"
    ),
}
_KINDS = {plain(word): kind for kind, words in _WORDS.items() for word in words.split(",")}


def kind_of(status: str) -> str | None:
    """One of "sale", "refund" and "none"; None for a word we do not know.

    >>> kind_of("退款"), kind_of("已退款"), kind_of("Won"), kind_of("PV"), kind_of("blue")
    ('refund', 'none', 'sale', 'none', None)
    """
    return _KINDS.get(plain(status))

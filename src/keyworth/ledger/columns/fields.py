"""What a ledger knows about an order, and what people call each of these columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from keyworth.words import Message

ValueKind = Literal["id", "date", "time", "money", "number", "text"]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a ledger knows; `synonyms` go from the surest to the vaguest."""

    name: str
    kind: ValueKind
    title: Message
    synonyms: tuple[str, ...]


def _field(name: str, kind: ValueKind, title: Message, synonyms: str) -> Field:
    return Field(name, kind, title, tuple(word.strip() for word in synonyms.split(",") if word.strip()))


_ALL = (
    _field(
        "order",
        "id",
        Message("order number"),
        "订单号, 订单编号, 订单ID, 主订单编号, 单号, 流水号, 交易号, 交易流水号, 交易单号, 小票号, 账单号, "
        "账单编号, 消费单号, 销售单号, 发票号, 发票编号, 单据号, 单据编号, 凭证号, 合同编号, 商机编号, "
        "订单号码, 订单流水号, 订单序号, 订购编号, 订购单号, 交易编号, 交易ID, 交易序号, 交易号码, 销货单号, "
        "销售编号, 发票号码, 收据编号, 收据号码, 收据号, "
        "order no, order number, order id, orderid, invoice no, invoice, invoice number, invoice id, "
        "transaction id, transaction no, transaction number, trans id, txn id, receipt, receipt no, "
        "receipt number, bill no, bill number, check number, ticket number, sales order, order ref, "
        "order reference, opportunity id, document no, payment id, booking id",
    ),
    _field(
        "customer",
        "id",
        Message("customer"),
        "客户ID, 客户编号, 客户号, 客户代码, 顾客ID, 顾客编号, 顾客号, 会员ID, 会员号, 会员编号, 会员卡号, "
        "卡号, 用户ID, 用户编号, 用户号, 买家ID, 买家会员名, 买家昵称, "
        "客户号码, 客户代号, 客户账号, 顾客代号, 会员号码, 会员代号, 会员账号, 会员卡编号, 用户账号, 买家账号, "
        "买家编号, 消费者编号, 手机号, 手机号码, 会员手机号, "
        "联系电话, 电话, 手机, 客户手机, 行动电话, "
        "联络电话, 电话号码, 电子邮件, 电子邮箱, 邮箱, 电邮, 客户, 顾客, 会员, 用户, 买家, "
        "客户名称, 客户姓名, 顾客姓名, 会员姓名, 会员名称, 购买方, 付款人, 捐赠人, 公司名称, 消费者, "
        "订购人, 购买人, 购买者, customer id, customer no, customer number, "
        "customer code, customer key, cust id, cust no, custid, cust, client id, client no, client code, "
        "user id, userid, uid, member id, member no, member number, membership no, card no, card number, "
        "account id, account no, account number, buyer id, shopper id, household id, household key, "
        "donor id, guest id, patient id, subscriber id, contact id, customer, client, user, member, buyer, "
        "account, donor, guest, id, customer email, email, e-mail, phone, phone number, mobile, telephone, "
        "customer name, client name, company name, name",
    ),
    _field(
        "date",
        "date",
        Message("date"),
        "下单时间, 下单日期, 订单日期, 订单时间, 订单创建时间, 交易日期, 交易时间, 消费日期, 消费时间, "
        "购买日期, 购买时间, 付款时间, 付款日期, 订单付款时间, 支付时间, 支付日期, 销售日期, 销售时间, "
        "成交日期, 成交时间, 结账时间, 结算时间, 开单时间, 开单日期, 单据日期, 发票日期, 开票日期, "
        "就餐日期, 用餐日期, 就餐时间, 用餐时间, 营业日期, 订单成立日期, 订单成立时间, 订购日期, 订购时间, "
        "购物日期, 销货日期, 结账日期, 结算日期, 收据日期, 交易日, 消费日, 下单日, 订单创建日期, 创建时间, "
        "创建日期, 建立日期, 建立时间, 日期, 时间戳, order date, "
        "order datetime, order time, ordered at, order timestamp, purchase date, purchase time, "
        "purchased at, order purchase timestamp, invoice date, transaction date, transaction datetime, "
        "trans date, txn date, sale date, sales date, payment date, paid at, bill date, receipt date, "
        "visit date, close date, closed at, closing date, date of purchase, date time, datetime, "
        "created at, creation date, created, timestamp, day, dt, t, date",
    ),
    _field(
        "time",
        "time",
        Message("time of day"),
        "时间, 时刻, 消费时刻, 交易时刻, time of day, time, hour, transaction time, sale time, clock",
    ),
    _field(
        "amount",
        "money",
        Message("amount"),
        "实付金额, 实付款, 实付, 实收金额, 实收, 买家实际支付金额, 实际支付金额, 支付金额, 付款金额, "
        "买家总支付金额, 买家支付金额, 实付总额, 实收总额, 付款总额, 付款总金额, 支付总额, "
        "成交金额, 成交额, 交易金额, 消费金额, 消费额, 销售金额, 销售额, 销售收入, 订单金额, 订单总额, "
        "订单总价, 订单总金额, 订单合计, 交易总额, 消费总额, 销售总额, 销货金额, 结账总额, "
        "结算金额, 结账金额, 净额, 价税合计, 总金额, 总额, 总价, 合计金额, 合计, 小计, 应付金额, "
        "应付, 应收金额, 应收, 总计, 金额, 捐赠金额, 收入, 营业额, 流水金额, 原价金额, amount paid, paid amount, "
        "net amount, net sales, net revenue, amount, total amount, order amount, order total, order value, "
        "total price, total paid, grand total, total, line total, line amount, extended price, "
        "sales amount, sale amount, sales value, sales, sale, revenue, turnover, spend, spending, "
        "purchase amount, purchase value, transaction amount, transaction value, dollar value, "
        "dollar amount, dollars, usd, value, close value, deal value, subtotal, payment value, "
        "payment amount, payment, donation, gift amount, gross amount, monetary, monetary value, amt, sum",
    ),
    _field(
        "price",
        "money",
        Message("unit price"),
        "单价, 商品单价, 销售单价, 成交单价, 价格, 商品价格, 售价, unit price, price per unit, item price, "
        "price each, unit cost price, selling price, sales price, price",
    ),
    _field(
        "quantity",
        "number",
        Message("quantity"),
        "数量, 购买数量, 销售数量, 商品数量, 宝贝总数量, 件数, 商品件数, 购买件数, 份数, 销量, 个数, quantity, qty, "
        "order quantity, units, unit count, pieces, item quantity, items, number of items, number of cds, "
        "cds, count, volume",
    ),
    _field(
        "refund_amount",
        "money",
        Message("refund amount"),
        "退款金额, 退货金额, 退款, 退款额, 已退款金额, refund amount, refunded amount, amount refunded, "
        "return amount, refund, refunded",
    ),
    _field(
        "refund_of",
        "id",
        Message("order refunded"),
        "原订单号, 原单号, 原订单编号, 退货原单号, 关联订单号, 关联单号, 原流水号, 原交易号, "
        "original order, original order id, original order no, original invoice, original transaction, "
        "refund of, return of, parent order, related order",
    ),
    _field(
        "status",
        "text",
        Message("status"),
        "订单状态, 交易状态, 状态, 付款状态, 支付状态, 单据状态, 退款状态, 交易类型, 订单类型, 单据类型, "
        "业务类型, 类型, 行为类型, 行为, order status, status, payment status, financial status, "
        "transaction type, order type, document type, deal stage, transaction status, record type, "
        "event type, event, behavior, behaviour, behavior type, type, kind, stage",
    ),
    _field(
        "currency",
        "text",
        Message("currency"),
        "币种, 货币, 币别, 货币代码, 结算币种, currency, currency code, ccy, curr, transaction currency",
    ),
    _field(
        "item",
        "id",
        Message("product"),
        "商品编号, 商品编码, 商品ID, 产品ID, 产品编号, 产品编码, 货号, 条码, SKU, SKU编码, 菜品编号, 商品名称, 商品, "
        "产品名称, 产品, 品名, 品项, 品号, 料号, 商品货号, 菜品名称, 菜品, 菜名, 宝贝标题, 项目名称, 服务项目, 套餐, "
        "stock code, product id, product code, product no, item id, item code, item no, "
        "article, article no, sku id, asin, upc, barcode, product name, product, item, item name, dish, "
        "description, product description",
    ),
    _field(
        "category",
        "text",
        Message("category"),
        "类别, 商品类别, 产品类别, 品类, 商品分类, 分类, 菜品类别, 大类, 一级类目, 类目, 子类别, 小类, "
        "category, product category, item category, product group, product type, category name, "
        "category id, department, segment name, sub category, subcategory",
    ),
    _field(
        "party_size",
        "number",
        Message("party size"),
        "用餐人数, 就餐人数, 人数, 客人数, 来客数, 客数, party size, guests, number of guests, covers, "
        "pax, people, diners, heads, party",
    ),
    _field(
        "sitting",
        "text",
        Message("sitting"),
        "市别, 餐别, 餐段, 餐次, 时段, 午市晚市, 班次, sitting, meal period, meal, daypart, service period, shift",
    ),
    _field(
        "table",
        "text",
        Message("table or room"),
        "桌号, 桌次, 台号, 桌台, 餐台, 包间, 包间号, 包厢, 房间号, 房号, 桌位, table, table no, table number, "
        "room, room no, room number",
    ),
    _field(
        "store",
        "text",
        Message("store"),
        "门店, 门市, 门市名称, 分店名称, 分店编号, 店别, 门店名称, 门店编号, 店铺, 店铺名称, 店名, "
        "分店, 网点, 营业部, 分公司, 门店ID, "
        "store, "
        "store id, store name, store no, shop, shop name, branch, outlet, location, restaurant, site",
    ),
    _field(
        "staff",
        "text",
        Message("staff"),
        "服务员, 销售经理, 客户经理, 销售员, 业务员, 销售人员, 导购, 导购员, 营业员, 收银员, 店员, 经手人, "
        "负责人, 跟进人, 员工, staff, sales agent, sales rep, sales representative, salesperson, "
        "sales person, sales manager, account manager, waiter, server, cashier, employee, employee id, "
        "agent, owner, seller, clerk, associate",
    ),
    _field(
        "channel",
        "text",
        Message("channel"),
        "渠道, 通路, 销售通路, 销售渠道, 订单渠道, 订单来源, 来源, 来源渠道, 就餐方式, 消费方式, 平台, channel, "
        "sales channel, order channel, source, order source, platform, medium, order method, "
        "purchase channel",
    ),
    _field(
        "referrer",
        "id",
        Message("referred by"),
        "推荐人, 推荐人ID, 推荐人编号, 介绍人, 邀请人, 推荐会员, 推荐会员号, 转介绍人, "
        "referrer, referrer id, referred by, referral, invited by, introduced by",
    ),
    _field(
        "cost",
        "money",
        Message("cost"),
        "成本, 成本金额, 总成本, 成本价, 进价, 采购成本, cost, total cost, cogs, cost of goods, cost amount",
    ),
    _field(
        "margin",
        "money",
        Message("margin"),
        "毛利, 毛利额, 毛利润, 利润, 利润额, 贡献毛利, margin, gross margin, gross profit, profit, "
        "contribution, contribution margin",
    ),
)

FIELDS: Mapping[str, Field] = MappingProxyType({field.name: field for field in _ALL})

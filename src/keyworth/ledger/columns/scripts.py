"""Chinese words in either script are the same words: the characters that our known words are written with.

Not every character there is: only those that occur in a column's or a status's name, so that such a word is known
from Taiwan, Hong Kong or the mainland alike. No cell that is kept is changed by it.
"""

_TRADITIONAL = {
    "业": "業", "丢": "丟", "个": "個", "为": "為", "买": "買", "产": "產", "价": "價", "会": "會", "体": "體",
    "关": "關", "净": "淨", "凭": "憑", "创": "創", "别": "別", "动": "動", "务": "務", "单": "單", "卖": "賣",
    "厢": "廂", "发": "發", "号": "號", "员": "員", "实": "實", "宝": "寶", "导": "導", "币": "幣", "应": "應",
    "废": "廢", "开": "開", "态": "態", "总": "總", "户": "戶", "据": "據", "数": "數", "时": "時", "昵": "暱",
    "条": "條", "标": "標", "机": "機", "来": "來", "浏": "瀏", "润": "潤", "状": "狀", "献": "獻", "电": "電",
    "码": "碼", "种": "種", "称": "稱", "税": "稅", "签": "簽", "类": "類", "红": "紅", "级": "級", "经": "經",
    "结": "結", "绍": "紹", "络": "絡", "编": "編", "网": "網", "联": "聯", "荐": "薦", "营": "營", "览": "覽",
    "计": "計", "订": "訂", "证": "證", "话": "話", "请": "請", "负": "負", "贡": "貢", "责": "責", "败": "敗",
    "账": "帳賬帐", "货": "貨", "购": "購", "费": "費", "赠": "贈", "赢": "贏", "转": "轉", "输": "輸",
    "进": "進", "邮": "郵", "采": "採", "银": "銀", "铺": "鋪", "销": "銷", "门": "門", "闭": "閉", "间": "間",
    "际": "際", "项": "項", "顾": "顧", "题": "題", "额": "額", "冲": "沖衝", "台": "臺檯", "贝": "貝",
}  # fmt: skip
_SIMPLER = str.maketrans({one: simple for simple, written in _TRADITIONAL.items() for one in written})


def simplified(word: str) -> str:
    """The word in the simplified script, as far as its characters occur in words we know.

    >>> simplified("客戶編號"), simplified("結帳時間"), simplified("實付金額")
    ('客户编号', '结账时间', '实付金额')
    """
    return word.translate(_SIMPLER)

"""Invented names, put together from characters and syllables: people and companies, Chinese and English."""

from collections.abc import Sequence

import numpy as np

LONGEST = 40  # characters; what the narrowest column of a usual member system holds

_SURNAMES = (
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤",
    *("欧阳", "上官", "司徒", "诸葛", "端木", "慕容", "司马", "令狐"),
)
# No character here makes, with a surname above, the name of somebody everybody knows.
_GIVEN = tuple(
    "安柏帆禾嘉可岚铭沛琪然恬雅知舟子梓昊宇轩睿逸思远哲志秀敏燕兰梅桂雪淼晴阳月星辰露荷莲竹雁凌风若水澜"
    "砚桐棠苓芷筠葭笙沅澄屿榆槿樱蔚岑畅蓓蕴皎"
)
_STEPPE = ("古丽", "阿依", "帕提", "热娜", "迪丽", "努尔", "阿布", "买买", "吐尔", "艾孜", "萨比", "居马")
_STEPPE_ENDS = ("娜尔", "古丽", "曼", "孜", "提", "江", "逊", "别克", "夏提", "热木")
_PLATEAU = ("扎西", "次仁", "德吉", "卓玛", "格桑", "平措", "旺堆", "拉姆", "白玛", "央金", "多吉", "洛桑")

_ENGLISH_STARTS = (
    "Al",
    "Bren",
    "Cor",
    "Dar",
    "El",
    "Fen",
    "Gar",
    "Hal",
    "Jo",
    "Kel",
    "Lor",
    "Mar",
    "Nel",
    "Ros",
)
_ENGLISH_ENDS = ("a", "an", "den", "ena", "ia", "ick", "in", "ise", "ley", "mund", "na", "rick", "ton", "vin")
_FAMILY_STARTS = (
    *("Ash", "Black", "Brad", "Clay", "East", "Fair", "Green", "Hart", "Kings", "Lang"),
    *("Mill", "North", "Oak", "Pem", "Red", "Stan", "Thorn", "Wake", "West", "Whit"),
)
_FAMILY_ENDS = (
    *("bourne", "bridge", "brook", "combe", "croft", "dale", "field", "ford", "ham", "hurst"),
    *("ley", "more", "sby", "stead", "ton", "well", "wick", "wood", "worth", "yard"),
)

_REGIONS = ("云岭", "东浦", "南渚", "西陵", "北屏", "海澄", "江临", "湖滨", "青原", "白沙", "金滩", "石桥")
_BRANDS = tuple("禾钥盛泰和顺恒远明诚嘉瑞启航信达鑫源华茂景程天宇安邦众合新润")
_TRADES = (
    "餐饮管理",
    "食品贸易",
    "供应链管理",
    "文化传媒",
    "信息技术",
    "建筑工程",
    "物流",
    "医药科技",
    "酒店管理",
)
_FORMS = ("有限公司", "股份有限公司", "集团有限公司", "有限责任公司")
_BODIES = ("第二分公司工会委员会", "研发中心行政部", "驻南方办事处", "华东大区营销中心", "职工食堂")
_ENGLISH_TRADES = ("Trading", "Catering", "Logistics", "Consulting", "Textiles", "Freight", "Hotels", "Foods")
_ENGLISH_FORMS = ("Ltd", "Co., Ltd", "LLP", "Group", "Holdings", "& Sons")

_ENGLISH_SHARE, _STEPPE_SHARE, _PLATEAU_SHARE = 0.05, 0.02, 0.01
_LONGEST_COMPANIES = 0.04  # companies whose name fills the column to its last character


def people(count: int, rng: np.random.Generator) -> list[str]:
    """That many names of people; two people may well share one."""
    kind, picks = rng.random(count), rng.random((count, 4))
    return [_person(float(k), row) for k, row in zip(kind, picks.tolist(), strict=True)]


def companies(count: int, rng: np.random.Generator) -> list[str]:
    """That many names of companies, none longer than LONGEST."""
    kind, picks = rng.random(count), rng.random((count, LONGEST))
    return [_company(float(k), row) for k, row in zip(kind, picks.tolist(), strict=True)]


def _person(kind: float, u: Sequence[float]) -> str:
    if kind < _ENGLISH_SHARE:
        given = _pick(_ENGLISH_STARTS, u[0]) + _pick(_ENGLISH_ENDS, u[1])
        return f"{given} {_pick(_FAMILY_STARTS, u[2])}{_pick(_FAMILY_ENDS, u[3])}"
    kind -= _ENGLISH_SHARE
    if kind < _STEPPE_SHARE:
        own = _pick(_STEPPE, u[0]) + _pick(_STEPPE_ENDS, u[1])
        return f"{own}·{_pick(_STEPPE, u[2])}{_pick(_STEPPE_ENDS, u[3])}"
    kind -= _STEPPE_SHARE
    if kind < _PLATEAU_SHARE:
        return _pick(_PLATEAU, u[0]) + _pick(_PLATEAU, u[1])
    second = _pick(_GIVEN, u[2]) if u[3] < 0.8 else ""
    # The common surnames stand first, and are common: the square leans towards the beginning of the list.
    return _pick(_SURNAMES, u[0] ** 2) + _pick(_GIVEN, u[1]) + second


def _company(kind: float, u: Sequence[float]) -> str:
    if kind < _LONGEST_COMPANIES:
        head = f"{_pick(_REGIONS, u[0])}（{_pick(_REGIONS, u[1])}）"
        tail = f"{_pick(_TRADES, u[2])}股份有限公司{_pick(_BODIES, u[3])}"
        room = LONGEST - len(head) - len(tail)
        return head + "".join(_pick(_BRANDS, x) for x in u[4 : 4 + room]) + tail
    brand = _pick(_BRANDS, u[1]) + _pick(_BRANDS, u[2])
    if kind < 0.18:
        brand = _pick(_FAMILY_STARTS, u[1]) + _pick(_FAMILY_ENDS, u[2])
        return f"{brand} {_pick(_ENGLISH_TRADES, u[3])} {_pick(_ENGLISH_FORMS, u[4])}"
    body = _pick(_BODIES, u[5]) if u[6] < 0.15 else ""
    return f"{_pick(_REGIONS, u[0])}{brand}{_pick(_TRADES, u[3])}{_pick(_FORMS, u[4])}{body}"


def _pick(words: Sequence[str], u: float) -> str:
    return words[int(u * len(words))]

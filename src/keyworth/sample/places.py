"""The invented group: its branches, what it sells, and the words its till prints, in both languages."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from keyworth.words import Language


class Term(NamedTuple):
    """A word as the till prints it."""

    zh: str
    en: str

    def said(self, lang: Language) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Branch:
    code: str
    name: Term
    currency: str
    share: float  # of customers who call it theirs
    shop: bool = False


BRANCHES = (
    Branch("DH", Term("禾钥里·东湖店", "Heyuli East Lake"), "CNY", 0.19),
    Branch("NM", Term("禾钥里·南门店", "Heyuli South Gate"), "CNY", 0.17),
    Branch("XX", Term("禾钥里·西巷店", "Heyuli West Lane"), "CNY", 0.14),
    Branch("BZ", Term("禾钥里·北站店", "Heyuli North Station"), "CNY", 0.12),
    Branch("DX", Term("禾钥里·大学路店", "Heyuli College Road"), "CNY", 0.11),
    Branch("YL", Term("禾钥里宴会楼", "Heyuli Banquet House"), "CNY", 0.06),
    Branch("SP", Term("禾钥里食品商店", "Heyuli Food Shop"), "CNY", 0.12, shop=True),
    Branch("XG", Term("禾钥里·香港店", "Heyuli Hong Kong"), "HKD", 0.09),
)
CURRENCIES = ("CNY", "HKD")
BRANCH_SHARES = np.array([branch.share for branch in BRANCHES])
BRANCH_IS_SHOP = np.array([branch.shop for branch in BRANCHES])
BRANCH_CURRENCY = np.array([CURRENCIES.index(branch.currency) for branch in BRANCHES])

CHANNELS = (
    Term("堂食", "Dine-in"),
    Term("外卖", "Delivery"),
    Term("预订", "Reservation"),
    Term("门店零售", "Retail"),
)
DINE_IN, DELIVERY, RESERVED, RETAIL = range(4)
SITTINGS = (Term("午市", "Lunch"), Term("晚市", "Dinner"))
LUNCH, DINNER = range(2)

ROOMS = tuple(
    Term(f"包间{zh}", f"Room {en}")
    for zh, en in [
        ("听雨", "Rain"),
        ("松风", "Pine"),
        ("云起", "Cloud"),
        ("荷塘", "Lotus"),
        ("竹影", "Bamboo"),
        ("月白", "Moon"),
    ]
)
TABLES = tuple(Term(f"{hall}{n:02d}", f"{hall}{n:02d}") for hall in "ABC" for n in range(1, 17))
SEATS = TABLES + ROOMS  # what the column 桌号 may say, by number


@dataclass(frozen=True, slots=True)
class Item:
    name: Term
    category: Term
    cost_share: float  # of its price
    shop: bool = False


_MEAL, _DISH = Term("套餐", "Set meals"), Term("单点", "Dishes")
_BANQUET, _DRINK = Term("宴席", "Banquets"), Term("酒水", "Drinks")
_TEA, _CAKE, _GIFT, _PANTRY = (
    Term("茶叶", "Tea"),
    Term("糕点", "Pastry"),
    Term("礼盒", "Gift boxes"),
    Term("干货调料", "Pantry"),
)
ITEMS = (
    Item(Term("单人商务套餐", "Business lunch for one"), _MEAL, 0.36),
    Item(Term("双人套餐", "Set for two"), _MEAL, 0.38),
    Item(Term("家庭欢聚套餐", "Family set"), _MEAL, 0.40),
    Item(Term("清蒸鲈鱼", "Steamed bass"), _DISH, 0.42),
    Item(Term("红烧肉", "Braised pork"), _DISH, 0.35),
    Item(Term("时令小炒", "Seasonal stir-fry"), _DISH, 0.28),
    Item(Term("手工面", "Hand-pulled noodles"), _DISH, 0.24),
    Item(Term("八人宴席", "Banquet for eight"), _BANQUET, 0.44),
    Item(Term("全家福宴席", "Family banquet"), _BANQUET, 0.46),
    Item(Term("桂花米酒", "Osmanthus rice wine"), _DRINK, 0.30),
    Item(Term("明前绿茶", "Spring green tea"), _TEA, 0.52, shop=True),
    Item(Term("陈年普洱", "Aged pu'er"), _TEA, 0.48, shop=True),
    Item(Term("桂花糕", "Osmanthus cake"), _CAKE, 0.45, shop=True),
    Item(Term("鲜花饼", "Flower pastry"), _CAKE, 0.47, shop=True),
    Item(Term("四季糕点礼盒", "Four seasons pastry box"), _GIFT, 0.55, shop=True),
    Item(Term("山水大礼盒", "Grand gift box"), _GIFT, 0.57, shop=True),
    Item(Term("秘制辣酱", "House chilli sauce"), _PANTRY, 0.40, shop=True),
    Item(Term("山珍干货", "Dried mushrooms"), _PANTRY, 0.58, shop=True),
)
ITEM_COST = np.array([item.cost_share for item in ITEMS])
SHOP_ITEMS = np.flatnonzero([item.shop for item in ITEMS])
SMALL_PARTY_ITEMS = np.array([0, 1, 3, 4, 5, 6, 9])
LARGE_PARTY_ITEMS = np.array([2, 7, 8])
STAFF_PER_BRANCH = 9

"""The page as its readers have it: one file, one language, safe, complete, and honest where little is known."""

import dataclasses
import html
import re
from datetime import date
from html.parser import HTMLParser

import numpy as np
import pytest
from invented_business import AS_OF, bare, figure, filled

from keyworth.backtest import RepeatCounts
from keyworth.report import ReportContent, TopCustomer, write_report
from keyworth.value import Interval
from keyworth.words import Message

# Ids, names of models and of the software, parameters, options, the names of customers and of the business.
NOT_WORDS = (
    r"keyworth \d\S*|MBG/NBD|BG/NBD|Pareto/NBD|(Root )?Gamma-Gamma|RFM|\bGini\b|--[a-z-]+|7f3a2c11d0e94b58"
    r"|\b(r|alpha|a|b|p|q|gamma)\b"
    r"|Harbour & Finch Trading|Elena O’Rourke|\b[ABC]\b|<1%"
)
HAN = re.compile(r"[\u4e00-\u9fff，。；：「」～、]")


class Reader(HTMLParser):
    """What is read or heard: text, and the labels that stand for pictures. Also every id and every tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.tags: list[str] = []
        self.hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.hidden += tag in ("style", "script")
        for name, value in attributes:
            if name in ("aria-label", "title", "data-label", "alt"):
                self.words.append(value or "")
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "xlink:href"):
                self.references.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.words.append(data.strip())


def test_the_page_opens_without_a_network_and_runs_nothing(chinese: str, english: str) -> None:
    for page in (chinese, english):
        read = Reader(page)
        assert "script" not in read.tags
        assert all(reference.startswith("#") for reference in read.references)
        assert not re.search(r"url\((?!#)|@import|<link", page)
        # Names of XML vocabularies are the only addresses in it, and they are never opened.
        assert set(re.findall(r"https?://[^\s\"'<>]+", page)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert len(page.encode()) < 1_500_000


def test_no_two_elements_share_an_id(chinese: str) -> None:
    ids = Reader(chinese).ids
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", chinese)) <= set(ids)
    assert {reference[1:] for reference in Reader(chinese).references} <= set(ids)


def test_the_chinese_page_has_no_english_in_it(chinese: str) -> None:
    assert '<html lang="zh-Hans">' in chinese
    words = [re.sub(NOT_WORDS, "", text, flags=re.IGNORECASE) for text in Reader(chinese).words]
    assert [text for text in words if re.search(r"[A-Za-z]{2,}", text)] == []


def test_the_english_page_has_no_chinese_in_it(english: str) -> None:
    assert '<html lang="en">' in english
    names = {"江南里餐饮", "酒水"} | {row.customer for row in (*filled().top, *filled().at_risk)}

    def without_names(text: str) -> str:
        for name in sorted(names, key=len, reverse=True):
            text = text.replace(name, "")
        return text

    assert [text for text in Reader(english).words if HAN.search(without_names(text))] == []


WHY = Message("Nothing is expected of anyone here.")


def test_the_bare_page_keeps_to_its_language_too() -> None:
    names = re.compile("|".join(map(re.escape, ("江南里餐饮", *(one.customer for one in bare(WHY).top)))))
    chinese, english = (names.sub("", " ".join(Reader(write_report(bare(WHY), lang)).words)) for lang in ("zh", "en"))
    assert not re.search(r"[A-Za-z]{2,}", re.sub(NOT_WORDS, "", chinese, flags=re.IGNORECASE))
    assert not HAN.search(english)


def test_names_cannot_carry_code_into_the_page() -> None:
    evil = '<script>alert("1")</script>\'"><img src=x onerror=alert(1)>'
    content = filled(300)
    assert content.top
    assert content.at_risk
    content = dataclasses.replace(
        content,
        business=evil,
        top=(dataclasses.replace(content.top[0], customer=evil, reason=Message("{x}", x=evil)),),
        at_risk=(dataclasses.replace(content.at_risk[0], customer=evil),),
        provenance=dataclasses.replace(content.provenance, book_id=evil, margins={evil: 0.3}),
        backtest=None,
        too_short=Message("{x}", x=evil),
    )
    read = Reader(write_report(content, "zh"))
    assert "script" not in read.tags
    assert "img" not in read.tags
    assert any(evil in text for text in read.words), "the name is still shown, as text"


@pytest.mark.usefixtures("undrawn")
def test_revenue_is_never_called_profit() -> None:
    for lang, banned in (("zh", ("利润", "毛利")), ("en", ("profit", "margin"))):
        words = " ".join(Reader(write_report(filled(200, basis="revenue"), lang)).words).lower()  # type: ignore[arg-type]
        assert not [word for word in banned if word in words]
        assert ("收入" if lang == "zh" else "revenue") in words


@pytest.mark.usefixtures("undrawn")
def test_what_cannot_be_shown_is_left_out_and_said_why() -> None:
    page = write_report(bare(WHY), "en")
    assert "Not shown yet" in page
    assert page.count("<dd>These orders do not show who has left for good and who has not.</dd>") == 3
    assert "<dt>Were we right before?</dt><dd>Nothing is expected of anyone here.</dd>" in page
    first = '<p class="small caution">These orders are too few or too alike to tell who has left'
    assert first in page, "the first thing to know"
    assert not re.search(">Still (a customer|customers)<", page)


@pytest.mark.usefixtures("undrawn")
def test_a_book_without_amounts_is_counted_in_purchases() -> None:
    base = dataclasses.replace(filled(80).base, figure=figure(910.0, None))
    content = dataclasses.replace(
        filled(80), basis="purchases", currency="XXX", base=base, data=dataclasses.replace(filled(80).data, spent=None)
    )
    page = write_report(content, "en")
    assert "Counted in purchases" in page
    assert "because the orders carry no amounts" in page
    assert "Residual value" not in page
    assert "Spent" not in page
    assert "¥" not in " ".join(Reader(page).words)
    assert "预期购买次数" in write_report(content, "zh")


@pytest.mark.usefixtures("undrawn")
def test_why_the_interval_is_too_narrow_stands_beside_it_and_nothing_is_promised() -> None:
    content = filled(200)
    assert "Eight times in ten" in write_report(content, "en")
    content = dataclasses.replace(content, base=dataclasses.replace(content.base, figure=figure(1e6, 5e6)))
    page = write_report(content, "en")
    assert not re.search("Eight times in ten|8 in 10|nineteen times in twenty", page)
    assert "80% interval by the model alone: " in page
    assert not re.search("十次里有|二十次里有", write_report(content, "zh"))
    assert '<p class="small caution">0 customers</p>' in page, "the reason that the value book keeps"
    assert "widened by how far" not in page
    assert "(2025-02-22, 2025-05-24, 2025-08-23, 2025-11-22)" in write_report(filled(200), "en")


@pytest.mark.usefixtures("undrawn")
def test_who_is_known_but_not_valued_is_accounted_for() -> None:
    page = write_report(filled(200), "en")
    assert "239; 39 of them are not in this report" in page
    one = dataclasses.replace(filled(200), base=dataclasses.replace(filled(200).base, known=201))
    assert "201; 1 of them is not in this report" in write_report(one, "en")
    everyone = dataclasses.replace(filled(200), base=dataclasses.replace(filled(200).base, known=200))
    assert "not in this report" not in write_report(everyone, "en")


@pytest.mark.usefixtures("undrawn")
def test_how_right_we_were_is_said_of_one_past_day_and_of_many() -> None:
    content = filled(200)
    assert content.backtest is not None
    assert "at 3 of them" in write_report(content, "en")
    only = dataclasses.replace(
        content, backtest=dataclasses.replace(content.backtest, totals=content.backtest.totals[2:3])
    )
    assert "What came lay +13% from the forecast, outside the 80% interval." in write_report(only, "en")
    assert "与预测相差 +13%，在 80% 预测区间之外" in write_report(only, "zh")


def test_every_picture_has_words_and_a_table(chinese: str) -> None:
    figures = re.findall(r'<figure id="chart-(\w+)">(.*?)</figure>', chinese, flags=re.DOTALL)
    assert len(figures) == 13
    for _, drawn in figures:
        assert len(re.findall(r'<svg role="img" aria-label="[^"]{10,}"', drawn)) == 2
    assert chinese.count("看表") == 6  # the other tables stand open
    assert re.search(r'class="key" role="img" aria-label="80% 预测区间 ', chinese)


def test_the_parts_of_a_table_add_up(english: str) -> None:
    rows = re.search(r">Class</th>.*?</table>", english, flags=re.DOTALL)
    assert rows
    shares = re.findall(r'<td class="n">(\d+)%</td>', rows[0])
    assert sum(map(int, shares[::2])) == sum(map(int, shares[1::2])) == 100


@pytest.mark.parametrize("scale", [1e-4, 40.0, 1e6])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.usefixtures("undrawn")
def test_small_and_huge_money(scale: float, lang: str) -> None:
    page = write_report(filled(120, scale=scale), lang)  # type: ignore[arg-type]
    assert "nan" not in " ".join(Reader(page).words).lower()


@pytest.mark.usefixtures("undrawn")
def test_prevention_is_not_advised_for_nobody() -> None:
    assert "Act here first" in write_report(filled(), "en")
    page = write_report(filled(1), "en")
    assert "Act here first" not in page
    assert "Nobody worth ¥" in page


@pytest.mark.parametrize("customers", [1, 2, 7])
@pytest.mark.usefixtures("undrawn")
def test_a_handful_of_customers(customers: int) -> None:
    for lang in ("zh", "en"):
        page = write_report(filled(customers), lang)  # type: ignore[arg-type]
        assert "nan" not in " ".join(Reader(page).words).lower()
        assert not re.search(r"\b1 customers", page)


@pytest.mark.usefixtures("undrawn")
def test_everybody_bought_once() -> None:
    content = dataclasses.replace(filled(50), repeat_counts=RepeatCounts(np.array([50]), np.array([50.0])))
    assert "100% of customers bought once and never again" in write_report(content, "en")


@pytest.mark.slow
def test_the_same_content_gives_the_same_page(chinese: str) -> None:
    assert write_report(filled(), "zh") == chinese


@pytest.mark.slow
@pytest.mark.parametrize("known", [True, False])
def test_the_interval_claims_the_models_errors_only_where_the_fit_told_them(known: bool) -> None:
    content = filled(80)
    errors = content.provenance.buying.standard_errors if known else None
    buying = dataclasses.replace(content.provenance.buying, standard_errors=errors)
    provenance = dataclasses.replace(content.provenance, buying=buying)
    page = write_report(dataclasses.replace(content, provenance=provenance), "en")
    assert ("together and what we do not know of" in page) is known
    assert ("but not what we do not know of" in page) is not known


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("lang", "certain"), [("zh", "超过 99%"), ("en", ">99%")])
def test_a_list_is_rounded_to_one_step_and_nothing_is_certain(lang: str, certain: str) -> None:
    top = tuple(
        TopCustomer(
            customer=str(n),
            value=value,
            share=0.003,
            median=value,
            interval_50=Interval(value * 0.95, value * 1.1),
            interval_80=Interval(value * low, value * 1.3),
            chance=chance,
            last_purchase=AS_OF,
            reason=Message("yes"),
        )
        for n, (value, low, chance) in enumerate(
            ((30_120.0, 0.5, 1.0), (29_800.0, 0.1, 0.9999), (28_400.0, 0.0, 1.0), (22_420.0, 0.9, 0.997))
        )
    )
    page = write_report(dataclasses.replace(filled(50), top=top), lang)  # type: ignore[arg-type]
    rows = re.findall(r'<td class="n money">([^<]+)</td>', page[page.index('id="top"') :])
    assert rows == (
        ["¥3.01 万", "¥2.98 万", "¥2.84 万", "¥2.24 万"] if lang == "zh" else ["¥30.1k", "¥29.8k", "¥28.4k", "¥22.4k"]
    )
    label = "留存概率" if lang == "zh" else "Still a customer"
    assert re.findall(f'data-label="{label}">([^<]+)<', html.unescape(page)) == [certain] * 4


def missed(content: ReportContent, missing: int, dates: int) -> ReportContent:
    """The same, where so many of so many past totals lay outside their interval."""
    days = tuple(date(2020 + year, 12, 31) for year in range(dates))
    figure = dataclasses.replace(
        content.base.figure, origins=days, judged=dates, inside_80=dates - missing, not_widened=None
    )
    return dataclasses.replace(content, base=dataclasses.replace(content.base, figure=figure))


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("missing", "dates", "broken"), [(2, 2, True), (1, 2, False), (1, 1, False), (3, 6, True)])
def test_a_promise_that_the_past_broke_is_not_made_again(missing: int, dates: int, broken: bool) -> None:
    content = missed(filled(200), missing, dates)
    english, chinese = (html.unescape(write_report(content, lang)) for lang in ("en", "zh"))  # type: ignore[arg-type]
    assert ("Eight times in ten" in english) is not broken
    assert (f"at {dates} past dates the interval was widened as this one is" in english) is broken
    assert (
        f"在过去 {dates} 个日期上，区间也像这里一样放宽过，实际合计落在其中的有 {dates - missing} 次" in chinese
    ) is broken
    if broken:
        base = english[english.index('id="base"') : english.index('id="brief"')]
        assert base.index("80% interval ¥") < base.index("Do not count on eight times in ten")


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(("held", "doubted"), [(0.68, True), (0.79, False), (0.9, False)])
def test_intervals_of_customers_that_held_too_few_are_doubted_beside_them(held: float, doubted: bool) -> None:
    content = filled(200)
    assert content.backtest is not None
    of_money = content.backtest.measured[-1]
    scores = dataclasses.replace(of_money.model, calibration_80=held, calibration_customers=500)
    measured = (*content.backtest.measured[:-1], dataclasses.replace(of_money, model=scores))
    content = dataclasses.replace(content, backtest=dataclasses.replace(content.backtest, measured=measured))
    page = html.unescape(write_report(content, "en"))
    top = page[page.index('id="top"') : page.index('class="list top"')]
    assert ("These intervals are too narrow" in top) is doubted
    assert ("80% intervals of margin held 68%" in top) is doubted


@pytest.mark.usefixtures("undrawn")
def test_what_is_at_stake_never_reads_as_more_than_the_whole() -> None:
    content = filled(200)
    worth = [(61_234.0, 0.999), (64_470.0, 0.999), (3_400_000.0, 0.02)]
    at_risk = tuple(
        dataclasses.replace(content.at_risk[0], value_if_kept=value, at_stake=value * risk, win_back=True)
        for value, risk in worth
    )
    page = html.unescape(write_report(dataclasses.replace(content, at_risk=at_risk), "en"))
    rows = re.findall(r'<td class="n money">¥([\d.]+)([km])</td>\s*<td[^>]*>¥([\d.]+)([km])</td>', page)
    times = {"k": 1e3, "m": 1e6}
    assert [float(stake) * times[s] <= float(kept) * times[k] for stake, s, kept, k in rows[-3:]] == [True] * 3


@pytest.mark.usefixtures("undrawn")
def test_paces_of_their_own_are_shown_where_customers_have_them() -> None:
    content = filled(200)
    pace = np.full(content.rfm.customers.shape, 0.5)
    pace[0], pace[-1, -1] = 1.25, np.nan
    paced = dataclasses.replace(content, rfm=dataclasses.replace(content.rfm, pace=pace))
    for lang, title in (("zh", "每位客户按预测时长的几倍预测"), ("en", "At which pace each was asked about")):
        assert title not in write_report(content, lang)
        page = write_report(paced, lang)
        shown = page[page.index(title) : page.index("</table>", page.index(title))]
        cells = re.findall(r'<td class="n">([^<]*)</td>', shown)
        assert [cells.count(one) for one in ("1.3", "0.50", "—")] == [pace.shape[1], pace.size - pace.shape[1] - 1, 1]

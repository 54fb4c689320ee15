"""The report as a browser shows it, on a desk and on a telephone, by day, by night and on paper."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.web

READING = (Path(__file__).parent / "reading.js").read_text(encoding="utf-8")
PAPER_PX = 695  # A4 less its margins, at 96 points to the inch
DESK, PHONE = 1280, 390


@dataclass
class Opened:
    """A page that was opened, and what it did meanwhile."""

    page: "Page"
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def read(self, what: str) -> Any:
        return self.page.evaluate(f"{READING}.{what}()")


@pytest.fixture(scope="module")
def opened(browser: "Browser", reports: dict[str, Path]) -> Iterator[Callable[..., Opened]]:
    kept: dict[tuple[object, ...], Opened] = {}

    def open_report(lang: str, width: int, *, scheme: str = "light", media: str = "screen") -> Opened:
        key = (lang, width, scheme, media)
        if key not in kept:
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
            found = kept[key] = Opened(page)
            page.on("request", lambda request: found.requests.append(request.url))
            page.on("pageerror", lambda error: found.complaints.append(str(error)))
            page.on("console", lambda said: found.complaints.append(said.text) if said.type != "log" else None)
            page.emulate_media(media=media)  # type: ignore[arg-type]
            page.goto(reports[lang].as_uri())
            page.wait_for_load_state("networkidle")
        return kept[key]

    yield open_report
    for found in kept.values():
        found.page.close()


@pytest.fixture(params=["zh", "en", "visits"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=[(DESK, "screen"), (PHONE, "screen"), (PAPER_PX, "print")], ids=["desk", "phone", "paper"])
def shown(request: pytest.FixtureRequest, opened: Callable[..., Opened], lang: str) -> Opened:
    width, media = request.param
    return opened(lang, width, media=media)


def test_it_asks_for_nothing_but_itself(shown: Opened, reports: dict[str, Path], lang: str) -> None:
    assert shown.requests == [reports[lang].as_uri()]
    assert shown.complaints == []


def test_nothing_sticks_out_to_the_side(shown: Opened) -> None:
    assert shown.read("stickingOut") == []
    assert shown.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def overlapping(texts: list[dict[str, Any]]) -> list[str]:
    """Pairs of one chart that share more than a hair; a text and its halo are one."""
    found = []
    for one, other in combinations(texts, 2):
        if one["chart"] != other["chart"] or one["words"] == other["words"]:
            continue
        across = min(one["right"], other["right"]) - max(one["left"], other["left"])
        down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
        if across > 1 and down > 1:
            found.append(f"{one['chart']}: “{one['words']}” and “{other['words']}”")
    return found


def test_it_can_be_read_at_twice_its_size(opened: Callable[..., Opened], lang: str) -> None:
    small = opened(lang, 320)
    assert small.read("stickingOut") == []
    assert overlapping(small.read("chartTexts")) == []


def test_no_word_of_a_chart_lies_on_another(shown: Opened) -> None:
    texts = shown.read("chartTexts")
    assert len(texts) > 100
    assert overlapping(texts) == []


def test_every_word_of_a_chart_lies_within_it(shown: Opened) -> None:
    assert [(text["chart"], text["words"]) for text in shown.read("chartTexts") if not text["inside"]] == []


def test_the_scale_of_the_list_can_be_read(shown: Opened) -> None:
    assert overlapping(shown.read("scaleTexts")) == []


def test_charts_are_large_enough_to_read(shown: Opened) -> None:
    assert min(text["size"] for text in shown.read("chartTexts")) >= 10


def test_every_letter_has_a_shape(opened: Callable[..., Opened], lang: str) -> None:
    page = opened(lang, DESK)
    assert page.read("withoutShape") == []


def test_a_reason_has_room_on_a_phone(opened: Callable[..., Opened], lang: str) -> None:
    reasons = opened(lang, PHONE).read("reasons")
    assert len(reasons) > 20
    assert min(own / row for own, row in reasons) > 0.9


@pytest.mark.parametrize(
    ("width", "scheme", "media"),
    [(DESK, "light", "screen"), (DESK, "dark", "screen"), (PHONE, "dark", "screen"), (PAPER_PX, "dark", "print")],
)
def test_everything_can_be_told_from_what_lies_under_it(
    opened: Callable[..., Opened], lang: str, width: int, scheme: str, media: str
) -> None:
    contrasts = opened(lang, width, scheme=scheme, media=media).read("contrasts")
    assert len(contrasts) > 400
    assert [(words, round(ratio, 2)) for ratio, words in contrasts if ratio < 4.5] == []
    if scheme == "dark" and media == "screen":
        assert opened(lang, width, scheme=scheme).page.evaluate(
            "getComputedStyle(document.body).backgroundColor"
        ) == "rgb(18, 21, 25)"  # fmt: skip


def test_it_prints_on_a_few_sheets(opened: Callable[..., Opened], lang: str) -> None:
    sheets = opened(lang, PAPER_PX, media="print").page.pdf(prefer_css_page_size=True, print_background=True)
    assert sheets.startswith(b"%PDF")
    assert 3 <= sheets.count(b"/Type /Page\n") + sheets.count(b"/Type /Page ") <= 14

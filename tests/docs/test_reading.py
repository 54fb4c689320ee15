"""What a reader meets: the two commands at once, links that lead somewhere, two readmes that say the same."""

import re
from pathlib import Path

import pytest
from documentation import PAGES, ROOT, blocks, name


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_the_first_screen_shows_the_two_commands(readme: str) -> None:
    first_screen = "\n".join((ROOT / readme).read_text(encoding="utf-8").splitlines()[:40])
    assert "make demo" in first_screen
    assert "make test" in first_screen


@pytest.mark.parametrize("page", [pytest.param(page, id=name(page)) for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [target for target in links if target and not re.match(r"[a-z]+:", target)]
    assert not [target for target in local if not (page.parent / target).exists()]


def test_every_page_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / target).resolve() for target in links if not re.match(r"[a-z]+:", target)]
    decisions = ROOT / "docs" / "decisions"  # for those who build it
    assert not [name(page) for page in PAGES if page not in seen and decisions not in page.parents]


def test_the_two_readmes_have_the_same_parts() -> None:
    def parts(readme: str) -> list[tuple[str, int]]:
        text = (ROOT / readme).read_text(encoding="utf-8")
        found = re.split(r"^## ", text, flags=re.MULTILINE)
        return [(str(len(re.findall(r"^\| ", part, re.MULTILINE))), part.count("```")) for part in found]

    assert parts("README.md") == parts("README.zh.md")
    shell = [
        [line.partition("#")[0].rstrip() for line in block.splitlines()] for block in blocks(ROOT / "README.md", "sh")
    ]
    chinese = [
        [line.partition("#")[0].rstrip().replace("--lang zh", "--lang en") for line in block.splitlines()]
        for block in blocks(ROOT / "README.zh.md", "sh")
    ]
    assert shell == chinese


def test_every_room_is_in_the_list_of_rooms() -> None:
    rooms = {path.parent.name for path in (ROOT / "src" / "keyworth").glob("*/__init__.py")} | {"errors"}
    listed = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "rooms.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert listed == rooms

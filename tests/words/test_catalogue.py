"""Every sentence in the code has its Chinese, with the same values in it."""

import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

import keyworth
from keyworth.words.catalogue import catalogue

SOURCE = Path(keyworth.__file__).parent


def sentences() -> dict[str, str]:
    """The first argument of every Message(…) in src, with where it stands."""
    found: dict[str, str] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Message"
                and node.args
            ):
                key = node.args[0]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    found[key.value] = f"{path.relative_to(SOURCE)}:{node.lineno}"
    return found


def test_every_sentence_has_its_chinese() -> None:
    chinese = catalogue("zh")
    missing = [f"{where}: {key}" for key, where in sentences().items() if key not in chinese]
    assert not missing, "\n".join(missing)


def test_a_translation_names_the_same_values() -> None:
    def names(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)", text))

    wrong = {key: text for key, text in catalogue("zh").items() if names(key) != names(text)}
    assert not wrong


def test_the_walk_finds_sentences() -> None:
    assert len(sentences()) > 400


def test_no_sentence_is_translated_in_two_ways() -> None:
    """The rooms' catalogues are one: of two texts for a key, the room last in the alphabet would win silently."""
    texts: dict[str, set[str]] = {}
    for path in (SOURCE / "words" / "locale").rglob("*.po"):
        with path.open("rb") as file:
            for entry in read_po(file):
                if entry.id:
                    texts.setdefault(str(entry.id), set()).add(str(entry.string))
    assert len(texts) > 400
    assert not {key: said for key, said in texts.items() if len(said) > 1}


def test_no_sentence_is_translated_that_nobody_says() -> None:
    written: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        written |= {one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    templates = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.j2"))
    assert not [key for key in catalogue("zh") if key not in written and key not in templates]


# Counts that cannot be 1, by the sentence they stand in.
NEVER_ONE = (
    "{count} days ago",  # said by units.Ago, for which one is yesterday
    "are called {name}; they are numbered",
    "has at least {count} columns",
    "dates are written in {count} ways",
    "has {count} sheets",
    "has {count} currencies",
    "missed at {count} past dates",
    "At {origins} past dates",  # of a single one the report speaks by its day
    "{outside} of {origins} past days",
    "{refused} of {rows} histories",
)


def test_a_count_of_one_is_never_followed_by_many() -> None:
    """`{count} rows` would read "1 rows": it is `{count} {count:row|rows}`."""
    counted = re.compile(r"\{(count|rows|customers|orders|moves|steps|origins|left_out)\} (past )?[a-z]+s\b(?! \{)")
    found = {key: where for key, where in sentences().items() if counted.search(key)}
    assert len(found) >= len(NEVER_ONE) - 3
    wrong = [f"{where}: {key}" for key, where in found.items() if not any(part in key for part in NEVER_ONE)]
    assert not wrong, "\n".join(wrong)

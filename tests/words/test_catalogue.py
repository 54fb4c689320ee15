"""Every sentence in the code has its Chinese, with the same values in it."""

import ast
import re
from pathlib import Path

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
    assert len(sentences()) > 5

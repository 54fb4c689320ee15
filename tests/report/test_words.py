"""Every word that a template says has its Chinese, as the words in the code must."""

import re
from pathlib import Path

import keyworth.report
from keyworth.words.catalogue import catalogue

TEMPLATES = Path(keyworth.report.__file__).parent / "templates"


def template_words() -> set[str]:
    return {
        key
        for template in TEMPLATES.glob("*.j2")
        for key in re.findall(r'\bt\("([^"]*)"', template.read_text(encoding="utf-8"))
    }


def test_every_word_of_the_templates_has_its_chinese() -> None:
    assert len(template_words()) > 30
    assert template_words() - catalogue("zh").keys() == set()

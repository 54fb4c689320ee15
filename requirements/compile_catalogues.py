"""Build hook: the translations are compiled whenever the package is built or installed."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALES = Path(__file__).parent.parent / "src" / "keyworth" / "words" / "locale"


def compile_catalogues(locales: Path = LOCALES) -> int:
    """Write a .mo beside every .po and return how many there were."""
    sources = sorted(locales.glob("*/LC_MESSAGES/*.po"))
    for source in sources:
        with source.open("rb") as po:
            catalogue = read_po(po, locale=source.parts[-3])
        with source.with_suffix(".mo").open("wb") as mo:
            write_mo(mo, catalogue)
    return len(sources)


class CompileCatalogues(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_catalogues(Path(self.root) / "src" / "keyworth" / "words" / "locale")


if __name__ == "__main__":
    compile_catalogues()

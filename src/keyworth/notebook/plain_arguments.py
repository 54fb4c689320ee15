"""What people write in a notebook, turned into the values that runs take."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from keyworth.errors import OptionRefused
from keyworth.units import parse_share
from keyworth.words import Message

Day = str | date | None
Share = str | float


def margins(given: Share | Mapping[str, Share] | None) -> dict[str, float]:
    """One share for everything, or a share for each product category, "" standing for all others."""
    if given is None:
        return {}
    by_category = given if isinstance(given, Mapping) else {"": given}
    return {category: parse_share(share, "margin") for category, share in by_category.items()}


def sources(given: tuple[Any, ...]) -> list[Any]:
    """Text is a path, a list stands for what is in it; everything else is handed on as it is."""
    flat = [one for each in given for one in (each if isinstance(each, list | tuple) else [each])]
    if not flat:
        raise OptionRefused(
            Message("There is nothing to import."),
            hint=Message("Give order files, folders of them, or data frames."),
        )
    return [Path(one) if isinstance(one, str) else one for one in flat]

"""Words of the command line turned into values; what does not parse is refused with an example."""

from keyworth.errors import OptionRefused
from keyworth.words import Message, Quoted


def pairs(texts: list[str], option: str) -> dict[str, str]:
    """`customer=会员号` and the like. Raises OptionRefused for what has no equals sign."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise OptionRefused(
                Message("{option} expects field=column; got {text}.", option=option, text=Quoted(text)),
                hint=Message("For example --map customer=会员号, or --map customer=1 for the first column."),
            )
        found[name.strip()] = value.strip()
    return found

"""What is known of how a source writes its values before anybody looks: told by a person, or decided once before."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class KnownWriting:
    """What a few rows cannot tell, and a person or the whole file they come from can.

    `day_first` settles 3/5/2024. `decimal_comma` and `floats` say by field whether 1.234 is a thousand and more,
    and whether 17850.0 means 17850; `comma_everywhere` is the former for fields it does not name. `currency` is
    the one whose sign the amounts bore. None, or no entry, leaves it to the values.
    """

    day_first: bool | None = None
    decimal_comma: Mapping[str, bool] = field(default_factory=dict)
    floats: Mapping[str, bool] = field(default_factory=dict)
    currency: str | None = None
    comma_everywhere: bool | None = None

    def comma_in(self, name: str) -> bool | None:
        return self.comma_everywhere if self.comma_everywhere is not None else self.decimal_comma.get(name)

    def unless(self, told: "KnownWriting") -> "KnownWriting":
        """The same, but for what a person told."""
        return replace(
            self,
            day_first=self.day_first if told.day_first is None else told.day_first,
            comma_everywhere=told.comma_everywhere,
        )

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**kept)


NOTHING_KNOWN = KnownWriting()

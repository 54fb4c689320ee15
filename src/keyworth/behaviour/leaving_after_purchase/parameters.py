"""What BG/NBD and MBG/NBD call their parameters; the two share the letters, not the values."""

from typing import Any, ClassVar, Protocol, TypeVar


class LeavingParameters(Protocol):
    """r and alpha: how buying rates differ between customers; a and b: how the chance of leaving does."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def r(self) -> float: ...
    @property
    def alpha(self) -> float: ...
    @property
    def a(self) -> float: ...
    @property
    def b(self) -> float: ...


L = TypeVar("L", bound=LeavingParameters)

"""Names that forms offer while somebody types, as the reconciliation last read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Named:
    """One thing by name: `value` is what the command takes, `label` what is read, `note` what tells it from others."""

    value: str
    label: str = ""
    note: str = ""

    @property
    def shown(self) -> str:
        """Return what a person reads."""
        return self.label or self.value


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one index in one region, or within one thing (`<region>/<index>/<within>`).

    `total` counts those that were left out too. `read_at` is machine time: it rules when the index is read again.
    """

    kind_name: ClassVar[str] = "names"
    schema: ClassVar[int] = 1

    id: str
    account: str
    entries: tuple[Named, ...]
    total: int
    read_at: float


def names_id(region: str, index: str, within: str = "") -> str:
    """Return the id of an index's document.

    >>> names_id("cn-north-4", "folder", "c-flowers")
    'cn-north-4/folder/c-flowers'
    """
    return "/".join(filter(None, (region, index, within)))

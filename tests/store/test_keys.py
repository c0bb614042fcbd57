"""The catalogue of keys knows every kind of document."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

import bot.records
from bot.slack.pace import Bucket
from bot.store.keys import KINDS


def kinds() -> set[str]:
    """Return the kinds that records have."""
    found: list[Any] = [one for one in vars(bot.records).values() if is_dataclass(one)]
    return {one.kind_name for one in (*found, Bucket) if hasattr(one, "kind_name")}


def test_every_kind_of_document_has_its_lifetime_in_the_catalogue() -> None:
    assert set(KINDS) == kinds()

"""What every table of a seed is made of: strict fields, and spans of time."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

SPAN = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)")
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def read_span(given: object) -> object:
    """Return a span such as "8d", "2h", "5m" or "40s" in seconds; numbers are seconds already."""
    match = SPAN.fullmatch(given) if isinstance(given, str) else None
    return float(match[1]) * UNITS[match[2]] if match else given


Span = Annotated[float, BeforeValidator(read_span)]


class Strict(BaseModel):
    """A table of a seed: fixed once read, no unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

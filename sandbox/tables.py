"""What every table of a scenario is made of: strict fields, spans of time, and faults told in one line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema

SPAN = re.compile(r"(\d+(?:\.\d+)?)(s|m|h|d)")
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
WORDED = {"extra_forbidden": "is no field of this table", "missing": "is missing"}


def read_span(given: object) -> object:
    """Return a span such as "8d", "2h", "5m" or "40s" in seconds; numbers are seconds already."""
    match = SPAN.fullmatch(given) if isinstance(given, str) else None
    return float(match[1]) * UNITS[match[2]] if match else given


Span = Annotated[float, BeforeValidator(read_span), WithJsonSchema({"type": "span"})]


class Strict(BaseModel):
    """A table of a seed: fixed once read, no unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def in_words(error: ValidationError) -> str:
    """Return every fault of a file in one line: where it is, rows counted from 1, and what is wrong."""
    return "; ".join(
        f"{_place(fault['loc'])} {WORDED.get(fault['type'], fault['msg'].removeprefix('Value error, '))}".strip()
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    )


def _place(path: tuple[int | str, ...]) -> str:
    """Return a place such as `people[3].tz:`; what a table says of itself has none."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in path)
    return f"{text.removeprefix('.')}:" if text else ""


def check_distinct(what: str, names: Iterable[str]) -> None:
    """Refuse names that come twice. Raises ValueError that names them."""
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise ValueError(f"{what} {', '.join(map(repr, twice[:5]))} comes twice")


def check_known(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Refuse names that are not there. Raises ValueError that names the first and what there is."""
    there = list(known)
    for name in names:
        if name not in there:
            raise ValueError(f"no {what} {name!r}; there are: {', '.join(there[:20]) or 'none'}")

"""What travels: one request as a service reads it, one reply as it answers, one refusal in provider terms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

LONGEST_COUNT = 18
Pairs = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; `raw_path` is as sent, header names are lower case, a query name without "=" has value None."""

    method: str
    raw_path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    scheme: str = "http"

    @property
    def path(self) -> str:
        """Return the path with percent escapes resolved."""
        return unquote(self.raw_path)

    @property
    def target(self) -> str:
        """Return path and query as the request log shows them."""
        return f"{self.raw_path}?{self.raw_query}" if self.raw_query else self.raw_path

    @property
    def query(self) -> Pairs:
        """Return the query as decoded pairs, in the order sent; "+" stays a plus sign."""
        return tuple(_pair(part) for part in self.raw_query.split("&") if part)


def _pair(part: str) -> tuple[str, str | None]:
    name, equals, value = part.partition("=")
    return unquote(name), unquote(value) if equals else None


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def having(self, headers: Mapping[str, str]) -> Reply:
        """Return the same reply with further headers; its own win."""
        return replace(self, headers={**headers, **self.headers})

    def bodiless(self) -> Reply:
        """Return the reply to a HEAD request: the length stays, the body goes."""
        return replace(self, body=b"", headers={"content-length": str(len(self.body)), **self.headers})


def answer_json(document: object, status: int = 200) -> Reply:
    """Build a JSON reply."""
    body = json.dumps(document, ensure_ascii=False).encode()
    return Reply(status, body, {"content-type": "application/json; charset=UTF-8"})


class Refusal(Exception):
    """A request the provider turns down; `gateway` marks refusals of the API gateway in front of a service."""

    def __init__(self, status: int, code: str, message: str, *, gateway: bool = False) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.gateway = gateway
        self.headers: dict[str, str] = {}


def is_count(text: str) -> bool:
    """Tell whether a text is a whole number of at most 18 digits."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_COUNT


def lower_headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by lower-case name; repeated ones are joined by commas, values are read as UTF-8."""
    found: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("utf-8", "surrogateescape")
        found[name] = f"{found[name]},{value}" if name in found else value
    return found

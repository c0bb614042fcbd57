"""What a REDIS_URL says: the shape of the service behind it, where to ask, and how to connect.

| REDIS_URL                                                  | shape                                             |
|------------------------------------------------------------|---------------------------------------------------|
| `redis://[user:password@]host[:6379][/db]`                 | one server                                        |
| `unix://[user:password@]/path[?db=n]`                      | one server, on this machine                       |
| `redis+sentinel://[user:password@]host[:26379],…/name[/db]` | the primary that the sentinels call `name`        |
| `redis+cluster://[user:password@]host[:6379],…`            | the primary that owns a workspace's slot          |

`rediss://`, `rediss+sentinel://` and `rediss+cluster://` are the same over TLS. Certificates are always checked, by the
system's authorities or by those in the file that `ssl_ca_certs` names. User and password are the data servers';
sentinels have their own, `sentinel_username` and `sentinel_password`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import SplitResult, parse_qsl, urlsplit

from redis.asyncio.connection import parse_url

from bot.errors import BotError

Shape = Literal["single", "sentinel", "cluster"]
Node = tuple[str, int]

AUTHORITY = re.compile(r"[^/?#]*")
SCHEMES: Mapping[str, Shape] = {
    "redis": "single",
    "rediss": "single",
    "unix": "single",
    "redis+sentinel": "sentinel",
    "rediss+sentinel": "sentinel",
    "redis+cluster": "cluster",
    "rediss+cluster": "cluster",
}
OPTIONS = frozenset(
    {
        "client_name",
        "db",
        "password",
        "sentinel_password",
        "sentinel_username",
        "ssl_ca_certs",
        "ssl_certfile",
        "ssl_check_hostname",
        "ssl_keyfile",
        "username",
    }
)
"""What may stand behind the question mark. Time limits and retries are ours, and no option switches checking off."""

_PORTS: Mapping[Shape, int] = {"single": 6379, "sentinel": 26379, "cluster": 6379}


class BadAddress(BotError):
    """REDIS_URL cannot be used. The message never quotes it: it may hold a password."""


@dataclass(frozen=True, slots=True)
class Address:
    """A REDIS_URL, read. `transport` is redis, rediss or unix; `options` are the client's, host and port apart."""

    shape: Shape
    transport: str
    options: dict[str, Any] = field(repr=False)
    nodes: tuple[Node, ...] = ()
    service: str = ""
    guards: dict[str, Any] = field(default_factory=dict, repr=False)


def read(url: str) -> Address:
    """Return what `url` says. Raises `BadAddress`."""
    try:
        parts, hosts = _parted(url)
    except ValueError:
        raise BadAddress("REDIS_URL cannot be read: check the brackets around an IPv6 address") from None
    shape = SCHEMES.get(parts.scheme)
    if shape is None:
        known = ", ".join(f"{name}://" for name in SCHEMES)
        raise BadAddress(f"REDIS_URL begins with {parts.scheme or 'no scheme'!r}; known are {known}")
    if not {name for name, _ in parse_qsl(parts.query)} <= OPTIONS:
        raise BadAddress(f"REDIS_URL has an option that is not known; known are {', '.join(sorted(OPTIONS))}")
    try:
        return _single(parts) if shape == "single" else _several(parts, hosts, shape)
    except ValueError:
        raise BadAddress("REDIS_URL cannot be read: check the port, the database number and the options") from None


def _parted(url: str) -> tuple[SplitResult, list[str]]:
    """Return the parts of `url` with its first host only, and all its hosts: urlsplit refuses a list with brackets."""
    scheme, mark, rest = url.partition("://")
    authority = AUTHORITY.match(rest)
    user, at, hosts = (authority[0] if authority else "").rpartition("@")
    tail = rest[authority.end() :] if authority else rest
    first, *others = hosts.split(",")
    return urlsplit(f"{scheme}{mark}{user}{at}{first}{tail}"), [first, *others]


def _single(parts: SplitResult) -> Address:
    return Address("single", parts.scheme, _options(parts))


def _several(parts: SplitResult, hosts: list[str], shape: Shape) -> Address:
    nodes = tuple(_node(host, _PORTS[shape]) for host in hosts if host)
    if not nodes:
        raise BadAddress("REDIS_URL names no host")
    service, _, database = parts.path.strip("/").partition("/")
    if shape == "cluster":
        service, database = "", service
    if shape == "sentinel" and not service:
        raise BadAddress("REDIS_URL does not say which service the sentinels watch: redis+sentinel://host:26379/NAME")
    transport = parts.scheme.partition("+")[0]
    options = _options(parts._replace(scheme=transport, path=f"/{database}"))
    if shape == "cluster" and options.get("db"):
        raise BadAddress("REDIS_URL asks for a database; a cluster has none but 0")
    for name in ("host", "port"):
        options.pop(name, None)
    return Address(shape, transport, options, nodes, service, _guards(options))


def _guards(options: dict[str, Any]) -> dict[str, Any]:
    """Take out of `options` what is for the sentinels; certificates are checked alike."""
    own = {name: options.pop(name) for name in list(options) if name.startswith("sentinel_")}
    secure = {name: value for name, value in options.items() if name.startswith("ssl_")}
    return {**secure, **{name.removeprefix("sentinel_"): value for name, value in own.items()}}


def _node(text: str, port: int) -> Node:
    parts = urlsplit(f"//{text}")
    if not parts.hostname:
        raise ValueError("no host")
    return parts.hostname, parts.port or port


def _options(parts: SplitResult) -> dict[str, Any]:
    """Return the client's options. Raises ValueError; a database that is no number is one too."""
    database = parts.path.strip("/")
    if parts.scheme != "unix" and database and not database.isdecimal():
        raise ValueError("no database number")
    options: dict[str, Any] = dict(parse_url(parts.geturl()))
    options.pop("connection_class", None)
    return options

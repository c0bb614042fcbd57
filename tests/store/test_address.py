"""Every form of REDIS_URL, and what is wrong with those that cannot be used."""

from __future__ import annotations

import pytest

from bot.store.address import BadAddress, read
from bot.store.connect import connect


@pytest.mark.parametrize(
    ("url", "nodes", "service", "options", "guards"),
    [
        ("redis+sentinel://a/main", [("a", 26379)], "main", {}, {}),
        ("redis+sentinel://a,b:1,[::1]:2/main/3", [("a", 26379), ("b", 1), ("::1", 2)], "main", {"db": 3}, {}),
        (
            "redis+sentinel://u:p%40,x@a:1,b:2/main?sentinel_password=q&sentinel_username=w",
            [("a", 1), ("b", 2)],
            "main",
            {"username": "u", "password": "p@,x"},
            {"username": "w", "password": "q"},
        ),
        (
            "rediss+sentinel://a:1/main?ssl_ca_certs=/ca.pem&ssl_check_hostname=no",
            [("a", 1)],
            "main",
            {"ssl_ca_certs": "/ca.pem", "ssl_check_hostname": False},
            {"ssl_ca_certs": "/ca.pem", "ssl_check_hostname": False},
        ),
        ("redis+cluster://:p@a,b:2", [("a", 6379), ("b", 2)], "", {"password": "p"}, {}),
        ("redis+cluster://a:1/0", [("a", 1)], "", {"db": 0}, {}),
    ],
)
def test_groups_are_read(
    url: str, nodes: list[tuple[str, int]], service: str, options: dict[str, object], guards: dict[str, object]
) -> None:
    found = read(url)
    assert (list(found.nodes), found.service, found.options, found.guards) == (nodes, service, options, guards)


@pytest.mark.parametrize(
    ("url", "shape", "transport", "options"),
    [
        ("redis://", "single", "redis", {}),
        ("redis://u:p@a:1/2", "single", "redis", {"username": "u", "password": "p", "host": "a", "port": 1, "db": 2}),
        ("rediss://a?ssl_ca_certs=ca", "single", "rediss", {"host": "a", "ssl_ca_certs": "ca"}),
        ("unix:///run/redis.sock?db=4", "single", "unix", {"path": "/run/redis.sock", "db": 4}),
    ],
)
def test_single_servers_are_read(url: str, shape: str, transport: str, options: dict[str, object]) -> None:
    found = read(url)
    assert (found.shape, found.transport, found.options) == (shape, transport, options)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://:hidden@a", "begins with 'http'"),
        ("hidden", "no scheme"),
        ("redis://:hidden@a:notaport/0", "check the port"),
        ("redis://:hidden@a/notanumber", "database number"),
        ("redis://:hidden@[a", "brackets"),
        ("redis://:hidden@a?db=first", "options"),
        ("redis://:hidden@a?socket_timeout=1", "option that is not known"),
        ("rediss://:hidden@a?ssl_cert_reqs=none", "option that is not known"),
        ("redis+sentinel://:hidden@a:1", "does not say which service"),
        ("redis+sentinel://:hidden@/main", "names no host"),
        ("redis+sentinel://:hidden@a:1,b:x/main", "check the port"),
        ("redis+sentinel://:hidden@a,:2/main", "cannot be read"),
        ("redis+cluster://:hidden@a:1/3", "a cluster has none but 0"),
    ],
)
def test_what_cannot_be_used_is_refused_without_quoting_it(url: str, why: str) -> None:
    with pytest.raises(BadAddress, match=f"REDIS_URL.*{why}") as caught:
        connect(url)
    assert "hidden" not in str(caught.value)


def test_an_address_does_not_show_its_password() -> None:
    assert "hidden" not in repr(read("redis+sentinel://:hidden@a/main?sentinel_password=hidden"))

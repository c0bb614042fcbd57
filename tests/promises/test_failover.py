"""A web and a worker process on sentinels: the primary dies between a request and its approval, and both go on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext

import pytest
from redis import Redis

from tests.promises.house import House, is_done, until
from tests.redis_groups import Group, sentinels
from tests.stack import Stack, eventually, stack

CONTINUES = 10.0


@pytest.fixture(scope="module")
def group() -> Iterator[Group]:
    with sentinels(patience_ms=2000) as found:
        yield found


@pytest.fixture(scope="module")
def product(group: Group, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("failover"), group=nullcontext(group)) as found:
        found.start_bot("worker", BOT_LEASE_SECONDS="2")
        found.start_bot("web", found.ports[0])
        found.ready()
        yield found


def test_a_bot_survives_the_loss_of_its_primary(product: Stack, group: Group) -> None:
    before = group.primary()
    with _house(product, before) as house:
        request = house.asked("survives")
    group.kill(before)
    lost = time.monotonic()
    eventually(lambda: group.primary() not in (0, before), CONTINUES)
    product.ready()
    assert time.monotonic() - lost < CONTINUES
    with _house(product, group.primary()) as house:
        house.press("survives", "approve")
        until(lambda: is_done(house.cards("survives", "li")[-1]))
        assert house.puts("/survives").count(200) == 1
    with _house(product, group.primary()) as house:
        assert house.acts(request)["approval.approve"] == 1
    assert [child.name for child in product.children if child.died()] == []


def test_a_decision_that_only_one_server_knows_is_called_not_yet_safe(product: Stack, group: Group) -> None:
    primary = group.primary()
    for port, process in group.nodes.items():
        if port != primary and process.poll() is None:
            group.kill(port)
    with _house(product, primary) as house:
        house.asked("unsafe")
        house.press("unsafe", "approve")
        until(lambda: any("not yet safe" in text for text in house.told("mei")))
        until(lambda: is_done(house.cards("unsafe", "li")[-1]))


@contextmanager
def _house(product: Stack, port: int) -> Iterator[House]:
    """Look into the server at a port."""
    with closing(Redis(host="127.0.0.1", port=port)) as redis:
        yield House(product, redis)

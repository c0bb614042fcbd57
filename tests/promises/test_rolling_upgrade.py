"""Two releases on one Redis: what the older one wrote is lifted, what the newer one wrote waits for a newer worker."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from bot.records import Approval
from tests.promises.house import TAG, House, is_done, until
from tests.stack import stack

NEWER = 99


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with stack(tmp_path_factory.mktemp("rolling"), bots=2) as found, Redis.from_url(found.redis.url) as redis:
        for port in found.ports:
            found.start_bot("all", port, BOT_CHANNEL="")
        found.ready()
        yield House(found, redis)


def document(house: House, identity: str) -> tuple[str, dict[str, Any]]:
    """Return the version and the fields of a request as they are stored."""
    version, _, body = house.redis.get(f"{TAG}doc:approval:{identity}").decode().partition("\n")  # type: ignore[union-attr]
    return version, json.loads(body)


def written(house: House, identity: str, schema: int) -> bytes:
    """Let another release have written the request, with its schema; return what is stored then."""
    version, fields = document(house, identity)
    text = f"{version}\n{json.dumps(fields | {'schema': schema})}".encode()
    house.redis.set(f"{TAG}doc:approval:{identity}", text, keepttl=True)
    return text


def waiting(house: House, later: str) -> list[tuple[str, float]]:
    """Return the presses that wait for machine time, and until when."""
    found: list[Any] = house.redis.zrange(later, 0, -1, withscores=True)
    return [(member.decode(), float(at)) for member, at in found if b"work:press:" in member]


def test_what_an_older_release_wrote_is_carried_on_and_lifted(house: House) -> None:
    identity = house.asked("older")
    written(house, identity, 1)
    house.press("older", "approve")
    until(lambda: is_done(house.cards("older", "li")[-1]))
    assert document(house, identity)[1]["schema"] == Approval.schema > 1


def test_what_a_newer_release_wrote_is_left_for_a_newer_worker_and_loses_nothing(house: House) -> None:
    identity = house.asked("newer")
    ours = document(house, identity)[1]["schema"]
    theirs = written(house, identity, NEWER)
    house.press("newer", "approve")
    later = f"{TAG}later"
    [(member, at)] = until(lambda: waiting(house, later))
    assert 20 < at - time.time() <= 31
    assert house.redis.get(f"{TAG}doc:approval:{identity}") == theirs, "not touched"
    assert not house.has("newer")
    assert house.redis.xlen(f"{TAG}stream:dead") == 0
    written(house, identity, ours)  # as a newer worker reads it
    house.redis.zadd(later, {member: 0.0})
    until(lambda: is_done(house.cards("newer", "li")[-1]))
    assert house.acts(identity)["approval.approve"] == 1

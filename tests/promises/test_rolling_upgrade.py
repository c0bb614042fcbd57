"""Two releases on one Redis: what the older one wrote is lifted, what the newer one wrote waits for a newer worker."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from redis import Redis

from bot.records import Approval
from tests.promises.house import TAG, House, is_done, until
from tests.stack import free_ports, stack

NEWER = 99
LATER = f"{TAG}later"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with stack(tmp_path_factory.mktemp("rolling"), bots=2) as found, Redis.from_url(found.redis.url) as redis:
        for port in found.ports:
            found.start_bot("all", port, BOT_CHANNEL="")
        found.ready()
        yield House(found, redis)


def document(house: House, identity: str, kind: str = "approval") -> tuple[str, dict[str, Any]]:
    """Return the version and the fields of a document as they are stored."""
    version, _, body = house.redis.get(f"{TAG}doc:{kind}:{identity}").decode().partition("\n")  # type: ignore[union-attr]
    return version, json.loads(body)


def written(house: House, identity: str, schema: int, kind: str = "approval") -> bytes:
    """Let another release have written a document, with its schema; return what is stored then."""
    version, fields = document(house, identity, kind)
    text = f"{version}\n{json.dumps(fields | {'schema': schema})}".encode()
    house.redis.set(f"{TAG}doc:{kind}:{identity}", text, keepttl=True)
    return text


def waiting(house: House, what: str) -> list[tuple[str, float]]:
    """Return the entries of a kind that wait for machine time, and until when."""
    found: list[Any] = house.redis.zrange(LATER, 0, -1, withscores=True)
    return [(member.decode(), float(at)) for member, at in found if member.startswith(what.encode())]


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
    [(member, at)] = until(lambda: waiting(house, "work:press:"))
    assert 20 < at - time.time() <= 31
    assert house.redis.get(f"{TAG}doc:approval:{identity}") == theirs, "not touched"
    assert not house.has("newer")
    assert house.redis.xlen(f"{TAG}stream:dead") == 0
    written(house, identity, ours)  # as a newer worker reads it
    house.redis.zadd(LATER, {member: 0.0})
    until(lambda: is_done(house.cards("newer", "li")[-1]))
    assert house.acts(identity)["approval.approve"] == 1


def test_a_card_of_a_newer_release_is_drawn_by_a_newer_worker(house: House) -> None:
    identity = house.asked("drawn")
    card = f"request-{identity}"
    ours = document(house, card, "card")[1]["schema"]
    until(lambda: not waiting(house, f"outbox:card:{card}"))
    theirs = written(house, card, NEWER, "card")
    house.press("drawn", "approve")
    until(lambda: house.has("drawn"))
    [(member, at)] = until(lambda: waiting(house, f"outbox:card:{card}"))
    assert 20 < at - time.time() <= 31
    assert house.redis.get(f"{TAG}doc:card:{card}") == theirs, "not touched"
    assert house.redis.xlen(f"{TAG}stream:dead") == 0
    written(house, card, ours, "card")
    house.redis.zadd(LATER, {member: 0.0})
    until(lambda: is_done(house.cards("drawn", "li")[-1]))


def test_a_form_of_a_newer_release_is_answered_in_words_and_keeps_what_was_typed(house: House) -> None:
    house.stack.post("say", as_="li", in_="@bot", text="/modelarts bucket create")
    opened = until(lambda: house.stack.view("li")) or {}
    [form] = [key.decode().partition(":doc:form:")[2] for key in house.redis.scan_iter(f"{TAG}doc:form:*")]
    ours = document(house, form, "form")[1]["schema"]
    written(house, form, NEWER, "form")
    house.stack.post("submit", as_="li", values={"name": "typed-twice"})
    said = json.dumps(house.stack.view("li"), ensure_ascii=False)
    assert "新版机器人" in said
    written(house, form, ours, "form")
    house.stack.post("close", as_="li")
    below = house.stack.view("li")
    assert below is not None
    assert (below["id"], "typed-twice" in json.dumps(below["values"])) == (opened["id"], True)
    house.stack.post("submit", as_="li", values={})
    until(lambda: house.offers("typed-twice", "approve"))


def test_a_worker_starts_beside_a_newer_release_and_says_in_one_line_what_it_leaves_alone(house: House) -> None:
    theirs = written(house, "policy", NEWER, "in_force")
    [port] = free_ports(1)
    worker = house.stack.start_bot("worker", port, BOT_SINGLE_ADMIN="refuse")
    until(lambda: is_ready(port), 60)
    log = [json.loads(line) for line in worker.log.read_text("utf-8").splitlines() if "newer release" in line]
    assert [(line["level"], line["document"]) for line in log] == [("warning", "in_force:policy")]
    assert house.redis.get(f"{TAG}doc:in_force:policy") == theirs, "not touched"
    assert "Traceback" not in house.stack.logs()


def is_ready(port: int) -> bool:
    """Return whether a process says that it is ready; one that does not listen yet is not."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).ok
    except requests.ConnectionError:
        return False

"""A question outlives whoever asked it: workers die around it, hours pass, two web processes take turns, two places."""

from __future__ import annotations

import json
import signal
from collections.abc import Sequence

import pytest

from tests.promises.conftest import Open
from tests.promises.conversations import DEATHS
from tests.promises.house import House, until
from tests.stack import Child

HOURS = 20 * 3600.0
HERE, THERE = "@bot", "#modelarts"


@pytest.fixture(scope="module")
def house(open_house: Open) -> House:
    """Two web processes and one worker, which is replaced again and again."""
    return open_house(2, 1)


def worker(house: House) -> Child:
    return [child for child in house.stack.children if child.name == "bot-worker" and not child.died()][-1]


def says(house: House, who: str, text: str, where: str = HERE, thread: str = "") -> str:
    """Say something without waiting for what follows; return the message's ts."""
    more = {"thread_ts": thread} if thread else {}
    return str(house.stack.post("say", as_=who, in_=where, text=text, **more)["ts"])


def seen(house: House, who: str, where: str = HERE) -> list[str]:
    return [m["text"] for m in house.stack.messages(who, where) if m["from"] == "bot"]


def asked_for(house: House, name: str) -> Sequence[dict[str, str]]:
    """Return the arguments of each request about a bucket, from their records."""
    found = []
    for key in house.redis.scan_iter("*doc:approval:*"):
        text = house.redis.get(key)
        record = json.loads(text.partition(b"\n")[2])["record"] if isinstance(text, bytes) else {}
        if record.get("arguments", {}).get("name") == name:
            found.append(record["arguments"])
    return found


def dies_while(house: House, point: str, who: str, text: str) -> None:
    """Let a worker die at a point as it hears this, and another one go on."""
    alive = worker(house)
    readers = until(lambda: frozenset(house.readers()) if len(house.readers()) == 2 else frozenset())
    victim = house.stack.start_bot("worker", BOT_LEASE_SECONDS="2", BOT_FAIL_POINT=point)
    until(lambda: len(house.readers()) == 4)
    with house.stopped(alive, readers):
        says(house, who, text)
        until(victim.died)
    assert victim.process.returncode == -signal.SIGKILL


def test_a_worker_dies_as_it_asks_and_another_as_it_hears_the_answer(house: House) -> None:
    before = len(seen(house, "wang"))
    dies_while(house, DEATHS[0], "wang", "bucket create class=warm")
    until(lambda: any("class = warm" in text for text in seen(house, "wang")[before:]))
    says(house, "wang", "Talk_One")
    until(lambda: "class = warm" in "".join(seen(house, "wang")[before + 1 :]))
    dies_while(house, DEATHS[1], "wang", "talk-one")
    until(lambda: asked_for(house, "talk-one"))
    until(lambda: "talk-one" in "".join(seen(house, "wang")[before + 2 :]))
    assert asked_for(house, "talk-one") == [{"name": "talk-one", "class": "warm"}]


def test_hours_later_another_worker_hears_the_answer_of_each_place(house: House) -> None:
    """The worker that asked is gone, the web processes took turns, and both places wait for their own answer."""
    begun = says(house, "li", "@bot 桶 创建 类别=cold", THERE)
    says(house, "li", "桶 创建 类别=warm")
    until(lambda: any("class = cold" in text for text in seen(house, "li", THERE)))
    until(lambda: any("class = warm" in text for text in seen(house, "li")))
    worker(house).kill()
    house.stack.post("clock", advance_s=HOURS)
    house.stack.start_bot("worker", BOT_LEASE_SECONDS="2")
    says(house, "li", "@bot late-there", THERE, begun)
    says(house, "li", "late-here")
    until(lambda: asked_for(house, "late-here") and asked_for(house, "late-there"))
    assert asked_for(house, "late-here") == [{"name": "late-here", "class": "warm"}]
    assert asked_for(house, "late-there") == [{"name": "late-there", "class": "cold"}]


def test_a_day_of_silence_ends_it_in_words_and_the_form_keeps_what_was_said(house: House) -> None:
    says(house, "li", "bucket create class=warm")
    until(lambda: "class = warm" in "".join(seen(house, "li")[-1:]))
    house.stack.post("clock", advance_s=24 * 3600.0 + 60)
    until(lambda: "已停止等待" in "".join(seen(house, "li")[-1:]))
    house.stack.press("li", "open_form")
    view = house.stack.view("li")
    assert view
    assert "warm" in json.dumps(view["blocks"])

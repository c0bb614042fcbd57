"""The life of a request on the whole product: one administrator alone, silence, second thoughts; and no secret told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.promises.conftest import LEASE, Open
from tests.promises.house import TAG, House, is_done, until

HOURS = 3600.0
ALONE = {"BOT_ADMIN_USERS": "U0MEI00001", "BOT_ADMIN_GROUPS": ""}


@pytest.fixture(scope="module")
def house(open_house: Open) -> House:
    """One administrator: mei."""
    return open_house(1, 1, BOT_CHANNEL="", **ALONE)


def test_the_only_administrator_types_the_name_and_waits_a_minute(house: House) -> None:
    house.ask("alone", who="mei")
    until(lambda: house.offers("alone", "approve"))
    assert any("only administrator" in text for text in house.told("mei"))
    identity = house.request("alone")
    assert house.press("alone", "approve")["ok"]
    until(lambda: house.stack.view("mei"))
    wrong = house.stack.post("submit", as_="mei", values={"typed": "another"})
    assert "alone" in json.dumps(wrong)
    assert house.acts(identity)["approval.approve"] == 0
    assert house.stack.post("submit", as_="mei", values={"typed": "alone"})["ok"]
    until(lambda: house.acts(identity)["approval.approve"])
    until(house.quiet)
    assert not house.has("alone"), "a minute of thought comes first"
    assert "single administrator" in [entry.get("right") for entry in house.audit(identity)]
    house.stack.post("clock", advance_s=61)
    until(lambda: house.acts(identity)["operation.done"])
    assert house.puts("/alone") == [200]
    until(lambda: is_done(house.cards("alone", "mei")[-1]))
    assert "as single administrator" in house.card("alone")


def test_deny_and_withdraw_end_it_on_every_copy(house: House) -> None:
    denied, withdrawn = house.asked("denied"), house.asked("withdrawn")
    house.press("denied", "deny")
    house.press("withdrawn", "withdraw", "li")
    for name, words in (("denied", "Denied by"), ("withdrawn", "Withdrawn by")):
        until(lambda name=name, words=words: words in house.card(name))  # type: ignore[misc]
        assert not house.offers(name, "approve")
        until(lambda name=name: not house.offers(name, "withdraw", "li"))  # type: ignore[misc]
        assert not house.has(name)
    assert house.acts(denied)["approval.deny"] == house.acts(withdrawn)["approval.withdraw"] == 1


def test_retry_is_refused_to_others_and_goes_on_for_the_asker(house: House) -> None:
    house.stack.post("cloud/faults", service="obs", operation="put_object", kind="arrears", times=1)
    identity = house.asked("retried", "folder=roses")
    house.press("retried", "approve")
    until(lambda: house.offers("retried", "retry", "li"))
    house.press("retried", "retry", "li")
    until(lambda: house.acts(identity)["operation.done"])
    assert house.puts("/retried") == [200]
    assert house.acts(identity)["operation.retry"] == 1
    assert house.acts(identity)["operation.failed"] == 1


def test_silence_means_no_after_eight_hours(house: House) -> None:
    identity = house.asked("silent")
    house.stack.post("clock", advance_s=8 * HOURS - 60)
    until(house.quiet)
    assert house.acts(identity)["approval.expired"] == 0
    house.stack.post("clock", advance_s=120)
    until(lambda: house.acts(identity)["approval.expired"])
    until(lambda: "Expired at" in house.card("silent"))
    assert not house.offers("silent", "approve")
    assert not house.has("silent")


def test_work_that_fails_five_times_is_given_up_in_words_and_tried_again_from_the_doctor(house: House) -> None:
    """The record of a request becomes unreadable while its press waits for the worker."""
    identity = house.asked("five-times")
    key = f"{TAG}doc:approval:{identity}"
    true: Any = house.redis.get(key)
    [worker] = [child for child in house.stack.children if child.name == "bot-worker"]
    with house.stopped(worker, frozenset(house.readers())):
        house.press("five-times", "approve")
        house.redis.set(key, b"no document", keepttl=True)
    until(lambda: house.figure('depth{where="dead"}', house.stack.ports[0]) == 1, 60.0)
    until(lambda: any("failed in the bot itself" in text for text in house.told("mei")))
    assert house.acts(identity)["approval.approve"] == 0
    assert not house.has("five-times")
    house.redis.set(key, true, keepttl=True)
    house.stack.post("say", as_="mei", in_="@bot", text="/modelarts account doctor")
    found = until(lambda: [m for m in house.stack.messages("mei") if "dead:" in json.dumps(m["blocks"])])[-1]
    pressed = {"as_": "mei", "in_": "@bot", "ts": found["ts"], "action_id": "retry", "surface": "message"}
    house.stack.post("press", **pressed)
    until(lambda: house.acts(identity)["operation.done"])
    assert house.puts("/five-times") == [200]
    assert house.figure('depth{where="dead"}', house.stack.ports[0]) == 0
    assert any(entry["what"] == "dead.retried" for entry in house.audit())


@pytest.mark.usefixtures("house")
def test_no_secret_is_in_a_log_line_or_in_redis(house: House) -> None:
    """All of the above was said, signed and answered with secrets: they are in no log, and not stored."""
    env = house.stack.sandbox["env"]
    canaries = [env[name] for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "HUAWEICLOUD_SDK_SK")] + ["k" * 32]
    logs = "\n".join(c.log.read_text("utf-8") for c in house.stack.children if c.name.startswith("bot"))
    stored = {key: _everything(house, key) for key in house.redis.scan_iter("*")}
    assert "cloud call" in logs
    for canary in canaries:
        assert canary not in logs
        assert not [key for key, text in stored.items() if canary in text]
    urls = {url for key, text in stored.items() if b":doc:inbound:" in key for url in _response_urls(text)}
    assert urls, "a press brought its response_url, and it lives with its inbound record"
    kinds = (b":doc:inbound:", b":doc:form:")
    elsewhere = [text for key, text in stored.items() if not any(kind in key for kind in kinds)]
    for url in urls:
        assert url not in logs
        assert not [text for text in elsewhere if url in text]
    for shape in ("OBS ", "SDK-HMAC-SHA256", "v0=", "Authorization:", '"Authorization"'):
        assert shape not in logs


def _everything(house: House, key: bytes) -> str:
    kind: Any = house.redis.type(key)
    read: Any = {b"string": house.redis.get, b"stream": house.redis.xrange}.get(kind)
    found = read(key) if read else house.redis.zrange(key, 0, -1)
    return found.decode() if isinstance(found, bytes) else str(found)


def _response_urls(text: str) -> list[str]:
    return [url for url in re.findall(r'"response_url":"([^"]+)"', text) if url]


def test_a_stricter_policy_voids_what_waits_and_refuses_to_send(house: House) -> None:
    """BOT_SINGLE_ADMIN=refuse: a request of before is void at the press, an own one is not even sent."""
    identity = house.asked("older-policy")
    [worker] = [child for child in house.stack.children if child.name == "bot-worker"]
    worker.process.terminate()
    assert worker.process.wait(30) == 0
    house.stack.start_bot("worker", 0, BOT_LEASE_SECONDS=LEASE, BOT_CHANNEL="", BOT_SINGLE_ADMIN="refuse", **ALONE)
    house.press("older-policy", "approve")
    until(lambda: any("policy changed" in text for text in house.told("mei")))
    acts = house.acts(identity)
    assert (acts["approval.void"], acts["press.refused"], acts["approval.approve"]) == (1, 1, 0)
    until(lambda: "Void" in house.card("older-policy"))
    house.ask("alone-refused", who="mei")
    until(lambda: any("Nobody may approve this" in text for text in house.told("mei")))
    assert not house.cards("alone-refused", "mei")
    assert not house.has("older-policy")

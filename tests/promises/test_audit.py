"""What was done stands in a chain that the console writes out and checks, and no secret stands in it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from redis import Redis

from tests.promises.house import TAG, House, is_done, until
from tests.stack import stack

AK, SK = "HPUAQ7CANARYCANARY77", "cAnArYcAnArY0123456789cAnArYcAnArY012345"
KEYS = "n" * 32, "k" * 32
"""The new key, and the one before."""
OUR_SECRETS = ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_AK")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with stack(tmp_path_factory.mktemp("audit")) as found, Redis.from_url(found.redis.url) as redis:
        found.start_bot("all", found.ports[0], BOT_SECRET_KEY=KEYS[1], BOT_CHANNEL="")
        found.ready()
        yield House(found, redis)


def console(house: House, *words: str, key: str = ",".join(KEYS), **settings: str) -> tuple[int, str]:
    """Return how the console script ended, and what it said."""
    environment = house.stack.settings(BOT_SECRET_KEY=key, **settings)
    done = subprocess.run(
        [sys.executable, "-m", "bot", "audit", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_everything_is_written_out_checked_and_holds_no_secret(house: House) -> None:
    house.stack.post("say", as_="li", in_="@bot", text=f"/modelarts bucket create secret {AK} {SK}")
    house.stack.post("say", as_="li", in_="@bot", text=f"link {AK} {SK}")
    request = house.asked("audited")
    house.press("audited", "approve")
    until(lambda: is_done(house.cards("audited", "li")[-1]))
    until(lambda: house.redis.xlen(f"{TAG}stream:seals") == house.redis.xlen(f"{TAG}stream:audit"))
    code, written = console(house, "export")
    assert code == 0, written
    entries = [json.loads(line) for line in written.splitlines()]
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    for entry in entries:
        assert {"at", "what", "who", "correlation"} <= set(entry["facts"])
    approved = next(one["facts"] for one in entries if one["facts"]["what"] == "approval.approve")
    assert (approved["who"], approved["id"], bool(approved["correlation"])) == ("U0MEI00001", request, True)
    ours = [house.stack.settings()[name] for name in OUR_SECRETS]
    assert [secret for secret in (AK, SK, *KEYS, *ours) if secret in written] == []
    code, said = console(house, "verify")
    assert code == 0, said
    assert f"{len(entries)} entries hold" in said


def held(redis: Redis) -> Iterator[str]:
    """Yield everything that Redis holds, as text."""
    readers: dict[bytes, Callable[[bytes], Any]] = {
        b"string": redis.get,
        b"zset": lambda key: redis.zrange(key, 0, -1, withscores=True),
        b"stream": redis.xrange,
    }
    for key in redis.scan_iter():
        kind: Any = redis.type(key)
        yield f"{key} {readers[kind](key)}"


def test_no_secret_is_in_redis_in_a_log_or_in_what_anybody_is_told(house: House) -> None:
    """Also not after refusals and broken calls, whose errors quote what was sent."""
    for kind in ("forbidden", "server_error", "throttled"):
        house.stack.post("cloud/faults", service="obs", operation="list_buckets", kind=kind, times=3)
        house.stack.say("li", "/modelarts bucket list")
    house.stack.post("slack/faults", method="chat.postEphemeral", kind="server_error", times=1)
    house.stack.say("li", f"<@{house.stack.get('state')['bot']['id']}> {AK} {SK}", "#general")
    house.stack.say("mei", "/modelarts account doctor")
    ours = [house.stack.settings()[name] for name in OUR_SECRETS]
    secrets = [one for secret in ours for one in secret.split(",")] + [AK, SK, *KEYS]
    logs = "\n".join(child.log.read_text("utf-8") for child in house.stack.children if child.name.startswith("bot"))
    told = "\n".join(house.stack.texts(who, where) for who in ("mei", "li") for where in ("@bot", "#general"))
    typed = told.replace(f"{AK} {SK}", "")  # what li wrote stands in the channel
    for place, text in {"Redis": "\n".join(held(house.redis)), "logs": logs, "messages": typed}.items():
        assert len(text) > 1000
        assert [secret[:4] for secret in secrets if secret in text] == [], place


def test_since_leaves_the_older_ones_out(house: House) -> None:
    assert console(house, "export", "--since", "2100-01-01") == (0, "")
    assert console(house, "export", "--since", "soon")[0] == 2


def test_another_key_a_posted_head_and_a_wrong_word_are_told_apart(house: House) -> None:
    code, said = console(house, "verify", key="x" * 32)
    assert (code, "changed: 1" in said) == (1, True)
    _, said = console(house, "verify")
    head = said.rsplit(" ", 1)[1].strip()
    assert console(house, "verify", "--head", head)[0] == 0
    code, said = console(house, "verify", "--head", f"999:{head.partition(':')[2]}")
    assert (code, "cut: " in said) == (1, True)
    assert "--head cannot be read" in console(house, "verify", "--head", "soon")[1]
    assert "Mend these settings" in console(house, "verify", BOT_ADMIN_USERS="", BOT_ADMIN_GROUPS="")[1]


def _drop(redis: Redis, tokens: list[bytes]) -> None:
    redis.xdel(f"{TAG}stream:audit", tokens[1])


def _cut(redis: Redis, tokens: list[bytes]) -> None:
    redis.xdel(f"{TAG}stream:audit", tokens[-1])
    redis.xdel(f"{TAG}stream:seals", tokens[-1])


def _rewrite(redis: Redis, tokens: list[bytes]) -> None:
    """Replace the last entry: ids only grow, so the whole stream is written anew."""
    key = f"{TAG}stream:audit"
    entries: Any = redis.xrange(key)
    redis.delete(key)
    for token, fields in entries:
        redis.xadd(key, {**fields, b"who": b"U0NOBODY00"} if token == tokens[-1] else fields, id=token)


@pytest.mark.parametrize(("tamper", "found"), [(_drop, "missing: 2"), (_cut, "cut: "), (_rewrite, "changed: ")])
def test_what_is_done_to_redis_is_found(house: House, tamper: Callable[[Redis, list[bytes]], None], found: str) -> None:
    keys = [f"{TAG}stream:audit", f"{TAG}stream:seals", f"{TAG}doc:chain:audit"]
    kept: dict[str, Any] = {key: house.redis.dump(key) for key in keys}
    entries: Any = house.redis.xrange(keys[0])
    tokens = [token for token, _ in entries]
    try:
        tamper(house.redis, tokens)
        code, said = console(house, "verify")
        assert (code, found in said) == (1, True), said
    finally:
        for key, text in kept.items():
            house.redis.restore(key, 0, text, replace=True)


def listed(house: House, words: str, who: str = "mei") -> str:
    """Return the answer to `audit list` with these words."""
    house.stack.say(who, f"/modelarts audit list {words}".strip())
    last = [m for m in house.stack.messages(who) if m["ephemeral"]][-1]
    return str(last["text"] + json.dumps(last["blocks"], ensure_ascii=False))


def test_it_is_narrowed_and_its_seals_are_checked_in_chat(house: House) -> None:
    identity = next(entry["id"] for entry in house.audit() if entry["what"] == "requested")
    approved = listed(house, f"approval who=U0MEI00001 about={identity} since=1d")
    assert "approval.approve" in approved
    assert "requested" not in approved
    assert "Nothing like that is recorded" in listed(house, "approval who=U0WANG0001")
    assert "names nobody" in listed(house, "who=somebody")
    until(lambda: house.redis.xlen(f"{TAG}stream:seals") == house.redis.xlen(f"{TAG}stream:audit"))
    assert "The chain holds" in listed(house, "check=yes")
    key = f"{TAG}stream:audit"
    kept: Any = house.redis.dump(key)
    tokens: Any = [token for token, _ in house.redis.xrange(key)]  # type: ignore[union-attr]
    try:
        house.redis.xdel(key, tokens[1])
        assert "Entries 2 to 2 are missing" in listed(house, "check=yes")
    finally:
        house.redis.restore(key, 0, kept, replace=True)


def test_it_is_read_a_page_at_a_time(house: House) -> None:
    for number in range(20):
        house.redis.xadd(f"{TAG}stream:audit", {"at": "1", "what": f"paged.{number}", "who": "", "correlation": ""})
    assert "paged.19" in listed(house, "")
    house.stack.press("mei", "open_form")
    view = house.stack.view("mei")
    assert view is not None
    assert '"initial_value": "2"' in json.dumps(view["blocks"]), "the button opens the form of the next page"
    house.stack.post("close", as_="mei")
    second = listed(house, "page=2")
    assert "paged.19" not in second
    assert "Page 2 of" in second


def test_administrators_read_it_in_chat_and_nobody_else(house: House) -> None:
    house.stack.say("mei", "/modelarts audit list")
    assert any("approval.approve" in json.dumps(m["blocks"]) + m["text"] for m in house.stack.messages("mei"))
    house.stack.say("li", "/modelarts 审计 列表")
    until(lambda: any("审计" in text or "administrators may read" in text for text in house.told("li")))
    until(lambda: any(entry["what"] == "refused" and entry["who"] == "U0LI000001" for entry in house.audit()))


def test_every_write_at_the_cloud_stands_there_by_itself_and_reads_are_counted(house: House) -> None:
    """The counts come every ten minutes, and when a worker stops."""
    sent = [call for call in house.stack.get("calls", service="obs") if call["method"] in ("PUT", "POST", "DELETE")]
    written = [one for one in house.audit() if one["what"] == "cloud.write" and one["service"] == "obs"]
    assert len(written) == len(sent) > 0
    made = next(one for one in written if one["name"] == "audited")
    assert (made["operation"], made["outcome"], made["who"]) == ("createBucket", "ok", "U0LI000001")
    assert made["request_id"]
    assert made["correlation"]
    [bot] = [child for child in house.stack.children if child.name == "bot-all"]
    bot.process.terminate()
    assert bot.process.wait(30) == 0
    counted = {one["service"]: one["calls"] for one in house.audit() if one["what"] == "cloud.calls"}
    for outcome in ("ok", "refused", "busy"):
        assert f"listBuckets {outcome}" in counted["obs"]
    assert "createBucket ok 1" in counted["obs"]

"""Something does not work: an administrator asks the doctor, in chat and on the console; probes and figures agree."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import requests
from redis import Redis

from tests.processes import settings
from tests.promises.house import TAG
from tests.stack import Json, Stack, eventually, free_ports


def bury(house: Stack, kind: str, identity: str) -> None:
    """Give an entry up as the fifth delivery does."""
    facts = {"stream": "work", "kind": kind, "id": identity, "tries": "5", "why": "failed 5 times"}
    with Redis.from_url(house.redis.url) as redis:
        redis.xadd(f"{TAG}stream:dead", facts)


def probe(port: str | int, path: str) -> requests.Response:
    return requests.get(f"http://127.0.0.1:{port}{path}", timeout=20)


def figures(house: Stack) -> str:
    """Return what all processes of the bot measure."""
    ports = [settings(pid)["BOT_PORT"] for pid in house.bots("all", "web", "worker")]
    return "\n".join(probe(port, "/metrics").text for port in ports)


@contextmanager
def frozen(pids: Sequence[int]) -> Iterator[None]:
    """Have processes stand still, as on a machine that is out of memory, until the block ends."""
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def workers(house: Stack) -> int:
    return len(house.bots("all", "worker"))


def console(house: Stack, *words: str, **more: str) -> tuple[int, str]:
    """Return how `modelarts-bot doctor` ended, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", "doctor", *words],
        env=house.settings(**more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.rule("R3.05")
def test_an_administrator_reads_what_is_wrong_with_its_mend_in_their_language(house: Stack) -> None:
    house.say("mei", "/modelarts account doctor")
    said = house.texts("mei")
    for words in ("The bot's key can read OBS.", "`channels:history` is missing", "China site"):
        assert words in said
    assert f"Workers alive: {workers(house)}." in said
    assert "Add `channels:history` to the bot token scopes" in said
    house.say("chen", "/modelarts 账号 诊断")
    assert "机器人的密钥可以读取 OBS" in house.texts("chen")


def test_nobody_else_reads_it(house: Stack) -> None:
    house.say("li", "/modelarts account doctor")
    assert "只有管理员可以检查机器人" in house.texts("li")
    assert "OBS" not in json.dumps(house.cards("li"))


@pytest.mark.rule("R3.01")
def test_a_missing_right_of_the_key_is_named_with_its_action(house: Stack) -> None:
    house.post("cloud/faults", service="obs", operation="list_buckets", kind="forbidden")
    house.say("mei", "/modelarts account doctor")
    newest = house.cards("mei")[-1]
    assert "obs:bucket:ListAllMyBuckets" in json.dumps(newest["blocks"])
    house.post("cloud/faults", service="bss", operation="show_customer_account_balances", kind="forbidden")
    code, said = console(house)
    assert (code, "bss:balance:view" in said) == (1, True), said


def test_what_was_given_up_is_listed_and_retried_once_by_an_administrator(house: Stack) -> None:
    bury(house, "sweep", "package")
    house.say("mei", "/modelarts account doctor")
    assert "`sweep` `package`" in json.dumps(house.cards("mei")[-1]["blocks"])
    assert 'modelarts_bot_depth{where="dead"} 1.0' in figures(house)
    house.press("mei", "retry")
    assert "It is on its way again" in house.texts("mei")
    assert 'modelarts_bot_depth{where="dead"} 0.0' in figures(house)
    house.press("mei", "retry")
    assert "Somebody has retried this already" in house.texts("mei")


def test_the_console_says_the_same_and_how_it_ended(house: Stack) -> None:
    code, said = console(house)
    assert code == 0, said
    assert f"fine    Workers alive: {workers(house)}." in said
    code, said = console(house, "--language", "zh", SLACK_BOT_TOKEN="xoxb-wrong")
    assert (code, "故障    Slack 未接受或未应答" in said) == (1, True), said
    code, said = console(house, BOT_ADMIN_USERS="", BOT_ADMIN_GROUPS="")
    assert (code, "BOT_ADMIN_USERS and BOT_ADMIN_GROUPS" in said) == (1, True), said
    assert "xoxb-" not in said


def test_figures_tell_of_the_whole_way(house: Stack) -> None:
    house.say("li", "/modelarts bucket list")
    text = figures(house)
    for name in (
        "ack_seconds_count",
        'answer_seconds_count{kind="ask"}',
        'cloud_seconds_count{operation="listBuckets"',
    ):
        assert f"modelarts_bot_{name}" in text
    assert f"modelarts_bot_workers {workers(house)}.0" in text
    for name in ('oldest_seconds{stream="work"}', "due_lag_seconds", 'breaker{service="obs"} 0.0'):
        assert f"modelarts_bot_{name}" in text


def test_a_web_process_without_a_worker_is_not_ready_and_says_why(house: Stack) -> None:
    assert probe(house.ports[0], "/readyz").json() == {"ready": True, "missing": {}}
    [port] = free_ports(1)
    web = house.start_bot("web", port)
    eventually(lambda: readiness(port).get("ready"), 40)
    with frozen(house.bots("all", "worker")):
        assert eventually(lambda: readiness(port)["missing"], 40) == {"worker": "none has been alive for 15 s"}
        code, said = console(house)
        assert (code, "No worker has been alive for 15 s" in said) == (1, True), said
    eventually(lambda: readiness(port)["ready"], 40)
    web.kill()


def readiness(port: int) -> Json:
    """Return what a process says of itself; nothing while it does not listen yet."""
    try:
        found: Json = probe(port, "/readyz").json()
    except requests.ConnectionError:
        return {}
    return found

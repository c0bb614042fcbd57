"""The scenario and the calls that docs/sandbox.md shows, tried as they stand there; its programs run in tests/meta."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import build_cloud
from sandbox.server import Options, run_sandbox
from sandbox.workspace.scenario import build_workspace, read_scenario
from tests.sandbox.workspace.test_process import call

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox.md").read_text(encoding="utf-8")


async def test_the_calls_of_the_control_api() -> None:
    commands = re.findall(r"curl -s localhost:8080(/control/\S+) -d '(.+)'", PAGE)
    assert len(commands) == 3
    async with run_sandbox(Options()) as running:
        for path, body in commands:
            assert "error" not in await asyncio.to_thread(call, f"{running.url}{path}", json.loads(body)), path


def test_the_scenario(tmp_path: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    scenario = read_scenario(str(path))
    assert len(build_workspace(scenario, "token", "secret").humans()) == 5
    names = [bucket["name"] for bucket in build_cloud(Clock(), Calls(), scenario["cloud"]).truth("obs")["buckets"]]
    assert (len(names), names[0], names[-1]) == (80, "experiment-01", "experiment-80")

"""The console by way of the control API, and the scenarios that bring packages."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.calls import Calls
from sandbox.cloud import build_cloud
from sandbox.workspace.scenario import FOLDER, read_scenario
from tests.sandbox.cloud.bss.conftest import SOON
from tests.sandbox.cloud.modelarts.stage import Still
from tests.sandbox.conftest import Control, company


async def test_packages_and_services_are_changed_and_seen(control: Control) -> None:
    renewed = await control.post("cloud/console", {"service": "bss", "action": "renew", "package": SOON})
    assert renewed["status"] == 0
    assert len((await control.get("cloud/bss"))["packages"]) == 4
    start = {"service": "modelarts", "action": "start", "name": "flowers-free"}
    assert (await control.post("cloud/console", start))["status"] == "deploying"
    await control.post("clock", {"advance_s": 60})
    services = (await control.get("cloud/modelarts"))["services"]
    assert {row["service_name"]: row["status"] for row in services}["flowers-free"] == "running"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "service is missing"),
        ({"service": "moon", "action": "renew"}, "unknown service"),
        ({"service": "bss"}, "action is missing"),
        ({"service": "bss", "action": "renew", "colour": "red"}, "unknown: colour"),
        ({"service": "bss", "action": "renew", "package": SOON, "name": "x"}, "name"),
        ({"service": "bss", "action": "renew", "package": 7}, "package"),
        ({"service": "modelarts", "action": "start", "name": "flowers-gpu"}, "ModelArts.3519"),
        ({"service": "obs", "action": "renew"}, "unknown action"),
    ],
)
async def test_wrong_actions_are_answered_with_what_to_do(control: Control, body: dict[str, Any], words: str) -> None:
    assert words in (await control.post("cloud/console", body, status=400))["error"]


async def test_a_scenario_brings_its_own_cloud() -> None:
    async with company(scenario="package-about-to-expire") as (control, _):
        packages = (await control.get("cloud/bss"))["packages"]
        assert [row["status"] for row in packages] == [1, 1]
        assert [row["free_resources"][0]["amount"] for row in packages] == ["93", "4"]
        assert (await control.get("cloud/modelarts"))["services"] == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: str(path.stem))
def test_every_scenario_can_be_read(path: Any) -> None:
    scenario = read_scenario(path.stem)
    if "cloud" in scenario:
        assert build_cloud(Still(), Calls(), scenario["cloud"]).apps

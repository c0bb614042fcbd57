"""An account that is still authorized by an access key moves to an agency."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.identity import approve_typed, rows, scenario
from tests.journeys.shapes import house_in
from tests.stack import Stack

BY_KEY = """
[[cloud.authorizations]]
owner = "flower-lab"
user_type = "all-users"
type = "credential"
content = "RETIREDKEY0000000001"
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("house")
    with house_in(folder, scenario=scenario(folder, BY_KEY)) as found:
        yield found


@pytest.mark.rule("R3.16")
def test_keys_are_recognised_and_moved_as_one_plan(house: Stack) -> None:
    house.say("li", "/modelarts 授权 列表")
    assert "访问密钥" in house.texts("li")
    house.say("mei", "/modelarts auth add all agreed=yes")
    assert "retired" in house.texts("mei")
    house.say("mei", "/modelarts auth migrate agreed=yes")
    approve_typed(house, "chen", "DELETE")
    (agency,) = rows(house).values()
    assert agency.startswith("ma_agency_migrated_")
    assert "RETIREDKEY" not in house.texts("mei")

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from obs import Expiration, Lifecycle, Rule
from obs.model import DateTime

from bot.huawei.bucket_settings import PAIRS, canonical
from bot.ports import BucketSetting


@pytest.fixture(params=["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Honolulu"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Let the machine stand in a zone: the SDK hands out dates in local time."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.rule("R4.03")
@pytest.mark.parametrize("day", ["2030-05-17", "2030-01-01", "2028-02-29"])
def test_a_day_in_a_lifecycle_stays_that_day_in_every_zone(zone: str, day: str) -> None:
    wire = f"{day}T00:00:00.000Z"
    rule = Rule(id="tidy", prefix="old/", status="Enabled", expiration=Expiration(date=DateTime.UTCToLocalMid(wire)))
    body = type("Body", (), {"lifecycleConfig": Lifecycle(rule=[rule])})
    value = PAIRS[BucketSetting.LIFECYCLE].value(body)
    assert value["rule"][0]["expiration"]["date"] == wire
    assert wire in canonical(value)


@pytest.mark.parametrize("nothing", ["", 0, [], {}, None])
def test_a_setting_that_says_nothing_is_unset(nothing: object) -> None:
    assert canonical(nothing) == ""

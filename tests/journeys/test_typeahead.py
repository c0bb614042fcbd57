"""Names offered while one types, from the cloud to a form and back, without a call of the cloud meanwhile."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.stack import Stack, eventually


def offered(house: Stack, who: str, field: str, q: str = "") -> list[str]:
    """Return the values that a select offers."""
    found: list[dict[str, Any]] = house.get("options", **{"as": who, "action_id": field, "q": q})
    return [option["value"] for option in found]


def test_buckets_and_their_folders_are_offered_and_a_typed_one_works(house: Stack) -> None:
    house.say("wang", "/modelarts bucket folder", "#modelarts")
    eventually(lambda: "lab-datasets" in offered(house, "wang", "bucket"))
    called = len(house.get("calls", service="obs"))
    assert offered(house, "wang", "bucket", "datas")[0] == "lab-datasets"
    assert len(house.get("calls", service="obs")) == called
    house.post("press", as_="wang", in_="#modelarts", action_id="bucket", selected="lab-datasets", surface="modal")
    known = sorted({key.rsplit("/", 1)[0] for key in keys(house, "lab-datasets") if "/" in key})
    assert known
    eventually(lambda: set(offered(house, "wang", "path")) >= set(known))
    assert house.submit("wang", bucket="lab-datasets", path="never/seen/before")["ok"]
    house.press("mei", "approve")
    assert "never/seen/before/" in keys(house, "lab-datasets")


def _offers(house: Stack, inside: str) -> bool:
    return inside in offered(house, "wang", "path", "obs://lab-datasets/fl")


@pytest.mark.rule("R4.07")
def test_paths_are_offered_in_the_forms_that_name_a_place_in_obs(house: Stack) -> None:
    folder, thing = "obs://lab-datasets/flowers/", "obs://lab-datasets/flowers/rose.csv"
    for words, inside in (("bucket check", folder), ("bucket allow", folder), ("桶 上传", folder), ("桶 下载", thing)):
        house.say("wang", f"/modelarts {words}", "#modelarts")
        eventually(lambda: "obs://lab-datasets/" in offered(house, "wang", "path", "lab"))
        eventually(partial(_offers, house, inside))
        house.settle()
        called = len(house.get("calls", service="obs"))
        assert offered(house, "wang", "path", "lab-datasets/flowers")
        assert len(house.get("calls", service="obs")) == called
        house.post("close", as_="wang")
    house.say("li", "/modelarts 桶 检查", "#modelarts")
    house.post("press", as_="li", in_="#modelarts", action_id="path", selected="obs://lab-datasets/", surface="modal")
    eventually(lambda: offered(house, "li", "path")[0].startswith("obs://lab-datasets/"))
    house.submit("li", path="obs://lab-datasets/flowers/")
    assert "未发现问题" in str(house.view("li"))


@pytest.mark.rule("R4.07")
def test_a_path_asked_for_in_a_conversation_is_offered_too(house: Stack) -> None:
    house.say("wang", "@bot bucket check", "#general")
    (asked,) = [m for m in house.messages("wang", "#general") if "external_select" in str(m["blocks"])]
    (menu,) = [e for b in asked["blocks"] for e in b.get("elements", []) if e["type"] == "external_select"]
    found = house.get("options", **{"as": "wang", "action_id": menu["action_id"], "q": "obs://lab-datasets/fl"})
    assert found[0]["value"] == "obs://lab-datasets/flowers/"


def keys(house: Stack, bucket: str) -> list[str]:
    """Return the keys in a bucket of the simulated OBS."""
    return [found["key"] for found in (house.bucket(bucket) or {})["objects"]]


def test_services_are_offered_in_chinese_too(house: Stack) -> None:
    name = next(one["service_name"] for one in house.cloud("modelarts")["services"])
    house.say("li", "/modelarts 服务 查看", "#modelarts")
    eventually(lambda: name in offered(house, "li", "service", name[:2].upper()))
    words = house.get("options", **{"as": "li", "action_id": "service", "q": "花"})
    assert "使用输入的“花”" in str(words)


def test_a_bucket_made_meanwhile_is_offered_soon(house: Stack) -> None:
    house.say("mei", "/modelarts bucket create just-made")
    house.press("chen", "approve")
    house.say("wang", "/modelarts bucket show", "#modelarts")
    house.post("clock", advance_s=301)
    eventually(lambda: "just-made" in offered(house, "wang", "name", "just")[:1])
    house.settle()
    names = {option["text"]["text"] for option in house.get("options", **{"as": "wang", "action_id": "name", "q": ""})}
    assert "just-made" in names

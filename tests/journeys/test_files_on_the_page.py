"""Files dropped on the demo's page, chosen with its paperclip and in a form, and put into a bucket by the real bot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import chromium, complaints
from tests.journeys.test_files import objects
from tests.stack import Stack, eventually
from tests.visitor import Visitor


@pytest.fixture(scope="module")
def visitor(house: Stack) -> Iterator[Visitor]:
    with chromium() as driver:
        yield Visitor(driver, house.sandbox["url"])
        assert [line for line in complaints(driver) if "422" not in line] == []


@pytest.mark.rule("R4.10")
def test_a_file_dropped_beside_a_mention_is_put_into_a_bucket(house: Stack, visitor: Visitor) -> None:
    visitor.open(**{"as": "wang", "in": "#modelarts"})
    visitor.drags("tulip.csv", "petals,6")
    visitor.sees("Drop files to attach them", ".drop-here")
    visitor.picture("drop-file")
    visitor.drops("tulip.csv", "petals,6")
    visitor.drops("wrong.csv", "nothing")
    visitor.takes_off("wrong.csv")
    visitor.types("@bot bucket put obs://lab-datasets/tulips/")
    visitor.sees("tulip.csv", "#list1 .file")
    visitor.sees("Waiting for approval", "#list1")
    visitor.vanishes("tulip.csv", "#composer1 .attached")
    visitor.picture("file-put")
    house.press("mei", "approve")
    eventually(lambda: "tulips/tulip.csv" in objects(house, "lab-datasets"))
    assert "tulips/wrong.csv" not in objects(house, "lab-datasets")


@pytest.mark.rule("R4.10")
def test_files_are_chosen_with_the_paperclip_and_in_the_form(house: Stack, visitor: Visitor, tmp_path: Path) -> None:
    for name in ("iris.csv", "lily.csv"):
        (tmp_path / name).write_text(f"{name},3", encoding="utf-8")
    visitor.open(**{"as": "li", "in": "@bot"})
    visitor.chooses(str(tmp_path / "iris.csv"), "#composer1 [name=file]")
    visitor.sees("iris.csv", "#composer1 .attached")
    visitor.types("桶 上传 obs://lab-datasets/iris/")
    visitor.sees("等待审批", "#list1")
    house.press("mei", "approve")
    eventually(lambda: "iris/iris.csv" in objects(house, "lab-datasets"))

    visitor.types("/modelarts 桶 上传")
    visitor.chooses(str(tmp_path / "lily.csv"), "dialog.modal [type=file]")
    visitor.sees("lily.csv", "dialog.modal .held")
    visitor.drops_into_form("rose.csv", "rose,4")
    visitor.picture("file-form")
    visitor.takes_off("rose.csv", "dialog.modal .held")
    visitor.seeks("path", "obs://lab-datasets/lily/")
    visitor.submits()
    visitor.closes()
    house.settle()
    house.press("mei", "approve")
    eventually(lambda: "lily/lily.csv" in objects(house, "lab-datasets"))
    assert "lily/rose.csv" not in objects(house, "lab-datasets")

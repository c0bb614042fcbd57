"""Files from the chat into a bucket and back as a link, over the wire."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests

from tests.stack import Stack, eventually

LARGE = bytes(range(256)) * 24 * 1024
"""6 MB: more than one piece."""


def drop(house: Stack, who: str, name: str, content: bytes, where: str = "@bot", **more: str) -> Any:
    """Drop a file and wait until all that follows is done."""
    body = base64.b64encode(content).decode()
    found = house.post("file", as_=who, in_=where, name=name, content_base64=body, **more)
    house.settle()
    return found


def objects(house: Stack, bucket: str) -> dict[str, Any]:
    """Return what is in a bucket, by key."""
    return {row["key"]: row for row in (house.bucket(bucket) or {})["objects"]}


@pytest.mark.rule("R4.10")
def test_a_first_bucket_with_folder_and_a_file_from_the_thread(house: Stack) -> None:
    house.say("wang", "/modelarts bucket create first-flowers folder=flowers")
    house.press("mei", "approve")
    root = house.post("say", as_="wang", in_="@bot", text="help")["ts"]
    house.settle()
    house.post("file", as_="wang", in_="@bot", thread_ts=root, name="rose.csv", content="petals,colour\n")
    house.settle()
    house.post("say", as_="wang", in_="@bot", thread_ts=root, text="bucket put obs://first-flowers/flowers/")
    house.settle()
    assert "flowers/rose.csv" not in objects(house, "first-flowers")
    house.press("mei", "approve")
    made = objects(house, "first-flowers")["flowers/rose.csv"]
    assert made["size"] == 14
    assert "Done" in house.texts("wang")


def test_a_large_file_beside_a_mention_goes_in_parts_and_comes_back_whole(house: Stack) -> None:
    drop(house, "li", "花.bin", LARGE, "#modelarts", text="@bot 桶 上传 obs://lab-datasets/大/")
    house.press("mei", "approve")
    eventually(lambda: "大/花.bin" in objects(house, "lab-datasets"))
    made = objects(house, "lab-datasets")["大/花.bin"]
    assert (made["size"], made["etag"][-2:]) == (len(LARGE), "-2")
    house.say("li", "/modelarts 桶 下载 obs://lab-datasets/大/花.bin", "#modelarts")
    (told,) = [m for m in house.messages("li", "#modelarts") if "Signature" in json.dumps(m["blocks"])]
    assert told["ephemeral"]
    assert "分钟内有效" in json.dumps(told["blocks"], ensure_ascii=False)
    assert requests.get(link_in(told), timeout=10).content == LARGE
    assert "Signature" not in house.texts("wang", "#modelarts") + house.texts("mei", "#modelarts")
    assert "Signature=" not in house.logs()


def link_in(message: Any) -> str:
    """Return the address of the link in a message."""
    text = next(b["text"]["text"] for b in message["blocks"] if "Signature" in json.dumps(b))
    return str(text[1 : text.index("|")].replace("&amp;", "&"))


def test_what_is_there_is_not_overwritten_silently(house: Stack) -> None:
    words = "@bot bucket put obs://lab-datasets/flowers/"
    before = objects(house, "lab-datasets")["flowers/rose.csv"]
    drop(house, "wang", "rose.csv", b"other", "#modelarts", text=words)
    assert "Nothing was overwritten" in house.texts("wang", "#modelarts")
    assert objects(house, "lab-datasets")["flowers/rose.csv"] == before


def test_files_without_words_wait_in_a_form(house: Stack) -> None:
    drop(house, "wang", "later.csv", b"later")
    house.press("wang", "open_form")
    view = house.view("wang")
    assert view is not None
    assert "Files: 1" in str(view["blocks"])
    assert house.submit("wang", path="obs://lab-datasets/later/")["ok"]
    house.press("mei", "approve")
    assert "later/later.csv" in objects(house, "lab-datasets")


@pytest.mark.rule("R4.10")
def test_files_are_chosen_in_the_form_itself(house: Stack) -> None:
    house.say("li", "/modelarts 桶 上传")
    chosen = [{"name": "form-a.csv", "content": "a"}, {"name": "form-b.csv", "content": "b"}]
    entered = {"path": "obs://lab-datasets/form/", "files": chosen}
    assert house.post("submit", as_="li", values=entered)["ok"]
    house.settle()
    house.press("mei", "approve")
    eventually(lambda: {"form/form-a.csv", "form/form-b.csv"} <= objects(house, "lab-datasets").keys())


def test_a_channels_thread_that_the_app_may_not_read_is_named(house: Stack) -> None:
    root = house.post("say", as_="wang", in_="#modelarts", text="files here")["ts"]
    house.post("file", as_="wang", in_="#modelarts", thread_ts=root, name="x.csv", content="x")
    house.post("say", as_="wang", in_="#modelarts", thread_ts=root, text="@bot bucket put obs://lab-datasets/x/")
    house.settle()
    assert "channels:history" in house.texts("wang", "#modelarts")

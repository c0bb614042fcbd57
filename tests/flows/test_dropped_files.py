"""Which files a command is about, and what is said where they cannot be read."""

from __future__ import annotations

import pytest

from bot.errors import ChatFault, ChatRefused
from bot.flows.respond import respond
from bot.ports import Change
from bot.records import Approval, Form, Inbound, InboundKind, Surface, SurfaceKind
from tests.fakes.cloud import Kept
from tests.fakes.files import FakeFiles
from tests.flows.given import HERE, Given, given

WORDS = "bucket put obs://c-flowers/flowers/"


class House:
    """A world with one bucket, in which somebody says something beside files."""

    def __init__(self) -> None:
        self.files = FakeFiles({"F1": ("rose.jpg", b"petals"), "F2": ("tulip.jpg", b"leaves")})
        self.found: Given = given(files=self.files)
        self.found.buckets.kept["c-flowers"] = Kept(HERE)

    async def say(self, words: str, *files: str, kind: SurfaceKind = SurfaceKind.DIRECT, thread: str = "") -> str:
        surface = Surface(kind, "LI", "D1", thread=thread)
        inbound = Inbound(
            "I1", InboundKind.SPEECH, "c", surface, self.found.clock.now(), "R1", words=words, files=files
        )
        await self.found.store.commit(Change().create(inbound))
        await respond(self.found.world, "I1")
        return self.found.chat.keys[-1]

    async def keys(self) -> list[str]:
        stored = await self.found.store.load(Approval, "R1")
        return [step.facts["key"] for step in stored.record.record.steps] if stored else []


async def test_files_beside_the_words_are_meant() -> None:
    house = House()
    assert await house.say(WORDS, "F2", "F1") == "submit.requested"
    assert await house.keys() == ["flowers/tulip.jpg", "flowers/rose.jpg"]


async def test_else_those_of_the_thread() -> None:
    house = House()
    house.files.threads["1.1"] = ["F1"]
    house.files.talks["D1"] = ["F2"]
    assert await house.say(WORDS, kind=SurfaceKind.MENTION, thread="1.1") == "submit.requested"
    assert await house.keys() == ["flowers/rose.jpg"]


async def test_else_what_was_just_dropped_in_the_direct_messages() -> None:
    house = House()
    house.files.talks["D1"] = ["F2"]
    assert await house.say(WORDS) == "submit.requested"
    assert await house.keys() == ["flowers/tulip.jpg"]


async def test_a_mention_outside_a_thread_looks_nowhere_else() -> None:
    house = House()
    house.files.talks["D1"] = ["F2"]
    assert await house.say(WORDS, kind=SurfaceKind.MENTION) == "bucket.put.no_files"


@pytest.mark.parametrize(
    ("fault", "files", "key"),
    [
        (ChatRefused("missing_scope"), ("F1",), "files.scope"),
        (ChatRefused("missing_scope"), (), "files.thread_scope"),
        (ChatRefused("not_in_channel"), (), "files.thread_scope"),
        (ChatRefused("file_not_found"), ("F1",), "files.gone"),
        (ChatRefused("invalid_auth"), ("F1",), "submit.chat"),
    ],
)
async def test_what_the_app_may_not_read_is_named(fault: ChatFault, files: tuple[str, ...], key: str) -> None:
    house = House()
    house.files.threads["1.1"] = ["F1"]
    house.files.faults.append(fault)
    assert await house.say(WORDS, *files, kind=SurfaceKind.MENTION, thread="1.1") == key


async def test_files_without_words_are_asked_about_and_wait_in_a_form() -> None:
    house = House()
    assert await house.say("", "F1", "F2") == "files.what_for"
    form = await house.found.store.load(Form, "R1-1")
    assert form is not None
    assert (form.record.command, form.record.values["files"]) == ("bucket put", "F1,F2")


async def test_nobody_names_a_file_that_they_did_not_bring() -> None:
    house = House()
    assert await house.say(f"{WORDS} files=F1") == "hear.unknown_key"
    assert await house.keys() == []


async def test_other_commands_do_not_look_for_files() -> None:
    house = House()
    house.files.faults.append(ChatRefused("missing_scope"))
    assert await house.say("bucket list", "F1") == "bucket.list.head"

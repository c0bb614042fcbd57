from __future__ import annotations

import pytest

from bot.errors import Refusal
from bot.reply import Reply
from bot.say import Language
from handlers.bucket.get import command
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, asked, cloud_of

KEPT = {"c-flowers": Kept(HERE, objects={"flowers/rose.jpg": 2048, "flowers/old.bin": 1})}


async def got(**values: str) -> Reply:
    cloud = FakeCloud(FakeBuckets(KEPT))
    cloud.objects.classes["flowers/old.bin"] = "COLD"
    ask = asked(command, **values)
    assert command.answer is not None
    return command.answer(ask, await command.read(ask, cloud))


@pytest.mark.parametrize(("minutes", "seconds"), [("", 900), ("5", 300), ("60", 3600)])
async def test_a_link_says_how_long_it_works(minutes: str, seconds: int) -> None:
    reply = await got(path="obs://c-flowers/flowers/rose.jpg", minutes=minutes)
    assert f"Expires={seconds}&" in reply.links[0].url
    assert reply.links[0].path.facts["minutes"] == seconds // 60
    assert "Only you see this" in words_of(reply)
    assert "仅您可见" in words_of(reply, Language.ZH)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("obs://c-flowers", "folder"),
        ("obs://c-flowers/flowers/", "folder"),
        ("obs://c-flowers/flowers/tulip.jpg", "missing_near"),
        ("obs://c-flowers/nothing/x", "missing"),
        ("obs://c-flowers/flowers/old.bin", "archived"),
    ],
)
async def test_what_is_no_object_to_read_is_refused(path: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        await got(path=path)
    assert refused.value.say.key == f"bucket.get.{key}"


async def test_minutes_are_checked_at_their_field() -> None:
    with pytest.raises(Refusal) as refused:
        await got(path="obs://c-flowers/flowers/rose.jpg", minutes="90")
    assert refused.value.argument == "minutes"


@pytest.mark.rule("R4.09")
async def test_what_denies_reading_is_told_with_its_mend() -> None:
    denied = '{"Statement": [{"Effect": "Deny"}]}'
    buckets = FakeBuckets({"c-flowers": Kept(HERE, objects={"a": 1}, policy=denied, closed=frozenset({"a"}))})
    cloud = cloud_of(buckets)
    cloud.objects.fault("seen", "forbidden")
    with pytest.raises(Refusal) as refused:
        await command.read(asked(command, path="obs://c-flowers/a"), cloud)
    assert "has a statement that denies" in words_of(refused.value)
    assert refused.value.mend == ("bucket allow", {"path": "obs://c-flowers/a"})
    assert (refused.value.argument, refused.value.by_admin) == ("path", False)

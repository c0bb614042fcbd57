from __future__ import annotations

import pytest

from bot.command import Facts
from bot.errors import Refusal
from bot.ports import BucketDetails
from bot.reply import Reply
from handlers.bucket.show import command
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, THERE, answered, asked


def details(**changed: object) -> Facts:
    """Return the facts of a plain bucket, changed in some."""
    plain: dict[str, object] = {
        "name": "plain",
        "region": HERE,
        "storage_class": "STANDARD",
        "encryption": "",
        "grants": ("owner FULL_CONTROL", "everyone READ"),
        "policy_statements": 2,
        "domain": "plain.obs.cn-north-4.myhuaweicloud.com",
    }
    return {"details": BucketDetails(**(plain | changed))}  # type: ignore[arg-type]


def shown(**changed: object) -> Reply:
    assert command.answer is not None
    return command.answer(asked(command, name="plain"), details(**changed))


@pytest.mark.rule("R4.08")
def test_everything_that_matters_is_shown() -> None:
    text = words_of(shown())
    for part in (
        "Region: `cn-north-4`",
        "Storage class: standard",
        "Default encryption: off",
        "Access domain name: `plain.obs.cn-north-4.myhuaweicloud.com`",
        "ACL: owner FULL_CONTROL; everyone READ",
        "Bucket policy statements: 2",
        "not counted",
        "ModelArts here can use it.",
    ):
        assert part in text


@pytest.mark.rule("R4.08")
@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"storage_class": "WARM"}, "notebooks work only with Standard"),
        ({"encryption": "kms"}, "ModelArts cannot use it"),
        ({"region": THERE}, "the bucket is in `cn-north-1`"),
        ({"grants": None}, "may not read it"),
        ({"grants": ()}, "ACL: no grants"),
        ({"policy_statements": None}, "Bucket policy: the bot's key may not read it"),
        ({"policy_statements": 0}, "Bucket policy: none"),
        ({"objects": 3, "size": 2048}, "3 objects, 2 KB"),
    ],
)
def test_what_is_special_is_said(changed: dict[str, object], part: str) -> None:
    assert part in words_of(shown(**changed))


@pytest.mark.rule("R2.01")
def test_one_console_link_with_the_bucket_s_own_region() -> None:
    (link,) = shown(region=THERE).links
    assert THERE in link.url


@pytest.mark.rule("R4.05")
@pytest.mark.parametrize(("counted", "part"), [("yes", "2 objects, 2 KB"), ("no", "not counted"), ("", "not counted")])
async def test_objects_are_counted_on_request_only(counted: str, part: str) -> None:
    kept = {"plain": Kept(HERE, objects={"a": 2048, "b/": 0})}
    assert part in words_of(await answered(command, kept, name="plain", counted=counted))


async def test_a_bucket_that_is_not_there_is_refused_with_the_way_to_look() -> None:
    buckets = FakeBuckets()
    ask = asked(command, name="nobodys-bucket")
    facts = await command.read(ask, FakeCloud(buckets))
    assert command.answer is not None
    with pytest.raises(Refusal) as refused:
        command.answer(ask, facts)
    assert "/modelarts bucket list" in words_of(refused.value)

from __future__ import annotations

import pytest

from bot.errors import CloudBusy, Refusal
from bot.ports import Acl, AclGrant
from bot.reply import Reply
from handlers.bucket.check import command
from tests.fakes.cloud import FakeBuckets, Kept
from tests.fakes.words import words_of
from tests.handlers.bucket.support import HERE, THERE, answered, asked, cloud_of

DENY = '{"Statement": [{"Effect": "Deny"}]}'
FLOWERS = {"flowers/": 0, "flowers/rose.csv": 9}
NO_PUT = '{"Statement": [{"Effect": "Deny", "Action": ["Put*"]}]}'
CLOSED = frozenset({"flowers/rose.csv"})
GOOD = Kept(HERE, objects=FLOWERS)


async def checked(kept: Kept, path: str = "obs://c-flowers/flowers", *faults: tuple[str, str]) -> Reply:
    """Return the answer for a path in bucket `c-flowers`; each fault spoils the next call of an operation."""
    buckets = FakeBuckets({"c-flowers": kept})
    for operation, kind in faults:
        buckets.fault(operation, kind)
    ask = asked(command, path=path)
    assert command.answer is not None
    return command.answer(ask, await command.read(ask, cloud_of(buckets)))


def mends(reply: Reply) -> list[tuple[str, dict[str, str]]]:
    assert all(words_of(offer.label) for offer in reply.offers)
    return [(offer.command, dict(offer.values)) for offer in reply.offers]


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize("path", ["obs://c-flowers/flowers", "c-flowers/flowers/", "/c-flowers/flowers/rose.csv"])
async def test_a_good_path_has_no_fault_and_no_mend(path: str) -> None:
    reply = await checked(GOOD, path)
    words = words_of(reply)
    assert "No fault found" in words
    assert "Fault:" not in words
    assert "for example `flowers/rose.csv`" in words
    assert (mends(reply), len(reply.links)) == ([], 1)


@pytest.mark.rule("R4.07")
async def test_the_checks_are_a_short_tree() -> None:
    lines = [words_of(line) for line in (await checked(GOOD)).lines]
    assert [line[:1] for line in lines] == ["✓", "├", "├", "├", "├", "└"]
    assert "ModelArts' agency `ma_agency` may use OBS" in lines[3]


@pytest.mark.rule("R4.07")
async def test_an_agency_without_obs_is_a_fault_of_its_own() -> None:
    cloud = cloud_of(FakeBuckets({"c-flowers": GOOD}))
    cloud.iam.grants["a1"].clear()
    ask = asked(command, path="obs://c-flowers/flowers")
    assert command.answer is not None
    words = words_of(command.answer(ask, await command.read(ask, cloud)))
    assert "Faults found: 1" in words
    assert "agency `ma_agency` lacks `obs:bucket:ListBucket`, `obs:object:GetObject`" in words


@pytest.mark.rule("R4.07")
async def test_no_bucket_is_mended_by_creating_it_with_its_folder() -> None:
    reply = await answered(command, {}, path="c-flowers/flowers")
    assert "There is no bucket `c-flowers`" in words_of(reply)
    assert mends(reply) == [("bucket create", {"name": "c-flowers", "folder": "flowers/"})]
    assert reply.links == ()


@pytest.mark.rule("R4.01")
@pytest.mark.rule("R4.07")
async def test_another_region_is_mended_by_a_bucket_here_with_the_same_settings() -> None:
    reply = await checked(Kept(THERE, objects=FLOWERS))
    assert f"It is in `{THERE}`, but ModelArts is used in `{HERE}`" in words_of(reply)
    values = {"name": f"c-flowers-{HERE}", "source": "c-flowers", "folder": "flowers/"}
    assert mends(reply) == [("bucket create", values)]


@pytest.mark.rule("R4.02")
@pytest.mark.rule("R4.07")
async def test_default_encryption_is_mended_and_sealed_objects_named() -> None:
    reply = await checked(Kept(HERE, encryption="kms", objects=FLOWERS, sealed=frozenset({"flowers/rose.csv"})))
    words = words_of(reply)
    assert "Faults found: 2" in words
    assert "Default encryption (`kms`) is on" in words
    assert "upload them again" in words
    assert mends(reply) == [("bucket encryption_off", {"bucket": "c-flowers"})]


@pytest.mark.rule("R4.07")
async def test_nothing_under_the_prefix_is_mended_by_a_folder() -> None:
    reply = await checked(GOOD, "c-flowers/Flowers")
    assert "There is nothing under `Flowers`" in words_of(reply)
    assert mends(reply) == [("bucket folder", {"bucket": "c-flowers", "path": "Flowers/"})]


@pytest.mark.parametrize(("kept", "path"), [(Kept(HERE), "c-flowers"), (Kept(HERE, objects={"a/": 0}), "c-flowers/a")])
async def test_an_empty_place_is_a_note_and_no_fault(kept: Kept, path: str) -> None:
    reply = await checked(kept, path)
    assert "Note: It is there and empty" in words_of(reply)
    assert "No fault found" in words_of(reply)


LIFT = ("bucket allow", {"path": "obs://c-flowers/flowers"})
OWN = ("bucket create", {"folder": "flowers/"})
LOST = Acl("d1", (AclGrant("WRITE", account="d1"),))


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize(
    ("kept", "faults", "said", "mended"),
    [
        (Kept(HERE, ours=False), (), "belongs to another account, which grants this one nothing", [OWN]),
        (Kept(HERE, objects=FLOWERS, policy=DENY), (("keys", "forbidden"),), "has a statement that denies", [LIFT]),
        (Kept(HERE, objects=FLOWERS, policy=DENY), (("region_of", "forbidden"),), "a statement that denies", [LIFT]),
        (Kept(HERE, objects=FLOWERS, acl=LOST), (("keys", "forbidden"),), "no longer has READ", [LIFT]),
        (GOOD, (("keys", "forbidden"),), "so the grant is missing", []),
        (Kept(HERE, objects=FLOWERS, policy=None, acl=None), (("keys", "forbidden"),), "so the grant is missing", []),
        (GOOD, (("listed", "arrears"),), "is in arrears", []),
        (GOOD, (("keys", "arrears"),), "is in arrears", []),
        (GOOD, (("region_of", "not_real_name"),), "real-name authentication", []),
        (Kept(HERE, objects=FLOWERS, policy=DENY, closed=CLOSED), (), "statement that denies", [LIFT]),
        (Kept(HERE, objects=FLOWERS, closed=CLOSED), (), "so the grant is missing", []),
    ],
)
async def test_a_403_is_told_by_its_cause_with_what_mends_it(
    kept: Kept, faults: tuple[tuple[str, str], ...], said: str, mended: list[tuple[str, dict[str, str]]]
) -> None:
    reply = await checked(kept, "c-flowers/flowers", *faults)
    words = words_of(reply)
    assert said in words
    assert "Faults found: 1" in words
    assert "https://" in words
    assert mends(reply) == mended


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (Kept(HERE, objects=FLOWERS, policy=NO_PUT), "the bucket policy denies it"),
        (Kept(HERE, objects=FLOWERS, acl=Acl("d1", (AclGrant("READ", account="d1"),))), "no longer has WRITE"),
    ],
)
async def test_what_keeps_one_from_writing_is_a_note_with_its_mend(kept: Kept, said: str) -> None:
    reply = await checked(kept)
    assert said in words_of(reply)
    assert "No fault found" in words_of(reply)
    assert mends(reply) == [("bucket allow", {"path": "obs://c-flowers/flowers", "use": "write"})]


class Visible(FakeBuckets):
    """Another account's bucket that this one may see but not read."""

    async def listed(self) -> list[object]:  # type: ignore[override]
        return []


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize("closed", [frozenset({"flowers/rose.csv"}), frozenset(FLOWERS)])
async def test_a_bucket_of_others_that_can_be_seen_but_not_read_is_told_as_its_acl(closed: frozenset[str]) -> None:
    ask = asked(command, path="c-flowers/flowers")
    assert command.answer is not None
    buckets = Visible({"c-flowers": Kept(HERE, objects=FLOWERS, closed=closed)})
    assert "ACL and policy let this account see it" in words_of(
        command.answer(ask, await command.read(ask, cloud_of(buckets)))
    )


async def test_a_list_of_buckets_that_may_not_be_read_is_no_obstacle() -> None:
    assert "No fault found" in words_of(await checked(GOOD, "c-flowers/flowers", ("listed", "forbidden")))


async def test_encryption_that_may_not_be_read_is_a_note() -> None:
    reply = await checked(GOOD, "c-flowers/flowers", ("encryption", "forbidden"))
    assert "Note: Default encryption: could not be read" in words_of(reply)


async def test_a_busy_provider_is_no_finding() -> None:
    with pytest.raises(CloudBusy):
        await checked(GOOD, "c-flowers/flowers", ("keys", "throttled"))


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("https://x.example/a", "bucket.path.scheme"),
        ("obs://C_F/a", "bucket.name.letters"),
        ("obs://c-f//a", "bucket.folder.leading"),
    ],
)
def test_what_is_no_path_is_refused_at_its_field(path: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        asked(command, path=path)
    assert (refused.value.say.key, refused.value.argument) == (key, "path")

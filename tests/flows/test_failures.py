"""What failed for somebody last is found again: operations, and commands that the cloud refused at once."""

from __future__ import annotations

import pytest

from bot.approvals.digest import reference
from bot.errors import CloudBusy, CloudFault, CloudRefused
from bot.flows.execute import execute
from bot.flows.failures import failed_of
from bot.flows.respond import respond
from bot.ports import Change
from bot.records import Linked, Operation
from bot.records.identity import Principal, PrincipalKind
from bot.say import say
from tests.flows.given import Given, approved, asks, given, presses

LACKS = say("cloud.needs", actions="obs:bucket:CreateBucket")
REFUSED = CloudRefused(say("cloud.forbidden", code="c", request_id="r", actions=LACKS, link="l", path="p"), status=403)
LI = Principal(PrincipalKind.IAM_USER, "u1", "li.wei")


async def refused(found: Given, words: str, fault: CloudFault = REFUSED, user: str = "LI") -> None:
    """Let somebody ask for something while OBS refuses everything."""

    async def refuse(*_: object) -> None:
        raise fault

    found.buckets.region_of = found.buckets.listed = refuse  # type: ignore[method-assign,assignment]
    await respond(found.world, await asks(found, words, user=user))


async def looked_up(found: Given, user: str = "LI", words: str = "") -> str:
    """Return the command that is found to have failed, or ""."""
    person = await found.chat.person(user)
    assert person is not None
    failure = await failed_of(found.world, person, words)
    return failure.command if failure else ""


@pytest.mark.rule("R3.19")
async def test_an_operation_that_failed_is_found_by_nothing_by_its_command_and_by_its_reference() -> None:
    found = given()
    await approved(found)

    async def refuse(*_: object) -> None:
        raise REFUSED

    found.buckets.create = refuse  # type: ignore[method-assign,assignment]
    await execute(found.world, "R1")
    command = (await found.operation()).record.command
    for words in ("", reference("R1"), f"`{reference('R1')}` obs:bucket:CreateBucket", f"/modelarts {command} b-1"):
        assert await looked_up(found, words=words) == command
    assert await looked_up(found, words="notebook create") == ""
    assert await looked_up(found, "WANG") == await looked_up(found, "WANG", reference("R1")) == ""
    assert await looked_up(found, "MEI", reference("R1")) == command, "an administrator looks into anybody's"


@pytest.mark.rule("R3.19")
async def test_a_command_that_was_refused_at_once_is_found_and_what_passes_by_itself_is_not() -> None:
    found = given()
    await refused(found, "bucket list", CloudBusy(say("cloud.busy", code="c", request_id="r")))
    assert await looked_up(found) == ""
    await refused(found, "bucket list")
    assert await looked_up(found) == "bucket list"


@pytest.mark.rule("R3.21")
async def test_it_is_looked_into_for_whom_it_was() -> None:
    found = given()
    await found.store.commit(Change().create(Linked("LI", LI, "MEI", 0.0)))
    await refused(found, "bucket list")
    mei = await found.chat.person("MEI")
    assert mei is not None
    names = await found.store.members("failed")
    failure = await failed_of(found.world, mei, reference(names[0].partition("|")[2]))
    assert failure is not None
    assert failure.principal == LI


async def test_what_was_mended_failed_no_more() -> None:
    found = given()
    await approved(found)
    create = found.buckets.create

    async def refuse(*_: object) -> None:
        raise REFUSED

    found.buckets.create = refuse  # type: ignore[method-assign,assignment]
    await execute(found.world, "R1")
    found.buckets.create = create  # type: ignore[method-assign]
    await respond(found.world, await presses(found, "retry", "R1", "LI"))
    await execute(found.world, "R1")
    stored = await found.store.load(Operation, "R1")
    assert stored is not None
    assert await looked_up(found) == ""

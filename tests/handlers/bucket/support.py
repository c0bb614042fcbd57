"""What the tests of the bucket commands share: an ask with checked values, and a plan or reply from a fake cloud."""

from __future__ import annotations

from bot.command import Ask, Command, Place, Plan
from bot.flows.hear import checked_values
from bot.ports import EVERYBODY, Agency, Authorization, AuthorizationType, Grant, Level, Scope, ScopeKind
from bot.records import Person
from bot.reply import Reply
from bot.say import Language
from tests.fakes.cloud import FakeBuckets, FakeCloud, Kept
from tests.fakes.identity import SERVICE, FakeIam, policy

HERE, THERE = "cn-north-4", "cn-north-1"
PLACE = Place("d1", HERE)
LI = Person(id="U1", team="T1", name="li", language=Language.ZH, zone="Asia/Shanghai", member=True, active=True)


def cloud_of(buckets: FakeBuckets) -> FakeCloud:
    """Return a cloud with these buckets, whose ModelArts works for everybody by an agency that may use OBS."""
    row = Authorization(EVERYBODY, AuthorizationType.AGENCY, "ma_agency", 0.0)
    may = policy("may", Level.DOMAIN, "obs:bucket:ListBucket", "obs:object:*")
    grants = {"a1": [Grant(may, Scope(ScopeKind.DOMAIN))]}
    iam = FakeIam(agencies=[Agency("a1", "ma_agency", SERVICE)], authorizations=[row], grants=grants)
    return FakeCloud(buckets, iam=iam)


def asked(command: Command, **values: str) -> Ask:
    """Return an ask with the values checked as they are for a typed command or a form. Raises `Refusal`."""
    return Ask(command.name, checked_values(command, values, PLACE), LI, PLACE, at=0.0)


async def planned(command: Command, kept: dict[str, Kept] | None = None, **values: str) -> Plan:
    """Return the plan over a fake cloud that holds these buckets. Raises `Refusal`."""
    ask = asked(command, **values)
    assert command.plan is not None
    return command.plan(ask, await command.read(ask, cloud_of(FakeBuckets(kept))))


async def answered(command: Command, kept: dict[str, Kept] | None = None, **values: str) -> Reply:
    """Return the answer over a fake cloud that holds these buckets. Raises `Refusal`."""
    ask = asked(command, **values)
    assert command.answer is not None
    return command.answer(ask, await command.read(ask, cloud_of(FakeBuckets(kept))))

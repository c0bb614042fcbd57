"""List, show, duration, grants and delete."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.command import Risk
from bot.errors import CloudRefused, Refusal
from bot.ports import Grant
from bot.records import ThingKind
from handlers.agency import delete, duration, grants, show
from handlers.agency import list as listing
from tests.fakes.identity import TENANT_ADMIN
from tests.fakes.words import words_of
from tests.handlers.iam import ACCOUNT, EVERY, IDLE, LAB, LI, NORTH, WANG, House, iam, row
from tests.handlers.watching import rows_of
from tests.rules.things import NOON

DAY = 86400.0


@pytest.mark.rule("R3.07")
async def test_agencies_are_listed_with_users_end_and_quota() -> None:
    reply = await House(iam(row(LI), row(WANG))).desk.answered(listing.command)
    assert "3 of 50" in words_of(reply)
    rows = rows_of(reply)
    assert [line.splitlines()[0] for line in rows] == ["*ma_agency_idle*", "*ma_agency_lab*", "*partner_b*"]
    assert "authorizations: 2" in rows[1]
    assert "trusts `acme`" in rows[2]
    assert "No agency fits" in words_of(await House().desk.answered(listing.command, name="zz"))


@pytest.mark.rule("R3.11")
@pytest.mark.rule("R3.31")
async def test_an_agency_is_shown_with_its_users_and_forms() -> None:
    house = House(iam(row(LI)))
    house.account.grants[LAB.id].append(Grant(TENANT_ADMIN, EVERY))
    reply = await house.desk.answered(show.command, agency=LAB.name)
    assert "IAM user `li.wei`" in words_of(reply)
    assert "roles do not list" in rows_of(reply)[2]
    assert [offer.command for offer in reply.offers] == ["agency duration", "agency grants"]
    assert "No authorization uses" in words_of(await house.desk.answered(show.command, agency=IDLE.name))


@pytest.mark.rule("R3.11")
async def test_many_permissions_come_a_page_at_a_time() -> None:
    house = House()
    many = [replace(TENANT_ADMIN, id=f"p{n}", display=f"P{n:02}") for n in range(45)]
    house.account.grants[LAB.id] = [Grant(one, EVERY) for one in many]
    first = await house.desk.answered(show.command, agency=LAB.name)
    assert len(rows_of(first)) == 20
    assert first.offers[0].values["page"] == "2"
    last = await house.desk.answered(show.command, agency=LAB.name, page="3")
    assert len(rows_of(last)) == 5
    with pytest.raises(Refusal):
        await house.desk.answered(show.command, agency=LAB.name, page="4")


@pytest.mark.rule("R3.12")
@pytest.mark.rule("R3.31")
@pytest.mark.parametrize(("typed", "days"), [("30 天", 30), ("1", 1), ("permanent", 0)])
async def test_a_validity_is_set_in_days_and_told_as_a_date(typed: str, days: int) -> None:
    house = House(iam(row(LI, IDLE.name), row(WANG, IDLE.name)))
    plan = await house.carried(duration.command, agency=IDLE.name, days=typed)
    found = house.account.agency(IDLE.id)
    assert found is not None
    assert (found.days, found.expires) == (days, NOON + days * DAY if days else 0.0)
    said = words_of(plan)
    assert "IAM user `li.wei`, IAM user `wang`" in said
    assert ("permanent" if not days else "UTC") in said
    touched = duration.touched(plan.steps[0])
    assert (touched.kind, touched.provider) == (ThingKind.AGENCY, IDLE.id)


@pytest.mark.rule("R3.12")
async def test_the_same_number_of_days_again_extends() -> None:
    house = House()
    house.account.now = lambda: NOON + 15 * DAY
    effect = duration.command.effects["duration"]
    plan = await house.desk.planned(duration.command, agency=IDLE.name, days="20")
    late = replace(plan.steps[0], facts={**plan.steps[0].facts, "asked": repr(NOON + 15 * DAY)})
    assert await effect.observe(late, house.cloud) is None
    await effect.act(late, house.cloud)
    assert await effect.observe(late, house.cloud) == {"expires": repr(NOON + 35 * DAY)}


@pytest.mark.rule("R3.12")
async def test_permanent_again_changes_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        await House().desk.planned(duration.command, agency=LAB.name, days="permanent")
    assert refused.value.say.key == "agency.duration.already"


@pytest.mark.rule("R3.13")
@pytest.mark.rule("R3.31")
async def test_grants_are_added_with_the_least_scope_and_taken_back() -> None:
    house = House(iam(row(LI)))
    values = {"agency": LAB.name, "add": "CCE Administrator", "remove": "ModelArts CommonOperations"}
    plan = await house.carried(grants.command, **values)
    assert house.held(LAB.name) == {
        ("OBS OperateAccess", ACCOUNT),
        ("CCE Administrator", NORTH),
        ("Server Administrator", NORTH),
    }
    said = words_of(plan)
    assert "IAM user `li.wei`" in said
    assert "Taken back: `ModelArts CommonOperations`" in said
    everywhere = await house.desk.planned(grants.command, agency=LAB.name, add="CCE Administrator", regions="所有区域")
    assert [step.kind for step in everywhere.steps] == ["grant_all_projects", "grant_all_projects"]


@pytest.mark.rule("R3.19")
@pytest.mark.rule("R3.08")
async def test_single_actions_become_policies_that_allow_exactly_these() -> None:
    house = House()
    actions = "lts:groups:create,obs:bucket:CreateBucket,lts:topics:create"
    plan = await house.carried(grants.command, agency=LAB.name, actions=actions)
    assert [step.kind for step in plan.steps] == ["policy", "policy", "grant_domain", "grant_project"]
    made = {frozenset(one.actions): one.level for one in house.account.permissions if one.custom}
    assert {tuple(sorted(actions)) for actions in made} == {
        ("lts:groups:create", "lts:topics:create"),
        ("obs:bucket:CreateBucket",),
    }
    with pytest.raises(Refusal) as refused:
        await house.desk.planned(grants.command, agency=LAB.name, actions=actions)
    assert refused.value.say.key == "agency.grants.nothing"
    other = await house.carried(grants.command, agency=IDLE.name, actions=actions)
    assert [step.kind for step in other.steps] == ["grant_domain", "grant_project"]


@pytest.mark.parametrize(
    ("values", "argument"),
    [({"add": "Nothing"}, "add"), ({"remove": "Tenant Administrator"}, "remove"), ({}, "add")],
)
async def test_grants_that_make_no_sense_are_refused_at_their_field(values: dict[str, str], argument: str) -> None:
    with pytest.raises(Refusal) as refused:
        await House().desk.planned(grants.command, agency=LAB.name, **values)
    assert refused.value.argument == argument
    assert words_of(refused.value)


@pytest.mark.parametrize("typed", ["obs", "obs:object", "*:*:*", "obs object GetObject"])
async def test_only_actions_are_taken_for_actions(typed: str) -> None:
    with pytest.raises(Refusal):
        House().desk.ask(grants.command, agency=LAB.name, actions=typed)


@pytest.mark.rule("R3.18")
async def test_an_agency_in_use_is_not_deleted() -> None:
    house = House(iam(row(LI)))
    with pytest.raises(Refusal) as refused:
        await house.desk.planned(delete.command, agency=LAB.name)
    assert "IAM user `li.wei`" in words_of(refused.value)
    plan = await house.desk.planned(delete.command, agency=IDLE.name)
    assert plan.risk is Risk.DESTRUCTIVE
    house.account.authorizations.append(row(WANG, IDLE.name))
    effect = delete.command.effects["delete"]
    with pytest.raises(CloudRefused):
        await effect.act(plan.steps[0], house.cloud)
    house.account.authorizations.pop()
    await house.carry(delete.command, plan.steps[0])
    await effect.act(plan.steps[0], house.cloud)
    assert house.account.agency(IDLE.id) is None

"""List, show, edit, remove, clear, migrate and diagnose."""

from __future__ import annotations

import pytest

from bot.command import Risk
from bot.errors import CloudUnknown, Refusal
from bot.ports import EVERYBODY, Failed
from bot.say import Fact, Language, Say, say
from handlers.auth import clear, diagnose, edit, migrate, remove, show
from handlers.auth import list as listing
from tests.fakes.words import words_of
from tests.handlers.iam import IDLE, LI, WANG, House, iam, row
from tests.handlers.watching import Records, rows_of


def nobody(**changed: object) -> Records:
    """Return the records of somebody who is no administrator."""
    return Records(administrator=False, **changed)  # type: ignore[arg-type]


@pytest.mark.rule("R3.10")
async def test_administrators_see_all_with_the_end_of_each_agency() -> None:
    house = House(iam(row(LI), row(WANG, IDLE.name), row(EVERYBODY, "gone")))
    reply = await house.desk.answered(listing.command)
    rows = rows_of(reply)
    assert "permanent" in rows[0]
    assert "until 20" in rows[1]
    assert "no longer in IAM" in rows[2]
    assert all("since" in one for one in rows)


@pytest.mark.rule("R3.10")
@pytest.mark.rule("R3.21")
async def test_anybody_else_sees_what_holds_for_them() -> None:
    rows = (row(LI), row(WANG, IDLE.name))
    mine = await House(iam(*rows), nobody(linked=LI)).desk.answered(listing.command)
    assert len(rows_of(mine)) == 1
    assert "li.wei" in rows_of(mine)[0]
    unlinked = await House(iam(*rows), nobody()).desk.answered(listing.command)
    assert "account link" in words_of(unlinked)
    assert rows_of(unlinked) == []
    covered = await House(iam(*rows, row(EVERYBODY)), nobody()).desk.answered(listing.command)
    assert len(rows_of(covered)) == 1


@pytest.mark.rule("R3.28")
@pytest.mark.rule("R3.22")
async def test_not_authorized_is_said_before_anything_fails() -> None:
    reply = await House(iam(), nobody(linked=LI)).desk.answered(listing.command)
    assert "Not authorized" in words_of(reply)
    assert "未授权" in words_of(reply, Language.ZH)
    (ask,) = reply.asks
    assert (ask.command, ask.values["principal"], ask.values["use"]) == ("auth add", "li.wei", "new")
    assert (await House(iam(row(LI)), nobody(linked=LI)).desk.answered(listing.command)).asks == ()


@pytest.mark.rule("R3.16")
async def test_keys_in_use_are_listed_with_their_migration() -> None:
    reply = await House(iam(row(EVERYBODY, key=True))).desk.answered(listing.command)
    assert "access key" in rows_of(reply)[0]
    assert [one.command for one in reply.asks] == ["auth migrate"]


@pytest.mark.rule("R3.11")
@pytest.mark.rule("R3.31")
async def test_the_permissions_behind_an_authorization() -> None:
    house = House(iam(row(LI), row(WANG)))
    reply = await house.desk.answered(show.command, principal="li.wei")
    rows = rows_of(reply)
    assert "policy" in rows[0]
    assert "in all regions" in rows[0]
    assert "`modelarts:trainJob:create`" in rows[0]
    assert "IAM user `wang`" in words_of(reply)
    assert "/iam/agencies" in reply.links[0].url
    with pytest.raises(Refusal) as refused:
        await House(iam(row(LI)), nobody(linked=WANG)).desk.answered(show.command, principal="li.wei")
    assert refused.value.say.key == "auth.show.not_yours"


async def test_edit_gives_another_agency_and_ends_with_one_authorization() -> None:
    house = House(iam(row(LI), row(WANG)))
    plan = await house.carried(edit.command, principal="li.wei", agency=IDLE.name)
    assert house.users() == {"li.wei": IDLE.name, "wang": "ma_agency_lab"}
    assert [step.kind for step in plan.steps] == ["remove", "register"]
    with pytest.raises(Refusal):
        await house.desk.planned(edit.command, principal="li.wei", agency=IDLE.name)


async def test_edit_replaces_that_of_all_users_without_a_gap() -> None:
    house = House(iam(row(EVERYBODY)))
    plan = await house.carried(edit.command, principal="所有用户", agency=IDLE.name)
    assert [step.kind for step in plan.steps] == ["register"]
    assert [one.agency for one in house.account.authorizations] == [IDLE.name]


@pytest.mark.rule("R3.14")
async def test_remove_says_what_is_lost_and_leaves_the_agency() -> None:
    house = House(iam(row(LI), row(WANG)))
    plan = await house.carried(remove.command, principal="li.wei", confirm="DELETE")
    assert "can no longer use" in words_of(plan)
    assert "stays in IAM" in words_of(plan)
    assert (plan.risk, house.users()) == (Risk.DESTRUCTIVE, {"wang": "ma_agency_lab"})
    covered = House(iam(row(LI), row(EVERYBODY)))
    assert "still covers" in words_of(await covered.desk.planned(remove.command, principal="li.wei", confirm="DELETE"))


@pytest.mark.rule("R3.14")
@pytest.mark.rule("R3.15")
@pytest.mark.parametrize("typed", ["", "delete", "DELET", "yes"])
async def test_only_the_word_itself_deletes(typed: str) -> None:
    for command, values in ((remove.command, {"principal": "li.wei"}), (clear.command, {})):
        if not typed:
            assert [one.name for one in command.missing(values)] == ["confirm"]
            continue
        with pytest.raises(Refusal) as refused:
            House(iam(row(LI))).desk.ask(command, **values, confirm=typed)
        assert refused.value.argument == "confirm"


async def test_a_removal_whose_answer_was_lost_is_found_by_looking() -> None:
    house = House(iam(row(LI)))
    house.cloud.authorizations.fault("remove", "timeout_after")
    plan = await house.desk.planned(remove.command, principal="li.wei", confirm="DELETE")
    effect = remove.command.effects["remove"]
    with pytest.raises(CloudUnknown):
        await effect.act(plan.steps[0], house.cloud)
    assert await effect.observe(plan.steps[0], house.cloud) == {"removed": "li.wei"}
    await effect.act(plan.steps[0], house.cloud)


@pytest.mark.rule("R3.15")
async def test_clear_is_for_administrators_and_says_what_everybody_loses() -> None:
    house = House(iam(row(LI), row(EVERYBODY)))
    plan = await house.carried(clear.command, confirm="DELETE")
    said = words_of(plan)
    assert "all its IAM users lose" in said
    assert "stay in IAM: `ma_agency_lab`" in said
    assert (plan.risk, house.users(), len(house.account.living())) == (Risk.DESTRUCTIVE, {}, 3)
    with pytest.raises(Refusal) as refused:
        await House(iam(row(LI)), nobody()).desk.planned(clear.command, confirm="DELETE")
    assert refused.value.mend == ("auth clear", {})
    with pytest.raises(Refusal):
        await house.desk.planned(clear.command, confirm="DELETE")


@pytest.mark.rule("R3.16")
async def test_migration_clears_keys_and_authorizes_by_an_agency_as_one_plan() -> None:
    house = House(iam(row(EVERYBODY, key=True), row(LI)))
    plan = await house.carried(migrate.command, agreed="yes")
    assert [step.kind for step in plan.steps] == ["agency", "clear", "register", "register"]
    made = plan.steps[0].target
    assert house.users() == {"all": made, "li.wei": "ma_agency_lab"}
    assert "retired" in words_of(plan)
    with pytest.raises(Refusal) as refused:
        await house.desk.planned(migrate.command, agreed="yes")
    assert refused.value.say.key == "auth.migrate.nothing"


@pytest.mark.rule("R3.16")
@pytest.mark.parametrize("cut", range(1, 5))
async def test_a_migration_cut_off_after_any_step_ends_the_same(cut: int) -> None:
    house = House(iam(row(EVERYBODY, key=True), row(LI)))
    plan = await house.desk.planned(migrate.command, agreed="yes")
    for step in plan.steps[:cut]:
        await house.carry(migrate.command, step)
    for step in plan.steps[cut - 1 :]:
        await house.carry(migrate.command, step)
    assert house.users() == {"all": plan.steps[0].target, "li.wei": "ma_agency_lab"}


@pytest.mark.rule("R3.19")
@pytest.mark.rule("R3.01")
async def test_a_pasted_error_is_compared_and_append_is_offered() -> None:
    house = House(iam(row(LI), row(WANG)), Records(linked=LI))
    error = "403 Policy doesn't allow lts:groups:create to be performed"
    reply = await house.desk.answered(diagnose.command, error=error)
    assert "lacks `lts:groups:create`:" in words_of(reply)
    (ask,) = reply.asks
    assert (ask.command, ask.values) == ("agency grants", {"agency": "ma_agency_lab", "actions": "lts:groups:create"})
    there = await house.desk.answered(diagnose.command, error="needs obs:object:GetObject")
    assert "has everything" in words_of(there)
    assert there.asks == ()


@pytest.mark.rule("R3.02")
@pytest.mark.rule("R3.19")
async def test_without_an_authorization_that_is_the_cause() -> None:
    house = House(iam(row(WANG)), Records(linked=LI))
    with pytest.raises(Refusal) as refused:
        await house.desk.answered(diagnose.command, error="train create: 403")
    assert refused.value.mend == ("auth add", {"kind": "iam", "principal": "li.wei"})
    with pytest.raises(Refusal) as refused:
        await house.desk.answered(diagnose.command, error="something went wrong", agency="ma_agency_lab")
    assert refused.value.say.key == "diagnose.not_understood"


@pytest.mark.rule("R3.20")
@pytest.mark.rule("R3.29")
@pytest.mark.rule("R3.30")
async def test_lite_is_by_invitation_and_its_grants_are_no_fault() -> None:
    reply = await House(iam(row(LI))).desk.answered(diagnose.command, error="ModelArts Lite: no permission")
    said = words_of(reply)
    assert "by invitation" in said
    assert "go on working" in said
    assert "受邀开通" in words_of(reply, Language.ZH)


def told(key: str, **more: Fact) -> Say:
    """Return a refusal of ModelArts in words."""
    said = {"code": "c", "request_id": "r", "link": "l", "path": "p", "name": "n", "region": "r", "message": "m"}
    return say(key, **(said | {"service": "modelarts"} | more))


FORBIDDEN = told("cloud.forbidden", actions=say("cloud.needs", actions="modelarts:service:update"))
OF_THE_AGENCY = told("cloud.other", message="The agency may not perform lts:groups:create.")
UNAUTHORIZED = told("cloud.unauthorized")


def failing(why: Say) -> Records:
    """Return records in which a start failed, for li, who is looked into by somebody else."""
    title = say("diagnose.command", command="service start")
    return Records(linked=WANG, failure=Failed("1a2b3c4d", "service start", title, why, LI))


@pytest.mark.rule("R3.19")
@pytest.mark.rule("R3.21")
@pytest.mark.parametrize("error", ["", "1a2b3c4d"])
async def test_without_words_the_last_failure_is_looked_into_for_whom_it_was(error: str) -> None:
    house = House(iam(row(LI), row(WANG, IDLE.name)), failing(OF_THE_AGENCY))
    reply = await house.desk.answered(diagnose.command, error=error)
    assert "failed last" in words_of(reply)
    assert "`1a2b3c4d`" in words_of(reply)
    (ask,) = reply.asks
    assert (ask.command, ask.values) == ("agency grants", {"agency": "ma_agency_lab", "actions": "lts:groups:create"})
    assert "own key" not in words_of(reply)


@pytest.mark.rule("R3.01")
@pytest.mark.rule("R3.19")
async def test_what_the_bots_own_key_lacks_is_said_to_be_the_keys() -> None:
    why = say("execute.gave_up", why=FORBIDDEN)
    reply = await House(iam(row(LI)), failing(why)).desk.answered(diagnose.command)
    assert "the bot's own key, so it is the key's IAM user that needs `modelarts:service:update`" in words_of(reply)
    nobody = await House(iam(), failing(why)).desk.answered(diagnose.command)
    assert "机器人自己的密钥" in words_of(nobody, Language.ZH)
    assert nobody.asks == ()


@pytest.mark.rule("R3.02")
async def test_a_failure_without_an_authorization_offers_one_and_any_other_says_so() -> None:
    reply = await House(iam(), failing(UNAUTHORIZED)).desk.answered(diagnose.command)
    assert [ask.command for ask in reply.asks] == ["auth add"]
    other = await House(iam(), failing(told("cloud.no_bucket"))).desk.answered(diagnose.command)
    assert "nothing to grant" in words_of(other)
    with pytest.raises(Refusal) as refused:
        await House(iam()).desk.answered(diagnose.command)
    assert refused.value.say.key == "diagnose.nothing_failed"

"""Adding an authorization: whom, by which agency, with what; one operation that may be cut off anywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.errors import CloudUnknown, Refusal
from bot.flows.request_words import step_line
from bot.ports import EVERYBODY
from bot.records import Line, StepState
from bot.say import Language
from handlers.agency import EFFECTS
from handlers.auth.add import COMMON as LESSON
from handlers.auth.add import command, lesson
from tests.fakes.words import words_of
from tests.handlers.iam import ACCOUNT, LI, NORTH, House, iam, row
from tests.handlers.watching import Records

AGREED = {"agreed": "yes"}


@pytest.mark.rule("R3.03")
async def test_one_click_creates_the_agency_and_authorizes_it() -> None:
    house = House()
    plan = await house.carried(command, kind="iam", principal="wang", name="wang", **AGREED)
    assert [step.kind for step in plan.steps] == ["agency", "register"]
    assert house.users() == {"wang": "ma_agency_wang"}
    said = words_of(plan)
    assert "preset grant is broad" in said
    assert "permissions=custom" in said
    assert "普通用户" in words_of(plan, Language.ZH)


@pytest.mark.rule("R3.03")
@pytest.mark.parametrize("cut", range(1, 8))
async def test_cut_off_after_any_call_it_ends_with_one_agency_and_one_authorization(cut: int) -> None:
    house, left = House(), cut
    plan = await house.desk.planned(command, kind="iam", principal="wang", name="wang", **AGREED)
    for _ in range(3):
        for step in plan.steps:
            effect = command.effects[step.kind]
            if await effect.observe(step, house.cloud) is None:
                await effect.act(step, house.cloud)
            left -= 1
            if left == 0:
                break
    names = [one.name for one in house.account.living() if one.name.startswith("ma_agency_wang")]
    assert names == ["ma_agency_wang"]
    assert [one.agency for one in house.account.authorizations] == ["ma_agency_wang"]


@pytest.mark.rule("R3.04")
@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"kind": "iam", "principal": "li.wei"}, "li.wei"),
        ({"kind": "federated", "principal": "zhang@corp"}, "zhang@corp"),
        ({"kind": "agency", "principal": "partner_b"}, "partner_b"),
        ({"kind": "all"}, "all"),
    ],
)
async def test_each_kind_of_principal(values: dict[str, str], name: str) -> None:
    house = House()
    await house.carried(command, **values, use="existing", agency="ma_agency_lab", **AGREED)
    assert house.users() == {name: "ma_agency_lab"}


@pytest.mark.rule("R3.08")
@pytest.mark.rule("R3.13")
async def test_custom_permissions_are_narrowed_before_anybody_is_authorized() -> None:
    house = House()
    grants = "ModelArts CommonOperations,OBS OperateAccess"
    values = {"kind": "iam", "principal": "wang", "name": "w", "permissions": "custom", "grants": grants}
    plan = await house.carried(command, **values, **AGREED)
    kinds = [step.kind for step in plan.steps]
    assert kinds == ["agency", "grant_project", "grant_domain", "narrow", "register"]
    assert house.held("ma_agency_w") == {("ModelArts CommonOperations", NORTH), ("OBS OperateAccess", ACCOUNT)}
    assert "whole account" in words_of(plan)


@pytest.mark.rule("R3.08")
async def test_nobody_is_authorized_while_a_broad_grant_stands() -> None:
    house = House()
    values = {"kind": "iam", "principal": "wang", "name": "w", "permissions": "custom", "grants": "OBS OperateAccess"}
    plan = await house.desk.planned(command, **values, **AGREED)
    for step in plan.steps[:-2]:
        await house.carry(command, step)
    house.cloud.agencies.fault("revoke", "server_error")
    with pytest.raises(CloudUnknown):
        await house.carry(command, plan.steps[-2])
    assert house.users() == {}
    await house.carry(command, plan.steps[-2])
    assert house.held("ma_agency_w") == {("OBS OperateAccess", ACCOUNT)}


@pytest.mark.rule("R3.26")
@pytest.mark.rule("R3.27")
async def test_roles_bring_along_what_they_need_and_are_called_coarse() -> None:
    house = House()
    values = {"kind": "iam", "principal": "wang", "permissions": "custom", "grants": "CCE Administrator"}
    plan = await house.desk.planned(command, **values, mode="role", **AGREED)
    granted = [step.facts["permission"] for step in plan.steps if step.kind == "grant_project"]
    assert granted == ["CCE Administrator", "Server Administrator"]
    said = words_of(plan)
    assert "Roles are coarse" in said
    assert "comes along" in said
    with pytest.raises(Refusal) as refused:
        await house.desk.planned(command, **values, mode="policy", **AGREED)
    assert refused.value.argument == "grants"


@pytest.mark.rule("R3.06")
async def test_an_existing_agency_is_shown_before_it_is_shared() -> None:
    house = House(iam(row(LI)))
    plan = await house.desk.planned(
        command, kind="iam", principal="wang", use="existing", agency="ma_agency_lab", **AGREED
    )
    said = words_of(plan)
    assert "`ModelArts CommonOperations`, `OBS OperateAccess`" in said
    assert "IAM user `li.wei`" in said
    with pytest.raises(Refusal) as refused:
        await house.desk.planned(command, kind="iam", principal="wang", use="existing", agency="partner_b", **AGREED)
    assert refused.value.say.key == "agency.foreign"


@pytest.mark.rule("R3.07")
async def test_a_full_account_is_refused_before_anything_is_created() -> None:
    house = House()
    house.account.limits["agency"] = 3
    with pytest.raises(Refusal) as refused:
        await house.desk.planned(command, kind="iam", principal="wang", **AGREED)
    assert refused.value.say.key == "agency.full"
    assert [name for name, _ in house.cloud.authorizations.calls] == ["listed"]


@pytest.mark.rule("R3.07")
async def test_where_the_quota_cannot_be_read_the_guides_figure_holds() -> None:
    house = House()
    house.cloud.directory.fault("allowances", "forbidden")
    assert "3 of 50" in words_of(await house.desk.planned(command, kind="iam", principal="wang", **AGREED))


@pytest.mark.rule("R3.09")
async def test_what_the_asker_agreed_to_is_recorded() -> None:
    house = House()
    assert [one.name for one in command.missing({"kind": "all"})] == ["agreed"]
    plan = await house.desk.planned(command, kind="all", **AGREED)
    assert plan.agreed["version"] == "version not published"
    assert plan.agreed["link"] in words_of(plan)


@pytest.mark.rule("R3.08")
async def test_a_name_that_the_cloud_chose_otherwise_is_read_back_and_shown() -> None:
    house = House()
    plan = await house.carried(command, kind="iam", principal="wang", name="w", **AGREED)
    iam_now = house.cloud.iam
    iam_now.agencies = [replace(one, name="other_w") if one.name == "ma_agency_w" else one for one in iam_now.agencies]
    outcome = await EFFECTS["agency"].observe(plan.steps[0], house.cloud)
    assert outcome is not None
    assert outcome["named"] == "other_w"
    shown = step_line(plan.title.key, Line(plan.steps[0], StepState.DONE, outcome=outcome))
    assert "the cloud named it `other_w`" in words_of(shown)


@pytest.mark.rule("R3.08")
async def test_what_a_common_user_gets_is_read_and_remembered() -> None:
    house = House()
    plan = await house.carried(command, kind="iam", principal="wang", **AGREED)
    outcome = await EFFECTS["agency"].observe(plan.steps[0], house.cloud)
    assert outcome is not None
    learned = lesson(plan.steps[0], outcome)
    assert learned is not None
    name, facts = learned
    assert (name, lesson(plan.steps[1], {})) == (LESSON, None)
    again = House(iam(), Records(lessons={name: facts}))
    plan = await again.desk.planned(command, kind="iam", principal="wang", **AGREED)
    assert "last seen to get: `ModelArts CommonOperations`" in words_of(plan)


@pytest.mark.rule("R3.23")
@pytest.mark.parametrize(("users", "words"), [(True, "wide scope"), (False, "recommended choice")])
async def test_all_users_is_explained(users: bool, words: str) -> None:
    house = House(iam(users=users))
    assert words in words_of(await house.desk.planned(command, kind="all", **AGREED))


@pytest.mark.rule("R3.25")
async def test_agency_users_are_told_how_to_switch_role() -> None:
    plan = await House().desk.planned(
        command, kind="agency", principal="partner_b", use="existing", agency="ma_agency_lab", **AGREED
    )
    assert "Switch Role" in words_of(plan)


@pytest.mark.rule("R3.22")
def test_the_form_begins_with_a_new_agency_for_a_common_user() -> None:
    defaults = {argument.name: argument.default for argument in command.arguments if argument.default}
    assert defaults == {"kind": "iam", "use": "new", "permissions": "common"}


@pytest.mark.rule("R3.24")
async def test_all_users_takes_no_principal() -> None:
    with pytest.raises(Refusal) as refused:
        House().desk.ask(command, kind="all", principal="wang", **AGREED)
    assert (refused.value.say.key, refused.value.argument) == ("hear.out_of_place", "principal")


@pytest.mark.rule("R3.16")
async def test_who_has_one_is_offered_what_changes_it() -> None:
    there = House(iam(row(LI)))
    with pytest.raises(Refusal) as refused:
        await there.desk.planned(command, kind="iam", principal="li.wei", **AGREED)
    assert refused.value.mend == ("auth edit", {"principal": "li.wei"})
    by_key = House(iam(row(EVERYBODY, key=True)))
    with pytest.raises(Refusal) as refused:
        await by_key.desk.planned(command, kind="all", **AGREED)
    assert refused.value.mend == ("auth migrate", {})
    other = await by_key.desk.planned(command, kind="iam", principal="li.wei", **AGREED)
    assert "still use an access key" in words_of(other)


async def test_a_name_that_is_taken_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        await House().desk.planned(command, kind="all", name="lab", **AGREED)
    assert refused.value.argument == "name"

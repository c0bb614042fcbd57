from __future__ import annotations

import pytest

from bot.command import Risk
from bot.errors import CloudRefused, Refusal
from bot.ports import Balance, IamUser, Principal, PrincipalKind, RealName
from bot.say import Language
from handlers.account import link, show
from tests.fakes.cloud import FakeCloud
from tests.fakes.identity import FakeIam
from tests.fakes.permissions import FakeCustomer
from tests.fakes.words import words_of
from tests.handlers.watching import Desk, Records, rows_of

ANNA = Principal(PrincipalKind.IAM_USER, "u-anna", "anna")


def desk(customer: FakeCustomer | None = None, *, own: Principal | None = None) -> Desk:
    iam = FakeIam(users=[IamUser("u-anna", "anna"), IamUser("u-bot", "the-bot")])
    return Desk(FakeCloud(iam=iam, customer=customer), Records(linked=own))


@pytest.mark.rule("R1.01")
@pytest.mark.rule("R1.03")
async def test_the_account_who_acts_its_projects_and_quotas() -> None:
    reply = await desk().answered(show.command)
    said = words_of(reply)
    for part in ("Account *us* (`d1`)", "IAM user `the-bot`", "Real-name authentication: done", "Agencies: *0* of 50"):
        assert part in said
    assert "only what is used is paid for" in said
    assert "实名认证：已完成" in words_of(reply, Language.ZH)
    assert rows_of(reply) == ["Project *cn-north-4* (`p-north-4`)\nin use here"]


@pytest.mark.rule("R1.01")
@pytest.mark.parametrize("state", list(RealName))
async def test_the_real_name_state_is_told_and_mended_by_its_link(state: RealName) -> None:
    reply = await desk(FakeCustomer(state)).answered(show.command)
    assert "Real-name authentication: " in words_of(reply)
    wanted = state not in (RealName.DONE, RealName.UNAVAILABLE)
    assert ("realNameAuth" in reply.links[0].url) is wanted
    assert len(reply.links) == 1


@pytest.mark.rule("R1.02")
@pytest.mark.parametrize(
    ("balance", "word"),
    [
        (Balance(5.0, 12.5, "CNY"), "owes 12.50 CNY"),
        (Balance(0.0, 0.0, "CNY"), "is used up"),
        (Balance(5, 0, "CNY"), ""),
    ],
)
async def test_a_hint_where_the_money_is_gone(balance: Balance, word: str) -> None:
    reply = await desk(FakeCustomer(balance=balance)).answered(show.command)
    assert word in words_of(reply)
    assert ("balance" in reply.links[0].url) is bool(word)


async def test_what_cannot_be_read_is_said_and_spoils_nothing() -> None:
    here = desk()
    here.cloud.directory.fault("caller", "forbidden")
    here.cloud.directory.fault("allowances", "forbidden")
    here.cloud.directory.fault("projects", "forbidden")
    here.cloud.customer.fault("balance", "forbidden")
    here.cloud.customer.fault("real_name", "forbidden")
    said = words_of(await here.answered(show.command))
    for part in ("Account *us*", "acts as could not be read", "Quotas could not be read"):
        assert part in said


@pytest.mark.rule("R3.21")
async def test_who_is_not_linked_is_told_and_gets_the_form() -> None:
    reply = await desk().answered(show.command)
    assert [offer.command for offer in reply.offers] == ["account link"]
    reply = await desk(own=ANNA).answered(show.command)
    assert "You are linked to IAM user `anna`" in words_of(reply)
    assert reply.offers == ()


@pytest.mark.rule("R3.21")
async def test_a_link_is_asked_for_shows_both_names_and_needs_an_administrator() -> None:
    here = desk()
    plan = await here.planned(link.command, principal="anna")
    assert plan.risk is Risk.CHANGE
    assert "*li (U1)* in Slack, and IAM user `anna`" in words_of(plan)
    step = plan.steps[0]
    assert await link.observe_link(step, here.cloud)
    assert link.linked(step, {}) == ("U1", ANNA)
    here.cloud.iam.users = [IamUser("u-anna", "somebody-new")]
    with pytest.raises(CloudRefused):
        await link.observe_link(step, here.cloud)


@pytest.mark.rule("R3.21")
async def test_federated_users_are_named_and_a_link_can_be_replaced_and_taken_away() -> None:
    plan = await desk(own=ANNA).planned(link.command, principal="carla", kind="federated")
    assert "takes the place of the present link to IAM user `anna`" in words_of(plan)
    assert link.linked(plan.steps[0], {}) == ("U1", Principal(PrincipalKind.FEDERATED, "", "carla"))
    plan = await desk(own=ANNA).planned(link.command, kind="none")
    assert link.linked(plan.steps[0], {}) == ("U1", None)


@pytest.mark.rule("R3.21")
@pytest.mark.parametrize(
    ("own", "values", "key"),
    [
        (None, {}, "account.link.whom"),
        (None, {"principal": "nobody"}, "auth.no_user"),
        (None, {"kind": "none"}, "account.link.none"),
        (ANNA, {"principal": "anna"}, "account.link.already"),
    ],
)
async def test_what_is_no_link_is_refused_in_words(own: Principal | None, values: dict[str, str], key: str) -> None:
    with pytest.raises(Refusal) as refused:
        await desk(own=own).planned(link.command, **values)
    assert refused.value.say.key == key
    assert words_of(refused.value, Language.ZH)

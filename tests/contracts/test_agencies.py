"""One suite for `Directory`, `Agencies` and `Permissions`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.errors import CloudBusy, CloudRefused, CloudUnknown
from bot.ports import Level, PermissionKind, RealName, Scope, ScopeKind, Statement
from tests.contracts.identity import DAY, HERE, SEED, THERE, Ports, Rig, agency, permission, rigged
from tests.fakes.words import words_of

KINDS = ["fake", "wire"]
HERE_ONLY = Scope(ScopeKind.PROJECT, "p-north-4")
EVERYWHERE = Scope(ScopeKind.ALL_PROJECTS)
GLOBAL = Scope(ScopeKind.DOMAIN)


@pytest.fixture(scope="module")
def ports() -> Iterator[Ports]:
    found = Ports()
    try:
        yield found
    finally:
        found.stop()


@pytest.fixture(params=KINDS)
async def rig(request: pytest.FixtureRequest, ports: Ports) -> AsyncIterator[Rig]:
    async with rigged(request.param, ports, SEED) as found:
        yield found


async def custom(rig: Rig) -> list[str]:
    """Return the custom policies, without the bot's own."""
    return [one.display for one in await rig.permissions.custom() if not one.display.startswith("bot ")]


@pytest.mark.rule("R1.01")
async def test_the_account_its_projects_and_its_real_name_state(rig: Rig) -> None:
    assert (await rig.directory.account()).name == "us"
    assert [(one.id, one.region) for one in await rig.directory.projects()] == [
        ("p-east-3", THERE),
        ("p-north-4", HERE),
    ]
    assert await rig.customer.real_name() is RealName.DONE
    assert (await rig.customer.balance()).currency == "CNY"


@pytest.mark.rule("R3.04")
async def test_users_are_listed_by_name_disabled_ones_too(rig: Rig) -> None:
    assert [(user.name, user.enabled) for user in await rig.directory.users()] == [
        ("anna", True),
        ("bo", False),
        ("the-bot", True),
    ]
    found = await rig.directory.user("u-anna")
    assert found
    assert found.name == "anna"
    assert await rig.directory.user("u-nobody") is None


async def test_the_key_s_own_user(rig: Rig) -> None:
    found = await rig.directory.caller()
    assert found
    assert found.name == "the-bot"


@pytest.mark.rule("R3.07")
async def test_the_live_quota_of_agencies(rig: Rig) -> None:
    quota = {one.kind: one for one in await rig.directory.allowances()}["agency"]
    assert (quota.used, quota.limit, quota.full) == (3, 4, False)
    await rig.authorizations.create_agency("fourth")
    assert {one.kind: one for one in await rig.directory.allowances()}["agency"].full


async def test_agencies_are_found_by_name_and_id(rig: Rig) -> None:
    assert [one.name for one in await rig.agencies.listed()] == ["broker", "limited", "shared"]
    shared = await agency(rig, "shared")
    assert await rig.agencies.show(shared.id) == shared
    assert await rig.agencies.named("share") is None
    assert await rig.agencies.show("gone") is None


@pytest.mark.rule("R3.12")
async def test_validity_is_set_in_days_and_read_in_days(rig: Rig) -> None:
    limited = await agency(rig, "limited")
    assert (limited.days, limited.description) == (10, "ends soon")
    assert limited.expires == pytest.approx(rig.clock.now() + 3 * DAY, abs=5)
    for days in (30, 1, 0):
        await rig.agencies.set_days(limited.id, days)
        found = await agency(rig, "limited")
        assert found.days == days
        assert found.expires == (pytest.approx(rig.clock.now() + days * DAY, abs=5) if days else 0.0)


@pytest.mark.rule("R3.12")
async def test_an_agency_ends_by_itself(rig: Rig) -> None:
    await rig.clock.advance(3 * DAY + 60)
    assert await rig.agencies.named("limited") is None


@pytest.mark.rule("R3.18")
async def test_deleting_twice_says_that_it_is_gone(rig: Rig) -> None:
    limited = await agency(rig, "limited")
    await rig.agencies.delete(limited.id)
    assert await rig.agencies.show(limited.id) is None
    with pytest.raises(CloudRefused) as raised:
        await rig.agencies.delete(limited.id)
    assert raised.value.status == 404
    assert words_of(raised.value.say)


@pytest.mark.rule("R3.13")
async def test_grants_of_every_scope_are_made_read_and_taken_back(rig: Rig) -> None:
    shared = await agency(rig, "shared")
    common, obs = await permission(rig, "ModelArts CommonOperations"), await permission(rig, "OBS OperateAccess")
    for one, scope in ((common, HERE_ONLY), (common, EVERYWHERE), (obs, GLOBAL), (obs, GLOBAL)):
        await rig.agencies.grant(shared.id, one.id, scope)
    found = {(grant.permission.display, grant.scope) for grant in await rig.agencies.grants(shared.id)}
    assert found == {(common.display, HERE_ONLY), (common.display, EVERYWHERE), (obs.display, GLOBAL)}
    await rig.agencies.revoke(shared.id, common.id, EVERYWHERE)
    assert len(await rig.agencies.grants(shared.id)) == 2
    with pytest.raises(CloudRefused) as raised:
        await rig.agencies.revoke(shared.id, common.id, EVERYWHERE)
    assert raised.value.status == 404


@pytest.mark.rule("R3.13")
async def test_a_permission_for_global_services_is_not_granted_in_a_project(rig: Rig) -> None:
    shared, obs = await agency(rig, "shared"), await permission(rig, "OBS OperateAccess")
    with pytest.raises(CloudRefused):
        await rig.agencies.grant(shared.id, obs.id, HERE_ONLY)


@pytest.mark.rule("R3.11")
@pytest.mark.rule("R3.26")
async def test_system_permissions_say_what_they_are(rig: Rig) -> None:
    found = {one.display: one for one in await rig.permissions.system()}
    common, tenant = found["ModelArts CommonOperations"], found["Tenant Administrator"]
    assert (common.kind, common.level) == (PermissionKind.POLICY, Level.PROJECT)
    assert any(action.startswith("modelarts:") for action in common.actions)
    assert (tenant.kind, tenant.level, tenant.custom) == (PermissionKind.ROLE, Level.BOTH, False)
    assert await rig.permissions.show(common.id) == common
    assert await rig.permissions.show("none") is None


@pytest.mark.rule("R3.08")
async def test_a_custom_policy_is_made_granted_and_deleted_with_its_grants(rig: Rig) -> None:
    statements = [Statement(("obs:object:GetObject",)), Statement(("obs:object:DeleteObject",), "Deny")]
    made = await rig.permissions.create_policy("read flowers", Level.DOMAIN, statements, "only this")
    found = await rig.permissions.show(made)
    assert found
    assert (found.custom, found.kind, found.actions) == (True, PermissionKind.POLICY, ("obs:object:GetObject",))
    assert await custom(rig) == ["read flowers"]
    with pytest.raises(CloudRefused) as raised:
        await rig.permissions.create_policy("read flowers", Level.DOMAIN, statements, "again")
    assert raised.value.status == 409
    shared = await agency(rig, "shared")
    await rig.agencies.grant(shared.id, made, GLOBAL)
    await rig.permissions.delete_policy(made)
    assert await rig.agencies.grants(shared.id) == []
    assert await custom(rig) == []


@pytest.mark.rule("R2.02")
async def test_a_broker_agency_gives_a_login_token_that_no_repr_shows(rig: Rig) -> None:
    token = await rig.directory.login_token("broker", "li-from-chat", 600)
    assert token.value
    assert token.value not in repr(token)
    assert rig.clock.now() < token.expires <= rig.clock.now() + 900
    with pytest.raises(CloudRefused):
        await rig.directory.login_token("shared", "li-from-chat", 600)


@pytest.mark.parametrize(
    ("kind", "error"),
    [("forbidden", CloudRefused), ("throttled", CloudBusy), ("server_error", CloudUnknown)],
)
async def test_a_write_fails_in_words_and_is_not_repeated(rig: Rig, kind: str, error: type[Exception]) -> None:
    limited = await agency(rig, "limited")
    rig.fault("agencies", "set_days", kind)
    with pytest.raises(error):
        await rig.agencies.set_days(limited.id, 0)
    assert (await agency(rig, "limited")).days == 10


async def test_a_write_without_an_answer_may_have_happened(rig: Rig) -> None:
    limited = await agency(rig, "limited")
    rig.fault("agencies", "set_days", "timeout_after")
    with pytest.raises(CloudUnknown):
        await rig.agencies.set_days(limited.id, 0)
    assert (await agency(rig, "limited")).days == 0

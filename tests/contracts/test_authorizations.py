"""One suite for `Authorizations`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.errors import CloudRefused, CloudUnknown
from bot.ports import EVERYBODY, AuthorizationType, Principal, PrincipalKind, ScopeKind
from tests.contracts.identity import ANNA, BO, DAY, SEED, Ports, Rig, agency, rigged

KINDS = ["fake", "wire"]


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


async def rows(rig: Rig) -> dict[tuple[str, str], str]:
    return {(row.principal.kind, row.principal.name): row.agency for row in await rig.authorizations.listed()}


@pytest.mark.rule("R3.10")
@pytest.mark.rule("R3.16")
async def test_rows_say_who_by_what_and_since_when(rig: Rig) -> None:
    old, new = await rig.authorizations.listed()
    assert (old.principal, old.type, old.agency) == (BO, AuthorizationType.CREDENTIAL, "")
    assert (new.principal, new.type, new.agency) == (ANNA, AuthorizationType.AGENCY, "shared")
    assert new.created == pytest.approx(rig.clock.now() - 5 * DAY, abs=5)


@pytest.mark.rule("R3.03")
async def test_an_agency_is_created_once_broad_permanent_and_authorized_for_nobody(rig: Rig) -> None:
    name = await rig.authorizations.create_agency("flowers")
    assert name == "ma_agency_flowers"
    assert await rig.authorizations.create_agency("flowers") == name
    assert [one.name for one in await rig.agencies.listed()].count(name) == 1
    made = await agency(rig, name)
    assert (made.days, made.expires) == (0, 0.0)
    grants = {grant.permission.display: grant.scope.kind for grant in await rig.agencies.grants(made.id)}
    assert grants["OBS OperateAccess"] is ScopeKind.DOMAIN
    assert grants["ModelArts CommonOperations"] is ScopeKind.ALL_PROJECTS
    assert name not in (await rows(rig)).values()


async def test_without_a_suffix_the_preset_name_is_told(rig: Rig) -> None:
    assert await rig.authorizations.create_agency("") in ("modelarts_agency", "ma_agency")


@pytest.mark.rule("R3.07")
async def test_with_the_quota_full_no_agency_is_created(rig: Rig) -> None:
    await rig.authorizations.create_agency("fourth")
    with pytest.raises(CloudRefused) as raised:
        await rig.authorizations.create_agency("fifth")
    assert raised.value.code == "ModelArts.0421"
    assert await rig.agencies.named("ma_agency_fifth") is None


@pytest.mark.rule("R3.04")
@pytest.mark.parametrize(
    "principal",
    [
        Principal(PrincipalKind.FEDERATED, "carla", "carla"),
        EVERYBODY,
    ],
)
async def test_principals_are_authorized_and_removed(rig: Rig, principal: Principal) -> None:
    await rig.authorizations.register(principal, "shared")
    row = next(row for row in await rig.authorizations.listed() if row.principal.kind is principal.kind)
    assert (row.principal.name, row.agency) == (principal.name, "shared")
    await rig.authorizations.remove(row.principal)
    assert len(await rig.authorizations.listed()) == 2


@pytest.mark.rule("R3.04")
async def test_an_agency_can_be_a_principal(rig: Rig) -> None:
    broker = await agency(rig, "broker")
    await rig.authorizations.register(Principal(PrincipalKind.AGENCY, broker.id, "broker"), "shared")
    assert (await rows(rig))[PrincipalKind.AGENCY, "broker"] == "shared"


async def test_who_is_authorized_already_is_refused_by_code(rig: Rig) -> None:
    with pytest.raises(CloudRefused) as raised:
        await rig.authorizations.register(ANNA, "limited")
    assert raised.value.code == "ModelArts.0424"


async def test_all_users_are_authorized_anew(rig: Rig) -> None:
    await rig.authorizations.register(EVERYBODY, "shared")
    await rig.authorizations.register(EVERYBODY, "limited")
    assert (await rows(rig))[PrincipalKind.ALL_USERS, ""] == "limited"


async def test_an_agency_that_is_not_there_is_refused_by_code(rig: Rig) -> None:
    with pytest.raises(CloudRefused) as raised:
        await rig.authorizations.register(EVERYBODY, "nowhere")
    assert raised.value.code == "ModelArts.6376"


@pytest.mark.parametrize("kind", KINDS)
async def test_without_the_service_statement_no_agency_is_created(kind: str, ports: Ports) -> None:
    us = SEED["accounts"][0] | {"service_statement": False}
    async with rigged(kind, ports, SEED | {"accounts": [us, SEED["accounts"][1]]}) as rig:
        with pytest.raises(CloudRefused) as raised:
            await rig.authorizations.create_agency("flowers")
    assert raised.value.code == "ModelArts.0423"


@pytest.mark.rule("R3.14")
async def test_removing_twice_is_refused_by_code(rig: Rig) -> None:
    await rig.authorizations.remove(ANNA)
    assert list(await rows(rig)) == [(PrincipalKind.IAM_USER, "bo")]
    with pytest.raises(CloudRefused) as raised:
        await rig.authorizations.remove(ANNA)
    assert raised.value.code == "ModelArts.0429"


@pytest.mark.rule("R3.15")
async def test_clearing_takes_all_and_leaves_the_agencies(rig: Rig) -> None:
    await rig.authorizations.register(EVERYBODY, "shared")
    for _ in range(2):
        await rig.authorizations.clear()
        assert await rows(rig) == {}
    assert await rig.agencies.named("shared")


async def test_a_row_written_without_an_answer_is_there(rig: Rig) -> None:
    rig.fault("authorizations", "register", "timeout_after")
    with pytest.raises(CloudUnknown):
        await rig.authorizations.register(EVERYBODY, "shared")
    assert (await rows(rig))[PrincipalKind.ALL_USERS, ""] == "shared"


@pytest.mark.rule("R3.05")
async def test_the_account_itself_is_denied_nothing(rig: Rig) -> None:
    assert list(await rig.authorizations.denied(["modelarts:authorization:create", "iam:agencies:create"])) == []

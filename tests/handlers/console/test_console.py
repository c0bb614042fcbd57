from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import Refusal
from bot.ports import Agency, Principal, PrincipalKind
from bot.rules.figures import FIGURES
from bot.rules.links import Page
from bot.say import Language
from handlers.console.show import PAGES, command
from tests.fakes.cloud import FakeCloud
from tests.fakes.identity import FakeIam
from tests.fakes.words import words_of
from tests.handlers.watching import Desk, Records

ANNA = Principal(PrincipalKind.IAM_USER, "u-anna", "anna")
BROKER = FIGURES.console.broker


def desk(*, broker: bool = False, own: Principal | None = None) -> Desk:
    agencies = [Agency("a1", BROKER, "us")] if broker else []
    return Desk(FakeCloud(iam=FakeIam(agencies=agencies, brokers=frozenset({BROKER}))), Records(linked=own))


@pytest.mark.rule("R2.01")
@pytest.mark.rule("R2.03")
@pytest.mark.parametrize("language", list(Language))
async def test_all_pages_come_with_their_path_for_any_region(language: Language) -> None:
    reply = await desk().answered(command, region="cn-east-3")
    assert reply.table
    assert len(reply.table.rows) == len(PAGES)
    for row in reply.table.rows:
        assert row.link
        assert "cn-east-3" in row.link.url
        assert words_of(row.head, language)


@pytest.mark.rule("R2.01")
@pytest.mark.parametrize("page", [*PAGES, "lite"])
async def test_a_page_has_exactly_one_link(page: str) -> None:
    reply = await desk().answered(command, page=page)
    assert len(reply.links) == 1
    assert f"region={FIGURES.default_region}" in reply.links[0].url
    assert reply.fleeting == ()


@pytest.mark.rule("R2.02")
async def test_who_is_linked_gets_a_sign_in_link_that_no_repr_shows() -> None:
    reply = await desk(broker=True, own=ANNA).answered(command, page="notebook")
    (link,) = reply.fleeting
    asked = parse_qs(urlsplit(link.url).query)
    assert asked["logintoken"] == ["token-of-slack-U1"]
    assert asked["service"] == [reply.links[0].url]
    assert "token-of" not in repr(reply)
    assert "10 minutes" in words_of(link.path)


@pytest.mark.rule("R2.02")
@pytest.mark.rule("R3.21")
async def test_who_is_not_linked_gets_the_plain_link_and_the_form() -> None:
    here = desk(broker=True)
    reply = await here.answered(command, page="notebook")
    assert reply.fleeting == ()
    assert [offer.command for offer in reply.offers] == ["account link"]
    assert [call for call in here.cloud.directory.calls if call[0] == "login_token"] == []


@pytest.mark.rule("R2.02")
async def test_where_no_token_can_be_had_the_plain_link_stays() -> None:
    here = desk(broker=True, own=ANNA)
    here.cloud.directory.fault("login_token", "forbidden")
    reply = await here.answered(command, page="home")
    assert (len(reply.links), reply.fleeting) == (1, ())
    assert "could not be made" in words_of(reply)
    assert (await desk(own=ANNA).answered(command, page="home")).fleeting == ()


@pytest.mark.rule("R3.17")
async def test_where_to_get_an_access_key_and_that_it_is_never_asked_for() -> None:
    reply = await desk().answered(command, page=Page.ACCESS_KEY)
    assert "accessKey" in reply.links[0].url
    assert "the bot never asks for it" in words_of(reply)


@pytest.mark.rule("R3.29")
async def test_lite_is_by_invitation() -> None:
    reply = await desk().answered(command, page="lite")
    assert "by invitation" in words_of(reply)
    assert "ticket" in reply.links[0].url


async def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        await desk().answered(command, region="Beijing")
    assert refused.value.say.key == "console.region"

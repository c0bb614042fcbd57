"""The signed calls on the wire: how answers are read, how lists are paged, what is never sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import CloudBusy, CloudRefused, CloudUnknown
from bot.huawei.client import Clients
from bot.huawei.packages import BssPackages
from bot.huawei.prices import BssPrices
from bot.huawei.services import MODELARTS, ModelartsServices
from bot.huawei.signed import Sent, Signed, part, understood
from bot.ports import Rate
from tests.fakes.words import words_of
from tests.huawei.support import AK, Ports, Rig, always, answering, rigged

ROW = {"service_id": "s-1", "service_name": "roses", "status": "running"}


@pytest.fixture
async def clients(ports: Ports) -> AsyncIterator[Clients]:
    made = Clients(ports.settings())
    yield made
    await made.close()


async def test_a_real_signature_is_accepted_for_project_and_account(rig: Rig) -> None:
    assert [service.id for service in await rig.product.services.listed()] == ["s-1"]
    assert [package.id for package in await rig.product.packages.listed()] == ["k-1"]
    assert rig.heard.tries == [("modelarts", "listServices", "ok"), ("bss", "listFreeResourceInfos", "ok")]
    assert all(rig.heard.requests)


@pytest.mark.rule("R1.02")
@pytest.mark.parametrize("call", ["services", "packages"])
async def test_a_wrong_key_is_said_to_be_one(ports: Ports, call: str) -> None:
    async with rigged(ports, sk="not-the-secret") as rig:
        with pytest.raises(CloudRefused) as refused:
            await getattr(rig.product, call).listed()
    assert refused.value.say.key == "cloud.key"
    assert refused.value.request_id


@pytest.mark.parametrize(
    "body",
    [
        {"error_code": "ModelArts.3519", "error_msg": "not now"},
        {"errorCode": "ModelArts.3519", "errorMsg": "not now"},
        {"code": "ModelArts.3519", "message": "not now"},
        {"error": {"code": "ModelArts.3519", "message": "not now"}},
    ],
)
async def test_an_error_is_read_in_each_of_the_provider_s_shapes(ports: Ports, clients: Clients, body: Any) -> None:
    with answering(ports, "modelarts", always(400, body, X_Request_Id="r-7")), pytest.raises(CloudRefused) as refused:
        await ModelartsServices(clients).stop("s-1")
    assert (refused.value.code, refused.value.request_id) == ("ModelArts.3519", "r-7")
    assert "not now" in words_of(refused.value.say)


@pytest.mark.parametrize("body", [b"<html>sorry</html>", b"[1]", b'"text"', b"\xff"])
async def test_what_is_no_json_object_is_no_answer(ports: Ports, clients: Clients, body: bytes) -> None:
    with answering(ports, "modelarts", always(200, body)) as asked:
        with pytest.raises(CloudBusy):
            await ModelartsServices(clients).listed()
        reads = len(asked)
        with pytest.raises(CloudUnknown):
            await ModelartsServices(clients).stop("s-1")
    assert (reads, len(asked)) == (clients.settings.limits.attempts, reads + 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"services": [{}]},
        {"services": "none"},
        {"services": [ROW | {"publish_at": "yesterday"}]},
        {"services": [ROW | {"config": [1]}]},
        {"services": [ROW], "total_count": "many"},
    ],
)
async def test_an_unknown_form_is_refused_in_words_and_never_taken_for_nothing(
    ports: Ports, clients: Clients, body: Any
) -> None:
    with answering(ports, "modelarts", always(200, body)), pytest.raises(CloudRefused) as refused:
        await ModelartsServices(clients).listed()
    assert refused.value.say.key == "cloud.odd"
    assert words_of(refused.value.say)


async def test_what_the_provider_leaves_out_is_unknown(ports: Ports, clients: Clients) -> None:
    nothing = dict.fromkeys(("transition_at", "due_time", "config", "progress", "access_address", "is_free"))
    with answering(ports, "modelarts", always(200, ROW | nothing | {"new_field": 1})):
        found = await ModelartsServices(clients).show("s-1")
    assert found is not None
    assert (found.changed, found.due, found.flavor, found.nodes, found.url, found.free) == (0.0, 0.0, "", 0, "", False)


@pytest.mark.parametrize("body", [{"error_code": "APIGW.0101", "error_msg": "no such API"}, {}])
async def test_an_address_that_is_not_there_does_not_make_a_service_gone(
    ports: Ports, clients: Clients, body: Any
) -> None:
    with answering(ports, "modelarts", always(404, body)), pytest.raises(CloudRefused):
        await ModelartsServices(clients).show("s-1")


async def test_a_redirect_is_not_followed(ports: Ports, clients: Clients) -> None:
    with answering(ports, "modelarts", always(302, {}, Location="/elsewhere")) as asked:
        with pytest.raises(CloudRefused):
            await ModelartsServices(clients).stop("s-1")
        assert len(asked) == 1


async def test_cookies_and_netrc_change_nothing(
    ports: Ports, clients: Clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with answering(ports, "modelarts", always(200, ROW, Set_Cookie="seen=1; Path=/")) as asked:
        for _ in range(2):
            assert await ModelartsServices(clients).show("s-1")
    assert all(f"Access={AK}," in request.headers["authorization"] for request in asked)
    assert not any("cookie" in request.headers for request in asked)


async def test_a_start_sends_the_state_and_nothing_else(ports: Ports, clients: Clients) -> None:
    with answering(ports, "modelarts", always(200, b"")) as asked:
        await ModelartsServices(clients).start("s-1")
    (request,) = asked
    assert (request.method, request.url.path) == ("PUT", "/v1/p4/services/s-1")
    assert await request.json() == {"status": "running"}


@pytest.mark.parametrize("counts", ["records", "pages"])
@pytest.mark.parametrize("many", [0, 1, 2, 3, 4, 7])
async def test_all_services_are_listed_once_however_offsets_count(
    ports: Ports, clients: Clients, counts: str, many: int
) -> None:
    rows: list[Any] = [ROW | {"service_id": f"s-{n}", "publish_at": n} for n in range(many)]

    def page(request: Request) -> Response:
        offset, limit = (int(request.query_params[name]) for name in ("offset", "limit"))
        first = offset if counts == "records" else offset * limit
        return always(200, {"services": rows[first : first + limit], "total_count": many})(request)

    with answering(ports, "modelarts", page) as asked:
        found = await ModelartsServices(clients, page=2).listed()
    assert [service.id for service in found] == [row["service_id"] for row in rows]
    assert len(asked) <= many // 2 + 1


@pytest.mark.parametrize("total", [{}, {"total_count": 9}])
async def test_a_list_that_ignores_offsets_ends(ports: Ports, clients: Clients, total: Any) -> None:
    rows = [ROW | {"service_id": f"s-{n}"} for n in range(2)]
    packages = {"free_resource_packages": [], **total}
    with answering(ports, "modelarts", always(200, {"services": rows} | total)) as asked:
        assert len(await ModelartsServices(clients, page=2).listed()) == 2
        assert len(asked) == 2
    with answering(ports, "bss", always(200, packages)):
        assert await BssPackages(clients).listed() == []


async def test_billing_refuses_with_status_200_too(ports: Ports, clients: Clients) -> None:
    body = {"error_code": "CBC.99005003", "error_msg": "no balance"}
    with answering(ports, "bss", always(200, body)), pytest.raises(CloudRefused) as refused:
        await BssPackages(clients).listed()
    assert refused.value.say.key == "cloud.arrears"


async def test_the_other_site_is_asked_where_the_account_belongs_there_and_kept(ports: Ports) -> None:
    cloud, calls = ports.plug(options={"site": "international"})
    there = {"free_resource_packages": [], "total_count": 0}
    endpoints = {"bss": ports.served["bss"].url, "bss-intl": ports.served["obs"].url}
    clients = Clients(ports.settings(endpoints=endpoints))
    packages = BssPackages(clients)
    try:
        with answering(ports, "obs", always(200, there)) as asked:
            for _ in range(2):
                assert await packages.listed() == []
    finally:
        await clients.close()
        cloud.close()
    assert (len(calls.listed("bss")), len(asked)) == (1, 2)


@pytest.mark.rule("R5.43")
@pytest.mark.parametrize(("currency", "known"), [({"currency": "USD"}, True), ({"currency": ""}, False), ({}, False)])
async def test_the_international_site_must_name_the_currency_of_a_price(
    ports: Ports, currency: Any, known: bool
) -> None:
    cloud, _ = ports.plug(options={"site": "international"})
    there = {"product_rating_results": [{"id": "1", "amount": 1.05}], **currency}
    endpoints = {"bss": ports.served["bss"].url, "bss-intl": ports.served["obs"].url}
    clients = Clients(ports.settings(endpoints=endpoints))
    try:
        with answering(ports, "obs", always(200, there)):
            if known:
                assert await BssPrices(clients).hourly("gpu.p4") == Rate("1.05", "USD")
            else:
                with pytest.raises(CloudRefused):
                    await BssPrices(clients).hourly("gpu.p4")
    finally:
        await clients.close()
        cloud.close()


@pytest.mark.rule("R5.43")
@pytest.mark.parametrize(
    "body",
    [{}, {"product_rating_results": []}]
    + [{"product_rating_results": [{"id": "1", "amount": odd}]} for odd in (None, "", "much", -1, "NaN", "Infinity")],
)
async def test_an_odd_price_is_no_price(ports: Ports, clients: Clients, body: Any) -> None:
    with answering(ports, "bss", always(200, body)), pytest.raises(CloudRefused):
        await BssPrices(clients).hourly("gpu.p4")


async def test_an_address_of_one_s_own_is_the_only_one_asked(ports: Ports, clients: Clients) -> None:
    cloud, _ = ports.plug(options={"site": "international"})
    with pytest.raises(CloudRefused) as refused:
        await BssPackages(clients).listed()
    cloud.close()
    assert "HUAWEICLOUD_ENDPOINT_BSS" in words_of(refused.value.say)


def test_addresses_are_the_provider_s_unless_set(ports: Ports) -> None:
    bare = ports.settings(endpoints={})
    assert MODELARTS.build(bare).base == "https://modelarts.cn-north-4.myhuaweicloud.com"
    assert Signed("x", "https://x.example").build(bare).base == "https://x.example"


def test_parts_of_a_path_are_quoted() -> None:
    assert part("a/b ?%#训") == "a%2Fb%20%3F%25%23%E8%AE%AD"


def test_our_own_mistakes_are_not_called_unknown_forms() -> None:
    with pytest.raises(RuntimeError):
        understood(_broken, Sent(200, {}, ""))


def _broken(_: Sent) -> None:
    raise RuntimeError

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot.errors import CloudBusy, CloudRefused, CloudUnknown
from bot.huawei.client import Clients, Written
from bot.huawei.cloud import HuaweiCloud
from bot.huawei.iam import IamDirectory, completed
from bot.huawei.permissions import IamPermissions
from bot.ports import Level, Statement
from tests.fakes.words import words_of
from tests.huawei.support import AK, HERE, Ports, always, answering, rigged

BARE = {"domain_id": "", "project_id": ""}


async def test_account_and_project_are_looked_up_where_missing(ports: Ports) -> None:
    ports.plug()
    found = await completed(ports.settings(**BARE))
    assert (found.domain_id, found.project_id) == ("d1", "p4")
    assert found.region == HERE


async def test_what_is_given_is_not_asked_for(ports: Ports) -> None:
    _, calls = ports.plug()
    settings = ports.settings(domain_id="x", project_id="y")
    assert await completed(settings) is settings
    assert calls.listed("iam") == []


async def test_a_busy_iam_is_asked_again(ports: Ports) -> None:
    cloud, _ = ports.plug()
    cloud.add_fault("iam", None, "throttled", 1)
    assert (await completed(ports.settings(**BARE))).domain_id == "d1"


async def test_a_region_without_project_is_said(ports: Ports) -> None:
    ports.plug()
    with pytest.raises(CloudRefused) as refused:
        await completed(ports.settings(**BARE, region="cn-south-1"))
    assert "`cn-south-1`" in words_of(refused.value.say)


@pytest.mark.rule("R1.02")
async def test_a_wrong_key_is_refused_in_words(ports: Ports) -> None:
    ports.plug()
    with pytest.raises(CloudRefused) as refused:
        await completed(ports.settings(**BARE, sk="wrong"))
    assert refused.value.say.key == "cloud.key"


@pytest.fixture
async def clients(ports: Ports) -> AsyncIterator[Clients]:
    made = Clients(ports.settings())
    yield made
    await made.close()


async def test_the_sdk_sends_its_signature_and_nothing_of_a_netrc_or_a_cookie(
    ports: Ports, clients: Clients, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    with answering(ports, "iam", always(200, {"projects": []}, Set_Cookie="seen=1; Path=/")) as asked:
        for _ in range(2):
            assert await IamDirectory(clients).projects() == []
    assert all(f"Access={AK}," in request.headers["authorization"] for request in asked)
    assert all(request.headers["user-agent"].startswith("huaweicloud-usdk-python") for request in asked)
    assert not any("cookie" in request.headers for request in asked)
    assert [dict(request.query_params) for request in asked] == [{}, {}]


@pytest.mark.parametrize(
    "body", [{"error": {"code": 404, "message": "no"}}, {"error_code": "IAM.0004", "error_msg": "no"}]
)
async def test_gone_is_what_iam_itself_says_in_either_of_its_shapes(
    ports: Ports, clients: Clients, body: object
) -> None:
    with answering(ports, "iam", always(404, body)):
        assert await IamDirectory(clients).user("u-1") is None


@pytest.mark.parametrize("body", [b"", b"<html>nothing here</html>"])
async def test_a_404_that_iam_did_not_write_is_a_refusal(ports: Ports, clients: Clients, body: bytes) -> None:
    with answering(ports, "iam", always(404, body)), pytest.raises(CloudRefused) as refused:
        await IamDirectory(clients).user("u-1")
    assert refused.value.status == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"quotas": {"resources": [{"type": "agency", "quota": "many"}]}},
        {"quotas": {"resources": [5]}},
        {"quotas": "none"},
    ],
)
async def test_an_answer_that_fits_no_model_is_said_to_be_odd(ports: Ports, clients: Clients, body: object) -> None:
    with answering(ports, "iam", always(200, body)), pytest.raises(CloudRefused) as refused:
        await IamDirectory(clients).allowances()
    assert refused.value.say.key == "cloud.odd"


@pytest.mark.parametrize("body", [b"<html>", b"[]"])
async def test_an_answer_that_is_no_object_leaves_a_write_unknown(ports: Ports, clients: Clients, body: bytes) -> None:
    policies = IamPermissions(clients)
    with answering(ports, "iam", always(201, body)) as asked, pytest.raises(CloudUnknown):
        await policies.create_policy("p", Level.DOMAIN, [Statement(("obs:bucket:HeadBucket",))], "")
    assert len(asked) == 1


@pytest.mark.parametrize("read", [True, False])
async def test_the_sdk_logs_nothing_of_a_lost_answer(
    ports: Ports, caplog: pytest.LogCaptureFixture, read: bool
) -> None:
    logger = logging.getLogger("HuaweiCloud-SDK-IamClient")
    logger.disabled = False  # whatever clients were built before
    logger.addHandler(caplog.handler)
    async with rigged(ports) as rig:
        rig.cloud.add_fault("iam", None, "timeout_before", 5)
        with pytest.raises(CloudBusy if read else CloudUnknown):
            await (rig.product.directory.caller() if read else rig.product.agencies.delete("a-1"))
    logger.removeHandler(caplog.handler)
    assert [outcome for *_, outcome in rig.heard.tries] == (["busy"] * 3 if read else ["unknown"])
    assert [record for record in caplog.records if record.name == logger.name] == []


async def test_request_id_and_date_of_refusals_are_kept(ports: Ports) -> None:
    ports.plug()
    written: list[Written] = []

    async def keep(write: Written) -> None:
        written.append(write)

    product = HuaweiCloud(ports.settings(), on_write=keep)
    with pytest.raises(CloudRefused) as refused:
        await product.agencies.delete("nobody")
    date = product.date()
    await product.close()
    assert refused.value.say.key == "cloud.gone"
    assert [(write.operation, write.outcome) for write in written] == [("deleteAgency", "refused")]
    assert written[0].request_id
    assert abs(parsedate_to_datetime(date) - datetime.now(UTC)).days < 1


def _mirrored(request: Request) -> Response:
    user = request.url.path.rpartition("/")[2]
    return always(200, {"user": {"id": user, "name": user}})(request)


async def test_threads_do_not_mix_their_answers_up(ports: Ports, clients: Clients) -> None:
    directory = IamDirectory(clients)
    with answering(ports, "iam", _mirrored):
        found = await asyncio.gather(*(directory.user(f"u-{n}") for n in range(24)))
    assert [user.id for user in found if user] == [f"u-{n}" for n in range(24)]

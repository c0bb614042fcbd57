from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from typing import Any

import pytest

from bot.errors import CloudBusy, CloudFault, CloudRefused, CloudUnknown
from bot.huawei.breaker import Budget
from bot.huawei.buckets import ObsBuckets
from bot.huawei.client import THREADS, Clients, CloudSettings, Limits, endpoint
from bot.huawei.faults import Answer
from tests.fakes.words import words_of
from tests.huawei.support import HERE, Ports, Rig, rigged
from tests.sandbox.cloud.support import wait_until


async def test_a_busy_read_is_repeated_and_each_try_is_heard(rig: Rig) -> None:
    rig.cloud.add_fault("obs", "get_bucket_location", "throttled", 2)
    assert await rig.product.buckets.region_of("plain") == HERE
    assert rig.heard.tries == [("obs", "getBucketLocation", outcome) for outcome in ("busy", "busy", "ok")]
    assert all(rig.heard.requests)


async def test_a_read_without_answer_is_repeated(rig: Rig) -> None:
    rig.cloud.add_fault("obs", "get_bucket_location", "timeout_before", 1)
    assert await rig.product.buckets.region_of("plain") == HERE
    assert [outcome for _, _, outcome in rig.heard.tries] == ["busy", "ok"]


async def test_a_write_goes_out_once_whatever_happens(rig: Rig) -> None:
    for kind in ("throttled", "server_error", "timeout_after"):
        rig.cloud.add_fault("obs", "create_bucket", kind, 1)
        with pytest.raises((CloudBusy, CloudUnknown)):
            await rig.product.buckets.create(f"new-{kind.replace('_', '-')}", HERE, "standard")
    wait_until(lambda: len(rig.calls.listed("obs")) >= 3)
    assert [row["method"] for row in rig.calls.listed("obs")] == ["PUT"] * 3
    assert [outcome for _, _, outcome in rig.heard.tries] == ["busy", "unknown", "unknown"]


@pytest.mark.rule("R1.02")
@pytest.mark.parametrize(
    ("kind", "error", "key"),
    [
        ("arrears", CloudRefused, "arrears"),
        ("not_real_name", CloudRefused, "not_signed_up"),
        ("forbidden", CloudRefused, "forbidden"),
        ("quota", CloudRefused, "bucket_quota"),
        ("throttled", CloudBusy, "busy"),
        ("server_error", CloudUnknown, "broken"),
        ("timeout_before", CloudUnknown, "unanswered"),
        ("timeout_after", CloudUnknown, "unanswered"),
        ("slow", CloudUnknown, "unanswered"),
    ],
)
async def test_every_fault_of_a_write_ends_in_words(rig: Rig, kind: str, error: type[CloudFault], key: str) -> None:
    rig.cloud.add_fault("obs", "create_bucket", kind, 1)
    with pytest.raises(error) as raised:
        await rig.product.buckets.create("c-flowers", HERE, "standard")
    assert raised.value.say.key == f"cloud.{key}"
    assert words_of(raised.value.say)


@pytest.mark.rule("R3.01")
async def test_a_refusal_for_want_of_rights_names_the_action(rig: Rig) -> None:
    rig.cloud.add_fault("obs", "create_bucket", "forbidden", 1)
    with pytest.raises(CloudRefused) as refused:
        await rig.product.buckets.create("c-flowers", HERE, "standard")
    assert refused.value.actions == ("obs:bucket:CreateBucket",)
    assert "`obs:bucket:CreateBucket`" in words_of(refused.value.say)


@pytest.mark.rule("R1.02")
@pytest.mark.parametrize("kind", ["arrears", "forbidden", "throttled", "server_error", "timeout_before"])
async def test_every_fault_of_a_read_ends_in_words_and_goes_away_with_the_fault(rig: Rig, kind: str) -> None:
    rig.cloud.add_fault("obs", None, kind)
    with pytest.raises(CloudFault) as raised:
        await rig.product.buckets.listed()
    assert words_of(raised.value.say)
    rig.cloud.clear_faults()
    assert [bucket.name for bucket in await rig.product.buckets.listed()] == ["plain"]


@pytest.mark.rule("R4.04")
async def test_the_account_s_own_quota_is_said(rig: Rig) -> None:
    await rig.product.buckets.create("second-bucket", HERE, "standard")
    with pytest.raises(CloudRefused) as refused:
        await rig.product.buckets.create("third-bucket", HERE, "standard")
    assert refused.value.say.key == "cloud.bucket_quota"


async def test_a_wrong_key_is_said_to_be_one_without_showing_it(ports: Ports) -> None:
    async with rigged(ports, sk="not-the-secret") as rig:
        with pytest.raises(CloudRefused) as refused:
            await rig.product.buckets.listed()
    assert refused.value.say.key == "cloud.key"
    assert "not-the-secret" not in words_of(refused.value.say)


async def test_nobody_listening_is_busy_even_for_a_write() -> None:
    settings = CloudSettings("ak", "sk", HERE, endpoints={"obs": "http://127.0.0.1:1"}, limits=Limits(attempts=1))
    clients = Clients(settings)
    try:
        with pytest.raises(CloudBusy) as raised:
            await ObsBuckets(clients).create("c-flowers", HERE, "standard")
    finally:
        await clients.close()
    assert raised.value.say.key == "cloud.unreachable"


class Counting:
    """A service whose client is a counter of calls running at the same time."""

    name = "counting"

    def __init__(self) -> None:
        self.built = 0

    def build(self, settings: CloudSettings) -> Any:
        self.built += 1
        return object()

    def renew(self, client: Any, settings: CloudSettings) -> None:
        raise AssertionError("the key of these tests is fixed")

    def answer(self, result: Any) -> Answer:
        return result if isinstance(result, Answer) else Answer(200)


async def test_a_client_is_built_once_and_threads_are_bounded() -> None:
    running, most, lock, full = 0, 0, threading.Lock(), threading.Event()

    def work(_client: Any) -> int:
        nonlocal running, most
        with lock:
            running, most = running + 1, max(most, running + 1)
        if running == THREADS:
            full.set()
        assert full.wait(5)
        with lock:
            running -= 1
        return 1

    service, clients = Counting(), Clients(CloudSettings("ak", "sk", HERE))
    try:
        assert sum(await asyncio.gather(*(clients.read(service, "x", work) for _ in range(3 * THREADS)))) == 3 * THREADS
    finally:
        await clients.close()
    assert (service.built, most) == (1, THREADS)


async def test_a_call_that_waits_too_long_for_a_thread_is_never_sent() -> None:
    sent: list[int] = []
    clients = Clients(CloudSettings("ak", "sk", HERE, limits=Limits(queue=0.0)))
    service = Counting()
    try:
        with pytest.raises(CloudBusy) as raised:
            await clients.write(service, "x", lambda _: sent.append(1))
    finally:
        await clients.close()
    assert raised.value.say.key == "cloud.crowded"
    assert sent == []


async def test_our_own_mistakes_are_not_called_faults_of_the_cloud() -> None:
    clients = Clients(CloudSettings("ak", "sk", HERE))
    try:
        with pytest.raises(ZeroDivisionError):
            await clients.read(Counting(), "x", lambda _: 1 // 0)
    finally:
        await clients.close()


def test_repeats_end_when_the_budget_does_and_successes_earn_new_ones() -> None:
    budget = Budget(repeats=2)
    assert [budget.spend() for _ in range(3)] == [True, True, False]
    for _ in range(10):
        budget.earn()
    assert budget.spend()


@pytest.mark.parametrize("address", ["http://obs.example.com", "ftp://127.0.0.1", "http://10.0.0.1", "obs.example.com"])
def test_plain_http_is_for_this_machine_only(address: str) -> None:
    with pytest.raises(ValueError, match="https"):
        endpoint(CloudSettings("ak", "sk", HERE, endpoints={"obs": address}), "obs", "")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/", "http://localhost:9", "http://[::1]:9", "https://o.example"]
)
def test_good_endpoints_stay(address: str) -> None:
    settings = CloudSettings("ak", "sk", HERE, endpoints={"obs": address})
    assert endpoint(settings, "obs", "") == address.rstrip("/")
    assert endpoint(CloudSettings("ak", "sk", HERE), "obs", "https://o.example") == "https://o.example"


def test_settings_show_no_secrets() -> None:
    shown = repr(CloudSettings("ak", "the-secret", HERE, security_token="the-token"))
    assert "the-secret" not in shown
    assert "the-token" not in shown


def test_importing_and_building_loads_no_sdk() -> None:
    source = (
        "import sys; from bot.huawei.cloud import HuaweiCloud; from bot.huawei.client import CloudSettings\n"
        "import bot.huawei.iam; HuaweiCloud(CloudSettings('a', 'b', 'cn-north-4'))\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "sys.exit(','.join(loaded & {'obs', 'requests', 'huaweicloudsdkcore', 'huaweicloudsdkiam'}) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_write_limit_covers_waiting_connecting_and_one_redirect() -> None:
    assert Limits(queue=5, connect=2, read=10).write == 29


async def test_connections_are_kept_and_reused(ports: Ports) -> None:
    connections = set()
    async with rigged(ports) as rig:
        inner = rig.cloud.apps["obs"]

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            connections.add(scope["client"])
            await inner(scope, receive, send)

        ports.switches["obs"].app = counted
        for _ in range(10):
            await rig.product.buckets.details("plain", counted=True)
            await rig.product.buckets.make_folder("plain", "a/")
    assert len(connections) <= THREADS

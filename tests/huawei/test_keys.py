"""Where the access key comes from, and that every client follows it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.auth.internal import Credential, MetadataAccessor, StsAccessor
from huaweicloudsdkcore.exceptions.exceptions import SdkException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import CloudRefused
from bot.huawei.buckets import ObsBuckets
from bot.huawei.client import Clients
from bot.huawei.iam import IamDirectory
from bot.huawei.keys import LOOK_SECONDS, MISSING_SECONDS, Key, Keys, Metadata, Profile
from bot.huawei.packages import BssPackages
from bot.huawei.services import ModelartsServices
from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import build_cloud
from tests.fakes.words import words_of
from tests.huawei.support import AK, SEED, SK, Ports
from tests.sandbox.cloud.support import Served

NONE = Key("", "")


class Given:
    """A source that says what it is told to, or nothing."""

    def __init__(self, *answers: Key | Exception) -> None:
        self._answers = list(answers)
        self.asked = 0

    def key(self) -> Key:
        self.asked += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class Ticking:
    now = 0.0

    def __call__(self) -> float:
        return self.now


ABSENT = SdkException("nothing here")


def test_a_key_of_the_settings_is_taken_and_nobody_asked() -> None:
    source = Given(Key("other", "other"))
    assert Keys(Key("ak", "sk", "token"), [source]).current() == Key("ak", "sk", "token")
    assert source.asked == 0


def test_the_first_source_that_has_a_key_is_kept() -> None:
    clock, profile, machine = Ticking(), Given(ABSENT, Key("p", "s")), Given(Key("m", "s"), ABSENT, Key("m2", "s"))
    keys = Keys(NONE, [profile, machine], clock)
    assert keys.current() == Key("m", "s")
    clock.now += LOOK_SECONDS
    assert keys.current() == Key("m", "s"), "a key that cannot be renewed stays in use"
    clock.now += LOOK_SECONDS
    assert keys.current() == Key("m2", "s")
    assert (profile.asked, machine.asked) == (1, 3)


def test_a_source_is_looked_at_once_a_minute() -> None:
    clock, source = Ticking(), Given(Key("a", "s"), Key("b", "s"))
    keys = Keys(NONE, [source], clock)
    assert [keys.current().ak for _ in range(5)] == ["a"] * 5
    clock.now += LOOK_SECONDS
    assert [keys.current().ak for _ in range(5)] == ["b"] * 5
    assert source.asked == 2


def test_no_key_anywhere_is_said_and_looked_for_again_soon() -> None:
    clock, source = Ticking(), Given(ABSENT, Key("late", "s"))
    keys = Keys(NONE, [source], clock)
    for _ in range(3):
        with pytest.raises(CloudRefused) as refused:
            keys.current()
    assert "HUAWEICLOUD_SDK_AK" in words_of(refused.value.say)
    assert source.asked == 1
    clock.now += MISSING_SECONDS
    assert keys.current() == Key("late", "s")


def test_half_a_key_is_none() -> None:
    assert not Key("ak", "")
    assert Keys(NONE, [Given(Key("ak", "")), Given(Key("m", "s"))]).current() == Key("m", "s")


def test_a_key_shows_no_secret() -> None:
    assert "secret" not in repr(Key("ak", "the-secret", "secret-token"))


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    path = tmp_path / "credentials"
    monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(path))
    return lambda text: path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("section", ["basic", "global"])
def test_the_profile_file_is_read_anew(profile: Callable[[str], int], section: str) -> None:
    clock = Ticking()
    keys = Keys(NONE, [Profile()], clock)
    with pytest.raises(CloudRefused):
        keys.current()
    clock.now += MISSING_SECONDS
    profile(f"[{section}]\nak = one\nsk = s1\n")
    assert keys.current() == Key("one", "s1")
    profile(f"[{section}]\nak = two\nsk = s2\nsecurity_token = t2\n")
    clock.now += LOOK_SECONDS
    assert keys.current() == Key("two", "s2", "t2")


@pytest.mark.parametrize("text", ["", "[basic]\n", "[basic]\nak = one\n", "no section", "[basic]\nidp_id = i\n"])
def test_a_profile_without_a_key_is_no_source(profile: Callable[[str], int], text: str) -> None:
    profile(text)
    assert Keys(NONE, [Profile(), Given(Key("m", "s"))]).current() == Key("m", "s")


class Machine(StsAccessor):  # type: ignore[misc]
    """A metadata service whose keys last as long as it is told."""

    def __init__(self, lasting: float) -> None:
        self.lasting = lasting
        self.given = 0

    def get_credential(self, *args: Any, **kwargs: Any) -> Credential:
        self.given += 1
        made = Credential()
        made.access, made.secret, made.security_token = f"ak{self.given}", "sk", f"token{self.given}"
        made.expire_at = time.mktime(time.gmtime()) + self.lasting
        return made


@pytest.mark.parametrize(("lasting", "renewed"), [(24 * 3600.0, False), (30 * 60.0, True)])
def test_a_temporary_key_is_renewed_before_it_ends(lasting: float, renewed: bool) -> None:
    def first() -> BasicCredentials:
        credentials = BasicCredentials()
        credentials.sts_accessor = Machine(lasting)
        return credentials

    clock = Ticking()
    keys = Keys(NONE, [Metadata(first)], clock)
    found = keys.current()
    assert found.token == f"token{found.ak.removeprefix('ak')}"
    clock.now += LOOK_SECONDS
    assert (keys.current() != found) is renewed


async def test_every_client_follows_the_key(ports: Ports) -> None:
    cloud, _ = ports.plug()
    clock = Ticking()
    keys = Keys(NONE, [Given(Key("RETIRED", "retired"), Key(AK, SK))], clock)
    clients = Clients(ports.settings(ak="", sk=""), keys=keys)
    calls: list[Callable[[], Any]] = [
        ObsBuckets(clients).listed,
        ModelartsServices(clients).listed,
        BssPackages(clients).listed,
        IamDirectory(clients).account,
    ]
    try:
        for call in calls:
            with pytest.raises(CloudRefused) as refused:
                await call()
            assert refused.value.say.key == "cloud.key"
        clock.now += LOOK_SECONDS
        for call in calls:
            assert await call()
    finally:
        await clients.close()
        cloud.close()


class Imds:
    """A metadata service on a port of its own, as the provider's machines have it: a session token, then the key."""

    def __init__(self) -> None:
        self.pair, self.asked = ("TEMPORARYAK000000001", "first-secret", "first-token"), 0
        routes = [
            Route("/meta-data/latest/api/token", lambda _: PlainTextResponse("session"), methods=["PUT"]),
            Route("/openstack/latest/securitykey", self._key),
        ]
        self.served = Served(Starlette(routes=routes))

    def _key(self, request: Request) -> Response:
        if request.headers.get("x-metadata-token") != "session":
            return PlainTextResponse("unauthorized", status_code=401)
        self.asked += 1
        access, secret, token = self.pair
        ends = datetime.fromtimestamp(time.time() + 1800, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        found = {"access": access, "secret": secret, "securitytoken": token, "expires_at": ends}
        return JSONResponse({"credential": found})

    def credentials(self) -> BasicCredentials:
        """Return the SDK's own credentials, pointed at this service."""
        accessor = MetadataAccessor()
        accessor._METADATA_ENDPOINT = self.served.url
        made = BasicCredentials()
        made.sts_accessor = accessor
        return made


async def test_a_machine_s_key_is_rotated_while_calls_run(ports: Ports) -> None:
    imds, clock = Imds(), Ticking()
    second = ("TEMPORARYAK000000002", "second-secret", "second-token")
    pairs = [
        {"ak": ak, "sk": sk, "token": token, "expires_in_s": lasts}
        for (ak, sk, token), lasts in ((imds.pair, 3600), (second, 36_000))
    ]
    ours, *others = SEED["accounts"]
    over, calls = Clock(), Calls()
    cloud = build_cloud(over, calls, SEED | {"accounts": [ours | {"keys": pairs}, *others]})
    for name, switch in ports.switches.items():
        switch.app = cloud.apps[name]
    clients = Clients(ports.settings(ak="", sk=""), keys=Keys(NONE, [Metadata(imds.credentials)], clock))
    buckets, services, packages = ObsBuckets(clients), ModelartsServices(clients), BssPackages(clients)
    try:
        for step in range(6):
            if step == 2:
                imds.pair = second
            if step == 4:
                await over.advance(7200)  # the first key is over by now
            found = await asyncio.gather(*(one.listed() for one in (buckets, services, packages) for _ in range(4)))
            assert all(found)
            clock.now += LOOK_SECONDS
    finally:
        await clients.close()
        imds.served.stop()
        cloud.close()
    assert imds.asked == 6, "asked once a minute, however many calls there are"
    assert len(calls.listed("obs")) == 24

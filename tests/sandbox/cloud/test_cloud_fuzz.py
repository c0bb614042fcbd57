"""Whatever arrives gets an answer: no request makes a service fail, signed or not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import build_cloud, default_seed
from sandbox.cloud import signing as gateway
from sandbox.cloud.front import ASGIApp
from sandbox.cloud.obs import signature as obs_signature
from sandbox.cloud.obs.dialect import OBS
from sandbox.cloud.obs.state import REGIONS
from sandbox.cloud.obs.target import SUBRESOURCES, read_target
from sandbox.cloud.wire import Refusal, Request, lower_headers
from tests.sandbox.cloud.support import AK, SK

METHODS = st.sampled_from(["GET", "PUT", "HEAD", "DELETE", "POST", "PATCH"])
PATHS = st.sampled_from(
    ["/", "/lab-datasets", "/lab-datasets/", "/lab-datasets/a", "/x", "//", "/v3/projects"]
) | st.text(max_size=12).map(lambda text: "/" + quote(text, errors="replace"))
NAMES = st.sampled_from(
    ["page", "max-keys", "prefix", "name", "Expires", "Signature", "AccessKeyId", *sorted(SUBRESOURCES)]
)
VALUES = st.text(alphabet="0a%25&=+\u00e9", max_size=30).map(lambda text: quote(text, "%"))
QUERIES = st.lists(st.tuples(NAMES, st.none() | VALUES), max_size=3).map(
    lambda pairs: "&".join(name if value is None else f"{name}={value}" for name, value in pairs)
)
HEADERS = st.dictionaries(
    st.sampled_from([b"range", b"x-obs-acl", b"x-obs-meta-a", b"content-md5", b"x-obs-storage-class", b"x-obs-date"]),
    st.binary(max_size=20),
    max_size=3,
)
BODIES = st.binary(max_size=30) | st.sampled_from(
    [b"<Quota><StorageQuota>9</StorageQuota></Quota>", b'{"Statement": []}', b'<?xml version="1.0" encoding="q"?><a/>']
)
AUTHORIZATIONS = st.none() | st.binary(max_size=30) | st.sampled_from([b"OBS :", b"AWS " + AK.encode() + b":\xff"])


def ask(app: ASGIApp, request: Request, headers: list[tuple[bytes, bytes]]) -> int:
    """Send a request straight to the app and return the status it answers."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "raw_path": request.raw_path.encode(),
        "query_string": request.raw_query.encode(),
        "headers": headers,
    }

    async def answer() -> None:
        await app(scope, receive, send)

    asyncio.run(answer())
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return int(sent[0]["status"])


def signed_for_obs(request: Request) -> str:
    try:
        text = obs_signature.string_to_sign(request, read_target(request, OBS, REGIONS), request.headers["date"])
    except Refusal:
        return "OBS refused:anyway"
    return f"OBS {AK}:{obs_signature.sign(text, SK)}"


def signed_for_iam(request: Request) -> str:
    signed = ["host", "x-sdk-date"]
    value = gateway.sign(request, SK, signed, sha256(request.body).hexdigest())
    return f"{gateway.ALGORITHM} Access={AK}, SignedHeaders={';'.join(signed)}, Signature={value}"


SIGNERS = {"obs": signed_for_obs, "iam": signed_for_iam}


@pytest.mark.parametrize("service", sorted(SIGNERS))
@settings(max_examples=150, deadline=None)
@given(METHODS, PATHS, QUERIES, HEADERS, BODIES, AUTHORIZATIONS, st.booleans())
def test_every_request_gets_an_answer(
    service: str,
    method: str,
    path: str,
    query: str,
    headers: dict[bytes, bytes],
    body: bytes,
    authorization: bytes | None,
    sign: bool,
) -> None:
    now = datetime.now(UTC)
    dates = [(b"date", format_datetime(now, usegmt=True).encode()), (b"x-sdk-date", f"{now:%Y%m%dT%H%M%SZ}".encode())]
    pairs = [*headers.items(), (b"host", b"127.0.0.1"), *dates]
    request = Request(method, path, query, lower_headers(pairs), body)
    value = SIGNERS[service](request).encode() if sign else authorization
    whole = [*pairs, (b"authorization", value)] if value is not None else pairs
    cloud = build_cloud(Clock(), Calls(), default_seed())
    assert 200 <= ask(cloud.apps[service], request, whole) < 500

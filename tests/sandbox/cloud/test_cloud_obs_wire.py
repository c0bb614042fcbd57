"""OBS signatures and the strictness of its wire: what is turned down before anything happens."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from sandbox.cloud import default_seed
from sandbox.cloud.obs.dialect import OBS
from sandbox.cloud.obs.listing import page_of_keys
from sandbox.cloud.obs.target import read_target
from sandbox.cloud.obs.xml import Leaf, Tree, read, write
from sandbox.cloud.wire import Refusal, Request
from tests.sandbox.cloud.conftest import OpenSite
from tests.sandbox.cloud.support import AK, SK, Site


def send(site: Site, method: str, target: str, body: bytes = b"", *, late_s: float = 0, **headers: str) -> Any:
    """Send an OBS request signed by this test's own few lines, dated `late_s` seconds ago."""
    date = format_datetime(datetime.now(UTC) - timedelta(seconds=late_s), usegmt=True)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    own = "".join(f"{name}:{value}\n" for name, value in sorted(sent.items()) if name.startswith("x-obs-"))
    text = f"{method}\n{sent.get('content-md5', '')}\n\n{date}\n{own}{target}"
    signature = base64.b64encode(hmac.new(SK.encode(), text.encode(), hashlib.sha1).digest()).decode()
    whole = {**sent, "Date": date, "Authorization": f"OBS {AK}:{signature}", "Content-Type": ""}
    return requests.request(method, site.ports["obs"].url + target, data=body, headers=whole, timeout=5)


def code(response: requests.Response) -> tuple[int, str]:
    assert response.headers["x-obs-request-id"]
    text = response.text
    return response.status_code, text[text.index("<Code>") + 6 : text.index("</Code>")]


def test_own_lines_are_accepted(site: Site) -> None:
    assert send(site, "GET", "/lab-datasets?location").status_code == 200


@pytest.mark.parametrize("dialect", ["v2", "obs"])
@pytest.mark.parametrize(
    ("pair", "expected"), [((AK, "wrong"), "SignatureDoesNotMatch"), (("NOBODY", SK), "InvalidAccessKeyId")]
)
def test_wrong_pairs_are_refused(site: Site, dialect: str, pair: tuple[str, str], expected: str) -> None:
    answer = site.obs(dialect, *pair).listBuckets()
    assert (answer.status, answer.errorCode) == (403, expected)
    assert answer.requestId


@pytest.mark.parametrize(("minutes", "status"), [(-16, 403), (-14, 200), (14, 200), (16, 403)])
def test_date_may_be_fifteen_minutes_off(site: Site, minutes: int, status: int) -> None:
    response = send(site, "GET", "/lab-datasets?location", late_s=minutes * 60)
    assert response.status_code == status
    assert status == 200 or code(response) == (403, "RequestTimeTooSkewed")


@pytest.mark.parametrize("change", ["method", "path", "subresource", "header"])
def test_tampering_is_refused(site: Site, change: str) -> None:
    request = send(site, "GET", "/lab-datasets?location", x_obs_note="a").request
    headers = dict(request.headers)
    if change == "header":
        headers["x-obs-note"] = "b"
    url = {"path": request.url.replace("datasets", "secrets"), "subresource": request.url.replace("location", "acl")}
    method = "DELETE" if change == "method" else "GET"
    response = requests.request(method, url.get(change, request.url), headers=headers, timeout=5)
    assert code(response) == (403, "SignatureDoesNotMatch")


def test_body_must_match_its_digest(site: Site) -> None:
    digest = base64.b64encode(hashlib.md5(b"one", usedforsecurity=False).digest()).decode()
    assert send(site, "PUT", "/lab-datasets/x", b"one", content_md5=digest).status_code == 200
    assert code(send(site, "PUT", "/lab-datasets/x", b"two", content_md5=digest)) == (400, "BadDigest")


async def test_temporary_pairs_need_their_token_until_they_expire(open_site: OpenSite) -> None:
    seed = default_seed()
    seed["accounts"][0]["keys"].append({"ak": "TEMP", "sk": "temp-sk", "token": "t0ken", "expires_in_s": 900})
    site = open_site(seed)
    assert site.obs("obs", "TEMP", "temp-sk", "t0ken").listBuckets().status == 200
    assert site.obs("obs", "TEMP", "temp-sk").listBuckets().errorCode == "InvalidAccessKeyId"
    assert site.obs("obs", "TEMP", "temp-sk", "other").listBuckets().errorCode == "InvalidSecurityToken"
    await site.clock.advance(901)
    assert site.obs("obs", "TEMP", "temp-sk", "t0ken").listBuckets().errorCode == "InvalidSecurityToken"


def test_unknown_schemes_are_refused(site: Site) -> None:
    headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}
    assert code(requests.get(site.ports["obs"].url, headers=headers, timeout=5)) == (400, "InvalidArgument")


@pytest.mark.parametrize(
    ("method", "target", "expected"),
    [
        ("GET", "/lab-datasets?colour=red", (400, "InvalidArgument")),
        ("GET", "/lab-datasets?website", (400, "InvalidArgument")),
        ("PUT", "/lab-new?storagePolicy", (400, "InvalidArgument")),
        ("GET", "/lab-datasets?acl&policy", (400, "InvalidArgument")),
        ("GET", "/lab-datasets?prefix=a&prefix=b", (400, "InvalidArgument")),
        ("GET", "/lab-datasets?max-keys=0", (400, "InvalidArgument")),
        ("GET", "/lab-datasets?encoding-type=hex", (400, "InvalidArgument")),
        ("POST", "/lab-datasets", (405, "MethodNotAllowed")),
        ("PUT", "/", (405, "MethodNotAllowed")),
        ("DELETE", "/lab-datasets?quota", (405, "MethodNotAllowed")),
        ("GET", "/lab-datasets/rose?acl", (405, "MethodNotAllowed")),
    ],
)
def test_what_is_not_simulated_is_refused(site: Site, method: str, target: str, expected: tuple[int, str]) -> None:
    subresources = ("acl", "quota", "website", "storagePolicy")
    path, _, query = target.partition("?")
    signed = "&".join(part for part in query.split("&") if part in (*subresources, "policy"))
    response = send_as(site, method, target, f"{path}?{signed}" if signed else path)
    assert code(response) == expected


def send_as(site: Site, method: str, target: str, signed: str) -> Any:
    """Send to `target` what is signed for `signed`: names that are no sub-resource stay out of the signature."""
    date = format_datetime(datetime.now(UTC), usegmt=True)
    digest = hmac.new(SK.encode(), f"{method}\n\n\n{date}\n{signed}".encode(), hashlib.sha1).digest()
    headers = {"Date": date, "Authorization": f"OBS {AK}:{base64.b64encode(digest).decode()}"}
    return requests.request(method, site.ports["obs"].url + target, headers=headers, timeout=5)


@pytest.mark.parametrize(
    ("subresource", "body", "expected"),
    [
        ("encryption", b"<x", "MalformedXML"),
        ("encryption", b"<Other/>", "MalformedXML"),
        ("versioning", b"<VersioningConfiguration><Status>On</Status></VersioningConfiguration>", "MalformedXML"),
        ("quota", b"<Quota><StorageQuota>much</StorageQuota></Quota>", "MalformedXML"),
        ("quota", b"<Quota><StorageQuota>1</StorageQuota><Colour>red</Colour></Quota>", "MalformedXML"),
        ("quota", b"<!DOCTYPE q [<!ENTITY a '1'>]><Quota><StorageQuota>&a;</StorageQuota></Quota>", "MalformedXML"),
        ("storageClass", b"<StorageClass>LUKEWARM</StorageClass>", "InvalidArgument"),
        ("tagging", b"<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", "MalformedXML"),
        ("acl", b"", "MalformedACLError"),
    ],
)
def test_malformed_settings_are_refused(site: Site, subresource: str, body: bytes, expected: str) -> None:
    assert code(send(site, "PUT", f"/lab-datasets?{subresource}", body)) == (400, expected)


def test_head_refusals_have_no_body(site: Site) -> None:
    response = send(site, "HEAD", "/flowers")
    assert (response.status_code, response.content, response.headers["content-length"]) == (403, b"", "0")


def test_ranges_of_an_object(site: Site) -> None:
    response = send(site, "GET", "/lab-datasets/flowers/rose.csv", Range="bytes=0-5")
    assert (response.status_code, response.text) == (206, "petals")
    beyond = send(site, "GET", "/lab-datasets/flowers/rose.csv", Range="bytes=900-")
    assert code(beyond) == (416, "InvalidRange")


KEYS = st.sets(st.text(alphabet="ab/花", min_size=1, max_size=6), max_size=20)


@given(KEYS, st.sampled_from(["", "a", "a/"]), st.sampled_from(["", "/"]), st.integers(1, 5))
def test_pages_join_to_one_listing(keys: set[str], prefix: str, delimiter: str, size: int) -> None:
    whole = page_of_keys(keys, prefix, "", delimiter, 1000)
    found: list[str] = []
    marker = ""
    while True:
        page = page_of_keys(keys, prefix, marker, delimiter, size)
        found += [*page.keys, *page.prefixes]
        if not page.next_marker:
            break
        marker = page.next_marker
    assert sorted(found) == sorted([*whole.keys, *whole.prefixes])
    assert len(found) == len(set(found))
    assert all(key in keys for key in whole.keys)


DOCUMENT = st.dictionaries(st.sampled_from(["Name", "Value"]), st.text(alphabet="a<&>\"' 花", max_size=8), min_size=1)


@given(st.lists(DOCUMENT, min_size=1, max_size=4))
def test_xml_is_read_as_written(rows: list[dict[str, str]]) -> None:
    shape = Tree({"Row": Tree({"Name": Leaf(), "Value": Leaf()})}, many=frozenset({"Row"}))
    assert read(write("Rows", {"Row": rows}, "http://a.example/"), "Rows", shape) == {"Row": rows}


@given(st.binary(max_size=60))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    code = ""
    try:
        read(body, "Rows", Tree({}))
    except Refusal as refusal:
        code = refusal.code
    assert code in ("", "MalformedXML")


@given(st.text(max_size=20))
def test_any_key_can_be_addressed(key: str) -> None:
    request = Request("GET", f"/bucket/{quote(key, '/~', errors='surrogatepass')}", "", {"host": "127.0.0.1"}, b"")
    assert read_target(request, OBS, frozenset()).key == (key or None)

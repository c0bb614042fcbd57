"""Uploads in parts and signed links, called through the provider's SDK in both dialects."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
import requests
from obs import CompleteMultipartUploadRequest, CompletePart, ListMultipartUploadsRequest

from tests.sandbox.cloud.support import DOMAIN, Site

BUCKET, KEY = "lab-datasets", "large/花 a+b.bin"
PARTS = [b"a" * 102_400, b"b" * 102_400, b"the rest"]


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def begun(client: Any, key: str = KEY) -> str:
    """Return the id of a new upload."""
    answer = client.initiateMultipartUpload(BUCKET, key, metadata={"source": "F1"}, contentType="text/plain")
    assert answer.status == 200, answer
    return str(answer.body.uploadId)


def sent(client: Any, upload: str) -> list[Any]:
    """Send all parts, each with its checksum, and return what completes the upload."""
    answers = [
        client.uploadPart(BUCKET, KEY, number, upload, content=part, md5=digest(part))
        for number, part in enumerate(PARTS, start=1)
    ]
    assert [answer.status for answer in answers] == [200, 200, 200], answers
    return [CompletePart(number, answer.body.etag) for number, answer in enumerate(answers, start=1)]


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_parts_become_one_object(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    upload = begun(client)
    listed = client.listMultipartUploads(BUCKET, ListMultipartUploadsRequest(prefix="large/"))
    assert [(one.key, one.uploadId) for one in listed.body.upload] == [(KEY, upload)]
    parts = sent(client, upload)
    there = client.listParts(BUCKET, KEY, upload)
    assert [(one.partNumber, one.size) for one in there.body.parts] == [(1, 102_400), (2, 102_400), (3, 8)]
    done = client.completeMultipartUpload(BUCKET, KEY, upload, CompleteMultipartUploadRequest(parts))
    assert done.status == 200, done
    md5s = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in PARTS)
    expected = f'"{hashlib.md5(md5s, usedforsecurity=False).hexdigest()}-3"'
    head = client.getObjectMetadata(BUCKET, KEY)
    assert (head.body.etag, head.body.contentLength) == (expected, 204_808)
    assert dict(head.header)["source"] == "F1"
    assert client.getObject(BUCKET, KEY, loadStreamInMemory=True).body.buffer == b"".join(PARTS)
    assert client.listMultipartUploads(BUCKET).body.upload in (None, [])


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_an_upload_given_up_leaves_nothing(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    upload = begun(client)
    sent(client, upload)
    assert client.abortMultipartUpload(BUCKET, KEY, upload).status == 204
    assert client.listParts(BUCKET, KEY, upload).errorCode == "NoSuchUpload"
    assert client.getObjectMetadata(BUCKET, KEY).status == 404


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_uploads_are_listed_in_pages_with_who_began_them(site: Site, dialect: str) -> None:
    client = site.obs(dialect)
    made = sorted((key, begun(client, key)) for key in ("a", "b", "b", "c"))
    found: list[tuple[str, str]] = []
    marker, last, pages = None, None, 0
    while True:
        asked = ListMultipartUploadsRequest(max_uploads=1, key_marker=marker, upload_id_marker=last)
        body = client.listMultipartUploads(BUCKET, asked).body
        found += [(one.key, one.uploadId) for one in body.upload]
        assert all(one.initiator.id == DOMAIN for one in body.upload)
        marker, last, pages = body.nextKeyMarker, body.nextUploadIdMarker, pages + 1
        if not body.isTruncated:
            break
    assert (found, pages) == (made, 4)


def test_what_does_not_fit_is_refused(site: Site) -> None:
    client = site.obs("obs")
    upload = begun(client)
    parts = sent(client, upload)
    small = client.uploadPart(BUCKET, KEY, 2, upload, content=b"small")
    wrong = client.uploadPart(BUCKET, KEY, 1, upload, content=b"x", md5=digest(b"y"))
    backwards = CompleteMultipartUploadRequest([parts[0], parts[2], parts[1]])
    answers = [
        wrong,
        client.uploadPart(BUCKET, KEY, 10_001, upload, content=b"x"),
        client.completeMultipartUpload(BUCKET, KEY, upload, CompleteMultipartUploadRequest(parts)),
        client.completeMultipartUpload(BUCKET, KEY, "NONE", backwards),
    ]
    assert [answer.errorCode for answer in answers] == ["BadDigest", "InvalidArgument", "InvalidPart", "NoSuchUpload"]
    parts[1] = CompletePart(2, small.body.etag)
    too_small = client.completeMultipartUpload(BUCKET, KEY, upload, CompleteMultipartUploadRequest(parts))
    assert too_small.errorCode == "EntityTooSmall"


@pytest.mark.parametrize("dialect", ["v2", "obs"])
def test_a_signed_link_opens_one_object_until_it_ends(site: Site, dialect: str) -> None:
    link = site.obs(dialect).createSignedUrl("GET", BUCKET, "flowers/rose.csv", expires=60).signedUrl
    assert requests.get(link, timeout=5).text.startswith("petals")
    assert requests.put(link, data=b"x", timeout=5).status_code == 403
    assert requests.get(link.replace("rose.csv", "other.csv"), timeout=5).status_code == 403
    late = site.obs(dialect).createSignedUrl("GET", BUCKET, "flowers/rose.csv", expires=-1).signedUrl
    assert requests.get(late, timeout=5).status_code == 403

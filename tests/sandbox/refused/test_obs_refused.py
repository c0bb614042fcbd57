"""What the simulated OBS turns down: every code that it knows, provoked by a request and read from the XML.

Source of the codes: the reference's part on OBS, "Error codes". A code that only a fault brings about is named as such.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, NamedTuple

import pytest

from sandbox.calls import Calls
from sandbox.cloud import Cloud, build_cloud, default_seed
from sandbox.cloud.obs.refusals import ERRORS, FAULTS
from tests.sandbox.cloud.modelarts.stage import Still
from tests.sandbox.cloud.support import AK, OTHER_AK, OTHER_SK, SK

Json = dict[str, Any]
ONLY_BY_FAULT = {"InArrearOrInsufficientBalance", "NotSignedUp", "TooManyRequests", "InternalError"}
LOCATION = b"<CreateBucketConfiguration><Location>%s</Location></CreateBucketConfiguration>"
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "ListBucket", "Resource": "lab-datasets"}


class Case(NamedTuple):
    """One request that is turned down; `late` is how many minutes ago it was signed."""

    method: str
    target: str
    status: int
    code: str
    body: bytes = b""
    headers: Mapping[str, str] = {}
    key: tuple[str, str] = (AK, SK)
    late: float = 0
    signed: str = ""


def xml(root: str, inner: str) -> bytes:
    return f"<{root}>{inner}</{root}>".encode()


def parts(*numbers: int) -> bytes:
    """Return the list of parts to put together, by the tag that the parts in `Asked` have."""
    rows = "".join(f"<Part><PartNumber>{number}</PartNumber><ETag>TAG</ETag></Part>" for number in numbers)
    return xml("CompleteMultipartUpload", rows)


def part(number: str, etag: str = "x") -> bytes:
    return xml("CompleteMultipartUpload", f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>")


OTHER = (OTHER_AK, OTHER_SK)
DATA = "/lab-datasets"
ROSE = f"{DATA}/flowers/rose.csv"
LONG_AGO = "Mon, 01 Jan 2001 00:00:00 GMT"
CASES: dict[str, Case] = {
    # who asks
    "nobody's key": Case("GET", "/", 403, "InvalidAccessKeyId", key=("NOBODY", SK)),
    "wrong secret": Case("GET", "/", 403, "SignatureDoesNotMatch", key=(AK, "wrong")),
    "signed 16 minutes ago": Case("GET", "/", 403, "RequestTimeTooSkewed", late=16),
    "signed in the future": Case("GET", "/", 403, "RequestTimeTooSkewed", late=-16),
    "no signature": Case("GET", "/", 403, "AccessDenied", key=("", "")),
    "no signature, a bucket": Case("GET", DATA, 403, "AccessDenied", key=("", "")),
    "another scheme": Case("GET", "/", 400, "InvalidArgument", headers={"authorization": "AWS4-HMAC-SHA256 x"}),
    "a token of nobody": Case("GET", "/", 403, "InvalidSecurityToken", headers={"x-obs-security-token": "t"}),
    "no date": Case("GET", "/", 403, "AccessDenied", headers={"date": "yesterday"}),
    "somebody's bucket": Case("GET", "/flowers", 403, "AccessDenied"),
    "somebody's bucket, written": Case("PUT", "/flowers/x", 403, "AccessDenied", b"x"),
    "somebody's bucket, deleted": Case("DELETE", "/flowers", 403, "AccessDenied"),
    "another region": Case("GET", "/lab-archive", 307, "TemporaryRedirect"),
    # what is not there
    "no bucket": Case("GET", "/nowhere-at-all", 404, "NoSuchBucket"),
    "no bucket to delete": Case("DELETE", "/nowhere-at-all", 404, "NoSuchBucket"),
    "no bucket to write to": Case("PUT", "/nowhere-at-all/x", 404, "NoSuchBucket", b"x"),
    "no object": Case("GET", f"{DATA}/nothing", 404, "NoSuchKey"),
    "no policy": Case("GET", f"{DATA}?policy", 404, "NoSuchBucketPolicy"),
    "no encryption": Case("GET", f"{DATA}?encryption", 404, "NoSuchEncryptionConfiguration"),
    "no tags": Case("GET", f"{DATA}?tagging", 404, "NoSuchTagSet"),
    "no CORS": Case("GET", f"{DATA}?cors", 404, "NoSuchCORSConfiguration"),
    "no lifecycle": Case("GET", f"{DATA}?lifecycle", 404, "NoSuchLifecycleConfiguration"),
    "no block": Case("GET", f"{DATA}?publicAccessBlock", 404, "NoSuchPublicAccessBlockConfiguration"),
    "no upload": Case("GET", f"{DATA}/x?uploadId=no", 404, "NoSuchUpload"),
    "no upload to give up": Case("DELETE", f"{DATA}/x?uploadId=no", 404, "NoSuchUpload"),
    # buckets
    "a name in capitals": Case("PUT", "/Abc", 400, "InvalidBucketName"),
    "a name too short": Case("PUT", "/ab", 400, "InvalidBucketName"),
    "a name like an address": Case("PUT", "/10.0.0.1", 400, "InvalidBucketName"),
    "a name with two dots": Case("PUT", "/a..b", 400, "InvalidBucketName"),
    "a taken name": Case("PUT", "/flowers", 409, "BucketAlreadyExists", LOCATION % b"cn-north-4"),
    "one's own in another region": Case(
        "PUT", "/lab-archive", 409, "BucketAlreadyOwnedByYou", LOCATION % b"cn-north-4"
    ),
    "no region": Case("PUT", "/fresh", 400, "IllegalLocationConstraintException"),
    "another region than the endpoint's": Case(
        "PUT", "/fresh", 400, "IllegalLocationConstraintException", LOCATION % b"cn-north-1"
    ),
    "no such region": Case("PUT", "/fresh", 400, "InvalidLocationConstraint", LOCATION % b"mars-1"),
    "a region in another dialect": Case(
        "PUT", "/fresh", 400, "MalformedXML", LOCATION.replace(b"Location>", b"LocationConstraint>") % b"x"
    ),
    "an unknown acl": Case("PUT", "/fresh", 400, "InvalidArgument", LOCATION % b"cn-north-4", {"x-obs-acl": "mine"}),
    "an unknown class": Case(
        "PUT", "/fresh", 400, "InvalidArgument", LOCATION % b"cn-north-4", {"x-obs-storage-class": "TEPID"}
    ),
    "one bucket too many": Case("PUT", "/fresh", 400, "TooManyBuckets", LOCATION % b"cn-north-4"),
    "a full bucket deleted": Case("DELETE", DATA, 409, "BucketNotEmpty"),
    "a bucket deleted just now": Case("PUT", "/just-gone", 409, "OperationAborted", LOCATION % b"cn-north-4"),
    # queries
    "an unknown query": Case("GET", f"{DATA}?colour=red", 400, "InvalidArgument", signed=DATA),
    "a query twice": Case("GET", f"{DATA}?prefix=a&prefix=b", 400, "InvalidArgument", signed=DATA),
    "no keys a page": Case("GET", f"{DATA}?max-keys=0", 400, "InvalidArgument", signed=DATA),
    "keys by word": Case("GET", f"{DATA}?max-keys=many", 400, "InvalidArgument", signed=DATA),
    "an unknown encoding": Case("GET", f"{DATA}?encoding-type=hex", 400, "InvalidArgument", signed=DATA),
    "two sub-resources": Case("GET", f"{DATA}?acl&policy", 400, "InvalidArgument"),
    "the other dialect's": Case("GET", f"{DATA}?storagePolicy", 400, "InvalidArgument"),
    "what is not simulated": Case("GET", f"{DATA}?website", 400, "InvalidArgument"),
    "a method there is not": Case("POST", DATA, 405, "MethodNotAllowed"),
    "a copy": Case("PUT", f"{DATA}/x", 405, "MethodNotAllowed", headers={"x-obs-copy-source": "/a/b"}),
    # settings
    "no XML": Case("PUT", f"{DATA}?versioning", 400, "MalformedXML", b"<"),
    "another root": Case("PUT", f"{DATA}?versioning", 400, "MalformedXML", b"<Other/>"),
    "an entity": Case("PUT", f"{DATA}?quota", 400, "MalformedXML", b"<!DOCTYPE q [<!ENTITY a '1'>]><Quota/>"),
    "an unknown element": Case(
        "PUT", f"{DATA}?quota", 400, "MalformedXML", xml("Quota", "<StorageQuota>1</StorageQuota><Colour/>")
    ),
    "an unknown state": Case(
        "PUT", f"{DATA}?versioning", 400, "MalformedXML", xml("VersioningConfiguration", "<Status>On</Status>")
    ),
    "a quota by word": Case(
        "PUT", f"{DATA}?quota", 400, "MalformedXML", xml("Quota", "<StorageQuota>much</StorageQuota>")
    ),
    "a storage class": Case("PUT", f"{DATA}?storageClass", 400, "InvalidArgument", b"<StorageClass>X</StorageClass>"),
    "an algorithm of the other dialect": Case(
        "PUT",
        f"{DATA}?encryption",
        400,
        "InvalidEncryptionAlgorithmError",
        xml(
            "ServerSideEncryptionConfiguration",
            "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>"
            "</ApplyServerSideEncryptionByDefault></Rule>",
        ),
    ),
    "no acl at all": Case("PUT", f"{DATA}?acl", 400, "MalformedACLError"),
    "an acl twice": Case("PUT", f"{DATA}?acl", 400, "MalformedACLError", b"<x/>", {"x-obs-acl": "private"}),
    "a policy that is no JSON": Case("PUT", f"{DATA}?policy", 400, "MalformedPolicy", b"{"),
    "a policy with a condition": Case(
        "PUT", f"{DATA}?policy", 400, "MalformedPolicy", json.dumps({"Statement": [OPEN | {"Condition": {}}]}).encode()
    ),
    "a tag without a value": Case(
        "PUT", f"{DATA}?tagging", 400, "MalformedXML", xml("Tagging", "<TagSet><Tag><Key>a</Key></Tag></TagSet>")
    ),
    "a tag twice": Case(
        "PUT",
        f"{DATA}?tagging",
        400,
        "InvalidArgument",
        xml("Tagging", f"<TagSet>{'<Tag><Key>a</Key><Value>b</Value></Tag>' * 2}</TagSet>"),
    ),
    # objects
    "another digest": Case("PUT", f"{DATA}/x", 400, "BadDigest", b"x", {"content-md5": "AAAA"}),
    "a key too long": Case("PUT", f"{DATA}/{'k' * 1025}", 400, "KeyTooLongError", b"x"),
    "no room": Case("PUT", "/small/x", 403, "InsufficientStorageSpace", b"more than a byte"),
    "behind the end": Case("GET", f"{DATA}/flowers/rose.csv", 416, "InvalidRange", headers={"range": "bytes=999-"}),
    "another one expected": Case("GET", ROSE, 412, "PreconditionFailed", headers={"if-match": '"0"'}),
    "an older one expected": Case("GET", ROSE, 412, "PreconditionFailed", headers={"if-unmodified-since": LONG_AGO}),
    "an unknown encryption": Case(
        "PUT", f"{DATA}/x", 400, "InvalidEncryptionAlgorithmError", b"x", {"x-obs-server-side-encryption": "rot13"}
    ),
    # uploads in parts
    "part nought": Case("PUT", f"{DATA}/big?partNumber=0&uploadId=UPLOAD", 400, "InvalidArgument", b"x"),
    "part 10001": Case("PUT", f"{DATA}/big?partNumber=10001&uploadId=UPLOAD", 400, "InvalidArgument", b"x"),
    "a part that is not there": Case("POST", f"{DATA}/big?uploadId=UPLOAD", 400, "InvalidPart", part("9")),
    "parts out of order": Case("POST", f"{DATA}/big?uploadId=UPLOAD", 400, "InvalidPartOrder", parts(2, 1)),
    "a small part before the last": Case("POST", f"{DATA}/big?uploadId=UPLOAD", 400, "EntityTooSmall", parts(1, 2)),
    "no parts": Case("POST", f"{DATA}/big?uploadId=UPLOAD", 400, "MalformedXML", b"<CompleteMultipartUpload/>"),
}


class Asked:
    """The simulated OBS with as many buckets as may be, one full to the brim, one just deleted, an upload under way."""

    def __init__(self) -> None:
        lab, other = default_seed()["accounts"]
        changes = {"options": {"name_release_s": 1800}, "accounts": [lab | {"bucket_quota": 4}, other]}
        self.cloud: Cloud = build_cloud(Still(), Calls(), default_seed() | changes)
        self.upload = "UPLOAD"
        for method, target, body in (
            ("PUT", "/just-gone", LOCATION % b"cn-north-4"),
            ("DELETE", "/just-gone", b""),
            ("PUT", "/small", LOCATION % b"cn-north-4"),
            ("PUT", "/small?quota", xml("Quota", "<StorageQuota>1</StorageQuota>")),
        ):
            assert self.send(Case(method, target, 0, "", body))[0] < 300
        begun = self.send(Case("POST", f"{DATA}/big?uploads", 0, ""))[1]
        self.upload = begun[begun.index("<UploadId>") + 10 : begun.index("</UploadId>")]
        for number in (1, 2):
            assert self.send(Case("PUT", f"{DATA}/big?partNumber={number}&uploadId=UPLOAD", 0, "", b"x"))[0] == 200

    def send(self, case: Case) -> tuple[int, str]:
        """Send a request straight to the app, signed as OBS signs, and return status and body."""
        target = case.target.replace("UPLOAD", self.upload)
        body = case.body.replace(b"TAG", hashlib.md5(b"x", usedforsecurity=False).hexdigest().encode())
        date = format_datetime(datetime.now(UTC) - timedelta(minutes=case.late), usegmt=True)
        headers = {"host": "127.0.0.1", "date": date} | dict(case.headers)
        own = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers) if name.startswith("x-obs-"))
        text = f"{case.method}\n{headers.get('content-md5', '')}\n\n{headers['date']}\n{own}{case.signed or target}"
        ak, sk = case.key
        signature = base64.b64encode(hmac.new(sk.encode(), text.encode(), hashlib.sha1).digest()).decode()
        signed = {"authorization": f"OBS {ak}:{signature}"} if ak else {}
        return asyncio.run(self._send(case.method, target, body, signed | headers))

    async def _send(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        sent: list[Any] = []

        async def receive() -> Json:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        path, _, query = target.partition("?")
        await self.cloud.apps["obs"](
            {
                "type": "http",
                "method": method,
                "path": path,
                "raw_path": path.encode(),
                "query_string": query.encode(),
                "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            },
            receive,
            send,
        )
        return int(sent[0]["status"]), sent[1]["body"].decode()


@pytest.fixture(scope="module")
def asked() -> Asked:
    return Asked()


@pytest.mark.parametrize("name", CASES)
def test_each_is_turned_down_with_the_documented_code(asked: Asked, name: str) -> None:
    case = CASES[name]
    status, answer = asked.send(case)
    assert (status, re.findall("<Code>(.+?)</Code>", answer)) == (case.status, [case.code]), answer
    assert re.search("<RequestId>[0-9a-f]{32}</RequestId>", answer)


def test_every_code_that_obs_knows_is_provoked() -> None:
    provoked = {case.code for case in CASES.values()}
    assert set(ERRORS) - provoked == ONLY_BY_FAULT | {"PermanentRedirect"}  # what the option wrong_region = 301 says
    assert set(FAULTS.values()) >= ONLY_BY_FAULT
    assert len(CASES) >= 60

"""The same calls of the provider's OBS client against the simulated OBS and against moto's S3, which others wrote.

All that both share is asked in one order, and the answers compared field by field, save what names a moment, an owner
or a server. Where OBS differs from S3, or moto from both, the step stands in DIFFERENT with the reason.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from moto.backends import get_backend
from moto.moto_server.werkzeug_app import MotoRequestHandler, create_backend_app
from obs import (
    CompleteMultipartUploadRequest,
    CompletePart,
    CorsRule,
    Expiration,
    Lifecycle,
    ListMultipartUploadsRequest,
    ObsClient,
    Rule,
    TagInfo,
)
from werkzeug.serving import make_server

from sandbox.calls import Calls
from sandbox.clock import Clock
from sandbox.cloud import build_cloud, default_seed
from sandbox.cloud.coverage import OBS
from tests.sandbox.cloud.support import AK, SK, Served

Step = tuple[str, str, tuple[Any, ...]]
HERE, B, KEEPS = "cn-north-4", "work", "keeps"
KEY = "a/b c+花.txt"
STATEMENT = {"Effect": "Allow", "Principal": {"ID": ["*"]}, "Action": ["ListBucket"], "Resource": ["work"]}
POLICY = json.dumps({"Statement": [STATEMENT]})
CORS = [CorsRule(id="web", allowedMethod=["GET", "PUT"], allowedOrigin=["https://a.example"], maxAgeSecond=60)]
TIDY = Lifecycle(rule=[Rule(id="tidy", prefix="old/", status="Enabled", expiration=Expiration(days=60))])
PART = 100 * 1024
# What names a moment, an owner or a server; and the page sizes that were not asked for.
VOLATILE = frozenset(
    {
        *("objectUrl", "lastModified", "create_date", "initiated", "location", "accessContorlAllowOrigin"),
        *("uploadId", "upload_id", "uploadIdMarker", "nextUploadIdMarker", "versionId", "deleteMarker"),
        *("owner", "initiator", "grantee_id", "bucket_type", "storageClass", "isAppendable"),
        *("max_keys", "maxParts", "maxUploads", "keyMarker"),
    }
)
# OBS has these, S3 does not.
ONLY_OBS = frozenset(
    {"getBucketStorageInfo", "getBucketStoragePolicy", "setBucketStoragePolicy", "getBucketQuota", "setBucketQuota"}
)
STEPS: tuple[Step, ...] = (
    ("create", "createBucket", (B, None, HERE)),
    ("create again", "createBucket", (B, None, HERE)),
    ("create, bad name", "createBucket", ("Ab", None, HERE)),
    ("list", "listBuckets", ()),
    ("head", "headBucket", (B,)),
    ("head, nowhere", "headBucket", ("nowhere-at-all",)),
    ("metadata", "getBucketMetadata", (B,)),
    ("location", "getBucketLocation", (B,)),
    ("put", "putContent", (B, KEY, "petals")),
    ("put a folder", "putContent", (B, "roses/", None)),
    ("put, nowhere", "putContent", ("nowhere-at-all", KEY, "petals")),
    ("get", "getObject", (B, KEY, None, None, None, True)),
    ("get, nothing", "getObject", (B, "nothing", None, None, None, True)),
    ("head an object", "getObjectMetadata", (B, KEY)),
    ("head, nothing", "getObjectMetadata", (B, "nothing")),
    ("objects", "listObjects", (B,)),
    ("objects, folded", "listObjects", (B, None, None, 1000, "/")),
    ("objects, first page", "listObjects", (B, None, None, 1)),
    ("objects, second page", "listObjects", (B, None, KEY, 1)),
    ("objects, below", "listObjects", (B, "roses/")),
    ("objects, nowhere", "listObjects", ("nowhere-at-all",)),
    ("policy, none", "getBucketPolicy", (B,)),
    ("policy, no JSON", "setBucketPolicy", (B, "{")),
    ("policy set", "setBucketPolicy", (B, POLICY)),
    ("policy", "getBucketPolicy", (B,)),
    ("policy deleted", "deleteBucketPolicy", (B,)),
    ("tags, none", "getBucketTagging", (B,)),
    ("tags set", "setBucketTagging", (B, TagInfo().addTag("team", "flowers"))),
    ("tags", "getBucketTagging", (B,)),
    ("tags deleted", "deleteBucketTagging", (B,)),
    ("tags, none again", "getBucketTagging", (B,)),
    ("CORS, none", "getBucketCors", (B,)),
    ("CORS set", "setBucketCors", (B, CORS)),
    ("CORS", "getBucketCors", (B,)),
    ("CORS deleted", "deleteBucketCors", (B,)),
    ("lifecycle, none", "getBucketLifecycle", (B,)),
    ("lifecycle set", "setBucketLifecycle", (B, TIDY)),
    ("lifecycle", "getBucketLifecycle", (B,)),
    ("lifecycle deleted", "deleteBucketLifecycle", (B,)),
    ("block, none", "getBucketPublicAccessBlock", (B,)),
    ("block set", "putBucketPublicAccessBlock", (B, True, False, True, False)),
    ("block", "getBucketPublicAccessBlock", (B,)),
    ("block deleted", "deleteBucketPublicAccessBlock", (B,)),
    ("acl", "getBucketAcl", (B,)),
    ("acl set", "setBucketAcl", (B, None, "public-read")),
    ("acl, public", "getBucketAcl", (B,)),
    ("acl, unknown", "setBucketAcl", (B, None, "mine")),
    ("encryption, none", "getBucketEncryption", (B,)),
    ("encryption set", "setBucketEncryption", (B, "kms")),
    ("encryption", "getBucketEncryption", (B,)),
    ("encryption deleted", "deleteBucketEncryption", (B,)),
    ("versioning, never", "getBucketVersioning", (B,)),
    ("upload begun", "initiateMultipartUpload", (B, "big")),
    ("uploads", "listMultipartUploads", (B,)),
    ("part 1", "uploadPart", (B, "big", 1, "UPLOAD", "x" * PART)),
    ("part 2", "uploadPart", (B, "big", 2, "UPLOAD", "y")),
    ("parts", "listParts", (B, "big", "UPLOAD")),
    ("parts, a page", "listParts", (B, "big", "UPLOAD", 1)),
    ("upload, wrong tag", "completeMultipartUpload", (B, "big", "UPLOAD", "WRONG")),
    ("upload done", "completeMultipartUpload", (B, "big", "UPLOAD", "PARTS")),
    ("what it became", "getObjectMetadata", (B, "big")),
    ("upload, once more", "completeMultipartUpload", (B, "big", "UPLOAD", "PARTS")),
    ("another begun", "initiateMultipartUpload", (B, "gone")),
    ("uploads of others", "listMultipartUploads", (B, ListMultipartUploadsRequest(prefix="big"))),
    ("given up", "abortMultipartUpload", (B, "gone", "UPLOAD")),
    ("given up twice", "abortMultipartUpload", (B, "gone", "UPLOAD")),
    ("bucket deleted, full", "deleteBucket", (B,)),
    ("object deleted", "deleteObject", (B, "big")),
    ("nothing deleted", "deleteObject", (B, "nothing")),
    ("folder deleted", "deleteObject", (B, "roses/")),
    ("last one deleted", "deleteObject", (B, KEY)),
    ("versioning set", "setBucketVersioning", (B, "Enabled")),
    ("versioning", "getBucketVersioning", (B,)),
    ("versions, none", "listVersions", (B,)),
    ("bucket deleted", "deleteBucket", (B,)),
    ("bucket deleted twice", "deleteBucket", (B,)),
    ("create one that keeps", "createBucket", (KEEPS, None, HERE)),
    ("versioning set there", "setBucketVersioning", (KEEPS, "Enabled")),
    ("put, versioned", "putContent", (KEEPS, KEY, "petals")),
    ("versions", "listVersions", (KEEPS,)),
    ("marked deleted", "deleteObject", (KEEPS, KEY)),
    ("versions and a marker", "listVersions", (KEEPS,)),
    ("bucket deleted, versions left", "deleteBucket", (KEEPS,)),
)
DIFFERENT: dict[str, str] = {
    "create again": "S3 answers 409 outside one region of its own, OBS 200 for one's own bucket in the same region",
    "metadata": "OBS tells its version",
    "objects, first page": "OBS names the last key as the next marker; moto makes a token of it",
    "objects, second page": "moto leaves the marker out that it was asked with",
    "policy, no JSON": "moto takes any text for a policy",
    "policy set": "both document 204; moto answers 200",
    "acl, unknown": "the client leaves an acl that it does not know away; moto breaks on a request without any",
    "encryption, none": "the code that OBS documents is NoSuchEncryptionConfiguration",
    "upload, once more": "OBS documents NoSuchUpload for an upload that was completed; S3 takes the repeat",
    "uploads of others": "moto leaves the prefix out that it was asked with",
}
"""Every step whose answers differ, and why ours is as it is."""


def asked(client: Any, step: Step, upload: dict[str, Any]) -> tuple[object, ...]:
    """Make one call and return what of its answer is to be the same: status, code, and what the body says."""
    label, method, given = step
    parts = [CompletePart(number, upload.get(f"part {number}", "")) for number in (1, 2)]
    filled = {
        "UPLOAD": upload.get("id"),
        "PARTS": CompleteMultipartUploadRequest(parts),
        "WRONG": CompleteMultipartUploadRequest([CompletePart(1, "0" * 32)]),
    }
    answer = getattr(client, method)(*(filled.get(one, one) if isinstance(one, str) else one for one in given))
    if method == "initiateMultipartUpload":
        upload["id"] = answer.body.uploadId
    if method == "uploadPart":
        upload[label] = answer.body.etag
    return answer.status, answer.errorCode, plain(answer.body) if answer.status < 300 else None


def plain(value: Any) -> Any:
    """Return a body as plain data without what differs from server to server, empty things left out."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if not hasattr(value, "keys"):
        return value
    kept = {name: plain(value[name]) for name in value if name not in VOLATILE}
    return {name: one for name, one in kept.items() if one not in (None, [], {}, False, "")}


class Quiet(MotoRequestHandler):
    """Answer without a line in the log for each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def witnesses() -> Iterator[dict[str, dict[str, tuple[object, ...]]]]:
    """Ask both, once, all steps in order; the smallest part is OBS's, 100 KB where S3 has 5 MB."""
    server = make_server("127.0.0.1", 0, create_backend_app("s3"), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    seed = default_seed() | {"buckets": []}
    ours = Served(build_cloud(Clock(), Calls(), seed).apps["obs"])
    theirs = f"http://127.0.0.1:{server.server_port}"
    get_backend("s3").reset()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("moto.s3.models.S3_UPLOAD_PART_MIN_SIZE", PART)
            requests.get(theirs, timeout=60)
            yield {"moto": told(theirs), "obs": told(ours.url)}
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
        ours.stop()


def told(url: str) -> dict[str, tuple[object, ...]]:
    client = ObsClient(AK, SK, server=url, max_retry_count=0, timeout=20, path_style=True)
    try:
        upload: dict[str, Any] = {}
        return {step[0]: asked(client, step, upload) for step in STEPS}
    finally:
        client.close()


@pytest.mark.parametrize("label", [step[0] for step in STEPS])
def test_both_answer_alike_or_differ_as_noted(witnesses: dict[str, dict[str, tuple[object, ...]]], label: str) -> None:
    theirs, ours = witnesses["moto"][label], witnesses["obs"][label]
    assert (theirs == ours) is (label not in DIFFERENT), f"moto {theirs}\nours {ours}"


def test_every_call_that_both_share_is_asked() -> None:
    assert {row.sdk for row in OBS if row.sdk} - {method for _, method, _ in STEPS} == ONLY_OBS

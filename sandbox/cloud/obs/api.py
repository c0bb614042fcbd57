"""The wire of OBS: from a request to its operation, and every answer's headers and errors.

In doubt, and so an option of the seed: what an endpoint answers for a bucket of another region (`wrong_region`). One
port stands for the endpoints of all regions: a redirect leads back to it with a mark, and the marked request counts as
sent to the right one. Requests for sub-resources that are not simulated are refused, never taken for something else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.accounts import Accounts
from sandbox.cloud.front import Job
from sandbox.cloud.iam.actions import Actions
from sandbox.cloud.iam.rights import Rights
from sandbox.cloud.obs.buckets import Buckets
from sandbox.cloud.obs.dialect import OBS
from sandbox.cloud.obs.grants import allowed, may
from sandbox.cloud.obs.objects import Objects
from sandbox.cloud.obs.refusals import FAULTS, refuse
from sandbox.cloud.obs.settings import DOCUMENTS, Settings
from sandbox.cloud.obs.signature import Signatures
from sandbox.cloud.obs.state import REGIONS, Bucket, ObsState
from sandbox.cloud.obs.target import REGION_MARK, Target, Visit, find_dialect, read_target
from sandbox.cloud.obs.uploads import Uploads
from sandbox.cloud.obs.versions import Versions
from sandbox.cloud.obs.xml import write
from sandbox.cloud.wire import Refusal, Reply, Request

REDIRECTS = {301: "PermanentRedirect", 307: "TemporaryRedirect"}
# IAM calls some rights by another name than a bucket policy does.
IAM_NAMES = {
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
}
OWN_ACTIONS = {"list_buckets": "ListAllMyBuckets", "create_bucket": "CreateBucket"}
BUCKET, OBJECT, SERVICE = "/{bucket}", "/{bucket}/{key}", "/"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: `action` is the permission it takes on an existing bucket, None where no bucket decides."""

    operation: str
    method: str
    path: str
    handler: Callable[[Visit], Reply]
    action: str | None = None
    query: frozenset[str] = frozenset()


class Obs:
    """Answer OBS requests from the state."""

    name = "obs"

    def __init__(self, accounts: Accounts, state: ObsState, rights: Rights) -> None:
        self._signatures = Signatures(accounts)
        self._rights = rights
        self._state = state
        self.routes = (*_bucket_routes(state), *_setting_routes(Settings(state)), *_object_routes(state))

    def accept(self, request: Request) -> Job:
        """Authenticate and route a request. Raises Refusal."""
        target = read_target(request, find_dialect(request), REGIONS)
        visit = Visit(request, self._signatures.authenticate(request, target), target)
        route = self._route(request, target)
        _check_digest(request)
        return Job(route.operation, lambda: self._run(route, visit))

    def _route(self, request: Request, target: Target) -> Route:
        shape = OBJECT if target.key else BUCKET if target.bucket else SERVICE
        path = f"{shape}?{target.subresource}" if target.subresource else shape
        for route in self.routes:
            if (route.method, route.path) == (request.method, path):
                if wrong := target.params.keys() - route.query:
                    raise refuse("InvalidArgument", f"unknown query parameters {sorted(wrong)}")
                return route
        raise refuse("MethodNotAllowed")

    def _run(self, route: Route, visit: Visit) -> Reply:
        if route.action is not None:
            bucket = self._state.find(visit.target.bucket or "")
            self._check_region(visit, bucket)
            self._check_access(visit, bucket, route.action)
            if visit.caller.account is bucket.owner:
                self._check_right(visit, route, granted=allowed(bucket.policy, visit.caller, route.action, visit.named))
        elif route.operation in OWN_ACTIONS and visit.caller.account:
            self._check_right(visit, route, granted=False)
        return route.handler(visit)

    def needs(self, operation: str) -> Actions:
        """Return the IAM actions that an operation takes in the bucket's own account. Raises StopIteration for none."""
        return next(iam_actions(route) for route in self.routes if route.operation == operation)

    def _check_right(self, visit: Visit, route: Route, *, granted: bool) -> None:
        """Refuse a user or agency of the bucket's own account who has no right, by IAM or by the bucket's policy."""
        kind = "object" if visit.target.key else "bucket"
        resource = f"*:*:{kind}:{visit.named or '*'}"
        for action in iam_actions(route):
            lacking = self._rights.lacks_action(visit.caller, action, None, resource, granted=granted)
            if lacking:
                raise refuse("AccessDenied", lacking)

    def _check_region(self, visit: Visit, bucket: Bucket) -> None:
        status = self._state.options.wrong_region
        if not status or bucket.region in (self._state.region, visit.target.region_mark):
            return
        refusal = refuse(REDIRECTS[status])
        refusal.headers["location"] = _marked(visit.request, bucket.region)
        raise refusal

    def _check_access(self, visit: Visit, bucket: Bucket, action: str) -> None:
        if not may(visit.caller, bucket.owner.domain_id, bucket.grants, bucket.policy, action, visit.named):
            raise refuse("AccessDenied")

    def refused(self, request: Request, refusal: Refusal, request_id: str) -> Reply:
        """Write a refusal as an Error document."""
        document = {
            "Code": refusal.code,
            "Message": refusal.message,
            "Resource": request.path,
            "RequestId": request_id,
            "HostId": base64.b64encode(request_id.encode()).decode(),
        }
        return Reply(refusal.status, write("Error", document), {"content-type": "application/xml"})

    def stamp(self, request: Request, reply: Reply, request_id: str, /) -> Reply:
        """Add the request ids in the request's dialect."""
        scheme = request.headers.get("authorization", "").partition(" ")[0]
        prefix = "x-amz-" if scheme == "AWS" or "AWSAccessKeyId" in request.raw_query else OBS.prefix
        ids = {f"{prefix}request-id": request_id, f"{prefix}id-2": base64.b64encode(request_id.encode()).decode()}
        if request.method != "HEAD":
            return reply.having({"server": "OBS", **ids})
        silent = Reply(reply.status, b"" if reply.status >= 300 else reply.body, reply.headers)
        return silent.having({"server": "OBS", **ids})

    def fault(self, kind: str, operation: str, /) -> Refusal:
        """Return the refusal that stands for a fault kind; the quota is that of buckets or of their storage."""
        full = kind == "quota" and operation == "create_bucket"
        return refuse("TooManyBuckets" if full else FAULTS[kind])

    def truth(self) -> dict[str, Any]:
        """Return everything OBS holds, ready for JSON."""
        return self._state.truth()


def iam_actions(route: Route) -> Actions:
    """Return the IAM actions that a route takes; IAM counts what is in a bucket as objects."""
    action = OWN_ACTIONS.get(route.operation, route.action)
    kind = "object" if route.path.startswith(OBJECT) else "bucket"
    return () if action is None else (f"obs:{kind}:{IAM_NAMES.get(action, action)}",)


def _marked(request: Request, region: str) -> str:
    joint = "&" if request.raw_query else "?"
    return f"{request.scheme}://{request.headers.get('host', '')}{request.target}{joint}{REGION_MARK}={region}"


def _check_digest(request: Request) -> None:
    stated = request.headers.get("content-md5")
    real = base64.b64encode(hashlib.md5(request.body, usedforsecurity=False).digest()).decode()
    if stated is not None and stated != real:
        raise refuse("BadDigest")


def _bucket_routes(state: ObsState) -> Sequence[Route]:
    buckets = Buckets(state)
    listing = frozenset({"prefix", "marker", "delimiter", "max-keys", "encoding-type"})
    versions = frozenset({"prefix", "key-marker", "version-id-marker", "max-keys"})
    list_versions = Versions(state).list_all
    return (
        Route("list_buckets", "GET", SERVICE, buckets.list_all, query=frozenset({"marker", "max-keys"})),
        Route("probe_api_version", "HEAD", f"{SERVICE}?apiversion", buckets.probe),
        Route("probe_api_version", "HEAD", f"{BUCKET}?apiversion", buckets.probe),
        Route("create_bucket", "PUT", BUCKET, buckets.create),
        Route("head_bucket", "HEAD", BUCKET, buckets.head, "HeadBucket"),
        Route("delete_bucket", "DELETE", BUCKET, buckets.delete, "DeleteBucket"),
        Route("list_objects", "GET", BUCKET, buckets.list_objects, "ListBucket", listing),
        Route("list_versions", "GET", f"{BUCKET}?versions", list_versions, "ListBucketVersions", versions),
    )


def _setting_routes(settings: Settings) -> Sequence[Route]:
    return (
        _setting("get_bucket_location", "GET", "location", settings.get_location),
        _setting("get_bucket_storage_info", "GET", "storageinfo", settings.get_storage_info, "GetBucketStorage"),
        _setting("get_bucket_storage_class", "GET", "storageClass", settings.get_storage_class),
        _setting("set_bucket_storage_class", "PUT", "storageClass", settings.set_storage_class),
        _setting("get_bucket_encryption", "GET", "encryption", settings.get_encryption),
        _setting("set_bucket_encryption", "PUT", "encryption", settings.set_encryption),
        _setting("delete_bucket_encryption", "DELETE", "encryption", settings.delete_encryption),
        _setting("get_bucket_versioning", "GET", "versioning", settings.get_versioning),
        _setting("set_bucket_versioning", "PUT", "versioning", settings.set_versioning),
        _setting("get_bucket_quota", "GET", "quota", settings.get_quota),
        _setting("set_bucket_quota", "PUT", "quota", settings.set_quota),
        _setting("get_bucket_policy", "GET", "policy", settings.get_policy),
        _setting("set_bucket_policy", "PUT", "policy", settings.set_policy),
        _setting("delete_bucket_policy", "DELETE", "policy", settings.delete_policy),
        _setting("get_bucket_acl", "GET", "acl", settings.get_acl),
        _setting("set_bucket_acl", "PUT", "acl", settings.set_acl),
        *(route for name in DOCUMENTS for route in _document_routes(settings, name)),
    )


def _document_routes(settings: Settings, name: str) -> Sequence[Route]:
    word = {"publicAccessBlock": "public_access_block"}.get(name, name)
    return (
        _setting(f"get_bucket_{word}", "GET", name, settings.getter(name)),
        _setting(f"set_bucket_{word}", "PUT", name, settings.setter(name)),
        _setting(f"delete_bucket_{word}", "DELETE", name, settings.remover(name)),
    )


def _setting(
    operation: str, method: str, subresource: str, handler: Callable[[Visit], Reply], action: str | None = None
) -> Route:
    verb, _, rest = operation.partition("_")
    shown = "".join(part.capitalize() for part in rest.split("_"))
    named = {"get": "Get", "set": "Put", "delete": "Delete"}[verb] + shown
    return Route(operation, method, f"{BUCKET}?{subresource}", handler, action or named)


def _object_routes(state: ObsState) -> Sequence[Route]:
    objects = Objects(state)
    uploads = Uploads(state, objects)
    one, number = frozenset({"uploadId"}), frozenset({"uploadId", "partNumber"})
    encoded = frozenset({"encoding-type"})
    page = one | encoded | {"max-parts", "part-number-marker"}
    listing = frozenset({"prefix", "max-uploads", "key-marker", "upload-id-marker", "delimiter", "encoding-type"})
    return (
        Route("put_object", "PUT", OBJECT, objects.put, "PutObject"),
        Route("get_object", "GET", OBJECT, objects.get, "GetObject"),
        Route("head_object", "HEAD", OBJECT, objects.head, "GetObject"),
        Route("delete_object", "DELETE", OBJECT, objects.delete, "DeleteObject", frozenset({"versionId"})),
        Route("begin_upload", "POST", f"{OBJECT}?uploads", uploads.begin, "PutObject", encoded),
        Route("put_part", "PUT", f"{OBJECT}?uploadId", uploads.put_part, "PutObject", number),
        Route("list_parts", "GET", f"{OBJECT}?uploadId", uploads.list_parts, "ListMultipartUploadParts", page),
        Route("complete_upload", "POST", f"{OBJECT}?uploadId", uploads.complete, "PutObject", one | encoded),
        Route("give_up_upload", "DELETE", f"{OBJECT}?uploadId", uploads.give_up, "AbortMultipartUpload", one),
        Route("list_uploads", "GET", f"{BUCKET}?uploads", uploads.list_all, "ListBucketMultipartUploads", listing),
    )

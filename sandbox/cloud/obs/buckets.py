"""Buckets as a whole: list, create, look at, delete, and list what is in one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote_plus

from sandbox.cloud.obs.dialect import Dialect
from sandbox.cloud.obs.grants import Grant, canned_grants
from sandbox.cloud.obs.listing import page_of_keys
from sandbox.cloud.obs.refusals import refuse
from sandbox.cloud.obs.state import DEFAULT_REGION, REGIONS, Bucket, ObsState, check_name
from sandbox.cloud.obs.target import Visit
from sandbox.cloud.obs.xml import Leaf, Tree, read, write
from sandbox.cloud.seed import Account
from sandbox.cloud.wire import Reply, is_count

MOST_KEYS = 1000
FILE_SYSTEM = {True: "POSIX", False: "OBJECT"}


def xml_reply(visit: Visit, root: str, document: Any) -> Reply:
    """Answer with XML in the dialect's namespace."""
    return Reply(200, write(root, document, visit.dialect.namespace), {"content-type": "application/xml"})


def moment(seconds: float) -> str:
    """Return cloud time the way OBS writes it in XML."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def owner_element(account: Account, dialect: Dialect) -> dict[str, str]:
    """Return the Owner element; only the S3-like dialect shows a name."""
    shown = {"DisplayName": account.name} if dialect.name == "v2" else {}
    return {"ID": account.domain_id, **shown}


def signed_account(visit: Visit) -> Account:
    """Return the signer's account. Raises Refusal AccessDenied for an unsigned request."""
    if visit.caller.account is None:
        raise refuse("AccessDenied")
    return visit.caller.account


def read_canned(visit: Visit, owner: str) -> tuple[Grant, ...]:
    """Return the grants of the acl header, private without one. Raises Refusal InvalidArgument."""
    name = visit.header("acl") or "private"
    if name not in visit.dialect.canned:
        raise refuse("InvalidArgument", f"unknown acl {name!r}")
    return canned_grants(name, owner)


class Buckets:
    """Handle the operations on whole buckets."""

    def __init__(self, state: ObsState) -> None:
        self._state = state

    def list_all(self, visit: Visit) -> Reply:
        """Answer with the signer's buckets of all regions, by name; with max-keys, one page of them."""
        account = signed_account(visit)
        kind, params = visit.request.headers.get("x-obs-bucket-type"), visit.target.params
        buckets = [b for b in self._state.owned(account) if kind in (None, FILE_SYSTEM[b.file_system])]
        paging: dict[str, str] = {}
        if params:
            size, marker = read_count(params.get("max-keys", "")), params.get("marker", "")
            after = [bucket for bucket in buckets if bucket.name > marker]
            buckets, rest = after[:size], after[size:]
            paging = {"Marker": marker, "MaxKeys": str(size), "IsTruncated": "true" if rest else "false"}
            paging |= {"NextMarker": buckets[-1].name} if rest else {}
        rows = [self._row(visit, bucket) for bucket in buckets]
        document = {"Owner": owner_element(account, visit.dialect), "Buckets": {"Bucket": rows}, **paging}
        return xml_reply(visit, "ListAllMyBucketsResult", document)

    def _row(self, visit: Visit, bucket: Bucket) -> dict[str, str]:
        row = {"Name": bucket.name, "CreationDate": moment(bucket.created)}
        located = {"Location": bucket.region} if visit.header("location") == "true" else {}
        return row | located | {"BucketType": FILE_SYSTEM[bucket.file_system]}

    def create(self, visit: Visit) -> Reply:
        """Create a bucket in the endpoint's region; the signer's own one there is left as it is, with success."""
        account, name = signed_account(visit), visit.target.bucket or ""
        check_name(name)
        region = self._location(visit)
        if self._state.taken(name, account, region) is None:
            self._state.add(self._new(visit, name, account, region))
        return Reply(200, headers={"location": f"/{name}"})

    def _location(self, visit: Visit) -> str:
        element = visit.dialect.location_element
        shape = Tree({element: Leaf()}, needed=frozenset({element}))
        body = visit.request.body
        asked = read(body, "CreateBucketConfiguration", shape)[element] if body else DEFAULT_REGION
        if asked not in REGIONS:
            raise refuse("InvalidLocationConstraint")
        if asked != self._state.region:
            raise refuse("IllegalLocationConstraintException")
        return str(asked)

    def _new(self, visit: Visit, name: str, account: Account, region: str) -> Bucket:
        headers, dialect = visit.request.headers, visit.dialect
        return Bucket(
            name,
            account,
            region,
            self._state.clock.now(),
            read_canned(visit, account.domain_id),
            storage_class=dialect.storage_class(headers.get(dialect.storage_header, dialect.classes["STANDARD"])),
            file_system=headers.get("x-obs-fs-file-interface") == "Enabled",
            enterprise_project=visit.header("epid"),
            redundancy=headers.get("x-obs-az-redundancy"),
        )

    def head(self, visit: Visit) -> Reply:
        """Answer with a bucket's region, class and project in headers."""
        bucket, dialect = self._bucket(visit), visit.dialect
        headers = {
            dialect.region_header: bucket.region,
            dialect.storage_header: dialect.classes[bucket.storage_class],
            "x-obs-version": "3.0",
        }
        if bucket.redundancy:
            headers["x-obs-az-redundancy"] = bucket.redundancy
        if bucket.enterprise_project:
            headers[dialect.header("epid")] = bucket.enterprise_project
        if bucket.file_system:
            headers["x-obs-fs-file-interface"] = "Enabled"
        return Reply(200, headers=headers)

    def probe(self, visit: Visit) -> Reply:
        """Answer which API version the endpoint speaks, unsigned; a bucket named must exist."""
        if visit.target.bucket is not None:
            self._bucket(visit)
        return Reply(200, headers={"x-obs-api": "3.0"})

    def delete(self, visit: Visit) -> Reply:
        """Delete an empty bucket."""
        self._state.remove(self._bucket(visit))
        return Reply(204)

    def list_objects(self, visit: Visit) -> Reply:
        """Answer with one page of a bucket's keys, folded at the delimiter."""
        bucket, params = self._bucket(visit), visit.target.params
        prefix, marker, delimiter = (params.get(name, "") for name in ("prefix", "marker", "delimiter"))
        size = min(read_count(params.get("max-keys", "")), MOST_KEYS)
        page = page_of_keys(bucket.objects, prefix, marker, delimiter, size)
        shown = shown_by(visit)
        document: dict[str, Any] = {
            "Name": bucket.name,
            "Prefix": shown(prefix),
            "Marker": shown(marker),
            "MaxKeys": str(size),
            "IsTruncated": "true" if page.next_marker else "false",
            "Delimiter": shown(delimiter) if delimiter else None,
            "EncodingType": params.get("encoding-type"),
            "NextMarker": shown(page.next_marker) if page.next_marker else None,
            "Contents": [_content(visit, bucket, key, shown(key)) for key in page.keys],
            "CommonPrefixes": [{"Prefix": shown(folder)} for folder in page.prefixes],
        }
        return xml_reply(visit, "ListBucketResult", document).having({visit.dialect.region_header: bucket.region})

    def _bucket(self, visit: Visit) -> Bucket:
        return self._state.find(visit.target.bucket or "")


def read_count(text: str) -> int:
    """Return a max-keys value, 1000 without one. Raises Refusal InvalidArgument."""
    if text and (not is_count(text) or int(text) < 1):
        raise refuse("InvalidArgument", f"max-keys may not be {text!r}")
    return int(text) if text else MOST_KEYS


def shown_by(visit: Visit) -> Any:
    """Return how keys are written in the answer. Raises Refusal InvalidArgument for an encoding that there is not."""
    kind = visit.target.params.get("encoding-type")
    if kind not in (None, "url"):
        raise refuse("InvalidArgument", f"encoding-type may not be {kind!r}")
    return quote_plus if kind == "url" else str


def _content(visit: Visit, bucket: Bucket, key: str, shown: str) -> dict[str, Any]:
    stored = bucket.objects[key]
    return {
        "Key": shown,
        "LastModified": moment(stored.modified),
        "ETag": stored.etag,
        "Size": str(len(stored.content)),
        "Owner": owner_element(bucket.owner, visit.dialect),
        "StorageClass": visit.dialect.classes[stored.storage_class],
    }

"""What a request is about: dialect, bucket, key, sub-resource and the rest of the query."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from sandbox.cloud.accounts import Caller
from sandbox.cloud.obs.dialect import DIALECTS, OBS, Dialect
from sandbox.cloud.obs.refusals import refuse
from sandbox.cloud.wire import Request

# Marks a request that followed a redirect to another region: one port stands for all endpoints.
REGION_MARK = "sandbox-region"
SUBRESOURCES = frozenset(
    {
        "acl",
        "apiversion",
        "cors",
        "encryption",
        "lifecycle",
        "location",
        "policy",
        "publicAccessBlock",
        "quota",
        "storageClass",
        "storageinfo",
        "storagePolicy",
        "tagging",
        "uploadId",
        "uploads",
        "versioning",
        "versions",
    }
)
SIGNED_LINK = frozenset({"Expires", "Signature", "AccessKeyId", "AWSAccessKeyId"})


@dataclass(frozen=True, slots=True)
class Target:
    """The addressed thing; `virtual_bucket` says the bucket came from the host name."""

    dialect: Dialect
    bucket: str | None
    key: str | None
    subresource: str | None
    params: Mapping[str, str]
    region_mark: str | None
    virtual_bucket: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """One authenticated request on its way to a handler."""

    request: Request
    caller: Caller
    target: Target

    @property
    def named(self) -> str:
        """Return what a policy calls the thing: the bucket, or bucket/key; empty where there is no bucket."""
        return f"{self.target.bucket}/{self.target.key}" if self.target.key else self.target.bucket or ""

    @property
    def dialect(self) -> Dialect:
        """Return the dialect the answer must speak."""
        return self.target.dialect

    def header(self, name: str) -> str | None:
        """Return a dialect header without its prefix, or None."""
        return self.request.headers.get(self.dialect.header(name))


def find_dialect(request: Request) -> Dialect:
    """Return the dialect a request is signed in; unsigned ones count as OBS. Raises Refusal for any other scheme."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    names = {name for name, _ in request.query}
    for dialect in DIALECTS:
        if scheme == dialect.scheme or (not scheme and dialect.access_key_parameter in names):
            return dialect
    if scheme or rest:
        raise refuse("InvalidArgument", "Unsupported Authorization Type")
    return OBS


def read_target(request: Request, dialect: Dialect, regions: frozenset[str]) -> Target:
    """Find out what a request addresses. Raises Refusal (400) for a query with two sub-resources or a repeated name."""
    virtual = _bucket_of_host(request.headers.get("host", ""), regions)
    parts = request.raw_path.lstrip("/").split("/", 1) if virtual is None else [virtual, request.raw_path[1:]]
    bucket, key = unquote(parts[0]) or None, unquote(parts[1]) if len(parts) > 1 else ""
    params, subresource = _split_query(request, dialect)
    mark = params.pop(REGION_MARK, None)
    return Target(dialect, bucket, key or None, subresource, params, mark, virtual is not None)


def _bucket_of_host(host: str, regions: frozenset[str]) -> str | None:
    name = host.rsplit(":", 1)[0]
    try:
        ipaddress.ip_address(name)
        return None
    except ValueError:
        bases = ["localhost", *(f"obs.{region}.myhuaweicloud.com" for region in regions)]
    return next((name.removesuffix(f".{base}") for base in bases if name.endswith(f".{base}")), None)


def _split_query(request: Request, dialect: Dialect) -> tuple[dict[str, str], str | None]:
    params: dict[str, str] = {}
    found: list[str] = []
    for name, value in request.query:
        if name in SUBRESOURCES:
            found.append(name)
            if name == "uploadId":
                params[name] = value or ""
        elif name in params:
            raise refuse("InvalidArgument", f"query parameter {name!r} is repeated")
        elif name not in SIGNED_LINK and name != dialect.header("security-token"):
            params[name] = value or ""
    if len(found) > 1:
        raise refuse("InvalidArgument", f"conflicting sub-resources {found}")
    return params, _our_name(found[0], dialect) if found else None


def _our_name(subresource: str, dialect: Dialect) -> str:
    other = {"storageClass", "storagePolicy"} - {dialect.storage_subresource}
    if subresource in other:
        raise refuse("InvalidArgument", f"sub-resource {subresource!r} belongs to the other dialect")
    return "storageClass" if subresource == dialect.storage_subresource else subresource

"""The two dialects of OBS: its own (`obs`) and the S3-like one (`v2`), chosen by how a request is signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.cloud.obs.refusals import refuse


@dataclass(frozen=True, slots=True)
class Dialect:
    """Names that differ between the dialects; `classes` and `groups` lead from our word to the wire's."""

    name: str
    scheme: str
    prefix: str
    access_key_parameter: str
    namespace: str
    location_element: str
    region_header: str
    storage_header: str
    storage_subresource: str
    kms: str
    classes: Mapping[str, str]
    groups: Mapping[str, str]
    canned: frozenset[str]

    def header(self, name: str) -> str:
        """Return the full name of a dialect header."""
        return self.prefix + name

    def storage_class(self, wire: str) -> str:
        """Return our word for a storage class on the wire. Raises Refusal for an unknown one."""
        for ours, theirs in self.classes.items():
            if theirs == wire:
                return ours
        raise refuse("InvalidArgument", f"unknown storage class {wire!r}")

    def algorithm(self, wire: str) -> str:
        """Return `kms` or `AES256`. Raises Refusal for an algorithm of the other dialect or none at all."""
        found = {self.kms: "kms", "AES256": "AES256"}.get(wire)
        if found is None:
            raise refuse("InvalidEncryptionAlgorithmError", f"unknown encryption {wire!r}")
        return found

    def wire_algorithm(self, ours: str) -> str:
        """Return the dialect's word for an encryption algorithm."""
        return self.kms if ours == "kms" else ours


OBS = Dialect(
    name="obs",
    scheme="OBS",
    prefix="x-obs-",
    access_key_parameter="AccessKeyId",
    namespace="http://obs.myhuaweicloud.com/doc/2015-06-30/",
    location_element="Location",
    region_header="x-obs-bucket-location",
    storage_header="x-obs-storage-class",
    storage_subresource="storageClass",
    kms="kms",
    classes={name: name for name in ("STANDARD", "WARM", "COLD", "DEEP_ARCHIVE", "INTELLIGENT_TIERING")},
    groups={name: name for name in ("Everyone", "AuthenticatedUsers", "LogDelivery")},
    canned=frozenset(
        {
            "private",
            "public-read",
            "public-read-write",
            "public-read-delivered",
            "public-read-write-delivered",
            "bucket-owner-full-control",
        }
    ),
)

V2 = Dialect(
    name="v2",
    scheme="AWS",
    prefix="x-amz-",
    access_key_parameter="AWSAccessKeyId",
    namespace="http://s3.amazonaws.com/doc/2006-03-01/",
    location_element="LocationConstraint",
    region_header="x-amz-bucket-region",
    storage_header="x-default-storage-class",
    storage_subresource="storagePolicy",
    kms="aws:kms",
    classes={**OBS.classes, "WARM": "STANDARD_IA", "COLD": "GLACIER"},
    groups={
        "Everyone": "http://acs.amazonaws.com/groups/global/AllUsers",
        "AuthenticatedUsers": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
        "LogDelivery": "http://acs.amazonaws.com/groups/s3/LogDelivery",
    },
    canned=frozenset(
        {
            "private",
            "public-read",
            "public-read-write",
            "authenticated-read",
            "bucket-owner-read",
            "bucket-owner-full-control",
            "log-delivery-write",
        }
    ),
)

DIALECTS = (OBS, V2)

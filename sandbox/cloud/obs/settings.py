"""Settings of a bucket, one sub-resource each: read, set, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.cloud.obs import shapes
from sandbox.cloud.obs.buckets import owner_element, read_canned, xml_reply
from sandbox.cloud.obs.dialect import Dialect
from sandbox.cloud.obs.grants import Grant, read_policy
from sandbox.cloud.obs.refusals import refuse
from sandbox.cloud.obs.state import Bucket, ObsState
from sandbox.cloud.obs.target import Visit
from sandbox.cloud.obs.xml import Leaf, Tree, one_of, read, translate
from sandbox.cloud.wire import Reply

Handler = Callable[[Visit], Reply]
MOST_TAGS = 20
# Setting kept as read -> its root element, its shape, the code that says it is not there.
DOCUMENTS: dict[str, tuple[str, Callable[[Dialect], Tree], str]] = {
    "cors": ("CORSConfiguration", shapes.cors, "NoSuchCORSConfiguration"),
    "lifecycle": ("LifecycleConfiguration", shapes.lifecycle, "NoSuchLifecycleConfiguration"),
    "tagging": ("Tagging", shapes.tagging, "NoSuchTagSet"),
    "publicAccessBlock": (
        "PublicAccessBlockConfiguration",
        shapes.public_access_block,
        "NoSuchPublicAccessBlockConfiguration",
    ),
}


class Settings:
    """Handle the sub-resources of a bucket."""

    def __init__(self, state: ObsState) -> None:
        self._state = state

    def _bucket(self, visit: Visit) -> Bucket:
        return self._state.find(visit.target.bucket or "")

    def get_location(self, visit: Visit) -> Reply:
        """Answer with the bucket's region."""
        region = self._bucket(visit).region
        if visit.dialect.name == "obs":
            return xml_reply(visit, "Location", region)
        return xml_reply(visit, "CreateBucketConfiguration", {"LocationConstraint": region})

    def get_storage_info(self, visit: Visit) -> Reply:
        """Answer with bytes and number of objects."""
        bucket = self._bucket(visit)
        document = {"Size": str(bucket.size), "ObjectNumber": str(len(bucket.objects))}
        return xml_reply(visit, "GetBucketStorageInfoResult", document)

    def get_storage_class(self, visit: Visit) -> Reply:
        """Answer with the default storage class."""
        word = visit.dialect.classes[self._bucket(visit).storage_class]
        if visit.dialect.name == "obs":
            return xml_reply(visit, "StorageClass", word)
        return xml_reply(visit, "StoragePolicy", {"DefaultStorageClass": word})

    def set_storage_class(self, visit: Visit) -> Reply:
        """Set the default storage class."""
        if visit.dialect.name == "obs":
            word = read(visit.request.body, "StorageClass", Leaf())
        else:
            shape = Tree({"DefaultStorageClass": Leaf()}, needed=frozenset({"DefaultStorageClass"}))
            word = read(visit.request.body, "StoragePolicy", shape)["DefaultStorageClass"]
        self._bucket(visit).storage_class = visit.dialect.storage_class(word)
        return Reply(200)

    def get_encryption(self, visit: Visit) -> Reply:
        """Answer with the default encryption. Raises Refusal NoSuchEncryptionConfiguration."""
        bucket = self._bucket(visit)
        if bucket.encryption is None:
            raise refuse("NoSuchEncryptionConfiguration")
        word = visit.dialect.wire_algorithm(bucket.encryption)
        default = {"SSEAlgorithm": word, "KMSMasterKeyID": bucket.encryption_key}
        document = {"Rule": {"ApplyServerSideEncryptionByDefault": default}}
        return xml_reply(visit, "ServerSideEncryptionConfiguration", document)

    def set_encryption(self, visit: Visit) -> Reply:
        """Switch default encryption on; objects already there stay as they are."""
        shape = shapes.encryption(visit.dialect)
        document = read(visit.request.body, "ServerSideEncryptionConfiguration", shape)
        default, bucket = document["Rule"]["ApplyServerSideEncryptionByDefault"], self._bucket(visit)
        bucket.encryption = visit.dialect.algorithm(default["SSEAlgorithm"])
        bucket.encryption_key = default.get("KMSMasterKeyID")
        return Reply(200)

    def delete_encryption(self, visit: Visit) -> Reply:
        """Switch default encryption off; what was written encrypted stays so."""
        bucket = self._bucket(visit)
        bucket.encryption = bucket.encryption_key = None
        return Reply(204)

    def get_versioning(self, visit: Visit) -> Reply:
        """Answer with the versioning status; without one it was never switched on."""
        return xml_reply(visit, "VersioningConfiguration", {"Status": self._bucket(visit).versioning})

    def set_versioning(self, visit: Visit) -> Reply:
        """Switch versioning on or suspend it."""
        shape = Tree({"Status": one_of("Enabled", "Suspended")}, needed=frozenset({"Status"}))
        self._bucket(visit).versioning = read(visit.request.body, "VersioningConfiguration", shape)["Status"]
        return Reply(200)

    def get_quota(self, visit: Visit) -> Reply:
        """Answer with the storage quota in bytes, 0 for none."""
        return xml_reply(visit, "Quota", {"StorageQuota": str(self._bucket(visit).quota)})

    def set_quota(self, visit: Visit) -> Reply:
        """Set the storage quota in bytes, 0 for none."""
        shape = Tree({"StorageQuota": Leaf(number=True)}, needed=frozenset({"StorageQuota"}))
        self._bucket(visit).quota = int(read(visit.request.body, "Quota", shape)["StorageQuota"])
        return Reply(200)

    def get_policy(self, visit: Visit) -> Reply:
        """Answer with the policy as JSON. Raises Refusal NoSuchBucketPolicy."""
        policy = self._bucket(visit).policy
        if policy is None:
            raise refuse("NoSuchBucketPolicy")
        return Reply(200, policy.encode(), {"content-type": "application/json"})

    def set_policy(self, visit: Visit) -> Reply:
        """Set the policy."""
        self._bucket(visit).policy = read_policy(visit.request.body)
        return Reply(204)

    def delete_policy(self, visit: Visit) -> Reply:
        """Remove the policy."""
        self._bucket(visit).policy = None
        return Reply(204)

    def get_acl(self, visit: Visit) -> Reply:
        """Answer with owner and grants."""
        bucket = self._bucket(visit)
        grants = [_grant_element(visit.dialect, grant) for grant in bucket.grants]
        owner = owner_element(bucket.owner, visit.dialect)
        return xml_reply(visit, "AccessControlPolicy", {"Owner": owner, "AccessControlList": {"Grant": grants}})

    def set_acl(self, visit: Visit) -> Reply:
        """Set the grants, by the acl header or by a body. Raises Refusal MalformedACLError for both or neither."""
        bucket, body = self._bucket(visit), visit.request.body
        if bool(body) == (visit.header("acl") is not None):
            raise refuse("MalformedACLError", "give the acl header or a body, one of them")
        bucket.grants = _read_grants(visit, bucket) if body else read_canned(visit, bucket.owner.domain_id)
        return Reply(200)

    def getter(self, name: str) -> Handler:
        """Return the handler that answers with a document kept as read."""
        root, _, missing = DOCUMENTS[name]

        def get(visit: Visit) -> Reply:
            document = self._bucket(visit).documents.get(name)
            if document is None:
                raise refuse(missing)
            return xml_reply(visit, root, translate(document, "StorageClass", visit.dialect.classes))

        return get

    def setter(self, name: str) -> Handler:
        """Return the handler that checks and keeps a document."""
        root, shape, _ = DOCUMENTS[name]

        def put(visit: Visit) -> Reply:
            document = read(visit.request.body, root, shape(visit.dialect))
            ours = {word: name for name, word in visit.dialect.classes.items()}
            _check_tags(document)
            self._bucket(visit).documents[name] = translate(document, "StorageClass", ours)
            return Reply(204 if name == "tagging" else 200)

        return put

    def remover(self, name: str) -> Handler:
        """Return the handler that forgets a document."""

        def delete(visit: Visit) -> Reply:
            self._bucket(visit).documents.pop(name, None)
            return Reply(204)

        return delete


def _check_tags(document: dict[str, Any]) -> None:
    tags = document.get("TagSet", {}).get("Tag", [])
    if len({tag["Key"] for tag in tags}) < len(tags) or len(tags) > MOST_TAGS:
        raise refuse("InvalidArgument", f"a bucket takes {MOST_TAGS} tags with different keys")


def _grant_element(dialect: Dialect, grant: Grant) -> dict[str, Any]:
    if grant.group is None:
        grantee = {"ID": grant.domain_id}
    else:
        grantee = {"Canned" if dialect.name == "obs" else "URI": dialect.groups[grant.group]}
    if dialect.name == "obs":
        delivered = "true" if grant.delivered else "false"
        return {"Grantee": grantee, "Permission": grant.permission, "Delivered": delivered}
    kind = "CanonicalUser" if grant.group is None else "Group"
    typed = {"@xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "@xsi:type": kind, **grantee}
    return {"Grantee": typed, "Permission": grant.permission}


def _read_grants(visit: Visit, bucket: Bucket) -> tuple[Grant, ...]:
    document = read(visit.request.body, "AccessControlPolicy", shapes.acl(visit.dialect))
    if document["Owner"]["ID"] != bucket.owner.domain_id:
        raise refuse("AccessDenied", "The owner of a bucket cannot be changed")
    groups = {word: name for name, word in visit.dialect.groups.items()}
    return tuple(_read_grant(grant, groups) for grant in document["AccessControlList"].get("Grant", []))


def _read_grant(grant: dict[str, Any], groups: dict[str, str]) -> Grant:
    word = grant["Grantee"].get("Canned") or grant["Grantee"].get("URI")
    domain = grant["Grantee"].get("ID")
    if (word is None) == (domain is None) or (word is not None and word not in groups):
        raise refuse("MalformedACLError", "a grantee is one account or one known group")
    delivered = grant.get("Delivered", "false").lower() == "true"
    return Grant(grant["Permission"], domain, groups[word] if word else None, delivered)

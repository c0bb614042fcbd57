"""The XML that OBS takes for a bucket's settings, element by element; anything else is refused."""

from __future__ import annotations

from sandbox.cloud.obs.dialect import Dialect
from sandbox.cloud.obs.xml import Leaf, Tree, one_of

TEXT = Leaf()
NUMBER = Leaf(number=True)
SWITCH = one_of("true", "false", "True", "False")


def _classes(dialect: Dialect) -> Leaf:
    return Leaf(frozenset(dialect.classes.values()))


def _period(dialect: Dialect) -> Tree:
    return Tree({"Days": NUMBER, "Date": TEXT, "StorageClass": _classes(dialect)}, needed=frozenset({"StorageClass"}))


def _old_period(dialect: Dialect) -> Tree:
    both = frozenset({"NoncurrentDays", "StorageClass"})
    return Tree({"NoncurrentDays": NUMBER, "StorageClass": _classes(dialect)}, needed=both)


def lifecycle(dialect: Dialect) -> Tree:
    """Return the shape of a LifecycleConfiguration."""
    rule = Tree(
        {
            "ID": TEXT,
            "Prefix": TEXT,
            "Status": one_of("Enabled", "Disabled"),
            "Expiration": Tree({"Days": NUMBER, "Date": TEXT, "ExpiredObjectDeleteMarker": SWITCH}),
            "Transition": _period(dialect),
            "NoncurrentVersionTransition": _old_period(dialect),
            "NoncurrentVersionExpiration": Tree({"NoncurrentDays": NUMBER}, needed=frozenset({"NoncurrentDays"})),
            "AbortIncompleteMultipartUpload": Tree({"DaysAfterInitiation": NUMBER}),
        },
        many=frozenset({"Transition", "NoncurrentVersionTransition"}),
        needed=frozenset({"Status"}),
    )
    return Tree({"Rule": rule}, many=frozenset({"Rule"}), needed=frozenset({"Rule"}))


def cors(_: Dialect) -> Tree:
    """Return the shape of a CORSConfiguration."""
    lists = frozenset({"AllowedMethod", "AllowedOrigin", "AllowedHeader", "ExposeHeader"})
    rule = Tree(
        {
            "ID": TEXT,
            "AllowedMethod": one_of("GET", "PUT", "HEAD", "POST", "DELETE"),
            "AllowedOrigin": TEXT,
            "AllowedHeader": TEXT,
            "MaxAgeSeconds": NUMBER,
            "ExposeHeader": TEXT,
        },
        many=lists,
        needed=frozenset({"AllowedMethod", "AllowedOrigin"}),
    )
    return Tree({"CORSRule": rule}, many=frozenset({"CORSRule"}), needed=frozenset({"CORSRule"}))


def tagging(_: Dialect) -> Tree:
    """Return the shape of a Tagging."""
    tag = Tree({"Key": TEXT, "Value": TEXT}, needed=frozenset({"Key", "Value"}))
    return Tree({"TagSet": Tree({"Tag": tag}, many=frozenset({"Tag"}))}, needed=frozenset({"TagSet"}))


def public_access_block(_: Dialect) -> Tree:
    """Return the shape of a PublicAccessBlockConfiguration."""
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return Tree(dict.fromkeys(names, SWITCH))


def encryption(_: Dialect) -> Tree:
    """Return the shape of a ServerSideEncryptionConfiguration."""
    default = Tree(
        {"SSEAlgorithm": TEXT, "KMSMasterKeyID": TEXT, "ProjectID": TEXT}, needed=frozenset({"SSEAlgorithm"})
    )
    rule = Tree(
        {"ApplyServerSideEncryptionByDefault": default}, needed=frozenset({"ApplyServerSideEncryptionByDefault"})
    )
    return Tree({"Rule": rule}, needed=frozenset({"Rule"}))


def acl(dialect: Dialect) -> Tree:
    """Return the shape of an AccessControlPolicy."""
    name = {"DisplayName": TEXT} if dialect.name == "v2" else {}
    group = {"URI": TEXT} if dialect.name == "v2" else {"Canned": TEXT}
    delivered = {} if dialect.name == "v2" else {"Delivered": SWITCH}
    permission = one_of("READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL")
    both = frozenset({"Grantee", "Permission"})
    grant = Tree({"Grantee": Tree({"ID": TEXT, **name, **group}), "Permission": permission, **delivered}, needed=both)
    grants = Tree({"Grant": grant}, many=frozenset({"Grant"}))
    owner = Tree({"ID": TEXT, **name}, needed=frozenset({"ID"}))
    return Tree({"Owner": owner, "AccessControlList": grants}, needed=frozenset({"Owner", "AccessControlList"}))

"""The versions of objects that a bucket keeps, and the marks of deletions, in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.cloud.obs.buckets import MOST_KEYS, moment, owner_element, read_count, xml_reply
from sandbox.cloud.obs.state import NULL, Bucket, ObsState, Version
from sandbox.cloud.obs.target import Visit
from sandbox.cloud.wire import Reply


@dataclass(frozen=True, slots=True)
class _Row:
    """A version as listed; the current object and the newest mark of a deletion are the latest."""

    version: Version
    latest: bool


class Versions:
    """Handle the listing of versions."""

    def __init__(self, state: ObsState) -> None:
        self._state = state

    def list_all(self, visit: Visit) -> Reply:
        """Answer with versions and marks of deletions by key, the newest of each first, one page of them."""
        bucket, params = self._state.find(visit.target.bucket or ""), visit.target.params
        prefix, marker, last = (params.get(name, "") for name in ("prefix", "key-marker", "version-id-marker"))
        size = min(read_count(params.get("max-keys", "")), MOST_KEYS)
        rows = _after([row for row in _rows(bucket) if row.version.key.startswith(prefix)], marker, last)
        shown, cut = rows[:size], len(rows) > size
        document: dict[str, Any] = {
            "Name": bucket.name,
            "Prefix": prefix,
            "KeyMarker": marker,
            "VersionIdMarker": last,
            "NextKeyMarker": shown[-1].version.key if cut else None,
            "NextVersionIdMarker": shown[-1].version.id if cut else None,
            "MaxKeys": str(size),
            "IsTruncated": "true" if cut else "false",
            "Version": [_element(visit, bucket, row) for row in shown if row.version.stored],
            "DeleteMarker": [_element(visit, bucket, row) for row in shown if not row.version.stored],
        }
        return xml_reply(visit, "ListVersionsResult", document).having({visit.dialect.region_header: bucket.region})


def _rows(bucket: Bucket) -> list[_Row]:
    found: list[_Row] = []
    for key in sorted({*bucket.objects, *(one.key for one in bucket.history)}, key=str.encode):
        kept = [one for one in reversed(bucket.history) if one.key == key]
        if current := bucket.objects.get(key):
            kept.insert(0, Version(key, bucket.ids.get(key, NULL), current.modified, current))
        found += [_Row(one, latest=one is kept[0]) for one in kept]
    return found


def _after(rows: list[_Row], key: str, identity: str) -> list[_Row]:
    """Return what comes after a page's last row; a key without an id has been listed whole."""
    known = [at for at, row in enumerate(rows) if row.version.key == key and identity in ("", row.version.id)]
    if known:
        return rows[known[-1] + 1 :]
    return [row for row in rows if row.version.key > key]


def _element(visit: Visit, bucket: Bucket, row: _Row) -> dict[str, str | dict[str, str]]:
    version = row.version
    shown: dict[str, str | dict[str, str]] = {
        "Key": version.key,
        "VersionId": version.id,
        "IsLatest": "true" if row.latest else "false",
        "LastModified": moment(version.at),
    }
    if version.stored is not None:
        shown |= {"ETag": version.stored.etag, "Size": str(len(version.stored.content))}
        shown["StorageClass"] = visit.dialect.classes[version.stored.storage_class]
    return shown | {"Owner": owner_element(bucket.owner, visit.dialect)}

"""The names of buckets, and of the folders and objects in one, for forms that offer them while one types."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Index
from bot.ports import Cloud
from bot.records import Named
from bot.rules.figures import FIGURES


async def _buckets(cloud: Cloud, _within: str) -> Sequence[Named]:
    """Return the buckets by name, each with its region."""
    return [Named(bucket.name, note=bucket.region) for bucket in await cloud.buckets.listed()]


async def _folders(cloud: Cloud, bucket: str) -> Sequence[Named]:
    """Return the folders of a bucket, the upper levels first, as far as a bounded number of listings shows them."""
    found: list[str] = []
    for looked in range(FIGURES.names.folder_pages):
        if looked > len(found):
            break
        found += await cloud.buckets.folders(bucket, found[looked - 1] if looked else "")
    return [Named(key.rstrip("/")) for key in sorted(found)]


async def _objects(cloud: Cloud, bucket: str) -> Sequence[Named]:
    """Return the first objects of a bucket, as many as one listing shows."""
    keys = await cloud.buckets.keys(bucket, "", FIGURES.names.objects)
    return [Named(key) for key in keys if not key.endswith("/")]


indexes = (
    Index("bucket", _buckets),
    Index("folder", _folders, within="bucket"),
    Index("object", _objects, within="bucket"),
)

"""OBS's buckets through esdk-obs-python: results are judged by status and code."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.errors import CloudRefused
from bot.huawei.bucket_access import ObsAccess
from bot.huawei.bucket_settings import PAIRS, canonical
from bot.huawei.client import Clients
from bot.huawei.obs_client import CLASSES, OBS
from bot.huawei.paging import by_marker
from bot.huawei.signed import understood
from bot.ports import Bucket, BucketDetails, BucketSetting
from bot.rules.bucket_access import grants_line, statements_of
from bot.say import say

LARGEST_PAGE = 1000
MOST_FOLDERS, FOLDER_PAGES = 1000, 10
"""How many folders of one level are read, and in how many pages at most: a level may hold millions of objects."""
_NOT_ENCRYPTED = "NoSuchEncryptionConfiguration"


def _length(head: Any) -> int:
    """Return the length of an object in bytes, as its HEAD says it."""
    return int(dict(head.header or ()).get("content-length") or 0)


class ObsBuckets:
    """`Buckets` on the real wire."""

    def __init__(self, clients: Clients, *, page: int = LARGEST_PAGE) -> None:
        self._clients = clients
        self._page = page
        self._access = ObsAccess(clients)

    async def listed(self) -> list[Bucket]:
        """Return the account's buckets in all regions, by name."""
        return sorted(await by_marker(self._after), key=lambda bucket: bucket.name)

    async def _after(self, marker: str) -> tuple[list[Bucket], str]:
        result = await self._read(
            "listBuckets", lambda obs: obs.listBuckets(isQueryLocation=True, maxKeys=self._page, marker=marker or None)
        )
        return understood(_buckets, result.body)

    async def region_of(self, name: str) -> str | None:
        """Return a bucket's region, or None where there is none. A bucket that the key may not see refuses (R4.04)."""
        try:
            result = await self._read(
                "getBucketLocation", lambda obs: obs.getBucketLocation(name), name, good=("NoSuchBucket",)
            )
        except CloudRefused as refused:
            if refused.code != "AccessDenied":
                raise
            words = say("cloud.bucket_foreign", name=name)
            raise CloudRefused(words, code=refused.code, request_id=refused.request_id, status=403) from refused
        return None if result.status >= 300 else str(result.body.location or "")

    async def encryption(self, name: str) -> str:
        """Return the default encryption's algorithm, or "": the code says it, a 404 alone may be a missing bucket."""
        result = await self._read(
            "getBucketEncryption", lambda obs: obs.getBucketEncryption(name), name, good=(_NOT_ENCRYPTED,)
        )
        if result.status >= 300:
            return ""
        return str((result.body and result.body.encryption) or "on")

    async def details(self, name: str, *, counted: bool) -> BucketDetails:
        """Return what the bucket answers about itself; what the key may not read is None (R4.08)."""
        region = await self.region_of(name)
        if region is None:
            raise CloudRefused(say("cloud.no_bucket", name=name), code="NoSuchBucket", status=404)
        storage_class, encryption, grants, policy, (objects, size) = await asyncio.gather(
            self._class(name), self.encryption(name), self._grants(name), self._policy(name), self._size(name, counted)
        )
        domain = f"{name}.obs.{region}.myhuaweicloud.com"
        return BucketDetails(name, region, storage_class, encryption, grants, policy, domain, objects, size)

    async def create(self, name: str, region: str, storage_class: str) -> None:
        """Create a bucket without default encryption; one's own in the same region counts as created."""

        def work(obs: Any) -> Any:
            from obs import CreateBucketHeader  # noqa: PLC0415

            header = CreateBucketHeader(storageClass=storage_class.upper())
            return obs.createBucket(name, header=header, location=region)

        await self._clients.write(OBS, "createBucket", work, name=name)

    async def has_key(self, name: str, key: str) -> bool:
        """Return whether the object `key` exists. A refused HEAD has no code, so the bucket is asked for the reason."""
        return bool((await self._head(name, key)).status < 300)

    async def make_folder(self, name: str, key: str) -> None:
        """Create the zero-byte object `key` that ends in "/"."""
        await self._clients.write(OBS, "putContent", lambda obs: obs.putContent(name, key, content=""), name=name)

    async def keys(self, name: str, prefix: str, most: int) -> list[str]:
        """Return the first `most` keys that begin with `prefix`: one page."""
        result = await self._read(
            "listObjects", lambda obs: obs.listObjects(name, prefix=prefix or None, max_keys=most), name
        )
        return [str(content.key) for content in result.body.contents]

    async def old_versions(self, name: str, most: int) -> list[str]:
        """Return the keys of the first versions that are no current object, marks of deletions included: one page."""

        def work(obs: Any) -> Any:
            from obs import Versions  # noqa: PLC0415

            return obs.listVersions(name, Versions(max_keys=most))

        body = (await self._read("listVersions", work, name)).body
        old = [one for one in body.versions or () if not one.isLatest]
        return sorted({str(one.key) for one in (*old, *(body.markers or ()))})

    async def folders(self, name: str, prefix: str) -> list[str]:
        """Return the folders directly below `prefix`: the common prefixes, which share their pages with objects."""
        looked = itertools.count(1)

        async def ask(marker: str) -> tuple[list[str], str]:
            def work(obs: Any) -> Any:
                return obs.listObjects(
                    name, prefix=prefix or None, marker=marker or None, max_keys=self._page, delimiter="/"
                )

            body = (await self._read("listObjects", work, name)).body
            found = [str(one.prefix) for one in body.commonPrefixs or ()]
            return found, str(body.next_marker or "") if body.is_truncated else ""

        def enough(found: Sequence[str]) -> bool:
            return len(found) >= MOST_FOLDERS or next(looked) >= FOLDER_PAGES

        return (await by_marker(ask, enough))[:MOST_FOLDERS]

    async def object_encryption(self, name: str, key: str) -> str:
        """Return the algorithm an object was written with, or "" (R4.02)."""
        result = await self._head(name, key)
        headers = {str(header).lower(): str(value) for header, value in result.header or ()}
        return headers.get("server-side-encryption", "").removeprefix("aws:")

    async def encryption_off(self, name: str) -> None:
        """Switch default encryption off; where it is off already, nothing changes."""
        await self._clients.write(
            OBS, "deleteBucketEncryption", lambda obs: obs.deleteBucketEncryption(name), name=name
        )

    async def delete(self, name: str) -> None:
        """Delete an empty bucket."""
        await self._clients.write(OBS, "deleteBucket", lambda obs: obs.deleteBucket(name), name=name)

    async def delete_folder(self, name: str, key: str) -> None:
        """Delete a folder's own empty object, after a look at what is in it: OBS itself would not mind.

        Where versions are kept, that version is deleted: a mark of its deletion would keep the bucket from going.
        """
        head, inside = await asyncio.gather(self._head(name, key), self.keys(name, key, 2))
        if inside not in ([], [key]) or (head.status < 300 and _length(head)):
            raise CloudRefused(say("bucket.folder.full", name=name, folder=key), code="FolderNotEmpty", status=409)
        version = dict(head.header or ()).get("version-id")
        await self._clients.write(OBS, "deleteObject", lambda obs: obs.deleteObject(name, key, version), name=name)

    async def setting(self, name: str, setting: BucketSetting) -> str | None:
        """Return a setting as canonical JSON, "" where it is not set, None where the key may not read it."""
        found = await self._setting(name, setting)
        return None if found is None else canonical(found)

    async def copy_setting(self, setting: BucketSetting, source: str, target: str) -> None:
        """Set on `target` what `source` has now."""
        pair, value = PAIRS[setting], await self._setting(source, setting)
        if not value:
            raise CloudRefused(say("bucket.copy.changed", source=source, setting=say(f"bucket.setting.{setting}")))
        await self._clients.write(
            OBS, f"setBucket{pair.operation}", lambda obs: pair.put(obs, target, value), name=target
        )

    async def _setting(self, name: str, setting: BucketSetting) -> Any:
        """Return a setting as the SDK reads it, something empty where it is not set, None where it may not be read."""
        pair = PAIRS[setting]
        good = ("AccessDenied", pair.absent) if pair.absent else ("AccessDenied",)
        result = await self._read(f"getBucket{pair.operation}", lambda obs: pair.get(obs, name), name, good=good)
        if result.status >= 300:
            return None if result.status == 403 else ""
        return pair.value(result.body)

    async def _head(self, name: str, key: str) -> Any:
        """Return what a HEAD says of an object, there or not. A 403 has no code: the bucket is asked why."""
        result = await self._read("headObject", lambda obs: obs.headObject(name, key), name, good=(403, 404))
        if result.status == 403:
            await self.region_of(name)
            words = say("cloud.bucket_foreign", name=name)
            raise CloudRefused(words, request_id=str(result.requestId or ""), status=403)
        return result

    async def _read(self, operation: str, work: Any, name: str = "", good: tuple[str | int, ...] = ()) -> Any:
        return await self._clients.read(OBS, operation, work, name=name, good=good)

    async def _class(self, name: str) -> str:
        result = await self._read("getBucketMetadata", lambda obs: obs.getBucketMetadata(name), name)
        given = str(result.body.storageClass or "STANDARD")
        return CLASSES.get(given, given)

    async def _grants(self, name: str) -> tuple[str, ...] | None:
        acl = await self._access.acl(name)
        return None if acl is None else tuple(grants_line(replace(acl, grants=(grant,))) for grant in acl.grants)

    async def _policy(self, name: str) -> int | None:
        policy = await self._access.policy(name)
        return None if policy is None else len(statements_of(policy))

    async def _size(self, name: str, counted: bool) -> tuple[int | None, int | None]:
        if not counted:
            return None, None
        result = await self._read("getBucketStorageInfo", lambda obs: obs.getBucketStorageInfo(name), name, good=(403,))
        if result.status >= 300:
            return None, None
        return int(result.body.objectNumber or 0), int(result.body.size or 0)


def _buckets(body: Any) -> tuple[list[Bucket], str]:
    found = [
        Bucket(one.name, one.location or "", one.create_date or "", file_system=one.bucket_type == "POSIX")
        for one in body.buckets
    ]
    return found, str(body.nextMarker or "")

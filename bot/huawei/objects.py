"""Objects in OBS through esdk-obs-python: whole, in parts, and as links of limited life.

Every piece goes out with its MD5, so that OBS refuses what was damaged on the way (BadDigest).
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

from bot.errors import CloudRefused
from bot.huawei.client import Clients
from bot.huawei.obs_client import CLASSES, OBS
from bot.ports import ObjectSeen, Upload

SOURCE = "bot-source"
"""The name under which an object's own metadata says what the bot made it from."""
PAGE = 1000


class ObsObjects:
    """`Objects` on the real wire."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def seen(self, bucket: str, key: str) -> ObjectSeen | None:
        """Return what a HEAD says of an object, or None."""
        result = await self._clients.read(
            OBS, "headObject", lambda obs: obs.getObjectMetadata(bucket, key), name=bucket, good=(404,)
        )
        if result.status >= 300:
            return None
        headers = {str(name).lower(): str(value) for name, value in result.header or ()}
        given = str(result.body.storageClass or "STANDARD")
        etag = _bare(result.body.etag)
        return ObjectSeen(int(result.body.contentLength or 0), etag, CLASSES.get(given, given), headers.get(SOURCE, ""))

    async def put(self, bucket: str, key: str, content: bytes, source: str) -> str:
        """Write an object in one call; return its ETag."""

        def work(obs: Any) -> Any:
            from obs import PutObjectHeader  # noqa: PLC0415 - with the SDK, at the first call

            headers = PutObjectHeader(md5=_md5(content))
            return obs.putContent(bucket, key, content=content, metadata={SOURCE: source}, headers=headers)

        result = await self._clients.write(OBS, "putContent", work, name=bucket)
        return _bare(result.body.etag)

    async def begin(self, bucket: str, key: str, source: str) -> str:
        """Begin an upload in parts; return its id."""
        result = await self._clients.write(
            OBS,
            "initiateMultipartUpload",
            lambda obs: obs.initiateMultipartUpload(bucket, key, metadata={SOURCE: source}),
            name=bucket,
        )
        return str(result.body.uploadId)

    async def uploads(self, bucket: str, prefix: str) -> Sequence[Upload]:
        """Return the uploads that are not finished: one page."""

        def work(obs: Any) -> Any:
            from obs import ListMultipartUploadsRequest  # noqa: PLC0415

            return obs.listMultipartUploads(bucket, ListMultipartUploadsRequest(prefix=prefix, max_uploads=PAGE))

        result = await self._clients.read(OBS, "listMultipartUploads", work, name=bucket)
        return [Upload(str(one.uploadId), str(one.key), _moment(one.initiated)) for one in result.body.upload or ()]

    async def give_up(self, bucket: str, key: str, upload: str) -> None:
        """Drop an upload with its parts; that it is not there is a good answer."""
        try:
            await self._clients.write(
                OBS, "abortMultipartUpload", lambda obs: obs.abortMultipartUpload(bucket, key, upload), name=bucket
            )
        except CloudRefused as refused:
            if refused.code != "NoSuchUpload":
                raise

    async def parts(self, bucket: str, key: str, upload: str) -> Mapping[int, str]:
        """Return the ETags of the parts that are there, by number: one page, more than the largest file has."""
        result = await self._clients.read(
            OBS, "listParts", lambda obs: obs.listParts(bucket, key, upload, maxParts=PAGE), name=bucket
        )
        return {int(part.partNumber): _bare(part.etag) for part in result.body.parts or ()}

    async def put_part(self, bucket: str, key: str, upload: str, number: int, content: bytes) -> str:
        """Write one part; return its ETag."""
        result = await self._clients.write(
            OBS,
            "uploadPart",
            lambda obs: obs.uploadPart(bucket, key, number, upload, content=content, md5=_md5(content)),
            name=bucket,
        )
        return _bare(result.body.etag)

    async def finish(self, bucket: str, key: str, upload: str, parts: Mapping[int, str]) -> None:
        """Put the parts together."""

        def work(obs: Any) -> Any:
            from obs import CompleteMultipartUploadRequest, CompletePart  # noqa: PLC0415

            listed = [CompletePart(number, f'"{etag}"') for number, etag in sorted(parts.items())]
            return obs.completeMultipartUpload(bucket, key, upload, CompleteMultipartUploadRequest(listed))

        await self._clients.write(OBS, "completeMultipartUpload", work, name=bucket)

    async def link(self, bucket: str, key: str, seconds: int) -> str:
        """Return a signed address of an object, good for `seconds`; signing calls nobody."""
        signed = await self._clients.sign(
            OBS, lambda obs: obs.createSignedUrl("GET", bucket, key, expires=seconds).signedUrl
        )
        return str(signed)


def _md5(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _bare(etag: object) -> str:
    return str(etag or "").strip('"')


def _moment(local: object) -> float:
    """Return a moment that the SDK hands out as local time, as 2026/11/26 17:05:09."""
    return time.mktime(time.strptime(str(local), "%Y/%m/%d %H:%M:%S"))

"""Objects in memory, in the buckets of the fake OBS: with ETags, sources and uploads under way, as OBS has them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.errors import CloudRefused
from bot.ports import ObjectSeen, Upload
from bot.say import say
from tests.fakes.faults import Spoilable


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@dataclass
class Begun:
    """An upload under way: the key, where it came from, since when, and its parts."""

    key: str
    source: str
    begun: float
    parts: dict[int, bytes] = field(default_factory=dict)


class FakeObjects(Spoilable):
    """`Objects` in memory. `kept` are (content, source, etag) by bucket and key; `sizes` is the fake buckets' truth."""

    writes = frozenset({"put", "begin", "put_part", "finish", "give_up"})

    def __init__(self, sizes: Mapping[str, dict[str, int]]) -> None:
        super().__init__()
        self._sizes = sizes
        self.kept: dict[tuple[str, str], tuple[bytes, str, str]] = {}
        self.classes: dict[str, str] = {}
        self.begun: dict[str, Begun] = {}
        self.now = 0.0

    def _of(self, bucket: str) -> dict[str, int]:
        if bucket not in self._sizes:
            raise CloudRefused(say("cloud.no_bucket", name=bucket), code="NoSuchBucket", status=404)
        return self._sizes[bucket]

    def _store(self, bucket: str, key: str, content: bytes, source: str, etag: str) -> None:
        self._of(bucket)[key] = len(content)
        self.kept[bucket, key] = (content, source, etag)

    async def seen(self, bucket: str, key: str) -> ObjectSeen | None:
        self.note("seen", bucket)
        size = self._of(bucket).get(key)
        if size is None:
            return None
        _, source, etag = self.kept.get((bucket, key), (b"", "", md5(bytes(size))))
        return ObjectSeen(size, etag, self.classes.get(key, "STANDARD"), source)

    async def put(self, bucket: str, key: str, content: bytes, source: str) -> str:
        lost = self.note("put", bucket)
        self._store(bucket, key, content, source, md5(content))
        if lost:
            raise lost
        return md5(content)

    async def begin(self, bucket: str, key: str, source: str) -> str:
        lost = self.note("begin", bucket)
        self._of(bucket)
        identity = f"upload-{len(self.begun) + 1}"
        self.begun[identity] = Begun(key, source, self.now)
        if lost:
            raise lost
        return identity

    async def uploads(self, bucket: str, prefix: str) -> Sequence[Upload]:
        self.note("uploads", bucket)
        self._of(bucket)
        found = [Upload(name, one.key, one.begun) for name, one in self.begun.items() if one.key.startswith(prefix)]
        return sorted(found, key=lambda one: (one.key, one.id))

    async def give_up(self, bucket: str, key: str, upload: str) -> None:
        lost = self.note("give_up", bucket)
        self._of(bucket)
        self.begun.pop(upload, None)
        if lost:
            raise lost

    async def parts(self, bucket: str, key: str, upload: str) -> Mapping[int, str]:
        self.note("parts", bucket)
        return {number: md5(content) for number, content in self.begun[upload].parts.items()}

    async def put_part(self, bucket: str, key: str, upload: str, number: int, content: bytes) -> str:
        lost = self.note("put_part", bucket)
        self.begun[upload].parts[number] = content
        if lost:
            raise lost
        return md5(content)

    async def finish(self, bucket: str, key: str, upload: str, parts: Mapping[int, str]) -> None:
        lost = self.note("finish", bucket)
        begun = self.begun.pop(upload)
        assert {number: md5(content) for number, content in begun.parts.items()} == dict(parts)
        whole = b"".join(content for _, content in sorted(begun.parts.items()))
        self._store(bucket, key, whole, begun.source, f"{md5(whole)}-{len(parts)}")
        if lost:
            raise lost

    async def link(self, bucket: str, key: str, seconds: int) -> str:
        return f"https://{bucket}.obs.example/{key}?Expires={seconds}&Signature=s"

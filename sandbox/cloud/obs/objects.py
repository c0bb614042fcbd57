"""Objects: write, read, look at, delete. A folder is an empty object whose key ends in a slash."""

from __future__ import annotations

import re
from email.utils import formatdate

from sandbox.cloud.obs.refusals import refuse
from sandbox.cloud.obs.signature import read_date
from sandbox.cloud.obs.state import Bucket, ObsState, Stored
from sandbox.cloud.obs.target import Visit
from sandbox.cloud.wire import Reply

LONGEST_KEY = 1024
RANGE = re.compile(r"bytes=(\d{1,18})-(\d{0,18})")


class Objects:
    """Handle the operations on single objects."""

    def __init__(self, state: ObsState) -> None:
        self._state = state

    def put(self, visit: Visit) -> Reply:
        """Store an object, encrypted if it asks to be or the bucket encrypts by default."""
        bucket, key = self._bucket(visit), self.checked_key(visit)
        content = visit.request.body
        self.check_quota(bucket, key, content)
        stored = self.shaped(visit, bucket, content)
        version = bucket.write(key, stored)
        named = {visit.dialect.header("version-id"): version} if version else {}
        return Reply(200, headers={"etag": stored.etag, **named, **_encryption_header(visit, stored)})

    def checked_key(self, visit: Visit) -> str:
        """Return the key to write. Raises Refusal for what is not simulated, or too long."""
        key = visit.target.key or ""
        if visit.header("copy-source") is not None:
            raise refuse("MethodNotAllowed", "Copying objects is not simulated")
        if len(key.encode()) > LONGEST_KEY:
            raise refuse("KeyTooLongError")
        return key

    def check_quota(self, bucket: Bucket, key: str, content: bytes) -> None:
        """Refuse content that the bucket has no room for. Raises Refusal InsufficientStorageSpace."""
        freed = len(bucket.objects[key].content) if key in bucket.objects else 0
        if bucket.quota and bucket.size - freed + len(content) > bucket.quota:
            raise refuse("InsufficientStorageSpace")

    def shaped(self, visit: Visit, bucket: Bucket, content: bytes) -> Stored:
        """Return the object that a request's headers and content make."""
        dialect, asked = visit.dialect, visit.header("server-side-encryption")
        word = visit.header("storage-class")
        own = dialect.header("meta-")
        return Stored(
            content,
            self._state.clock.now(),
            dialect.storage_class(word) if word else bucket.storage_class,
            visit.request.headers.get("content-type") or "binary/octet-stream",
            dialect.algorithm(asked) if asked else bucket.encryption,
            tuple((name.removeprefix(own), v) for name, v in visit.request.headers.items() if name.startswith(own)),
        )

    def get(self, visit: Visit) -> Reply:
        """Answer with the content, or the one range of it that was asked for."""
        stored = self._find(visit)
        if _unchanged(visit, stored):
            return Reply(304, headers=self._headers(visit, stored))
        wanted = RANGE.fullmatch(visit.request.headers.get("range", ""))
        if wanted is None:
            return Reply(200, stored.content, self._headers(visit, stored))
        size, first = len(stored.content), int(wanted[1])
        last = min(int(wanted[2] or size - 1), size - 1)
        if first > last:
            raise refuse("InvalidRange")
        shown = {"content-range": f"bytes {first}-{last}/{size}"}
        return Reply(206, stored.content[first : last + 1], self._headers(visit, stored) | shown)

    def head(self, visit: Visit) -> Reply:
        """Answer with an object's headers; the content is cut off on the way out."""
        stored = self._find(visit)
        status = 304 if _unchanged(visit, stored) else 200
        return Reply(status, stored.content, self._headers(visit, stored))

    def delete(self, visit: Visit) -> Reply:
        """Delete an object, or one version of it; one that is not there counts as deleted."""
        bucket, key, version = self._bucket(visit), visit.target.key or "", visit.target.params.get("versionId")
        if version is None:
            bucket.erase(key, self._state.clock.now())
        else:
            bucket.erase_version(key, version)
        return Reply(204)

    def _bucket(self, visit: Visit) -> Bucket:
        return self._state.find(visit.target.bucket or "")

    def _find(self, visit: Visit) -> Stored:
        stored = self._bucket(visit).objects.get(visit.target.key or "")
        if stored is None:
            raise refuse("NoSuchKey")
        return stored

    def _headers(self, visit: Visit, stored: Stored) -> dict[str, str]:
        word, version = visit.dialect.classes[stored.storage_class], self._bucket(visit).ids.get(visit.target.key or "")
        shown = {} if stored.storage_class == "STANDARD" else {visit.dialect.header("storage-class"): word}
        return {
            "etag": stored.etag,
            "last-modified": formatdate(stored.modified, usegmt=True),
            "content-type": stored.content_type,
            "accept-ranges": "bytes",
            **{visit.dialect.header(f"meta-{name}"): value for name, value in stored.metadata},
            **shown,
            **({visit.dialect.header("version-id"): version} if version else {}),
            **_encryption_header(visit, stored),
        }


def _unchanged(visit: Visit, stored: Stored) -> bool:
    """Tell whether the asker has the object already. Raises Refusal PreconditionFailed where another was expected."""
    headers = visit.request.headers
    tags, since = headers.get("if-none-match"), read_date(headers.get("if-modified-since", ""))
    wanted, until = headers.get("if-match"), read_date(headers.get("if-unmodified-since", ""))
    if (wanted and not _among(stored.etag, wanted)) or (until is not None and int(stored.modified) > until):
        raise refuse("PreconditionFailed")
    if tags:
        return _among(stored.etag, tags)
    return since is not None and int(stored.modified) <= since


def _among(etag: str, listed: str) -> bool:
    names = [name.strip().strip('"') for name in listed.split(",")]
    return "*" in names or etag.strip('"') in names


def _encryption_header(visit: Visit, stored: Stored) -> dict[str, str]:
    if stored.encryption is None:
        return {}
    return {visit.dialect.header("server-side-encryption"): visit.dialect.wire_algorithm(stored.encryption)}

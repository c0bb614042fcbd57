"""Objects uploaded in parts: begun, sent part by part, listed, put together, given up (OBS multipart uploads)."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.cloud.obs.buckets import MOST_KEYS, moment, owner_element, read_count, shown_by, xml_reply
from sandbox.cloud.obs.objects import Objects
from sandbox.cloud.obs.refusals import refuse
from sandbox.cloud.obs.state import Bucket, ObsState, Stored
from sandbox.cloud.obs.target import Visit
from sandbox.cloud.obs.xml import Leaf, Tree, read
from sandbox.cloud.seed import Account
from sandbox.cloud.wire import Reply, is_count

LARGEST_NUMBER = 10_000
SMALLEST_PART = 100 * 1024
"""Bytes that every part but the last must have at least."""

COMPLETE = Tree(
    {
        "Part": Tree(
            {"PartNumber": Leaf(number=True), "ETag": Leaf()},
            needed=frozenset({"PartNumber", "ETag"}),
        )
    },
    many=frozenset({"Part"}),
    needed=frozenset({"Part"}),
)


@dataclass(slots=True)
class Upload:
    """An upload under way: the object it becomes, without content, who began it, and its parts by number."""

    key: str
    begun: float
    shape: Stored
    initiator: Account
    parts: dict[int, Stored] = field(default_factory=dict)


class Uploads:
    """Handle the operations on uploads in parts."""

    def __init__(self, state: ObsState, objects: Objects) -> None:
        self._state = state
        self._objects = objects

    def begin(self, visit: Visit) -> Reply:
        """Begin an upload and answer with its id."""
        bucket, key = self._bucket(visit), self._objects.checked_key(visit)
        identity = secrets.token_hex(16).upper()
        shape = self._objects.shaped(visit, bucket, b"")
        bucket.uploads[identity] = Upload(key, self._state.clock.now(), shape, visit.caller.account or bucket.owner)
        document = {"Bucket": bucket.name, "Key": shown_by(visit)(key), "UploadId": identity}
        return xml_reply(visit, "InitiateMultipartUploadResult", document)

    def put_part(self, visit: Visit) -> Reply:
        """Store one part; the same number again replaces it."""
        bucket, upload = self._bucket(visit), self._upload(visit)
        number = visit.target.params.get("partNumber", "")
        if not is_count(number) or not 1 <= int(number) <= LARGEST_NUMBER:
            raise refuse("InvalidArgument", f"partNumber may not be {number!r}")
        content = visit.request.body
        self._objects.check_quota(bucket, upload.key, content)
        part = replace(upload.shape, content=content, modified=self._state.clock.now())
        upload.parts[int(number)] = part
        return Reply(200, headers={"etag": part.etag})

    def list_parts(self, visit: Visit) -> Reply:
        """Answer with the parts that are there, one page of them."""
        upload, params = self._upload(visit), visit.target.params
        size = min(read_count(params.get("max-parts", "")), MOST_KEYS)
        marker = _number(params.get("part-number-marker") or "0")
        after = [number for number in sorted(upload.parts) if number > marker]
        shown = after[:size]
        document: dict[str, Any] = {
            "Bucket": visit.target.bucket,
            "Key": shown_by(visit)(upload.key),
            "UploadId": visit.target.params["uploadId"],
            "PartNumberMarker": str(marker),
            "NextPartNumberMarker": str(shown[-1]) if shown else "0",
            "MaxParts": str(size),
            "IsTruncated": "true" if len(after) > size else "false",
            "Part": [self._part(number, upload.parts[number]) for number in shown],
        }
        return xml_reply(visit, "ListPartsResult", document)

    def _part(self, number: int, part: Stored) -> dict[str, str]:
        size = str(len(part.content))
        return {"PartNumber": str(number), "LastModified": moment(part.modified), "ETag": part.etag, "Size": size}

    def list_all(self, visit: Visit) -> Reply:
        """Answer with one page of the uploads under way, by key and then by id, folded at the delimiter."""
        bucket, params, shown = self._bucket(visit), visit.target.params, shown_by(visit)
        names = ("prefix", "delimiter", "key-marker", "upload-id-marker")
        prefix, delimiter, key, identity = (params.get(name, "") for name in names)
        size = min(read_count(params.get("max-uploads", "")), MOST_KEYS)
        found = [(upload.key, one) for one, upload in bucket.uploads.items() if upload.key.startswith(prefix)]
        entries = sorted({_folded(pair, prefix, delimiter) for pair in found})
        after = [pair for pair in entries if pair[0] > key or (identity and pair > (key, identity))]
        page, more = after[:size], len(after) > size
        document: dict[str, Any] = {
            "Bucket": bucket.name,
            "KeyMarker": shown(key),
            "UploadIdMarker": identity,
            "NextKeyMarker": shown(page[-1][0]) if more else None,
            "NextUploadIdMarker": page[-1][1] if more else None,
            "EncodingType": params.get("encoding-type"),
            "Prefix": shown(prefix),
            "Delimiter": shown(delimiter) if delimiter else None,
            "MaxUploads": str(size),
            "IsTruncated": "true" if more else "false",
            "Upload": [self._row(visit, bucket, one, bucket.uploads[one]) for _, one in page if one],
            "CommonPrefixes": [{"Prefix": shown(folder)} for folder, one in page if not one],
        }
        return xml_reply(visit, "ListMultipartUploadsResult", document)

    def _row(self, visit: Visit, bucket: Bucket, identity: str, upload: Upload) -> dict[str, Any]:
        return {
            "Key": shown_by(visit)(upload.key),
            "UploadId": identity,
            "Initiator": owner_element(upload.initiator, visit.dialect),
            "Owner": owner_element(bucket.owner, visit.dialect),
            "StorageClass": visit.dialect.classes[upload.shape.storage_class],
            "Initiated": moment(upload.begun),
        }

    def complete(self, visit: Visit) -> Reply:
        """Put the parts named together, in order, and make the object."""
        bucket, upload = self._bucket(visit), self._upload(visit)
        rows = read(visit.request.body, "CompleteMultipartUpload", COMPLETE)["Part"]
        parts = [self._named(upload, int(row["PartNumber"]), row["ETag"]) for row in rows]
        numbers = [int(row["PartNumber"]) for row in rows]
        if numbers != sorted(set(numbers)):
            raise refuse("InvalidPartOrder")
        if any(len(part.content) < SMALLEST_PART for part in parts[:-1]):
            raise refuse("EntityTooSmall")
        whole = replace(
            upload.shape,
            content=b"".join(part.content for part in parts),
            modified=self._state.clock.now(),
            joined=_joined(parts),
        )
        bucket.write(upload.key, whole)
        del bucket.uploads[visit.target.params["uploadId"]]
        document = {"Bucket": bucket.name, "Key": shown_by(visit)(upload.key), "ETag": whole.etag}
        return xml_reply(visit, "CompleteMultipartUploadResult", document)

    def _named(self, upload: Upload, number: int, etag: str) -> Stored:
        part = upload.parts.get(number)
        if part is None or part.etag.strip('"') != etag.strip('"'):
            raise refuse("InvalidPart")
        return part

    def give_up(self, visit: Visit) -> Reply:
        """Drop an upload with its parts."""
        self._upload(visit)
        del self._bucket(visit).uploads[visit.target.params["uploadId"]]
        return Reply(204)

    def _bucket(self, visit: Visit) -> Bucket:
        return self._state.find(visit.target.bucket or "")

    def _upload(self, visit: Visit) -> Upload:
        found: Upload | None = self._bucket(visit).uploads.get(visit.target.params.get("uploadId", ""))
        if found is None or found.key != visit.target.key:
            raise refuse("NoSuchUpload")
        return found


def _joined(parts: list[Stored]) -> str:
    """Return the quoted ETag of an object made of parts: the MD5 of their MD5s, and how many they were."""
    digests = b"".join(bytes.fromhex(part.etag.strip('"')) for part in parts)
    return f'"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"'


def _number(text: str) -> int:
    """Return a part's number. Raises Refusal InvalidArgument."""
    if not is_count(text) or int(text) > LARGEST_NUMBER:
        raise refuse("InvalidArgument", f"part-number-marker may not be {text!r}")
    return int(text)


def _folded(pair: tuple[str, str], prefix: str, delimiter: str) -> tuple[str, str]:
    """Return an upload's key and id; what lies behind the delimiter counts as its folder, without an id."""
    key, _ = pair
    if not delimiter or delimiter not in key[len(prefix) :]:
        return pair
    return key[: key.index(delimiter, len(prefix)) + len(delimiter)], ""

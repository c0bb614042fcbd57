"""Files on their way into a bucket: where each goes, what is too much, and which pieces they travel in; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence

from bot.errors import Refusal
from bot.records.files import SharedFile
from bot.records.provider import Upload
from bot.rules.bucket import readable_size
from bot.rules.figures import FIGURES
from bot.rules.obs_path import folder_of

_LIMITS = FIGURES.files


def keys_for(prefix: str, files: Sequence[SharedFile]) -> list[str]:
    """Return the key of each file: its name below the folder, or the path itself where it names the one file.

    >>> keys_for("flowers", [SharedFile("F1", "rose.jpg", 3)]), keys_for("a/b.csv", [SharedFile("F1", "rose.csv", 3)])
    (['flowers/rose.jpg'], ['a/b.csv'])
    """
    ending = prefix.rpartition("/")[2].rpartition(".")[2]
    if len(files) == 1 and "." in prefix.rpartition("/")[2] and files[0].name.lower().endswith(f".{ending.lower()}"):
        return [prefix]
    return [f"{folder_of(prefix)}{_plain(file.name)}" for file in files]


def _plain(name: str) -> str:
    """Return a file's name as one segment of a key: Slack lets people call files as they like."""
    plain = name.replace("/", "_").replace("\\", "_").strip() or "file"
    return plain if plain not in (".", "..") else "file"


def check_files(files: Sequence[SharedFile], keys: Sequence[str]) -> None:
    """Refuse no files, too many, too large ones, and two that would become one object."""
    if not files:
        raise Refusal("bucket.put.no_files")
    if len(files) > _LIMITS.most:
        raise Refusal("bucket.put.too_many", found=len(files), most=_LIMITS.most)
    for file in files:
        if file.size > _LIMITS.largest:
            largest = readable_size(_LIMITS.largest)
            raise Refusal("bucket.put.too_large", name=file.name, size=readable_size(file.size), most=largest)
    for key, count in Counter(keys).items():
        if count > 1:
            raise Refusal("bucket.put.same_name", key=key)
        if len(key.encode()) > FIGURES.bucket.longest_key:
            raise Refusal("bucket.put.long_key", argument="path", key=key[:200], longest=FIGURES.bucket.longest_key)


def begun_here(uploads: Sequence[Upload], key: str, since: float) -> list[Upload]:
    """Return which unfinished uploads of a key this plan began, the newest first.

    OBS does not say what an upload is for. Those of exactly this key, begun since the plan is carried out, are its own;
    an older one is somebody else's and is left alone.
    """
    own = [one for one in uploads if one.key == key and one.begun >= since - _LIMITS.skew]
    return sorted(own, key=lambda one: (one.begun, one.id), reverse=True)


def check_minutes(value: str) -> str:
    """Return for how many minutes a link is to work, or refuse."""
    if value.strip().isdecimal() and 1 <= int(value) <= _LIMITS.longest_link_minutes:
        return str(int(value))
    raise Refusal("bucket.get.minutes", value=value[:20], most=_LIMITS.longest_link_minutes)


async def pieces(chunks: AsyncIterator[bytes], size: int) -> AsyncIterator[bytes]:
    """Yield what comes in chunks as pieces of `size` bytes, the last one shorter; an empty file is one empty piece."""
    held, any_yet = bytearray(), False
    async for chunk in chunks:
        held += chunk
        while len(held) > size:
            yield bytes(held[:size])
            any_yet = True
            del held[:size]
    if held or not any_yet:
        yield bytes(held)

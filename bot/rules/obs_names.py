"""What a form offers for a place in OBS while somebody types it: buckets, then what is in the one named; pure."""

from __future__ import annotations

from dataclasses import replace

from bot.records.names import Named, Names
from bot.rules.obs_path import SCHEME

LABEL = 75
"""Characters that an option shows; of a longer path the end tells it from others."""


def sought(typed: str) -> str:
    """Return what the places offered must contain: the bucket, and any part of what comes after it.

    >>> sought("obs://c-flowers/tra"), sought("/c-flowers/"), sought("flow")
    ('c-flowers tra', 'c-flowers ', 'flow')
    """
    return _rest(typed).replace("/", " ", 1)


def bucket_meant(typed: str, chosen: str) -> str:
    """Return the bucket whose inside is to be offered: the one typed up to its "/", else the one chosen before.

    >>> bucket_meant("obs://c-flowers/tr", ""), bucket_meant("c-flo", ""), bucket_meant("train", "obs://c-flowers/")
    ('c-flowers', '', 'c-flowers')
    """
    for path in (typed, chosen):
        name, slash, _ = _rest(path).partition("/")
        if slash:
            return name
    return ""


def _rest(path: str) -> str:
    text = path.strip()
    return text[len(SCHEME) :] if text.lower().startswith(SCHEME) else text.removeprefix("/")


def paths(buckets: Names | None, inside: Names | None, bucket: str) -> list[Names]:
    """Return the places to offer, as paths: the bucket that is meant with what is in it, then all buckets."""
    found = (
        [replace(buckets, entries=tuple(_path(f"{one.value}/", one.note) for one in buckets.entries))]
        if buckets
        else []
    )
    if inside is not None:
        end = "/" if inside.id.split("/")[1] == "folder" else ""
        entries = (_path(f"{bucket}/"), *(_path(f"{bucket}/{one.value}{end}") for one in inside.entries))
        found = [replace(inside, entries=entries, total=inside.total + 1), *(_but(one, entries[0]) for one in found)]
    return found


def _but(names: Names, entry: Named) -> Names:
    """Return the names without this one."""
    kept = tuple(one for one in names.entries if one.value != entry.value)
    return replace(names, entries=kept, total=names.total - (len(kept) < len(names.entries)))


def holds(buckets: Names | None, bucket: str) -> bool:
    """Return whether the bucket is one that is known: only there is anything to be read ahead."""
    return buckets is not None and any(one.value == bucket for one in buckets.entries)


def _path(rest: str, note: str = "") -> Named:
    path = f"{SCHEME}{rest}"
    return Named(path, path if len(path) <= LABEL else f"…{path[1 - LABEL :]}", note)

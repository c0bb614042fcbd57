"""OBS buckets: names, regions, classes, folder keys, and whether ModelArts can use one.

Carries R4.01, R4.02, R4.04, R4.05, R4.06 and R4.08.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from bot.errors import Refusal
from bot.rules.figures import FIGURES

_LIMITS = FIGURES.bucket
_LETTERS = re.compile(r"[a-z0-9.-]*")
_ADJACENT = re.compile(r"[.-]{2}")
_ADDRESS = re.compile(r"\d+(\.\d+){3}")


class Use(StrEnum):
    """Whether ModelArts in the region in use can work with a bucket."""

    YES = "yes"
    REGION = "region"
    ENCRYPTED = "encrypted"
    UNKNOWN = "unknown"


def check_name(value: str) -> str:
    """Return the name, or refuse with the reason and a name that would do (R4.04)."""
    name = value.strip()
    reason = _fault(name)
    if reason:
        raise _bad_name(reason, name)
    return name


def check_existing(value: str) -> str:
    """Return the name of a bucket said to exist; OBS itself accepts two hyphens in a row, so these may (R4.04)."""
    name = value.strip()
    reason = _fault(name)
    if reason and not (reason == "adjacent" and "." not in "".join(_ADJACENT.findall(name))):
        raise _bad_name(reason, name)
    return name


def _fault(name: str) -> str:
    """Return which rule the name breaks, as the last part of a text key, or ""."""
    if not _LETTERS.fullmatch(name):
        return "letters"
    if not _LIMITS.shortest_name <= len(name) <= _LIMITS.longest_name:
        return "length"
    if name[0] in ".-" or name[-1] in ".-":
        return "edges"
    if _ADJACENT.search(name):
        return "adjacent"
    return "address" if _ADDRESS.fullmatch(name) else ""


def _bad_name(reason: str, name: str) -> Refusal:
    return Refusal(
        f"bucket.name.{reason}",
        suggestion=suggested_name(name),
        name=name,
        shortest=_LIMITS.shortest_name,
        longest=_LIMITS.longest_name,
    )


def suggested_name(value: str) -> str:
    """Return the nearest valid bucket name: `C_Flowers` becomes `c-flowers`."""
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    if _ADDRESS.fullmatch(plain.strip()):
        plain = plain.replace(".", "-")
    name = re.sub(r"[^a-z0-9.]+", "-", plain)
    name = re.sub(r"[.-]{2,}", lambda run: "." if set(run[0]) == {"."} else "-", name)
    name = name.strip(".-")[: _LIMITS.longest_name].strip(".-")
    if _ADDRESS.fullmatch(name):
        name = name.replace(".", "-")
    if len(name) < _LIMITS.shortest_name:
        name = f"{name}-data".strip("-") if name else "modelarts-data"
    return name


def check_region(value: str, here: str) -> str:
    """Return the region, or refuse one that is not the region ModelArts is used in, before any call (R4.01)."""
    region = value.strip().lower() or here
    if region != here:
        raise Refusal("bucket.region.differs", suggestion=here, region=region, here=here)
    return region


def suits_notebooks(storage_class: str) -> bool:
    """Return whether notebooks can work with a bucket of this class: only Standard (R4.08)."""
    return storage_class.lower() == _LIMITS.notebook_class


def check_folder(value: str) -> str:
    """Return the key of a folder, ending in "/", or refuse with the reason and a key that would do (R4.06)."""
    path = value.strip()
    reason = _folder_fault(path)
    if reason:
        raise Refusal(
            f"bucket.folder.{reason}",
            suggestion=suggested_folder(path),
            path=path[:200],
            longest=_LIMITS.longest_key,
        )
    return path if path.endswith("/") else path + "/"


def _folder_fault(path: str) -> str:
    """Return which rule the path breaks, or ""."""
    segments = path.removesuffix("/").split("/")
    if path.startswith("/"):
        return "leading"
    if not all(segments):
        return "empty"
    if any(segment in (".", "..") for segment in segments):
        return "dots"
    if any(_unprintable(character) for character in path) or "\\" in path:
        return "letters"
    return "length" if len(path.removesuffix("/").encode()) >= _LIMITS.longest_key else ""


def _unprintable(character: str) -> bool:
    """Return whether a character cannot stand in a key: control, format, surrogate and line-separating ones."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def suggested_folder(value: str) -> str:
    """Return the nearest valid folder key."""
    clean = "".join(c for c in value.replace("\\", "/") if not _unprintable(c))
    segments = [s.strip() for s in clean.split("/")]
    key = "/".join(s for s in segments if s.strip("."))
    cut = key.encode()[: _LIMITS.longest_key - 1].decode(errors="ignore").strip("/ ")
    return (cut or "data") + "/"


def use(region: str, here: str, encryption: str | None) -> Use:
    """Return whether ModelArts in `here` can use a bucket; `encryption` None: it could not be read (R4.01, R4.02)."""
    if region != here:
        return Use.REGION
    if encryption is None:
        return Use.UNKNOWN
    return Use.ENCRYPTED if encryption else Use.YES


def readable_size(size: int) -> str:
    """Return a number of bytes in the largest unit that keeps it above one: 1536 is "1.5 KB"."""
    amount, unit = float(size), "B"
    for larger in ("KB", "MB", "GB", "TB", "PB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.1f}".removesuffix(".0") + f" {unit}"


def encryption_state(encryption: str | None) -> str:
    """Return "off", "on", or "unknown" where it could not be read (R4.02)."""
    if encryption is None:
        return "unknown"
    return "on" if encryption else "off"

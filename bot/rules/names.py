"""Which names fit what somebody typed so far: prefixes first, then words, then any part; any script; pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from bot.records.names import Named

_START_OF_WORD = re.compile(r"(?:^|[\W_])(?=[^\W_])")


def folded(text: str) -> str:
    """Return a text as it is compared: letter case, full-width forms and outer blanks make no difference.

    >>> folded(" Ｃ-Flowers "), folded("花卉数据")
    ('c-flowers', '花卉数据')
    """
    return unicodedata.normalize("NFKC", text).casefold().strip()


def fitting(entries: Iterable[Named], typed: str) -> Sequence[Named]:
    """Return the entries that contain every word typed, the best first; all of them where nothing was typed.

    >>> [one.value for one in fitting([Named("old-flowers"), Named("sunflowers"), Named("flowers")], "flow")]
    ['flowers', 'old-flowers', 'sunflowers']
    """
    words = folded(typed).split()
    if not words:
        return list(entries)
    ranked = [(rank, one) for one in entries if (rank := _rank(one, words)) is not None]
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]


def _rank(entry: Named, words: Sequence[str]) -> int | None:
    """Return 0 for the name itself, 1 for its beginning, 2 for a word's beginning, 3 for any part; None for no fit."""
    text = folded(f"{entry.shown} {entry.value} {entry.note}")
    if not all(word in text for word in words):
        return None
    first, names = words[0], {folded(entry.shown), folded(entry.value)}
    if " ".join(words) in names:
        return 0
    if any(name.startswith(first) for name in names):
        return 1
    starts = (match.end() for match in _START_OF_WORD.finditer(text))
    return 2 if any(text.startswith(first, at) for at in starts) else 3

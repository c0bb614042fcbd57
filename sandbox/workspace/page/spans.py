"""Spans of time in words."""

from __future__ import annotations

from sandbox.workspace.page.words import Words

SIZES = ((86_400, "days"), (3_600, "hours"), (60, "minutes"), (1, "seconds"))


def span(words: Words, seconds: float, *, least: int = 1) -> str:
    """Return a span in its two largest units of at least `least` seconds, empty for less than one of them."""
    left, said = max(0, int(seconds)), []
    for size, key in SIZES:
        count, left = divmod(left, size)
        if count and size >= least:
            said.append(words(key, count=count))
    return " ".join(said[:2])


def left(words: Words, seconds: float) -> str:
    """Return how long something is still to come."""
    return span(words, seconds) or words("now")

"""The emoji that the page draws for a shortcode; any other stays as it was typed."""

from __future__ import annotations

import re
from pathlib import Path

SHORTCODE = re.compile(r":([a-z0-9_+-]+):(?::skin-tone-[2-6]:)?")

_WORDS = (Path(__file__).parent / "emoji.txt").read_text(encoding="utf-8").split()
EMOJI = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))


def draw(text: str) -> str:
    """Replace the shortcodes in a plain text by their emoji."""
    return SHORTCODE.sub(lambda found: EMOJI.get(found[1], found[0]), text)

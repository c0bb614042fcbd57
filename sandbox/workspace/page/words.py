"""What the page itself says, in the reader's language."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

WORDS: dict[str, dict[str, str]] = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
FAILED = re.compile(r'(/\S+) failed with the error "(.+)"', re.DOTALL)
NO_ANSWER = {"operation_timeout", "dispatch_failed"}
CLIENT = {WORDS[key]["en"]: key for key in ("required", "bad_email", "bad_url", "bad_number", "trouble")}


@dataclass(frozen=True, slots=True)
class Words:
    """The page's words in one language."""

    language: str

    def __call__(self, key: str, **filled: object) -> str:
        """Return a text by its key, with its places filled. Raises KeyError for an unknown key."""
        return WORDS[key][self.language].format(**filled)

    def client(self, text: str) -> str:
        """Translate what Slack's client says of a field; an app's own text stays."""
        key = CLIENT.get(text)
        return self(key) if key else text

    def slackbot(self, text: str) -> str:
        """Translate Slack's complaint about a command that failed; any other text stays."""
        found = FAILED.fullmatch(text)
        if not found:
            return text
        if found[2] in NO_ANSWER:
            return self("failed_command", command=found[1])
        return self("failed_command_error", command=found[1], error=found[2])


def words_for(locale: str) -> Words:
    """Return the words for a Slack locale."""
    return Words("zh" if locale.lower().startswith("zh") else "en")

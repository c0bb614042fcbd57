"""Text that looks like a key, so that it is neither stored nor logged (R3.17).

An access key id is 20 capital letters and digits, its secret 40 letters and digits of both cases. The id alone is no
secret. A leak costs more than a needless warning, so a lone 40-character word of mixed case counts as a secret.
"""

from __future__ import annotations

import re
import unicodedata

MASK = "***"

_ID = re.compile(r"(?<![A-Za-z0-9])(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*[0-9])[A-Z0-9]{20}(?![A-Za-z0-9])")
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{40}(?![A-Za-z0-9])")
_LABELLED = re.compile(
    r"""(?ix)
    (?: (?<![a-z0-9]) sk | secret [\s_-]* (?:access)? [\s_-]* key | access [\s_-]* key [\s_-]* secret
      | security [\s_-]* token | 私?有?访问密钥密码 | 密钥 )
    ["'`*_]* \s* (?: [:=] | \s is \s | \s | 是 | 为 ) \s* ["'`*_<]*
    (?P<value> [a-z0-9+/=]{16,} )
    """
)
_SIGNED = re.compile(
    r"(?i)(?P<head>\bSignature=|\b(?:OBS|AWS)\s+[A-Z0-9]{8,}:|\bBearer\s+|\bx-(?:security|auth)-token[\"']?\s*[:=]\s*[\"']?)"
    r"(?P<value>[A-Za-z0-9+/=_.-]{8,})"
)
_SLACK = re.compile(r"\bxox[a-z]-[A-Za-z0-9-]{8,}|\bxapp-[A-Za-z0-9-]{8,}")
_INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")


def holds_key(text: str) -> bool:
    """Return whether a text holds a secret key, alone, labelled, or beside an access key id (R3.17)."""
    plain = _plain(text)
    return any(_random(found["value"]) for found in _LABELLED.finditer(plain)) or _holds_word(plain)


def redacted(text: str) -> str:
    """Return the text with everything masked that opens a door: secret keys, ids beside them, signatures, tokens."""
    if not (holds_key(text) or _SIGNED.search(text) or _SLACK.search(text)):
        return text
    plain = _plain(text)
    plain = _SIGNED.sub(lambda found: found["head"] + MASK, plain)
    plain = _LABELLED.sub(lambda found: found[0].replace(found["value"], MASK), plain)
    for shape in (_SLACK, _WORD, _ID):
        plain = shape.sub(MASK, plain)
    return plain


def _plain(text: str) -> str:
    """Return the text without invisible characters and with full-width letters made ordinary."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def _holds_word(plain: str) -> bool:
    words = [found[0] for found in _WORD.finditer(plain)]
    return any(_mixed(word) for word in words) or bool(words and _ID.search(plain))


def _mixed(word: str) -> bool:
    """Return whether a word has both cases, as 40 random letters do and a hexadecimal hash does not."""
    return word != word.lower() and word != word.upper()


def _random(value: str) -> bool:
    """Return whether a labelled value looks generated: it has a digit, or both cases."""
    return any(c.isdigit() for c in value) or _mixed(value)

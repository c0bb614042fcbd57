from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.secrets import MASK, holds_key, redacted

ID = "QWERTY7UIOP1ASDFGH2J"
SECRET = "aB3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAbCdEfGh"
LOWER = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
FULL_WIDTH = "".join(chr(ord(c) + 0xFEE0) for c in SECRET)

HOLDING = [
    SECRET,
    f"my key is {ID} and {SECRET}.",
    f"bucket create x ak={ID} sk={SECRET}",
    f"`{SECRET}`",
    f"HUAWEICLOUD_SDK_SK={SECRET}",
    f"{ID}\n{LOWER}",
    "sk=abcdefgh12345678",
    'Secret Access Key: "Zz9Zz9Zz9Zz9Zz9Zz9"',
    "secret_access_key = 0123456789abcdef0123",
    "SK：abcdefgh12345678ABCD",
    "密钥是 abcdefgh12345678ABCD",
    FULL_WIDTH,
    SECRET[:20] + "\u200b" + SECRET[20:],
]
HARMLESS = [
    "",
    "bucket create c-flowers region=cn-north-4",
    "where do I get a secret key?",
    "please do not put a secret access key into the channel",
    LOWER,
    LOWER.upper(),
    ID,
    "x" * 40,
    "request 0000018F3C2A9D6E4C1B5A7098D2E3F4 failed",
    "task sk-learn-pipeline-training-2024",
    "7e2c7d6c-7a10-4f3f-9c3b-1c1b8a4be3a1",
]


@pytest.mark.rule("R3.17")
@pytest.mark.parametrize("text", HOLDING)
def test_keys_are_recognised(text: str) -> None:
    assert holds_key(text)
    assert MASK in redacted(text)
    assert not holds_key(redacted(text))


@pytest.mark.rule("R3.17")
@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_words_are_not_keys(text: str) -> None:
    assert not holds_key(text)
    assert redacted(text) == text


@pytest.mark.rule("R3.17")
@given(
    st.text(max_size=20),
    st.text(string.ascii_letters + string.digits, min_size=38, max_size=38),
    st.sampled_from(" \n,;:'\"`()<>"),
)
def test_a_random_secret_is_found_anywhere_and_gone_after_redaction(around: str, random: str, edge: str) -> None:
    secret = f"aB{random}"
    text = f"{around}{edge}{secret}{edge}{around}"
    assert holds_key(text)
    assert secret not in redacted(text)


@pytest.mark.rule("R3.17")
@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: OBS {ID}:kOaBcD1234efGH=",
        "Authorization: SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=0a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "x-security-token: gQpjbi1ub3J0aC00ijzmlongtoken",
        "X-Auth-Token='MIIabcdefgh12345'",
        "token xoxb-1234567890-abcdef and xapp-1-A0-123456",
        "Bearer abcdef.ghijkl.mnopqr",
    ],
)
def test_signatures_and_tokens_are_masked_in_logs(text: str) -> None:
    masked = redacted(text)
    assert MASK in masked
    for secret in ("kOaBcD1234efGH", "0a1b2c3d4e", "gQpjbi1ub3", "MIIabcdefgh", "xoxb-1", "xapp-1", "ghijkl"):
        assert secret not in masked

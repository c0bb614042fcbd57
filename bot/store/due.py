"""The members of `due` and `later`: `<stream>:<kind>:<id>`, for example `work:expire:4fQ` or `outbox:card:4fQ`.

Promotion turns a member into an entry of that stream. The id may itself hold colons (`work:remind:thing:epoch:stage`).
"""

from __future__ import annotations

from bot.store.keys import STREAMS


def encode(stream: str, kind: str, identity: str) -> str:
    """Return the member that becomes the entry (`kind`, `identity`) of `stream`. Raises ValueError for a bad part."""
    member = f"{stream}:{kind}:{identity}"
    if decode(member) != (stream, kind, identity):
        raise ValueError(f"{kind!r} cannot be the kind of a due member")
    return member


def decode(member: str) -> tuple[str, str, str]:
    """Return stream, kind and id of a member. Raises ValueError for anything else."""
    stream, _, rest = member.partition(":")
    kind, _, identity = rest.partition(":")
    if stream not in STREAMS or not kind or not identity:
        raise ValueError(f"a due member reads <stream>:<kind>:<id> with a stream of {STREAMS}, not {member!r}")
    return stream, kind, identity

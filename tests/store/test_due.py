from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store import due
from bot.store.keys import STREAMS, Keys, Workspace

_KINDS = st.text(st.characters(exclude_characters=":"), min_size=1)


@given(st.sampled_from(STREAMS), _KINDS, st.text(min_size=1))
def test_a_member_says_what_went_in(stream: str, kind: str, identity: str) -> None:
    assert due.decode(due.encode(stream, kind, identity)) == (stream, kind, identity)


@pytest.mark.parametrize(
    ("stream", "kind", "identity"), [("dead", "x", "1"), ("work", "a:b", "1"), ("work", "", "1"), ("work", "x", "")]
)
def test_what_could_not_be_read_back_is_refused(stream: str, kind: str, identity: str) -> None:
    with pytest.raises(ValueError, match="due member"):
        due.encode(stream, kind, identity)


def test_all_keys_of_a_workspace_share_one_tag_and_no_two_are_the_same() -> None:
    keys = Keys(Workspace("T1", "E1"))
    made = [keys.due, keys.later, keys.clock, keys.workers, keys.document("a", "b"), keys.once("a"), keys.index("a")]
    made += [keys.stream(name) for name in (*STREAMS, "dead", "audit")]
    assert len(set(made)) == len(made)
    assert all(key.startswith("mb:{E1:T1}:") for key in made)
    assert Keys(Workspace("T1")).due.startswith("mb:{-:T1}:")

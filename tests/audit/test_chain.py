"""Whatever is done to a chain without the key is found, and said to be what it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audit.chain import Finding, Head, Sealed, Wrong, from_line, linked, read_head, to_line, verify

KEY, OLD = b"k" * 32, b"o" * 32
FACTS = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)


def chain(length: int = 5, key: bytes = KEY) -> list[Sealed]:
    return linked(key, Head(), [(f"{n}-0", {"what": f"did {n}"}) for n in range(1, length + 1)])


def wrong(entries: list[Sealed], *told: Head) -> list[tuple[str, int, int]]:
    return [(one.wrong.value, one.number, one.last) for one in verify([KEY], entries, told=told).findings]


def test_a_whole_chain_holds_and_tells_its_end() -> None:
    entries = chain()
    verdict = verify([KEY], [*entries, Sealed("6-0", {}), Sealed("7-0", {})], told=[entries[2].head, entries[-1].head])
    assert (verdict.held, verdict.waiting, verdict.head, verdict.findings) == (5, 2, entries[-1].head, [])
    assert verify([KEY], []).findings == []


@pytest.mark.parametrize(
    "changed",
    [
        {"facts": {"what": "did 9"}},
        {"facts": {"what": "did 3", "who": "somebody"}},
        {"facts": {}},
        {"token": "9-0"},
        {"seal": "0" * 64},
    ],
)
def test_a_changed_entry_is_named(changed: dict[str, object]) -> None:
    entries = chain()
    entries[2] = replace(entries[2], **changed)  # type: ignore[arg-type]
    assert ("changed", 3, 0) in wrong(entries)


def test_a_missing_a_moved_and_an_added_entry_are_named() -> None:
    one, two, three, four, five = chain()
    assert wrong([one, four, five]) == [("missing", 2, 3)]
    assert wrong([two, three]) == [("missing", 1, 1)]
    assert ("reordered", 2, 0) in wrong([one, three, two, four, five])
    assert wrong([one, one, two]) == [("reordered", 1, 0)]
    added = verify([KEY], [one, Sealed("1-5", {"what": "never"}), two])
    assert added.findings == [Finding(Wrong.INSERTED, 1, token="1-5")]


def test_a_cut_tail_and_another_chain_are_found_by_a_head_that_was_told() -> None:
    entries = chain()
    assert wrong(entries[:3]) == []
    assert wrong(entries[:3], entries[-1].head) == [("cut", 4, 5)]
    assert wrong([], entries[0].head) == [("cut", 1, 1)]
    forged = linked(KEY, Head(), [("1-0", {"what": "something else"})])
    assert wrong(forged, entries[0].head) == [("changed", 1, 0)]


def test_while_keys_rotate_either_holds_and_no_other() -> None:
    before = chain(3, OLD)
    entries = [*before, *linked(KEY, before[-1].head, [("4-0", {}), ("5-0", {})])]
    assert verify([KEY, OLD], entries).held == 5
    assert [one.number for one in verify([KEY], entries).findings] == [1, 2, 3]


@given(st.lists(FACTS, min_size=2, max_size=6), st.data())
def test_any_change_swap_removal_and_cut_is_found(facts: list[dict[str, str]], data: st.DataObject) -> None:
    whole = linked(KEY, Head(), [(f"{n}-0", one) for n, one in enumerate(facts, 1)])
    assert verify([KEY], whole, told=[whole[-1].head]).findings == []
    at = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, len(whole) - 1).filter(lambda n: n != at))
    new = data.draw(FACTS.filter(lambda one: one != whole[at].facts))
    swapped = list(whole)
    swapped[at], swapped[other] = whole[other], whole[at]
    contents = [replace(one) for one in whole]
    contents[at] = replace(whole[at], facts=whole[other].facts, token=whole[other].token)
    contents[other] = replace(whole[other], facts=whole[at].facts, token=whole[at].token)
    renumbered = [replace(one, number=n) for n, one in enumerate((o for o in whole if o is not whole[at]), 1)]
    tampered = {
        "changed": [replace(one, facts=new) if one is whole[at] else one for one in whole],
        "swapped": swapped,
        "contents swapped": contents,
        "removed": [one for one in whole if one is not whole[at]],
        "removed and renumbered": renumbered,
        "cut": whole[:at],
    }
    for how, entries in tampered.items():
        assert verify([KEY], entries, told=[whole[-1].head]).findings, how


@given(st.text(), FACTS, st.integers(0), st.text())
def test_a_line_reads_as_it_was_written(token: str, facts: dict[str, str], number: int, seal: str) -> None:
    entry = Sealed(token, facts, number, seal)
    assert from_line(to_line(entry)) == entry
    assert "\n" not in to_line(entry)


@pytest.mark.parametrize("line", ["", "{}", "[]", "1", '{"token": 1}', '{"token":"1","facts":[],"number":1,"seal":""}'])
def test_what_is_no_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        from_line(line)


def test_a_head_is_read_as_it_is_told() -> None:
    head = chain()[-1].head
    assert read_head(f" `{head.told()}` ") == head
    for text in ("", "5", "5:", "x:abc", ":abc"):
        with pytest.raises(ValueError):
            read_head(text)


def test_a_verdict_in_words() -> None:
    one, _, _, four, five = chain()
    lines = verify([KEY], [one, four, Sealed("4-5", {}), five]).lines()
    assert lines[:2] == ["missing: 2 to 3", "inserted: 4 (4-5)"]
    assert lines[2].startswith("2 entries hold, 0 wait for their seal; the chain ends at 5:")

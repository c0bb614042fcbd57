from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.rules.bucket import check_name
from bot.rules.obs_findings import State, findings
from bot.rules.obs_path import (
    NAMED,
    Denial,
    Seen,
    check_path,
    folder_of,
    keys_line,
    split_path,
)
from bot.say import say


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("obs://c-flowers", "obs://c-flowers/"),
        ("OBS://c-flowers/a/b", "obs://c-flowers/a/b"),
        (" /c-flowers/a/ ", "obs://c-flowers/a/"),
        ("c--flowers/花/玫瑰.csv", "obs://c--flowers/花/玫瑰.csv"),
    ],
)
def test_a_path_is_taken_as_people_write_it(typed: str, path: str) -> None:
    assert check_path(typed) == path
    assert check_path(path) == path


@pytest.mark.rule("R4.07")
@given(st.text(max_size=40))
def test_any_text_is_a_path_or_refused(text: str) -> None:
    try:
        path = check_path(text)
    except Refusal:
        return
    name, prefix = split_path(path)
    assert path == f"obs://{name}/{prefix}"
    assert check_path(path) == path


@pytest.mark.parametrize(("prefix", "folder"), [("", ""), ("a", "a/"), ("a/", "a/")])
def test_a_prefix_as_a_folder(prefix: str, folder: str) -> None:
    assert folder_of(prefix) == folder


@pytest.mark.parametrize(("count", "more"), [(NAMED, ""), (NAMED + 3, " … +3")])
def test_many_keys_are_counted(count: int, more: str) -> None:
    line = keys_line([f"k{number}" for number in range(count)])
    assert line.count("`k") == NAMED
    assert line.endswith(f"`k{NAMED - 1}`{more}")


@pytest.mark.rule("R4.07")
@given(st.from_regex(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", fullmatch=True))
def test_the_name_offered_here_is_always_a_valid_one(name: str) -> None:
    (offer,) = [one.mend for one in findings(Seen(name, "", True, "cn-north-1"), "cn-north-4") if one.mend]
    assert check_name(offer.values["name"]) != name
    assert offer.values["source"] == name


@pytest.mark.rule("R4.07")
@given(
    st.builds(
        Seen,
        st.just("c-flowers"),
        st.sampled_from(["", "a", "a/"]),
        st.sampled_from([None, True, False]),
        st.sampled_from([None, "cn-north-1", "cn-north-4"]),
        st.sampled_from([None, Denial("AccessDenied", say("form.yes")), Denial("NotSignedUp", say("form.yes"))]),
        st.sampled_from([None, "", "kms"]),
        st.sampled_from([(), ("a/",), ("a",), ("a/", "a/x"), ("a/x", "a/y")]),
    )
)
def test_whatever_was_seen_there_is_a_finding_and_each_mend_belongs_to_a_fault(seen: Seen) -> None:
    found = findings(seen, "cn-north-4")
    assert found
    assert all(one.state is State.FAULT for one in found if one.mend)
    assert seen.region or found[0].state is State.FAULT

from __future__ import annotations

import pytest

from bot.records import Named, Names
from bot.rules.obs_names import bucket_meant, holds, paths

BUCKETS = Names("cn-north-4/bucket", "acct", (Named("c-flowers", note="cn-north-4"), Named("far", note="x")), 2, 0.0)
FOLDERS = Names("cn-north-4/folder/c-flowers", "acct", (Named("flowers"), Named("flowers/train")), 9, 0.0)
OBJECTS = Names("cn-north-4/object/c-flowers", "acct", (Named("flowers/玫瑰.csv"),), 1, 0.0)


@pytest.mark.parametrize(
    ("typed", "chosen", "bucket"),
    [
        ("", "", ""),
        ("flow", "", ""),
        ("obs://c-flowers", "", ""),
        ("obs://c-flowers/", "", "c-flowers"),
        ("OBS://c-flowers/tr", "", "c-flowers"),
        ("c-flowers/tr", "", "c-flowers"),
        ("/c-flowers/tr", "", "c-flowers"),
        ("", "obs://far/", "far"),
        ("tr", "obs://far/a/", "far"),
        ("obs://c-flowers/", "obs://far/", "c-flowers"),
    ],
)
def test_the_bucket_meant_is_the_one_typed_to_its_end_else_the_one_chosen(typed: str, chosen: str, bucket: str) -> None:
    assert bucket_meant(typed, chosen) == bucket


def test_what_is_inside_comes_before_the_buckets_as_paths() -> None:
    inside, outer = paths(BUCKETS, FOLDERS, "c-flowers")
    assert [one.value.removeprefix("obs://c-flowers/") for one in inside.entries] == ["", "flowers/", "flowers/train/"]
    assert [(one.value, one.note) for one in outer.entries] == [("obs://far/", "x")]
    assert (inside.total, outer.total) == (10, 1)
    (inside,) = paths(None, OBJECTS, "c-flowers")
    assert [one.value for one in inside.entries] == ["obs://c-flowers/", "obs://c-flowers/flowers/玫瑰.csv"]
    assert paths(None, None, "") == []


def test_of_a_long_path_the_end_is_shown() -> None:
    deep = Names("r/folder/b", "acct", (Named("a" * 80 + "/train"), Named("a" * 80 + "/test")), 2, 0.0)
    (inside,) = paths(None, deep, "b")
    assert [len(one.shown) for one in inside.entries[1:]] == [75, 75]
    assert [one.shown[-7:] for one in inside.entries[1:]] == ["/train/", "a/test/"]


def test_only_what_is_known_is_read_ahead() -> None:
    assert holds(BUCKETS, "far")
    assert not holds(BUCKETS, "nobodys")
    assert not holds(None, "far")

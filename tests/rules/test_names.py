from __future__ import annotations

import pytest

from bot.records import Named
from bot.rules.names import fitting

ENTRIES = [
    Named("c-flowers", note="cn-north-4"),
    Named("old.flowers", note="cn-east-3"),
    Named("sunflowers", note="cn-north-4"),
    Named("花卉数据", note="cn-north-4"),
    Named("s1", "roses", "cn-north-4 · s1"),
    Named("s2", "roses", "cn-north-4 · s2"),
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["c-flowers", "old.flowers", "sunflowers", "花卉数据", "s1", "s2"]),
        ("flow", ["c-flowers", "old.flowers", "sunflowers"]),
        ("SUN", ["sunflowers"]),
        ("s", ["sunflowers", "s1", "s2", "c-flowers", "old.flowers"]),
        ("花卉", ["花卉数据"]),
        ("数据", ["花卉数据"]),
        ("ｒｏｓｅｓ", ["s1", "s2"]),
        ("roses s2", ["s2"]),
        ("flow east", ["old.flowers"]),
        ("flow south", []),
    ],
)
def test_what_fits_and_in_which_order(typed: str, found: list[str]) -> None:
    assert [one.value for one in fitting(ENTRIES, typed)] == found


def test_the_whole_name_comes_before_what_begins_with_it() -> None:
    entries = [Named("flowers-2"), Named("flowers")]
    assert [one.value for one in fitting(entries, "flowers")] == ["flowers", "flowers-2"]

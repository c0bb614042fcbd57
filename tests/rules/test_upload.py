from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.records import SharedFile
from bot.rules.figures import FIGURES
from bot.rules.upload import check_files, check_minutes, keys_for, pieces

ROSE = SharedFile("F1", "rose.jpg", 3)
TULIP = SharedFile("F2", "tulip.jpg", 3)


@pytest.mark.rule("R4.06")
@pytest.mark.parametrize(
    ("prefix", "files", "keys"),
    [
        ("", [ROSE], ["rose.jpg"]),
        ("flowers", [ROSE, TULIP], ["flowers/rose.jpg", "flowers/tulip.jpg"]),
        ("flowers/", [ROSE], ["flowers/rose.jpg"]),
        ("flowers/first.jpg", [ROSE], ["flowers/first.jpg"]),
        ("flowers/first.JPG", [ROSE], ["flowers/first.JPG"]),
        ("flowers/v1.2", [ROSE], ["flowers/v1.2/rose.jpg"]),
        ("flowers/a.jpg", [ROSE, TULIP], ["flowers/a.jpg/rose.jpg", "flowers/a.jpg/tulip.jpg"]),
        ("x/", [SharedFile("F1", "a/b\\c", 1)], ["x/a_b_c"]),
        ("x/", [SharedFile("F1", "..", 1)], ["x/file"]),
        ("x/", [SharedFile("F1", "花 卉.csv", 1)], ["x/花 卉.csv"]),
    ],
)
def test_where_each_file_goes(prefix: str, files: list[SharedFile], keys: list[str]) -> None:
    assert keys_for(prefix, files) == keys


@pytest.mark.parametrize(
    ("files", "keys", "why"),
    [
        ([], [], "no_files"),
        ([ROSE] * 11, [f"k{n}" for n in range(11)], "too_many"),
        ([SharedFile("F1", "big.bin", FIGURES.files.largest + 1)], ["big.bin"], "too_large"),
        ([ROSE, ROSE], ["rose.jpg", "rose.jpg"], "same_name"),
        ([ROSE], ["花" * 342], "long_key"),
    ],
)
def test_what_is_too_much_is_refused_by_name(files: list[SharedFile], keys: list[str], why: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_files(files, keys)
    assert refused.value.say.key == f"bucket.put.{why}"


def test_the_largest_file_is_taken() -> None:
    check_files([SharedFile("F1", "big.bin", FIGURES.files.largest)], ["big.bin"])


@pytest.mark.parametrize("value", ["0", "61", "-1", "soon", "1.5", ""])
def test_minutes_that_are_none_are_refused(value: str) -> None:
    with pytest.raises(Refusal):
        check_minutes(value)
    assert check_minutes(" 60 ") == "60"


@given(st.lists(st.binary(max_size=9), max_size=9), st.integers(1, 7))
async def test_pieces_are_all_of_it_and_none_is_larger(chunks: list[bytes], size: int) -> None:
    async def coming() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    found = [piece async for piece in pieces(coming(), size)]
    assert b"".join(found) == b"".join(chunks)
    assert all(len(piece) == size for piece in found[:-1])
    assert 0 <= len(found[-1]) <= size
    assert len(found[-1]) > 0 or len(found) == 1

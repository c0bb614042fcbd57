from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.rules import bucket
from bot.rules.bucket import Use
from bot.rules.figures import FIGURES
from bot.texts import Catalog

NAMES = st.one_of(
    st.text(max_size=90),
    st.text(alphabet="abc0.-_ÄC", max_size=90),
    st.from_regex(r"\A[0-9]{1,3}(\.[0-9]{1,3}){3}\Z"),
    st.from_regex(r"\A[0-9.]{55,80}\Z"),
)
PATHS = st.one_of(st.text(max_size=60), st.text(alphabet="a./\\ 花\u200b", max_size=40), st.text("花/", min_size=900))


@pytest.mark.rule("R4.04")
@pytest.mark.parametrize(
    ("name", "reason", "suggestion"),
    [
        ("C_Flowers", "letters", "c-flowers"),
        ("My Bucket!", "letters", "my-bucket"),
        ("blümen", "letters", "blumen"),
        ("花卉", "letters", "modelarts-data"),
        ("", "length", "modelarts-data"),
        ("ab", "length", "ab-data"),
        ("x" * 64, "length", "x" * 63),
        ("-flowers", "edges", "flowers"),
        ("flowers.", "edges", "flowers"),
        ("c--flowers", "adjacent", "c-flowers"),
        ("c..flowers", "adjacent", "c.flowers"),
        ("c.-flowers", "adjacent", "c-flowers"),
        ("192.168.0.1", "address", "192-168-0-1"),
    ],
)
def test_bad_names_are_refused_with_reason_and_suggestion(name: str, reason: str, suggestion: str) -> None:
    with pytest.raises(Refusal) as refused:
        bucket.check_name(name)
    assert refused.value.say.key == f"bucket.name.{reason}"
    assert refused.value.suggestion == suggestion
    assert refused.value.say.facts["suggestion"] == suggestion


@pytest.mark.rule("R4.04")
@pytest.mark.parametrize("name", ["c-flowers", "abc", "a.b", "1-2", "x" * 63, "1.2.3", "1.2.3.4.5"])
def test_good_names_stay(name: str) -> None:
    assert bucket.check_name(f" {name} ") == name
    assert bucket.suggested_name(name) == name


@pytest.mark.rule("R4.04")
@given(NAMES)
def test_every_suggested_name_is_itself_valid(name: str) -> None:
    suggestion = bucket.suggested_name(name)
    assert bucket.check_name(suggestion) == suggestion


@pytest.mark.rule("R4.04")
def test_existing_buckets_may_have_what_the_provider_once_allowed() -> None:
    assert bucket.check_existing("c--flowers") == "c--flowers"
    for wrong in ("c..flowers", "c.-flowers", "C_Flowers", "-c"):
        with pytest.raises(Refusal):
            bucket.check_existing(wrong)


@pytest.mark.rule("R4.01")
@pytest.mark.parametrize("region", ["", "cn-north-4", " CN-North-4 "])
def test_the_region_in_use_is_accepted(region: str) -> None:
    assert bucket.check_region(region, "cn-north-4") == "cn-north-4"


@pytest.mark.rule("R4.01")
def test_another_region_is_refused_and_the_right_one_suggested() -> None:
    with pytest.raises(Refusal) as refused:
        bucket.check_region("cn-north-1", "cn-north-4")
    assert refused.value.say.key == "bucket.region.differs"
    assert refused.value.suggestion == "cn-north-4"


@pytest.mark.rule("R4.06")
@pytest.mark.parametrize(
    ("path", "key"),
    [("flowers", "flowers/"), ("flowers/", "flowers/"), (" a/b ", "a/b/"), ("训练/图片", "训练/图片/"), ("…", "…/")],
)
def test_good_folders_become_keys(path: str, key: str) -> None:
    assert bucket.check_folder(path) == key


@pytest.mark.rule("R4.06")
@pytest.mark.parametrize(
    ("path", "reason", "suggestion"),
    [
        ("/flowers", "leading", "flowers/"),
        ("a//b", "empty", "a/b/"),
        ("a/b//", "empty", "a/b/"),
        ("", "empty", "data/"),
        ("/", "leading", "data/"),
        ("../a", "dots", "a/"),
        ("a/./b", "dots", "a/b/"),
        ("a\\b", "letters", "a/b/"),
        ("a\x07b", "letters", "ab/"),
        ("x" * 1024, "length", "x" * 1023 + "/"),
        ("花" * 342, "length", "花" * 341 + "/"),
    ],
)
def test_bad_folders_are_refused_with_reason_and_suggestion(path: str, reason: str, suggestion: str) -> None:
    with pytest.raises(Refusal) as refused:
        bucket.check_folder(path)
    assert refused.value.say.key == f"bucket.folder.{reason}"
    assert refused.value.suggestion == suggestion


@pytest.mark.rule("R4.06")
@given(PATHS)
def test_every_suggested_folder_is_itself_valid(path: str) -> None:
    suggestion = bucket.suggested_folder(path)
    assert bucket.check_folder(suggestion) == suggestion


@pytest.mark.rule("R4.06")
@given(PATHS)
def test_an_accepted_folder_is_a_key_that_obs_takes(path: str) -> None:
    try:
        key = bucket.check_folder(path)
    except Refusal:
        return
    assert key.endswith("/")
    assert all(key.removesuffix("/").split("/"))
    assert len(key.encode()) <= FIGURES.bucket.longest_key


@pytest.mark.rule("R4.02")
@pytest.mark.rule("R4.05")
@pytest.mark.parametrize(
    ("region", "encryption", "use"),
    [
        ("cn-north-4", "", Use.YES),
        ("cn-north-4", "kms", Use.ENCRYPTED),
        ("cn-north-4", None, Use.UNKNOWN),
        ("cn-north-1", "", Use.REGION),
        ("cn-north-1", None, Use.REGION),
    ],
)
def test_what_modelarts_here_can_use(region: str, encryption: str | None, use: Use) -> None:
    assert bucket.use(region, "cn-north-4", encryption) is use


@pytest.mark.rule("R4.08")
@pytest.mark.parametrize(("storage_class", "suits"), [("STANDARD", True), ("standard", True), ("WARM", False)])
def test_only_standard_suits_notebooks(storage_class: str, suits: bool) -> None:
    assert bucket.suits_notebooks(storage_class) is suits


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (1024**3, "1 GB"), (2 * 1024**6, "2048 PB")]
)
def test_sizes_are_readable(size: int, text: str) -> None:
    assert bucket.readable_size(size) == text


@pytest.mark.rule("R4.01")
def test_every_named_region_has_a_name() -> None:
    keys = Catalog.load().keys()
    assert {f"region.{region}" for region in FIGURES.named_regions} == {
        key for key in keys if key.startswith("region.") and key != "region.other"
    }

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from bot.rules.links import Page, address, link, region_name
from bot.say import Language
from bot.texts import Catalog

LISTED = {
    "agency",
    "authorization",
    "bucket",
    "pool",
    "job",
    "service",
    "notebook",
    "workflow",
    "model",
    "package",
    "bill",
}
CATALOG = Catalog.load()


@pytest.mark.rule("R2.01")
def test_every_listed_kind_has_a_page() -> None:
    assert {page.value for page in Page} >= LISTED


@pytest.mark.rule("R2.01")
@pytest.mark.parametrize("page", Page)
def test_every_link_is_https_and_carries_its_region(page: Page) -> None:
    made = link(page, "cn-north-4", "c-flowers")
    assert urlsplit(made.url).scheme == "https"
    assert "region=cn-north-4" in made.url
    assert "{" not in made.url
    for language in Language:
        assert "cn-north-4" in CATALOG.render(made.label, language)


@pytest.mark.rule("R2.03")
@pytest.mark.parametrize("page", Page)
def test_every_link_has_a_click_path_in_the_readers_language(page: Page) -> None:
    path = link(page, "cn-north-4", "c-flowers").path
    assert "CN North-Beijing4" in CATALOG.render(path, Language.EN)
    assert "华北-北京四" in CATALOG.render(path, Language.ZH)


@pytest.mark.rule("R2.01")
def test_a_bucket_is_linked_by_name_and_its_name_cannot_break_the_address() -> None:
    assert address(Page.BUCKET, "cn-north-4", "c-flowers").endswith("#/obs/manage/c-flowers/object/list")
    assert "?x#" not in address(Page.BUCKET, "cn-north-4", "?x#")


def test_an_unknown_region_is_called_by_its_id() -> None:
    assert CATALOG.render(region_name("xx-new-1"), Language.ZH) == "xx-new-1"

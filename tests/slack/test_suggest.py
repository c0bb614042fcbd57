"""What a select offers while somebody types: over the simulated Slack, from a store in memory, with no cloud at all."""

from __future__ import annotations

from typing import Any

import pytest

from bot.flows.names import WORK
from bot.ports import Change
from bot.records import Named, Names
from bot.rules.figures import FIGURES
from tests.slack.conftest import House
from tests.slack.given import interaction
from tests.slack.test_commands import KEY

HERE = "cn-north-4"
WANG = "U0WANG0001"


async def keep(
    house: House, index: str, *entries: Named, total: int = 0, account: str = "acct", age: float = 0
) -> None:
    read_at = house.clock.machine() - age
    names = Names(f"{HERE}/{index}", account, entries, total or len(entries), read_at)
    await house.store.commit(Change().create(names))


async def offered(house: House, q: str = "", field: str = "name", who: str = "wang") -> list[str]:
    found = await house.control.get("options", {"as": who, "action_id": field, "q": q})
    await house.quiet()
    return [option["value"] for option in found]


BUCKETS = [Named("c-flowers", note=HERE), Named("old-flowers", note="cn-east-3"), Named("花卉数据", note=HERE)]


async def test_names_are_offered_from_the_first_click_and_narrowed_by_typing(house: House) -> None:
    await keep(house, "bucket", *BUCKETS)
    await house.say("wang", "/modelarts bucket show")
    assert await offered(house) == ["c-flowers", "old-flowers", "花卉数据"]
    assert (await offered(house, "old"))[0] == "old-flowers"
    assert (await offered(house, "卉数"))[0] == "花卉数据"
    assert await offered(house, "c-flowers") == ["c-flowers"]
    assert (await house.submit("wang", name="old-flowers"))["ok"]
    (inbound,) = [one for one in await house.taken() if one.command]
    assert inbound.values["name"] == "old-flowers"


async def test_what_the_index_does_not_know_may_still_be_typed(house: House) -> None:
    await house.say("wang", "/modelarts bucket show")
    assert await offered(house, "brand-new") == ["brand-new"]
    refused = await house.submit("wang", name="Brand_New")
    assert "brand-new" in refused["errors"]["name"]
    assert (await house.submit("wang", name="brand-new"))["ok"]


async def test_a_value_typed_in_the_command_stands_in_the_form(house: House) -> None:
    await house.say("wang", "/modelarts bucket folder typed-bucket")
    view = await house.view("wang")
    assert view is not None
    chosen = view["values"]["bucket"]["bucket"]["selected_option"]
    assert chosen["value"] == "typed-bucket"


def form_of(house: House) -> str:
    """Return the id of the form that wang has open."""
    (view,) = house.site.workspace.stack(WANG)
    return str(view.body["private_metadata"])


async def asked(house: House, q: str = "", *, form: str, user: str = WANG) -> dict[str, Any]:
    """Ask for options as Slack does, and return what it is told."""
    seen = {"id": "V1", "type": "modal", "private_metadata": form}
    body = interaction("block_suggestion", user, action_id="name", block_id="name", value=q, view=seen)
    return await house.acked(body)


@pytest.mark.parametrize(
    ("total", "said"), [(150, "First 99 of 150: type more"), (7000, "99 of 7000, not all known here")]
)
async def test_a_list_that_is_cut_says_so(house: House, total: int, said: str) -> None:
    await keep(house, "bucket", *(Named(f"b-{n:03}") for n in range(150)), total=total)
    await house.say("wang", "/modelarts bucket show")
    (group,) = (await asked(house, form=form_of(house)))["option_groups"]
    assert said in group["label"]["text"]
    assert len(group["options"]) == FIGURES.names.shown
    assert len(await offered(house, "b")) == 100


async def test_folders_follow_the_bucket_that_was_chosen(house: House) -> None:
    await keep(house, "bucket", Named("c-flowers"), Named("other"))
    await keep(house, "folder/c-flowers", Named("flowers"), Named("flowers/train"))
    await house.say("wang", "/modelarts bucket folder")
    assert await offered(house, field="path") == []
    pressed = {"as": "wang", "in": "#modelarts", "action_id": "bucket", "surface": "modal"}
    await house.control.post("press", pressed | {"selected": "c-flowers"})
    await house.quiet()
    assert await offered(house, field="path") == ["flowers", "flowers/train"]
    await house.control.post("press", pressed | {"selected": "other"})
    await house.quiet()
    assert await offered(house, field="path") == []
    woken = [entry.id for entry in await house.store.read("work", 100) if entry.kind == WORK]
    assert woken == ["folder/c-flowers", "folder/other"]


async def test_old_names_are_read_anew_by_a_worker_and_offered_meanwhile(house: House) -> None:
    await keep(house, "bucket", Named("c-flowers"), age=FIGURES.names.old_seconds + 1)
    await house.say("wang", "/modelarts bucket show")
    assert await offered(house) == ["c-flowers"]
    assert await offered(house, "c") != []
    assert [entry.id for entry in await house.store.read("work", 9) if entry.kind == WORK] == ["bucket"]


async def test_fresh_names_wake_nobody(house: House) -> None:
    await keep(house, "bucket", Named("c-flowers"))
    await house.say("wang", "/modelarts bucket show")
    assert await offered(house) == ["c-flowers"]
    assert [entry for entry in await house.store.read("work", 9) if entry.kind == WORK] == []


async def test_options_cost_two_reads_and_no_write(house: House) -> None:
    await keep(house, "bucket", *BUCKETS)
    await house.say("wang", "/modelarts bucket show")
    before, written = house.store.loads, house.store.commits
    await offered(house, "flow")
    assert (house.store.loads - before, house.store.commits - written) == (2, 0)


async def test_names_of_another_account_are_not_shown(house: House) -> None:
    await keep(house, "bucket", Named("theirs"), account="other")
    await house.say("wang", "/modelarts bucket show")
    assert await offered(house) == []


async def test_nobody_reads_names_through_anothers_form(house: House) -> None:
    await keep(house, "bucket", *BUCKETS)
    await house.say("wang", "/modelarts bucket show")
    form = form_of(house)
    assert len((await asked(house, form=form))["options"]) == len(BUCKETS)
    assert await asked(house, form=form, user="U0LI000001") == {"options": []}
    assert await asked(house, form="somebody-elses") == {"options": []}
    await house.control.post("people", {"id": "wang", "guest": True})
    house.clock.ahead += 90
    assert await asked(house, form=form) == {"options": []}


async def test_a_key_typed_into_a_select_is_not_offered_back(house: House) -> None:
    await house.say("wang", "/modelarts bucket show")
    assert await offered(house, KEY) == []


async def test_a_store_that_is_down_offers_nothing(house: House) -> None:
    await keep(house, "bucket", *BUCKETS)
    await house.say("wang", "/modelarts bucket show")
    house.store.down = True
    assert await offered(house) == []


async def test_a_path_is_offered_bucket_by_bucket_then_folder_by_folder(house: House) -> None:
    await keep(house, "bucket", *BUCKETS)
    await keep(house, "folder/c-flowers", Named("flowers"), Named("flowers/train"))
    await house.say("wang", "/modelarts bucket check")
    buckets = ["obs://c-flowers/", "obs://old-flowers/", "obs://花卉数据/"]
    folders = ["obs://c-flowers/flowers/", "obs://c-flowers/flowers/train/"]
    assert await offered(house, field="path") == buckets
    assert (await offered(house, "old", field="path"))[0] == "obs://old-flowers/"
    assert await offered(house, "obs://c-flowers/", field="path") == ["obs://c-flowers/", *folders]
    assert (await offered(house, "c-flowers/tra", field="path"))[0] == folders[1]
    pressed = {"as": "wang", "in": "#modelarts", "action_id": "path", "surface": "modal"}
    await house.control.post("press", pressed | {"selected": "obs://c-flowers/"})
    await house.quiet()
    assert await offered(house, field="path") == [buckets[0], *folders, *buckets[1:]]
    assert (await offered(house, "train", field="path"))[0] == folders[1]
    assert (await house.submit("wang", path="obs://c-flowers/flowers/new"))["ok"]
    (inbound,) = [one for one in await house.taken() if one.command]
    assert inbound.values["path"] == "obs://c-flowers/flowers/new"


async def test_what_is_in_a_bucket_is_read_only_where_there_is_such_a_bucket(house: House) -> None:
    await keep(house, "bucket", *BUCKETS)
    await house.say("wang", "/modelarts bucket get")
    await offered(house, "obs://nobodys/fl", field="path")
    await offered(house, "obs://c-flowers/fl", field="path")
    assert [entry.id for entry in await house.store.read("work", 9) if entry.kind == WORK] == ["object/c-flowers"]


async def test_a_path_among_thousands_costs_three_reads_and_no_write(house: House) -> None:
    await keep(house, "bucket", *(Named(f"b-{n:04}", note=HERE) for n in range(1000)))
    await keep(house, "folder/b-0500", *(Named(f"f-{n:04}/train") for n in range(5000)))
    await house.say("wang", "/modelarts bucket put")
    before, written = house.store.loads, house.store.commits
    assert (await offered(house, "obs://b-0500/f-4999", field="path"))[0] == "obs://b-0500/f-4999/train/"
    assert (house.store.loads - before, house.store.commits - written) == (3, 0)

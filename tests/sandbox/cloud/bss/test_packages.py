"""Packages as the provider's client reads them, while time passes and people buy and renew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import huaweicloudsdkbss.v2 as bss
import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from tests.sandbox.cloud.bss.conftest import DAY, LONG, MODELARTS, SOON, WAITING, Books, Open
from tests.sandbox.cloud.modelarts.stage import START

NOT_YET, ACTIVE, USED_UP, EXPIRED, REFUNDED = range(5)


def package(**more: Any) -> dict[str, Any]:
    fields = {"id": "a", "owner": "flower-lab", "product": "P", "name": "N", "hours": 10, "expires_in": "10d"}
    return fields | more


def test_packages_are_listed_with_texts_and_utc_times(books: Books) -> None:
    row = next(row for row in books.packages(status=ACTIVE) if row["order_instance_id"] == SOON)
    assert (row["effective_time"], row["expire_time"]) == ("2026-08-30T14:13:20Z", "2026-09-29T14:13:20Z")
    (quota,) = row["free_resources"]
    assert (quota["amount"], quota["original_amount"], quota["measure_id"]) == ("69.5", "100", 4)
    assert (row["region_code"], row["service_type_code"]) == ("cn-north-4", MODELARTS)
    assert books.states() == {SOON: ACTIVE, LONG: ACTIVE, WAITING: NOT_YET}


@pytest.mark.parametrize(
    ("seconds", "states"),
    [
        (5 * DAY - 1, (ACTIVE, NOT_YET)),
        (5 * DAY, (ACTIVE, ACTIVE)),
        (8 * DAY - 1, (ACTIVE, ACTIVE)),
        (8 * DAY, (EXPIRED, ACTIVE)),
        (35 * DAY, (EXPIRED, EXPIRED)),
    ],
)
def test_states_follow_the_clock(books: Books, seconds: float, states: tuple[int, int]) -> None:
    books.clock.offset += seconds
    found = books.states()
    assert (found[SOON], found[WAITING]) == states


def test_terms_begin_and_end_on_the_seconds_told(books: Books) -> None:
    books.clock.offset += 0.75
    fresh = books.act("buy_again", SOON)
    assert fresh["status"] == ACTIVE
    ends = datetime.fromisoformat(fresh["expire_time"]).timestamp()
    books.clock.offset = ends - START
    assert books.states()[fresh["order_instance_id"]] == EXPIRED
    books.clock.offset -= 0.01
    assert books.states()[fresh["order_instance_id"]] == ACTIVE


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, ACTIVE),
        ({"effective_in": "1h"}, NOT_YET),
        ({"uses": [{"ago": "1h", "hours": 10}]}, USED_UP),
        ({"uses": [{"ago": "1h", "hours": 10}], "expires_in": 0, "effective": "1d"}, EXPIRED),
        ({"refunded": True}, REFUNDED),
    ],
)
def test_every_state_can_be_seeded(open_books: Open, changes: dict[str, Any], status: int) -> None:
    books = open_books({"packages": [package(**changes)]})
    assert books.states() == {"a": status}


def test_what_expired_long_ago_is_not_told(open_books: Open) -> None:
    books = open_books({"packages": [package()]})
    books.clock.offset += 17 * 30 * DAY
    assert books.states() == {"a": EXPIRED}
    books.clock.offset += 2 * 30 * DAY
    assert books.states() == {}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, [WAITING, LONG, SOON]),
        ({"region_code": "cn-north-4"}, [WAITING, LONG, SOON]),
        ({"region_code": "cn-north-1"}, []),
        ({"region_code": ""}, [WAITING, LONG, SOON]),
        ({"product_id": "OFFI585013200457510913"}, [LONG]),
        ({"product_name": "ModelArts AI development package, GPU 500 hours"}, [LONG]),
        ({"status": NOT_YET}, [WAITING]),
        ({"status": USED_UP}, []),
        ({"order_id": "CS0"}, []),
        ({"service_type_code_list": [MODELARTS.upper()]}, [WAITING, LONG, SOON]),
        ({"service_type_code_list": ["hws.service.type.obs"]}, []),
        ({"service_type_code_list": []}, [WAITING, LONG, SOON]),
        ({"limit": 2}, [WAITING, LONG]),
        ({"limit": 2, "offset": 2}, [SOON]),
        ({"limit": 2, "offset": 3}, []),
    ],
)
def test_filters_and_pages(books: Books, filters: dict[str, Any], expected: list[str]) -> None:
    answer = books.answer(**filters)
    assert [row["order_instance_id"] for row in answer["free_resource_packages"]] == expected
    assert answer["total_count"] == (3 if "limit" in filters else len(expected))


def test_ten_a_page_unless_asked(open_books: Open) -> None:
    books = open_books({"packages": [package(id=f"p{number:02}") for number in range(23)]})
    pages = [[row["order_instance_id"] for row in books.packages(offset=offset)] for offset in (0, 10, 20)]
    assert [len(page) for page in pages] == [10, 10, 3]
    assert len({identity for page in pages for identity in page}) == 23


def test_a_renewal_follows_the_present_period(books: Books) -> None:
    first = books.act("renew", SOON)
    second = books.act("renew", SOON)
    ends = START + 8 * DAY
    books.clock.offset += 8 * DAY - 1
    assert [books.states()[row["order_instance_id"]] for row in (first, second)] == [NOT_YET, NOT_YET]
    books.clock.offset += 1
    assert books.clock.now() == ends
    found = books.states()
    assert [found[SOON], found[first["order_instance_id"]], found[second["order_instance_id"]]] == [
        EXPIRED,
        ACTIVE,
        NOT_YET,
    ]
    row = next(row for row in books.packages() if row["order_instance_id"] == second["order_instance_id"])
    assert row["effective_time"] == first["expire_time"]
    assert row["product_id"] == first["product_id"]
    assert row["free_resources"][0]["amount"] == "100"


def test_buying_again_is_in_force_at_once_beside_the_old(books: Books) -> None:
    fresh = books.act("buy_again", SOON)
    found = books.states()
    assert (found[SOON], found[fresh["order_instance_id"]]) == (ACTIVE, ACTIVE)
    assert len({row["order_id"] for row in books.packages()}) == 4


def test_a_package_that_ended_is_renewed_from_now(books: Books) -> None:
    books.clock.offset += 20 * DAY
    renewed = books.act("renew", SOON)
    assert (renewed["status"], renewed["effective_time"]) == (ACTIVE, "2026-10-11T14:13:20Z")


def test_a_refunded_successor_does_not_count(open_books: Open) -> None:
    refunded = package(id="b", effective_in="10d", expires_in="20d", refunded=True)
    books = open_books({"packages": [package(), refunded]})
    assert books.act("renew", "a")["effective_time"] == "2026-10-01T14:13:20Z"
    with pytest.raises(ValueError, match="refunded"):
        books.act("renew", "b")


def test_hours_are_used_and_used_up(books: Books) -> None:
    assert books.act("use", SOON, hours=9.5)["free_resources"][0]["amount"] == "60"
    assert books.act("use_up", SOON)["status"] == USED_UP
    assert books.packages(status=USED_UP)[0]["free_resources"][0]["amount"] == "0"


@pytest.mark.parametrize(
    ("action", "fields", "words"),
    [
        ("renew", {"package": "x"}, SOON),
        ("renew", {}, "package"),
        ("renew", {"package": SOON, "years": 1}, "years"),
        ("use", {"package": SOON, "hours": 1000}, "69.5"),
        ("use", {"package": SOON, "hours": 0}, "hours"),
        ("use", {"package": WAITING, "hours": 1}, "not in force"),
        ("refund", {"package": SOON}, "price, renew, buy_again, use, use_up"),
    ],
)
def test_the_console_says_what_is_wrong(books: Books, action: str, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        books.cloud.console("bss", action, fields)


def test_quotas_are_told_in_detail(books: Books) -> None:
    body = bss.ListFreeResourceUsagesReq(free_resource_ids=[f"{SOON}-1", "somebody-elses"])
    answer = books.client.list_free_resource_usages(bss.ListFreeResourceUsagesRequest(body=body))
    (row,) = answer.free_resources
    assert (float(row.amount), float(row.original_amount), row.end_time) == (69.5, 100.0, "2026-09-29T14:13:20Z")


@pytest.mark.parametrize(
    ("begin", "end", "hours"),
    [
        ("2026-09-15", "2026-09-21", ["10", "6", "8", "12.5"]),
        ("2026-09-20", "2026-09-21", ["10"]),
        ("2026-07-01", "2026-07-02", []),
    ],
)
def test_deductions_of_some_days(books: Books, begin: str, end: str, hours: list[str]) -> None:
    request = bss.ListFreeResourcesUsageRecordsRequest(deduct_time_begin=begin, deduct_time_end=end)
    rows = books.client.list_free_resources_usage_records(request).free_resource_records
    assert [row.used_amount for row in rows] == hours


def test_deductions_tell_what_was_there_before_and_after(books: Books) -> None:
    request = bss.ListFreeResourcesUsageRecordsRequest(
        deduct_time_begin="2026-09-01", deduct_time_end="2026-09-21", free_resource_id=f"{SOON}-1"
    )
    rows = books.client.list_free_resources_usage_records(request).free_resource_records
    told = [(row.available_amount, row.used_amount, row.remaining_amount) for row in rows]
    assert told == [("79.5", "10", "69.5"), ("87.5", "8", "79.5"), ("100", "12.5", "87.5")]


@pytest.mark.parametrize(
    ("begin", "end"), [("2026-01-01", "2026-04-02"), ("2026-02-02", "2026-02-01"), ("1.2.2026", "")]
)
def test_wrong_days_are_refused(books: Books, begin: str, end: str) -> None:
    request = bss.ListFreeResourcesUsageRecordsRequest(deduct_time_begin=begin, deduct_time_end=end)
    with pytest.raises(ClientRequestException) as caught:
        books.client.list_free_resources_usage_records(request)
    assert (caught.value.status_code, caught.value.error_code) == (400, "CBC.0100")

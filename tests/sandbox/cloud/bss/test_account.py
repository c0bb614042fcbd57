"""Real-name state, balance, site; and what billing turns down."""

from __future__ import annotations

import json
from typing import Any

import huaweicloudsdkbss.v2 as bss
import pytest
import requests
from huaweicloudsdkcore.auth.credentials import GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException, ServiceResponseException
from huaweicloudsdkcore.sdk_request import SdkRequest

from sandbox.cloud import default_seed
from sandbox.cloud.faults import REFUSING
from tests.sandbox.cloud.bss.conftest import QUERY, Books, Open
from tests.sandbox.cloud.support import AK, DOMAIN, OTHER_AK, OTHER_SK, SK

OTHER = (OTHER_AK, OTHER_SK, "f2c1a7b0d6e34a51b7c9c0de5a8f9b11")


def account(**more: Any) -> dict[str, Any]:
    mine, *others = default_seed()["accounts"]
    return {"accounts": [mine | more, *others]}


@pytest.mark.parametrize(
    ("seed", "status", "kind"),
    [
        ({}, 2, 0),
        ({"enterprise": True}, 2, 1),
        ({"real_name": -1}, -1, None),
        ({"real_name": 0}, 0, 0),
        ({"real_name": 1}, 1, 0),
    ],
)
def test_real_name_state(open_books: Open, seed: dict[str, Any], status: int, kind: int | None) -> None:
    answer = open_books(account(**seed)).client.show_real_name_auth_status(bss.ShowRealNameAuthStatusRequest())
    assert (answer.verified_status, answer.verified_type) == (status, kind)


def test_balance_and_debt(open_books: Open) -> None:
    books = open_books(account(balance="12.34", debt="5.6"))
    answer = books.client.show_customer_account_balances(bss.ShowCustomerAccountBalancesRequest())
    (cash,) = answer.account_balances
    assert (cash.account_type, float(cash.amount), float(answer.debt_amount)) == (1, 12.34, 5.6)


def test_service_types_tell_whose_site_it_is(open_books: Open) -> None:
    request = bss.ListServiceTypesRequest(limit=1)
    answer = open_books().client.list_service_types(request)
    assert (len(answer.service_types), answer.total_count) == (1, 5)
    with pytest.raises(ClientRequestException) as caught:
        open_books({"options": {"site": "international"}}).client.list_service_types(request)
    assert (caught.value.status_code, caught.value.error_code) == (403, "CBC.0156")


def test_another_account_sees_its_own(open_books: Open) -> None:
    assert open_books(pair=OTHER).packages() == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '{"colour": 1}',
        '{"status": 5}',
        '{"status": "1"}',
        '{"limit": 0}',
        '{"limit": 1001}',
        '{"offset": -1}',
        '{"service_type_code_list": "hws.service.type.modelarts"}',
    ],
)
def test_refused_bodies(books: Books, body: str) -> None:
    host = books.url.removeprefix("http://")
    headers = {"Content-Type": "application/json"}
    request = SdkRequest(
        method="POST", schema="http", host=host, resource_path=QUERY, query_params=[], header_params=headers, body=body
    )
    signed = GlobalCredentials(AK, SK, DOMAIN).sign_request(request)
    answer = requests.post(f"{books.url}{QUERY}", body, headers=signed.header_params, timeout=5)
    assert (answer.status_code, json.loads(answer.text)["error_code"]) == (400, "CBC.0100")


def test_null_and_empty_mean_no_filter(books: Books) -> None:
    assert len(books.packages(status=None, order_id="", service_type_code_list=[])) == 3


@pytest.mark.parametrize("kind", sorted(REFUSING))
def test_faults_answer_in_the_providers_words(books: Books, kind: str) -> None:
    books.cloud.add_fault("bss", "list_free_resource_infos", kind, 1)
    with pytest.raises(ServiceResponseException) as caught:
        books.packages()
    assert caught.value.status_code >= 400
    assert caught.value.request_id
    assert len(books.packages()) == 3

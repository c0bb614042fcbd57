"""Prices as the provider's client asks for them, and as the console raises them."""

from __future__ import annotations

from typing import Any

import huaweicloudsdkbss.v2 as bss
import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from tests.sandbox.cloud.bss.conftest import MODELARTS, Books, Open
from tests.sandbox.cloud.support import PROJECT

CPU, GPU, FREE = "modelarts.vm.cpu.2u", "modelarts.vm.gpu.p4", "modelarts.vm.cpu.free"


def product(spec: str = GPU, **changed: Any) -> dict[str, Any]:
    """Return one item of an inquiry, by the hour."""
    plain = {"id": "1", "cloud_service_type": MODELARTS, "resource_type": "hws.resource.type.modelarts"}
    hourly = {"usage_factor": "Duration", "usage_value": 1, "usage_measure_id": 4, "subscription_num": 1}
    return plain | {"resource_spec": spec, "region": "cn-north-4"} | hourly | changed


def ask(books: Books, *products: dict[str, Any], project: str = PROJECT, **more: Any) -> dict[str, Any]:
    """Return the answer as JSON."""
    infos = [bss.DemandProductInfo(**one) for one in products]
    body = bss.RateOnDemandReq(project_id=project, product_infos=infos, **more)
    answer = books.client.list_on_demand_resource_ratings(bss.ListOnDemandResourceRatingsRequest(body=body))
    return answer.to_json_object()  # type: ignore[no-any-return]


def code(books: Books, *products: dict[str, Any], **more: Any) -> str:
    """Return the code of the refusal."""
    with pytest.raises(ClientRequestException) as refused:
        ask(books, *products, **more)
    assert refused.value.status_code == 400
    return str(refused.value.error_code)


def test_every_product_has_its_price_and_all_their_sum(books: Books) -> None:
    answer = ask(books, product(), product(CPU, id="2", usage_value=2, subscription_num=3))
    assert {row["id"]: float(row["amount"]) for row in answer["product_rating_results"]} == {"1": 7.2, "2": 5.04}
    assert (float(answer["amount"]), answer["currency"], answer["measure_id"]) == (12.24, "CNY", 1)
    assert float(answer["official_website_amount"]) - float(answer["amount"]) == float(answer["discount_amount"])


def test_precision_says_how_many_places_are_kept(open_books: Open) -> None:
    books = open_books({"flavors": [{"id": GPU, "processor": "GPU", "hourly": "1.123456789"}], "services": []})
    assert [float(ask(books, product(), inquiry_precision=n)["amount"]) for n in (0, 1)] == [1.123456, 1.123456789]


def test_a_product_goes_by_its_billing_specification(open_books: Open) -> None:
    flavor = {"id": GPU, "processor": "GPU", "hourly": "7.2", "billing": "ma.p4.hour"}
    books = open_books({"flavors": [flavor], "services": []})
    assert float(ask(books, product("ma.p4.hour"))["amount"]) == 7.2
    assert code(books, product(GPU)) == "CBC.99006006"


@pytest.mark.parametrize(
    "changed",
    [
        {"spec": FREE},
        {"spec": "modelarts.vm.none"},
        {"region": "cn-north-1"},
        {"cloud_service_type": "hws.service.type.ec2"},
        {"resource_type": "hws.resource.type.vm"},
    ],
)
def test_what_is_not_sold_there_is_not_found(books: Books, changed: dict[str, Any]) -> None:
    assert code(books, product(**changed)) == "CBC.99006006"


@pytest.mark.parametrize("changed", [{"usage_measure_id": 10}, {"usage_factor": "upflow"}])
def test_a_wrong_unit_is_refused(books: Books, changed: dict[str, Any]) -> None:
    assert code(books, product(**changed)) == "CBC.99006050"


@pytest.mark.parametrize(
    ("changed", "more"),
    [
        ({"usage_value": 0}, {}),
        ({"subscription_num": 0}, {}),
        ({"resource_size": 1}, {}),
        ({"size_measure_id": 14}, {}),
        ({"resource_size": 1, "size_measure_id": 17}, {}),
        ({}, {"inquiry_precision": 2}),
        ({}, {"project": "0" * 32}),
    ],
)
def test_wrong_parameters_are_refused(books: Books, changed: dict[str, Any], more: dict[str, Any]) -> None:
    assert code(books, product(**changed), **more) == "CBC.0100"


def test_ids_are_distinct_and_there_is_at_least_one_product(books: Books) -> None:
    assert code(books, product(), product(CPU)) == "CBC.0100"
    assert code(books) == "CBC.0100"


def test_the_console_raises_a_price(books: Books) -> None:
    raised = books.cloud.console("bss", "price", {"flavor": GPU, "hourly": 9.3})
    assert raised == {"flavor": GPU, "hourly": "9.3"}
    assert float(ask(books, product())["amount"]) == 9.3
    with pytest.raises(ValueError, match=CPU):
        books.cloud.console("bss", "price", {"flavor": FREE, "hourly": 1})

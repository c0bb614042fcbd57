"""The cloud's settings are the SDK's own names, a temporary key's token among them."""

from __future__ import annotations

from bot.compose.cloud import cloud_settings
from bot.huawei.client import Clients
from bot.huawei.services import ModelartsServices
from bot.settings import load
from tests.huawei.support import HERE, always, answering, opened_ports
from tests.test_settings import GOOD


async def test_a_temporary_key_of_the_environment_signs_with_its_token() -> None:
    with (
        opened_ports() as ports,
        answering(ports, "modelarts", always(200, {"services": [], "total_count": 0})) as asked,
    ):
        environment = {
            **GOOD,
            "HUAWEICLOUD_SDK_SECURITY_TOKEN": "canary-token",
            "HUAWEICLOUD_SDK_PROJECT_ID": "p4",
            "HUAWEICLOUD_REGION": HERE,
            "HUAWEICLOUD_ENDPOINT_MODELARTS": ports.served["modelarts"].url,
        }
        settings = load(environment)
        clients = Clients(cloud_settings(settings))
        assert await ModelartsServices(clients).listed() == []
        await clients.close()
    assert asked[0].headers["x-security-token"] == "canary-token"
    assert "canary" not in repr(settings) + repr(cloud_settings(settings))

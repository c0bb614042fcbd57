"""The cloud's settings out of the product's."""

from __future__ import annotations

from bot.huawei.client import CloudSettings
from bot.settings import Settings


def cloud_settings(settings: Settings) -> CloudSettings:
    """Return whose account, which region and which addresses; what is left out is looked up at the start."""
    return CloudSettings(
        ak=settings.HUAWEICLOUD_SDK_AK.get_secret_value(),
        sk=settings.HUAWEICLOUD_SDK_SK.get_secret_value(),
        security_token=settings.HUAWEICLOUD_SDK_SECURITY_TOKEN.get_secret_value(),
        region=settings.HUAWEICLOUD_REGION,
        domain_id=settings.HUAWEICLOUD_SDK_DOMAIN_ID,
        project_id=settings.HUAWEICLOUD_SDK_PROJECT_ID,
        endpoints=settings.endpoints,
    )

"""The free tier's figures, as the provider's guide states them; the product keeps its own and a test compares."""

from __future__ import annotations

FREE_REGION = "cn-north-4"
FREE_RUN_S = 3600.0
FREE_KEPT_S = 72 * 3600.0
FREE_NODES = 1
FREE_SERVICES_A_FLAVOR = 1

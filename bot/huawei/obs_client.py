"""The one OBS client of esdk-obs-python, which raises nothing for an HTTP error: results are judged by their status."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.huawei.client import REDIRECTS, THREADS, CloudSettings, endpoint, is_loopback
from bot.huawei.faults import Answer

CLASSES = {"STANDARD_IA": "WARM", "GLACIER": "COLD"}
"""Storage classes of the S3-like dialect by OBS's own words."""


class _Obs:
    """The service, as `Clients` needs to know it."""

    name = "obs"

    def build(self, settings: CloudSettings) -> Any:
        """Return a client with verified TLS, pooled connections, no repeats of its own, and at most one redirect.

        The SDK's defaults are none of these. `use_http_conns` sends through one requests session, the only mode in
        which the host name of a certificate is checked and connecting has its own time limit. Addresses by number
        and `localhost` have no sub-domains, so the bucket goes into the path.
        """
        import certifi  # noqa: PLC0415 - with the SDK, at the first call
        from obs import ObsClient  # noqa: PLC0415

        server = endpoint(settings, "obs", f"https://obs.{settings.region}.myhuaweicloud.com")
        return ObsClient(
            access_key_id=settings.ak,
            secret_access_key=settings.sk,
            security_token=settings.security_token or None,
            server=server,
            path_style=is_loopback(urlsplit(server).hostname or ""),
            ssl_verify=certifi.where(),
            timeout=(settings.limits.connect, settings.limits.read),
            max_retry_count=0,
            max_redirect_count=REDIRECTS + 1,
            long_conn_mode=True,
            use_http_conns=True,
            pool_size=THREADS,
            is_signature_negotiation=False,
        )

    def renew(self, client: Any, settings: CloudSettings) -> None:
        """Sign with this key from now on."""
        client.refresh(settings.ak, settings.sk, settings.security_token or None)

    def answer(self, result: Any) -> Answer:
        """Return what a result says of itself."""
        texts = [str(found or "") for found in (result.errorCode, result.errorMessage, result.requestId)]
        return Answer(result.status or 0, *texts)


OBS = _Obs()

"""Check SDK-HMAC-SHA256 signatures the way the provider's API gateway does.

The signed text is method, path with a closing slash, sorted query, the headers named as signed, their names, and the
hash of the body (or the word UNSIGNED-PAYLOAD); dates may be 15 minutes off machine time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from sandbox.clock import machine_now
from sandbox.cloud.accounts import Accounts, Caller, Pair, project_ids
from sandbox.cloud.wire import Refusal, Request

ALGORITHM = "SDK-HMAC-SHA256"
WINDOW_S = 15 * 60
MUST_BE_SIGNED = frozenset({"host", "x-sdk-date"})
AUTHORIZATION = re.compile(
    ALGORITHM + r" Access=(?P<ak>[^,\s]+), ?SignedHeaders=(?P<headers>[^,\s]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
Refuse = Callable[[str], Refusal]


class Gateway:
    """Authenticate requests of the services that sit behind the API gateway."""

    def __init__(self, accounts: Accounts, prefix: str) -> None:
        self._accounts = accounts
        self._prefix = prefix

    def refuse(self, status: int, number: str, message: str) -> Refusal:
        """Build a refusal with a gateway code such as APIGW.0301."""
        return Refusal(status, f"{self._prefix}.{number}", message, gateway=True)

    def no_such_api(self) -> Refusal:
        """Build the refusal for a path or method nobody published."""
        return self.refuse(404, "0101", "The API does not exist or has not been published in the environment")

    def not_yours(self) -> Refusal:
        """Build the refusal for a project or account that the signer does not own."""
        return self.refuse(403, "0302", "The IAM user is not authorized to access the API")

    def throttled(self) -> Refusal:
        """Build the refusal for one request too many."""
        return self.refuse(429, "0308", "The throttling threshold has been reached")

    def _unauthorized(self, reason: str) -> Refusal:
        return self.refuse(401, "0301", f"Incorrect IAM authentication information: {reason}")

    def authenticate(self, request: Request) -> Caller:
        """Return who signed the request. Raises Refusal (401, or 403 for a foreign project or account)."""
        if "{" in request.path:
            raise self.no_such_api()
        match = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        if match is None:
            raise self._unauthorized("verify aksk signature fail, authorization header is missing or malformed")
        pair = self._accounts.pair(match["ak"])
        if pair is None:
            raise self._unauthorized(f"Get secretKey failed,ak:{match['ak']},err:ak not exist")
        signed = match["headers"].split(";")
        self._check_date(request)
        self._check_signature(request, pair, signed, match["signature"])
        self._check_token(request, pair, signed)
        self._check_scope(request, pair.caller)
        return pair.caller

    def _check_date(self, request: Request) -> None:
        try:
            sent = datetime.strptime(request.headers.get("x-sdk-date", ""), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            raise self._unauthorized("verify aksk signature fail, x-sdk-date is missing or malformed") from None
        if abs(sent.timestamp() - machine_now()) > WINDOW_S:
            raise self._unauthorized("verify aksk signature fail, x-sdk-date is more than 15 minutes off")

    def _check_signature(self, request: Request, pair: Pair, signed: list[str], signature: str) -> None:
        if MUST_BE_SIGNED - set(signed) or set(signed) - request.headers.keys():
            raise self._unauthorized("verify aksk signature fail, signed headers are incomplete")
        wanted = sign(request, pair.sk, signed, self._body_hash(request, signed))
        if not hmac.compare_digest(wanted, signature):
            raise self._unauthorized("verify aksk signature fail")

    def _body_hash(self, request: Request, signed: list[str]) -> str:
        real = hashlib.sha256(request.body).hexdigest()
        stated = request.headers.get("x-sdk-content-sha256")
        if stated is None or not request.body:
            return real
        if "x-sdk-content-sha256" not in signed or stated not in (real, "UNSIGNED-PAYLOAD"):
            raise self._unauthorized("verify aksk signature fail, the body does not match its hash")
        return stated

    def _check_token(self, request: Request, pair: Pair, signed: list[str]) -> None:
        sent = request.headers.get("x-security-token")
        if pair.token is None and sent is None:
            return
        if pair.token is None or sent != pair.token or "x-security-token" not in signed:
            raise self._unauthorized("security token is missing or does not belong to the ak")
        if self._accounts.expired(pair):
            raise self._unauthorized("security token expired")

    def _check_scope(self, request: Request, caller: Caller) -> None:
        project, domain = (request.headers.get(name) for name in ("x-project-id", "x-domain-id"))
        if project is not None and project not in project_ids(caller.account):
            raise self._unauthorized("the project does not belong to the account")
        if domain is not None and domain != caller.domain_id:
            raise self._unauthorized("the domain does not belong to the account")


def sign(request: Request, sk: str, signed: list[str], body_hash: str) -> str:
    """Return the signature the given headers and body hash call for."""
    segments = "/".join(quote(segment, safe="~") for segment in request.path.split("/"))
    path = segments if segments.endswith("/") else f"{segments}/"
    pairs = sorted((name, value or "") for name, value in request.query)
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
    headers = "".join(f"{name}:{request.headers[name].strip()}\n" for name in signed)
    canonical = "\n".join([request.method, path, query, headers, ";".join(signed), body_hash])
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    text = "\n".join([ALGORITHM, request.headers["x-sdk-date"], digest])
    return hmac.new(sk.encode(), text.encode(), hashlib.sha256).hexdigest()

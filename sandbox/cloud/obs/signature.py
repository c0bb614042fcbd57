"""Check OBS signatures, in the Authorization header or in a temporary link: HMAC-SHA1 over a text of six parts.

Method, Content-MD5, Content-Type, date (or expiry), the dialect's own headers, and the resource with its
sub-resources. The date may be 15 minutes off machine time; `x-obs-date` (`x-amz-date`) stands in for Date.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sandbox.clock import machine_now
from sandbox.cloud.accounts import ANONYMOUS, Accounts, Caller, Pair
from sandbox.cloud.obs.dialect import Dialect
from sandbox.cloud.obs.refusals import refuse
from sandbox.cloud.obs.target import Target
from sandbox.cloud.wire import Request, is_count

WINDOW_S = 15 * 60
# Query names that are part of the signed resource, in lower case.
_NAMES = (
    "acl append backtosource bucketstatus cors customdomain delete deletebucket directcoldaccess encryption inventory "
    "length lifecycle location logging metadata modify name notification object-lock orchestration partnumber policy "
    "policystatus position publicaccessblock quota rename replication requestpayment response-cache-control "
    "response-content-disposition response-content-encoding response-content-language response-content-type "
    "response-expires restore retention storageclass storageinfo storagepolicy tagging torrent truncate uploadid "
    "uploads versionid versioning versions website x-image-process x-image-save-bucket x-image-save-object"
)
SIGNED_NAMES = frozenset(_NAMES.split())


class Signatures:
    """Authenticate OBS requests."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def authenticate(self, request: Request, target: Target) -> Caller:
        """Return who signed the request, or the anonymous caller. Raises Refusal (403)."""
        link = {name: value or "" for name, value in request.query}
        if "authorization" in request.headers:
            ak, _, signature = request.headers["authorization"].partition(" ")[2].partition(":")
            moment = self._header_date(request, target.dialect)
            token = request.headers.get(target.dialect.header("security-token"))
        elif "Signature" in link:
            ak, signature = link.get(target.dialect.access_key_parameter, ""), link["Signature"]
            moment = self._link_expiry(link.get("Expires", ""))
            token = link.get(target.dialect.header("security-token"))
        else:
            return ANONYMOUS
        return self._check(request, target, ak, signature, moment, token)

    def _check(
        self, request: Request, target: Target, ak: str, signature: str, moment: str, token: str | None
    ) -> Caller:
        pair = self._accounts.pair(ak.strip())
        if pair is None:
            raise refuse("InvalidAccessKeyId")
        wanted = sign(string_to_sign(request, target, moment), pair.sk)
        if not hmac.compare_digest(wanted.encode(), signature.strip().encode("utf-8", "surrogateescape")):
            raise refuse("SignatureDoesNotMatch")
        self._check_token(pair, token)
        return pair.caller

    def _check_token(self, pair: Pair, token: str | None) -> None:
        if token != pair.token:
            raise refuse("InvalidSecurityToken" if pair.token is None or token else "InvalidAccessKeyId")
        if self._accounts.expired(pair):
            raise refuse("InvalidSecurityToken", "The security token has expired")

    def _header_date(self, request: Request, dialect: Dialect) -> str:
        own = request.headers.get(dialect.header("date"))
        sent = read_date(own or request.headers.get("date", ""))
        if sent is None:
            raise refuse("AccessDenied", "Authentication needs a valid date")
        if abs(sent - machine_now()) > WINDOW_S:
            raise refuse("RequestTimeTooSkewed")
        return "" if own else request.headers["date"]

    def _link_expiry(self, expires: str) -> str:
        if not is_count(expires):
            raise refuse("AccessDenied", "A signed link needs an expiry")
        if int(expires) < machine_now():
            raise refuse("RequestTimeTooSkewed", "Request has expired")
        return expires


def read_date(text: str) -> float | None:
    """Return seconds since the epoch of an RFC 1123 or ISO 8601 basic date, or None."""
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        pass
    try:
        parsed = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()


def string_to_sign(request: Request, target: Target, moment: str) -> str:
    """Return the text a signer must have signed; `moment` is the date, the expiry or empty."""
    plain = [request.headers.get(name, "") for name in ("content-md5", "content-type")]
    own = sorted(name for name in request.headers if name.startswith(target.dialect.prefix))
    headers = [f"{name}:{_signed_value(request, target.dialect, name)}" for name in own]
    return "\n".join([request.method, *plain, moment, *headers, _resource(request, target)])


def _signed_value(request: Request, dialect: Dialect, name: str) -> str:
    value = request.headers[name]
    return value.strip() if name.startswith(dialect.header("meta-")) else value


def _resource(request: Request, target: Target) -> str:
    path = f"/{target.bucket}{request.raw_path}" if target.virtual_bucket else request.raw_path
    signed = [
        name if value is None else f"{name}={value}"
        for name, value in sorted(request.query, key=lambda pair: pair[0])
        if name.lower() in SIGNED_NAMES or name.lower().startswith(target.dialect.prefix)
    ]
    return f"{path}?{'&'.join(signed)}" if signed else path


def sign(text: str, sk: str) -> str:
    """Return the Base64 of the HMAC-SHA1."""
    digest = hmac.new(sk.encode(), text.encode("utf-8", "surrogateescape"), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()

"""The provider's errors as ours: which text, which link mends it, and what may be done next (R1.02).

Sources: the provider's error-code lists of OBS, IAM, ModelArts, BSS and its API gateway; the SDKs' own exceptions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from bot.errors import CloudBusy, CloudFault, CloudRefused, CloudUnknown
from bot.rules.actions import Actions, missing, of_the_caller
from bot.rules.links import Page, address, region_name
from bot.rules.secrets import redacted
from bot.say import Fact, Say, say

LONGEST_MESSAGE = 300
EXPLAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the provider answered, in whichever of its shapes it came."""

    status: int
    code: str = ""
    message: str = ""
    request_id: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked: region, the thing's name for the text, whether it was a write, and which call it was."""

    region: str
    name: str = ""
    write: bool = False
    service: str = ""
    operation: str = ""


_TEXTS = {
    "InArrearOrInsufficientBalance": "arrears",
    "ModelArts.6326": "arrears",
    "CBC.99005003": "arrears",
    "ModelArts.2837": "frozen",
    "DeregisterUserId": "frozen",
    "NotSignedUp": "not_signed_up",
    "AccessDenied": "forbidden",
    "AllAccessDisabled": "forbidden",
    "IAM.0002": "forbidden",
    "IAM.0003": "forbidden",
    "APIG.0302": "forbidden",
    "InvalidAccessKeyId": "key",
    "SignatureDoesNotMatch": "key",
    "InvalidSecurityToken": "key",
    "IAM.0001": "key",
    "IAM.0066": "key",
    "IAM.0067": "key",
    "IAM.0080": "key",
    "IAM.0081": "key",
    "IAM.0082": "key",
    "APIG.0301": "key",
    "RequestTimeTooSkewed": "clock",
    "BucketAlreadyExists": "bucket_taken",
    "BucketAlreadyOwnedByYou": "bucket_elsewhere",
    "TooManyBuckets": "bucket_quota",
    "NoSuchBucket": "no_bucket",
    "BucketNotEmpty": "bucket_not_empty",
    "InvalidBucketName": "bucket_name",
    "InvalidLocationConstraint": "location",
    "IllegalLocationConstraintException": "location",
    "InsufficientStorageSpace": "bucket_full",
    "IAM.0004": "gone",
    "IAM.0005": "taken",
    "ModelArts.0107": "forbidden",
    "ModelArts.0108": "not_signed_up",
    "ModelArts.0112": "forbidden",
    "ModelArts.0420": "agency_failed",
    "ModelArts.0421": "agency_failed",
    "ModelArts.0423": "statement",
    "ModelArts.0424": "authorization_there",
    "ModelArts.0428": "agency_failed",
    "ModelArts.0429": "no_authorization",
    "ModelArts.0430": "agency_failed",
    "ModelArts.0431": "agency_failed",
    "ModelArts.2804": "not_for_all",
    "ModelArts.6376": "no_agency",
    "ModelArts.6379": "unauthorized",
    "ModelArts.3502": "no_service",
    "ModelArts.3503": "service_taken",
    "ModelArts.3515": "model_publishing",
    "ModelArts.3519": "service_state",
    "ModelArts.3520": "service_quota",
    "ModelArts.3521": "service_quota",
    "ModelArts.3522": "service_quota",
    "ModelArts.3856": "free_taken",
    "ModelArts.3857": "free_nodes",
    "ModelArts.3976": "no_capacity",
    "CBC.0150": "other_site",
    "CBC.0151": "forbidden",
    "CBC.0156": "other_site",
}
_BY_STATUS = {301: "location", 302: "location", 307: "location", 401: "key", 403: "forbidden"}
_BUSY = frozenset(
    {"TooManyRequests", "SlowDown", "ServiceUnavailable", "OperationAborted", "IAM.0012", "APIG.0308", "CBC.99008040"}
)
_MENDS = {
    "arrears": Page.BALANCE,
    "frozen": Page.BILL,
    "not_signed_up": Page.REAL_NAME,
    "key": Page.ACCESS_KEY,
    "forbidden": Page.USER_GROUP,
    "agency_lacks": Page.AGENCY,
    "statement": Page.AUTHORIZATION,
}
_NEVER_SENT = frozenset(
    {
        "ConnectionRefusedError",
        "ConnectTimeout",
        "ConnectTimeoutError",
        "NewConnectionError",
        "NameResolutionError",
        "HostUnreachableException",
        "gaierror",
    }
)
_FOREIGN = ("requests", "urllib3", "http", "socket", "ssl", "huaweicloudsdkcore")


def fault(answer: Answer, call: Call) -> CloudFault:
    """Return our error for an answer of the provider that is no success (R1.02)."""
    code = answer.code.replace("APIGW.", "APIG.")
    if answer.status == 429 or answer.status == 503 or code in _BUSY:
        return _built(CloudBusy, "busy", answer, call)
    if code not in _TEXTS and answer.status >= 500:
        return _built(CloudUnknown if call.write else CloudBusy, "broken", answer, call)
    return _built(CloudRefused, _TEXTS.get(code) or _BY_STATUS.get(answer.status, "other"), answer, call)


def unanswered(error: Exception, call: Call) -> CloudFault:
    """Return our error for a call that got no answer. Raises `error` itself if the fault is ours."""
    chain = list(_chain(error))
    if not any(isinstance(e, OSError) or type(e).__module__.split(".")[0] in _FOREIGN for e in chain):
        raise error
    names = {type(e).__name__ for e in chain}
    silence = Answer(0)
    if names & {"SSLCertVerificationError", "CertificateError"}:
        return _built(CloudRefused, "certificate", silence, call)
    if not call.write or names & _NEVER_SENT or any(name in str(error) for name in _NEVER_SENT):
        return _built(CloudBusy, "unreachable", silence, call)
    return _built(CloudUnknown, "unanswered", silence, call)


def queued_too_long(call: Call) -> CloudBusy:
    """Return the error for a call that found no free thread in time: nothing was sent."""
    return CloudBusy(Say("cloud.crowded", _facts("crowded", Answer(0), call)))


def is_unwell(error: CloudFault) -> bool:
    """Return whether a failure says that the service itself does not work, and nothing of what was asked."""
    return error.status == 503 or error.say.key in ("cloud.broken", "cloud.unreachable", "cloud.unanswered")


def is_unsent(error: CloudFault) -> bool:
    """Return whether a call never left this machine for want of a thread or of a key."""
    return error.say.key in ("cloud.crowded", "cloud.no_key")


async def explained(refused: CloudRefused, explain: Callable[[], Awaitable[Say | None]]) -> CloudRefused:
    """Return a refused change with what else may be why: real-name state and balance, read once (R1.02).

    Refusals that say as much themselves stay as they are, and so does any refusal where nobody can tell in time.
    """
    if refused.say.key in ("cloud.arrears", "cloud.frozen", "cloud.not_signed_up", "cloud.no_key"):
        return refused
    try:
        async with asyncio.timeout(EXPLAIN_SECONDS):
            why = await explain()
    except (CloudFault, TimeoutError):
        return refused
    if why is None:
        return refused
    words, found = say("cloud.explained", refusal=refused.say, why=why), refused
    return CloudRefused(words, code=found.code, request_id=found.request_id, status=found.status, actions=found.actions)


def sdk_answer(error: Exception) -> Answer | None:
    """Return the answer inside an exception of the provider's core SDK, or None if there is none."""
    status = getattr(error, "status_code", None)
    if not isinstance(status, int):
        return None
    text = {name: str(getattr(error, name, None) or "") for name in ("error_code", "error_msg", "request_id")}
    return Answer(status, text["error_code"], text["error_msg"], text["request_id"])


def _built(kind: type[CloudFault], text: str, answer: Answer, call: Call) -> CloudFault:
    lacking = missing(call.service, call.operation, answer.message) if text == "forbidden" else ()
    if lacking and not of_the_caller(call.service, lacking):
        text = "agency_lacks"
    words = Say(f"cloud.{text}", _facts(text, answer, call) | _needs(text, lacking))
    return kind(words, code=answer.code, request_id=answer.request_id, status=answer.status, actions=lacking)


def _needs(text: str, actions: Actions) -> dict[str, Fact]:
    """Return what a refusal for want of rights says of the IAM actions that are missing (R3.01)."""
    if text not in ("forbidden", "agency_lacks"):
        return {}
    named = say("cloud.needs", actions="`, `".join(actions)) if actions else say("cloud.needs_unknown")
    return {"actions": named}


def _facts(text: str, answer: Answer, call: Call) -> dict[str, Fact]:
    facts: dict[str, Fact] = {
        "name": call.name,
        "region": call.region,
        "service": call.service.removesuffix("-intl"),
        "code": answer.code or f"HTTP {answer.status}",
        "message": redacted(answer.message)[:LONGEST_MESSAGE] or "–",
        "request_id": answer.request_id or "–",
    }
    page = _MENDS.get(text)
    if page:
        facts["link"] = address(page, call.region)
        facts["path"] = say(f"links.{page}.path", name="", region=region_name(call.region))
    return facts


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it wraps: causes, contexts, first arguments and reasons, each once."""
    seen: set[int] = set()
    pending: list[object] = [error]
    while pending:
        found = pending.pop()
        if not isinstance(found, BaseException) or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        pending += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]

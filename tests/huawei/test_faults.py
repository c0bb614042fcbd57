from __future__ import annotations

import socket
import ssl

import pytest
import requests
import urllib3.exceptions
import urllib3.util.ssl_match_hostname
from huaweicloudsdkcore.exceptions.exceptions import (
    ConnectionException,
    HostUnreachableException,
    SdkError,
    ServerResponseException,
)

from bot.errors import CloudBusy, CloudFault, CloudRefused, CloudUnknown
from bot.huawei.faults import Answer, Call, fault, queued_too_long, sdk_answer, unanswered
from tests.fakes.words import words_of

READ, WRITE = Call("cn-north-4", "c-flowers"), Call("cn-north-4", "c-flowers", write=True)


@pytest.mark.rule("R1.02")
@pytest.mark.parametrize(
    ("status", "code", "key", "kind"),
    [
        (403, "InArrearOrInsufficientBalance", "arrears", CloudRefused),
        (400, "ModelArts.6326", "arrears", CloudRefused),
        (400, "CBC.99005003", "arrears", CloudRefused),
        (400, "ModelArts.2837", "frozen", CloudRefused),
        (403, "NotSignedUp", "not_signed_up", CloudRefused),
        (403, "AccessDenied", "forbidden", CloudRefused),
        (403, "APIGW.0302", "forbidden", CloudRefused),
        (403, "", "forbidden", CloudRefused),
        (403, "SignatureDoesNotMatch", "key", CloudRefused),
        (401, "APIGW.0301", "key", CloudRefused),
        (401, "", "key", CloudRefused),
        (403, "RequestTimeTooSkewed", "clock", CloudRefused),
        (409, "BucketAlreadyExists", "bucket_taken", CloudRefused),
        (409, "BucketAlreadyOwnedByYou", "bucket_elsewhere", CloudRefused),
        (400, "TooManyBuckets", "bucket_quota", CloudRefused),
        (404, "NoSuchBucket", "no_bucket", CloudRefused),
        (307, "", "location", CloudRefused),
        (403, "ModelArts.0107", "forbidden", CloudRefused),
        (403, "ModelArts.0108", "not_signed_up", CloudRefused),
        (404, "ModelArts.3502", "no_service", CloudRefused),
        (409, "ModelArts.3503", "service_taken", CloudRefused),
        (400, "ModelArts.3515", "model_publishing", CloudRefused),
        (400, "ModelArts.3519", "service_state", CloudRefused),
        (400, "ModelArts.3520", "service_quota", CloudRefused),
        (400, "ModelArts.3856", "free_taken", CloudRefused),
        (400, "ModelArts.3857", "free_nodes", CloudRefused),
        (400, "ModelArts.3976", "no_capacity", CloudRefused),
        (403, "CBC.0151", "forbidden", CloudRefused),
        (403, "CBC.0150", "other_site", CloudRefused),
        (403, "CBC.0156", "other_site", CloudRefused),
        (400, "CBC.99008040", "busy", CloudBusy),
        (409, "OperationAborted", "busy", CloudBusy),
        (429, "", "busy", CloudBusy),
        (503, "SlowDown", "busy", CloudBusy),
        (429, "APIG.0308", "busy", CloudBusy),
        (418, "Teapot.1", "other", CloudRefused),
    ],
)
@pytest.mark.parametrize("call", [READ, WRITE])
def test_refusals_by_code(status: int, code: str, key: str, kind: type[CloudFault], call: Call) -> None:
    made = fault(Answer(status, code, "sorry", "req-1"), call)
    assert (type(made), made.say.key) == (kind, f"cloud.{key}")
    assert (made.code, made.request_id, made.status) == (code, "req-1", status)
    assert words_of(made.say)


@pytest.mark.rule("R1.02")
@pytest.mark.parametrize(
    ("code", "link"),
    [
        ("InArrearOrInsufficientBalance", "accountindex/balance"),
        ("ModelArts.2837", "userindex/allview"),
        ("NotSignedUp", "accountindex/realNameAuth"),
        ("InvalidAccessKeyId", "mine/accessKey"),
        ("AccessDenied", "iam/groups"),
    ],
)
def test_each_refusal_has_the_link_that_mends_it(code: str, link: str) -> None:
    text = words_of(fault(Answer(403, code), READ).say)
    assert link in text
    assert text.count("https://") == 1


@pytest.mark.rule("R1.02")
def test_an_unknown_code_shows_code_request_id_and_next_step() -> None:
    text = words_of(fault(Answer(400, "New.0001", "it does not please", "req-9"), WRITE).say)
    for part in ("New.0001", "it does not please", "req-9", "service ticket"):
        assert part in text


@pytest.mark.rule("R3.17")
def test_a_provider_s_message_is_shown_without_keys_and_not_at_any_length() -> None:
    secret = "aB3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAbCdEfGh"
    text = words_of(fault(Answer(400, "New.0001", f"no {secret} " + "x" * 5000), WRITE).say)
    assert secret not in text
    assert len(text) < 1000


@pytest.mark.parametrize(("call", "kind"), [(READ, CloudBusy), (WRITE, CloudUnknown)])
@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_broken_provider_may_have_done_a_write(call: Call, kind: type[CloudFault], status: int) -> None:
    assert type(fault(Answer(status, "InternalError"), call)) is kind


def wrapped(error: Exception) -> Exception:
    """Wrap an error the way esdk-obs-python does."""
    return Exception(error)


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


TIMED_OUT = ConnectionException("Max retries exceeded (Caused by ReadTimeoutError('Read timed out'))")
REFUSED = ConnectionException("Max retries exceeded (Caused by NewConnectionError('refused'))")


@pytest.mark.parametrize(
    ("error", "for_write"),
    [
        (ConnectionRefusedError(111, "refused"), CloudBusy),
        (socket.gaierror(-2, "no name"), CloudBusy),
        (wrapped(requests.ConnectTimeout("late")), CloudBusy),
        (wrapped(requests.ConnectionError(urllib3.exceptions.NewConnectionError(None, "refused"))), CloudBusy),  # type: ignore[arg-type]
        (HostUnreachableException("no such host"), CloudBusy),
        (REFUSED, CloudBusy),
        (TIMED_OUT, CloudUnknown),
        (requests.ReadTimeout("late"), CloudUnknown),
        (wrapped(requests.ReadTimeout("late")), CloudUnknown),
        (wrapped(requests.ConnectionError("Remote end closed connection")), CloudUnknown),
        (TimeoutError("late"), CloudUnknown),
        (caused(Exception("late"), TimeoutError()), CloudUnknown),
        (ConnectionResetError(104, "reset"), CloudUnknown),
    ],
)
def test_silence_is_unknown_for_a_write_unless_nothing_was_sent(error: Exception, for_write: type[CloudFault]) -> None:
    assert type(unanswered(error, WRITE)) is for_write
    assert type(unanswered(error, READ)) is CloudBusy
    assert words_of(unanswered(error, WRITE).say)


@pytest.mark.parametrize(
    "reason", [ssl.SSLCertVerificationError("self-signed"), urllib3.util.ssl_match_hostname.CertificateError("not it")]
)
@pytest.mark.parametrize("call", [READ, WRITE])
def test_a_certificate_that_does_not_fit_is_refused_not_repeated(reason: Exception, call: Call) -> None:
    made = unanswered(wrapped(requests.exceptions.SSLError(reason)), call)
    assert (type(made), made.say.key) == (CloudRefused, "cloud.certificate")


@pytest.mark.parametrize("error", [TypeError("ours"), KeyError("ours"), AssertionError("ours")])
def test_our_own_mistakes_stay_what_they_are(error: Exception) -> None:
    with pytest.raises(type(error)):
        unanswered(error, READ)


def test_answers_inside_sdk_exceptions_are_read() -> None:
    error = ServerResponseException(502, SdkError(request_id="r", error_code="IAM.0006", error_msg="m"))
    assert sdk_answer(error) == Answer(502, "IAM.0006", "m", "r")
    assert sdk_answer(ValueError("no")) is None


def test_waiting_too_long_for_a_thread_says_that_nothing_was_sent() -> None:
    assert "nothing was sent" in words_of(queued_too_long(WRITE).say)


@pytest.mark.rule("R3.01")
@pytest.mark.rule("R3.02")
def test_what_the_agency_lacks_is_told_from_what_the_key_lacks() -> None:
    start = Call("cn-north-4", write=True, service="modelarts", operation="startService")
    by_agency = fault(Answer(403, "ModelArts.0112", "The agency lab needs obs:object:GetObject."), start)
    assert by_agency.actions == ("obs:object:GetObject",)
    assert "its agency lacks a right; it needs the IAM action `obs:object:GetObject`" in words_of(by_agency.say)
    assert "iam/agencies" in words_of(by_agency.say)
    by_key = fault(Answer(403, "ModelArts.0107", "no"), start)
    assert "the bot's key" in words_of(by_key.say)

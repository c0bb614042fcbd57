"""How the fakes of the cloud fail: one kind after another, as the real adapter words it."""

from __future__ import annotations

from bot.errors import CloudBusy, CloudFault, CloudRefused, CloudUnknown
from bot.say import say

_REFUSED = {
    "arrears": ("InArrearOrInsufficientBalance", "cloud.arrears"),
    "not_real_name": ("NotSignedUp", "cloud.not_signed_up"),
    "forbidden": ("AccessDenied", "cloud.forbidden"),
    "quota": ("New.0001", "cloud.other"),
}
_SILENT = ("timeout_before", "timeout_after", "slow")
AFTERWARDS = "timeout_after"


def spoilt(kind: str, *, write: bool) -> CloudFault:
    """Return the error of a fault kind, for a read or for a write."""
    if kind in _REFUSED:
        code, key = _REFUSED[kind]
        words = say(key, code=code, link="https://x", path="x", request_id="r", message="m", actions="x")
        return CloudRefused(words, code=code, status=403)
    if kind == "throttled":
        code = "TooManyRequests"
        return CloudBusy(say("cloud.busy", code=code, request_id="r"), code=code, status=429)
    if kind == "server_error":
        words = say("cloud.broken", code="InternalError", request_id="r")
        return (CloudUnknown if write else CloudBusy)(words, code="InternalError", status=500)
    if kind not in _SILENT:
        raise ValueError(f"unknown fault {kind!r}")
    if write:
        return CloudUnknown(say("cloud.unanswered", region="cn-north-4"))
    return CloudBusy(say("cloud.unreachable", region="cn-north-4"))


class Spoilable:
    """Notes its calls in order; `fault(operation, kind)` spoils the next ones of an operation."""

    writes: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self._faults: list[tuple[str, str]] = []

    def fault(self, operation: str, kind: str, times: int = 1) -> None:
        """Spoil the next calls of an operation; a write that times out afterwards has its effect first."""
        self._faults += [(operation, kind)] * times

    def note(self, operation: str, name: str = "") -> CloudFault | None:
        """Note a call. Raises its fault, or returns the one to raise once the effect is there."""
        self.calls.append((operation, name))
        fault = next((fault for fault in self._faults if fault[0] == operation), None)
        if fault is None:
            return None
        self._faults.remove(fault)
        error = spoilt(fault[1], write=operation in self.writes)
        if fault[1] == AFTERWARDS and operation in self.writes:
            return error
        raise error

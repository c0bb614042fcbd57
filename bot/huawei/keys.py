"""Where the access key comes from: the settings, or the SDK's own sources where the settings leave it empty.

The sources are the profile file (~/.huaweicloud/credentials, or HUAWEICLOUD_SDK_CREDENTIALS_FILE) and, on a machine
of the provider's, the metadata service, whose keys are temporary: the SDK renews them 40 minutes before they end.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog

from bot.errors import CloudRefused
from bot.say import say

log = structlog.get_logger(__name__)
LOOK_SECONDS = 60.0
MISSING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Key:
    """An access key; `token` belongs to a temporary one."""

    ak: str
    sk: str = field(repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        """Return whether both halves are there."""
        return bool(self.ak and self.sk)


class Source(Protocol):
    """A place that may have a key."""

    def key(self) -> Key:
        """Return the key as it is now; blocks. Raises what the SDK and requests raise where there is none."""
        ...


class Profile:
    """The SDK's profile file, its section `basic` or else `global`; read anew at every look."""

    def key(self) -> Key:
        """Return the key of the file."""
        from huaweicloudsdkcore.auth.provider import ProfileCredentialProvider  # noqa: PLC0415 - at the first call
        from huaweicloudsdkcore.exceptions.exceptions import ApiValueError  # noqa: PLC0415

        try:
            found = ProfileCredentialProvider.get_basic().get_credentials()
        except ApiValueError:
            found = ProfileCredentialProvider.get_global().get_credentials()
        return _key(found)


class Metadata:
    """The metadata service of a machine that has an agency."""

    def __init__(self, first: Callable[[], Any] | None = None) -> None:
        self._first = first or _from_metadata
        self._credentials: Any = None

    def key(self) -> Key:
        """Return the machine's temporary key, renewed where it ends soon."""
        if self._credentials is None:
            self._credentials = self._first()
        self._credentials.process_sts(None)
        return _key(self._credentials)


class Keys:
    """The key to use now: `given`, or that of the first source which has one; such a source is looked at every minute.

    A source is kept, so that a profile file being rewritten does not turn the bot into the machine's own identity; and
    a key that cannot be renewed stays in use until the provider refuses it.
    """

    def __init__(
        self,
        given: Key,
        sources: Sequence[Source] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._given = given
        self._sources = sources if sources is not None else (Profile(), Metadata())
        self._clock = clock
        self._looking = threading.Lock()
        self._found: Key | None = None
        self._until = -math.inf

    def current(self) -> Key:
        """Return the key to sign with; blocks. Raises `CloudRefused` where no source has one."""
        if self._given:
            return self._given
        with self._looking:
            if self._clock() >= self._until:
                self._found = self._looked() or self._found
                self._until = self._clock() + (LOOK_SECONDS if self._found else MISSING_SECONDS)
            if self._found is None:
                raise CloudRefused(say("cloud.no_key"))
            return self._found

    def _looked(self) -> Key | None:
        for source in self._sources:
            try:
                found = source.key()
            except Exception as error:  # noqa: BLE001 - the SDK raises its own, those of requests, and of its parsers
                log.info("no access key found", source=type(source).__name__, error=type(error).__name__)
                continue
            if found:
                self._sources = (source,)
                return found
        return None


def _key(credentials: Any) -> Key:
    return Key(credentials.ak or "", credentials.sk or "", credentials.security_token or "")


def _from_metadata() -> Any:
    from huaweicloudsdkcore.auth.provider import MetadataCredentialProvider  # noqa: PLC0415

    return MetadataCredentialProvider.get_basic().get_credentials()

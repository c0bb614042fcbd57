"""Everything that can go wrong, as people and code need to tell it apart.

BotError
├── Refusal              the asker must change something; nothing was done
├── Conflict             a document changed since it was read; read again and decide anew
├── LeaseLost            another worker carries this operation; stop without a trace
├── StoreDown            Redis did not answer in time
├── NotYetSafe           it is recorded, but would not survive the loss of this Redis server
├── Unreadable           a stored document cannot be read by this release
│   └── NewerSchema      a newer release wrote it; leave it to a newer worker
├── CloudFault           the provider, by what may be done next
│   ├── CloudRefused     it said no, and will again until somebody mends something
│   ├── CloudBusy        it did not do it; the same call may succeed later
│   └── CloudUnknown     a write went out and no answer came: look before acting again
└── ChatFault            Slack, in the same three shapes
    ├── ChatRefused
    ├── ChatBusy
    └── ChatUnknown
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.say import Fact, Say


class BotError(Exception):
    """The root of all errors that the product raises itself."""


class Refusal(BotError):
    """Refuse in words: the text names what is wrong and what to do. Nothing was done.

    `argument` is the name of the argument at fault, so that a form can show it at its field;
    `suggestion` a value that would have been accepted; `mend` the command, with its values, that mends it: an
    administrator's (R3.02), or without `by_admin` anybody's.
    """

    def __init__(self, key: str, /, *, argument: str = "", suggestion: str = "", **facts: Fact) -> None:
        super().__init__(key)
        self.argument = argument
        self.suggestion = suggestion
        if suggestion:
            facts["suggestion"] = suggestion
        self.say = Say(key, facts)
        self.mend: tuple[str, Mapping[str, str]] | None = None
        self.by_admin = True

    def mended_by(self, command: str, **values: str) -> Refusal:
        """Return the same refusal, with the command that mends it: an administrator's form, others ask."""
        self.mend = (command, values)
        return self

    def offering(self, command: str, **values: str) -> Refusal:
        """Return the same refusal, with the command that mends it as a form for whoever was refused."""
        self.mend, self.by_admin = (command, values), False
        return self

    def at(self, argument: str) -> Refusal:
        """Return the same refusal, pinned to an argument."""
        self.argument = self.argument or argument
        return self


class Conflict(BotError):
    """A document was not in the version that the change expected."""

    def __init__(self, document: str) -> None:
        super().__init__(f"{document} changed since it was read")
        self.document = document


class LeaseLost(BotError):
    """The lease of an operation is held by another worker."""


class StoreDown(BotError):
    """Redis did not answer within its time limit."""


class NotYetSafe(BotError):
    """The change was applied, and no replica confirmed it within its time limit."""


class Unreadable(BotError):
    """A stored document cannot be read by this release. The message names it and quotes nothing from it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


class NewerSchema(Unreadable):
    """A newer release wrote the document: leave it to a newer worker and look again in 30 s."""


class CloudFault(BotError):
    """A provider call failed. `code` is the provider's, `request_id` finds it in the provider's logs.

    `actions` are the IAM actions that the key lacks, where that is why (R3.01).
    """

    def __init__(
        self, say: Say, *, code: str = "", request_id: str = "", status: int = 0, actions: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{code or status}: {say.key}")
        self.say = say
        self.code = code
        self.request_id = request_id
        self.status = status
        self.actions = actions


class CloudRefused(CloudFault):
    """The provider refused, and goes on refusing until something is mended."""


class CloudBusy(CloudFault):
    """The provider did nothing; the same call may succeed later."""


class CloudUnknown(CloudFault):
    """A write got no answer: it may have happened."""


class ChatFault(BotError):
    """A Slack call failed. `code` is Slack's error name."""

    def __init__(self, code: str, *, retry_after: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class ChatRefused(ChatFault):
    """Slack refused, and goes on refusing."""


class ChatBusy(ChatFault):
    """Slack did nothing; try again after `retry_after` seconds."""


class ChatUnknown(ChatFault):
    """A message went out and no answer came: it may stand in the channel."""

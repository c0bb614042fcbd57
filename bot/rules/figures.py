"""The typed catalog of figures that the provider may change; nothing else in the product repeats one.

Defaults are the guide's and the provider's published limits. Where the cloud answers otherwise, the cloud decides
and the answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class BucketFigures:
    """OBS: name lengths in characters, key length in bytes of UTF-8, default quota an account (R4.04, R4.06).

    `looked_at` is how many objects are asked whether they are encrypted: a page of a list, less the one that tells of
    more. Their names are told in `told` characters.
    """

    shortest_name: int = 3
    longest_name: int = 63
    longest_key: int = 1024
    quota: int = 100
    notebook_class: str = "standard"
    looked_at: int = 999
    told: int = 1800


@dataclass(frozen=True, slots=True)
class ListFigures:
    """How much of a list is shown, and how many details are asked for at the same time."""

    rows: int = 20
    at_once: int = 8


@dataclass(frozen=True, slots=True)
class NameFigures:
    """Names that forms offer: how many are kept and shown, seconds they are kept, and after which they are read again.

    Folders are looked for in at most `folder_pages` pages of listings, objects in one of `objects`. Into `ahead` things
    one looks at each reading of their names. Slack shows at most 100 options.
    """

    most: int = 5000
    shown: int = 99
    kept_seconds: float = 24 * 3600.0
    old_seconds: float = 60.0
    folder_pages: int = 40
    objects: int = 1000
    ahead: int = 10


@dataclass(frozen=True, slots=True)
class AgencyFigures:
    """IAM agencies for ModelArts (R3.07, R3.08, R3.12): how many, their names, validity in days, when to remind.

    `prefix` is how ModelArts begins the names of those it creates, `service` whom they trust. `version` is the version
    of the service statement that the provider publishes, "" for none (R3.09).
    """

    quota: int = 50
    prefix: str = "ma_agency"
    service: str = "op_svc_modelarts"
    longest_suffix: int = 50
    longest_days: int = 3650
    extend_days: int = 30
    reminder_days: tuple[int, ...] = (7, 3, 1)
    snooze_days: tuple[int, ...] = (1, 2)
    version: str = ""
    shown_permissions: int = 15


@dataclass(frozen=True, slots=True)
class ApprovalFigures:
    """Seconds after which it is looked again whether those who approved still may, while others are waited for."""

    recount_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class UndoFigures:
    """For how many seconds what was carried out can be taken back by a button; the commands do it at any time."""

    seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class FileFigures:
    """Files dropped in the chat: how many at once, how large each (bytes), and within how many seconds they count.

    `part` is the size in bytes of one piece in memory: what is larger goes to OBS in parts. Those of a failed upload
    stay `kept_for_retry` seconds. The provider's clock may be `skew` seconds off ours. A link to an object lives
    `link_minutes` unless asked otherwise, at most `longest_link_minutes`.
    """

    most: int = 10
    largest: int = 256 * 1024 * 1024
    lately_seconds: float = 900.0
    part: int = 5 * 1024 * 1024
    kept_for_retry: float = 3600.0
    skew: float = 300.0
    link_minutes: int = 15
    longest_link_minutes: int = 60


@dataclass(frozen=True, slots=True)
class ConsoleFigures:
    """The hosts of the provider's consoles (R2.01), and how people are signed in to them (R2.02).

    An account has a broker agency if it has an agency of the name `broker` that trusts the account itself; a sign-in
    link holds for `sign_in_seconds`, the shortest that IAM gives.
    """

    console: str = "https://console.huaweicloud.com"
    obs: str = "https://storage.huaweicloud.com"
    account: str = "https://account.huaweicloud.com"
    sign_in: str = "https://auth.huaweicloud.com/authui/federation/login"
    broker: str = "console-broker"
    sign_in_seconds: int = 600


@dataclass(frozen=True, slots=True)
class FreeFigures:
    """The free tier: where, for how many seconds a thing runs, and how long it is kept after (R5.21, R5.25, R5.26)."""

    regions: tuple[str, ...] = ("cn-north-4",)
    run_seconds: float = 3600.0
    release_seconds: float = 72 * 3600.0
    keep_hours: tuple[int, ...] = (2, 4, 8, 12)


@dataclass(frozen=True, slots=True)
class PackageFigures:
    """Resource packages: days before expiry that are reminded of, and days a reminder may be put off (R5.62)."""

    expiry_days: tuple[int, ...] = (30, 7, 3, 1)
    snooze_days: tuple[int, ...] = (1, 3, 7)


@dataclass(frozen=True, slots=True)
class ForgottenFigures:
    """Paid things left running: after how many hours, at which local hours of an evening and a weekday (R5.49).

    `keep_days` is the longest a person may have it run without being asked.
    """

    hours: float = 8.0
    keep_days: int = 7
    evening_hour: int = 19
    weekend_day: int = 4
    weekend_hour: int = 17


@dataclass(frozen=True, slots=True)
class RemindFigures:
    """A person's own wishes: how many days ahead a reminder may be put, how many of one's own a thing may have.

    How long before quiet hours that is said which cannot wait; how much a digest says; when a morning begins.
    """

    longest_days: int = 366
    most: int = 20
    before_quiet_seconds: float = 300.0
    digest_lines: int = 30
    digest_ends: int = 5
    morning: str = "09:00"


@dataclass(frozen=True, slots=True)
class TalkFigures:
    """Questions: seconds that an answer is waited for, and how many choices stand on buttons before it is a menu."""

    wait_seconds: float = 24 * 3600.0
    buttons: int = 4


@dataclass(frozen=True, slots=True)
class SpentFigures:
    """Seconds for which a price by the hour is good enough to say what something has cost so far (R5.49)."""

    price_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """How many of the newest audit entries a search in chat goes through, and how many it finds at most."""

    looked_at: int = 20_000
    found: int = 1_000


@dataclass(frozen=True, slots=True)
class WatchFigures:
    """Seconds between looks: moving, long moving, after a deadline, sweeps, after a fault, card repairs, checklists."""

    moving_seconds: float = 5.0
    slow_seconds: float = 30.0
    after_deadline_seconds: float = 5.0
    sweep_seconds: float = 300.0
    retry_seconds: float = 60.0
    repair_seconds: float = 600.0
    setup_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures. `named_regions` are those whose display name `bot/texts/region.toml` knows."""

    default_region: str = "cn-north-4"
    named_regions: tuple[str, ...] = (
        "cn-north-1",
        "cn-north-2",
        "cn-north-4",
        "cn-north-9",
        "cn-east-2",
        "cn-east-3",
        "cn-south-1",
        "cn-southwest-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "af-south-1",
        "la-north-2",
        "la-south-2",
        "sa-brazil-1",
        "tr-west-1",
    )
    bucket: BucketFigures = field(default_factory=BucketFigures)
    approval: ApprovalFigures = field(default_factory=ApprovalFigures)
    undo: UndoFigures = field(default_factory=UndoFigures)
    free: FreeFigures = field(default_factory=FreeFigures)
    package: PackageFigures = field(default_factory=PackageFigures)
    forgotten: ForgottenFigures = field(default_factory=ForgottenFigures)
    remind: RemindFigures = field(default_factory=RemindFigures)
    talk: TalkFigures = field(default_factory=TalkFigures)
    watch: WatchFigures = field(default_factory=WatchFigures)
    audit: AuditFigures = field(default_factory=AuditFigures)
    spent: SpentFigures = field(default_factory=SpentFigures)
    lists: ListFigures = field(default_factory=ListFigures)
    names: NameFigures = field(default_factory=NameFigures)
    files: FileFigures = field(default_factory=FileFigures)
    console: ConsoleFigures = field(default_factory=ConsoleFigures)
    agency: AgencyFigures = field(default_factory=AgencyFigures)


FIGURES = Figures()

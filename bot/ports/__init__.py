"""What the flows need from the world, as protocols; `bot.compose` hands in the adapters."""

from __future__ import annotations

from bot.ports.audit import Archive as Archive
from bot.ports.audit import Ledger as Ledger
from bot.ports.audit import Recorded as Recorded
from bot.ports.chat import Chat as Chat
from bot.ports.clocks import Chance as Chance
from bot.ports.clocks import Clock as Clock
from bot.ports.cloud import Buckets as Buckets
from bot.ports.cloud import Cloud as Cloud
from bot.ports.cloud import Packages as Packages
from bot.ports.cloud import Services as Services
from bot.ports.store import Change as Change
from bot.ports.store import D as D
from bot.ports.store import Document as Document
from bot.ports.store import Entry as Entry
from bot.ports.store import Store as Store
from bot.ports.store import Stored as Stored
from bot.ports.watched import Watched as Watched
from bot.records.provider import Bucket as Bucket
from bot.records.provider import BucketDetails as BucketDetails
from bot.records.provider import BucketSetting as BucketSetting
from bot.records.provider import Flavor as Flavor
from bot.records.provider import Package as Package
from bot.records.provider import Quota as Quota
from bot.records.provider import Service as Service

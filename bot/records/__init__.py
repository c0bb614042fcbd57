"""The records that Redis holds, one dataclass a document kind, each with the version of its shape.

All are frozen: a change is a new record, committed against the version that was read (decision 2).
Times named `at`, `created`, `expires` … are product time in seconds; `until` is machine time (decision 10).
"""

from __future__ import annotations

from bot.records.audit import Chain as Chain
from bot.records.audit import InForce as InForce
from bot.records.audit import Sought as Sought
from bot.records.audit import Told as Told
from bot.records.cards import Audience as Audience
from bot.records.cards import Card as Card
from bot.records.cards import Copy as Copy
from bot.records.conversations import Conversation as Conversation
from bot.records.conversations import TalkState as TalkState
from bot.records.failures import Failure as Failure
from bot.records.files import SharedFile as SharedFile
from bot.records.findings import Dead as Dead
from bot.records.findings import Finding as Finding
from bot.records.findings import Level as Level
from bot.records.home import Home as Home
from bot.records.learned import Learned as Learned
from bot.records.linked import Linked as Linked
from bot.records.memory import Memory as Memory
from bot.records.names import Named as Named
from bot.records.names import Names as Names
from bot.records.names import names_id as names_id
from bot.records.operations import Halt as Halt
from bot.records.operations import Lease as Lease
from bot.records.operations import Line as Line
from bot.records.operations import Note as Note
from bot.records.operations import Operation as Operation
from bot.records.operations import OperationState as OperationState
from bot.records.operations import StepState as StepState
from bot.records.operations import Turn as Turn
from bot.records.operations import Undo as Undo
from bot.records.outages import Outage as Outage
from bot.records.people import PLAN as PLAN
from bot.records.people import Form as Form
from bot.records.people import Inbound as Inbound
from bot.records.people import InboundKind as InboundKind
from bot.records.people import Person as Person
from bot.records.people import Surface as Surface
from bot.records.people import SurfaceKind as SurfaceKind
from bot.records.people import Values as Values
from bot.records.requests import Approval as Approval
from bot.records.requests import ApprovalState as ApprovalState
from bot.records.requests import Circle as Circle
from bot.records.requests import Late as Late
from bot.records.requests import Need as Need
from bot.records.requests import PriceLine as PriceLine
from bot.records.requests import Record as Record
from bot.records.requests import Shown as Shown
from bot.records.requests import Step as Step
from bot.records.requests import Vote as Vote
from bot.records.requests import VoteKind as VoteKind
from bot.records.setup import Item as Item
from bot.records.setup import ItemState as ItemState
from bot.records.setup import Setup as Setup
from bot.records.things import Handle as Handle
from bot.records.things import Phase as Phase
from bot.records.things import Stage as Stage
from bot.records.things import StageState as StageState
from bot.records.things import Thing as Thing
from bot.records.things import ThingKind as ThingKind
from bot.records.wishes import OFF as OFF
from bot.records.wishes import Digest as Digest
from bot.records.wishes import Standing as Standing
from bot.records.wishes import Wishes as Wishes
from bot.say import Language as Language

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NewerSchema, Unreadable
from bot.ports import Change, Document, Stored
from bot.records import (
    Approval,
    Audience,
    Card,
    Copy,
    Form,
    Language,
    Lease,
    Line,
    Need,
    Operation,
    Record,
    Shown,
    Step,
    Surface,
    SurfaceKind,
    Vote,
)
from bot.reply import Link
from bot.say import Moment, say
from bot.store.documents import Codec
from tests.redis_server import Place
from tests.store.samples import Note, NoteOfTomorrow, inbound

pytest_plugins = ("tests.redis_fixtures",)

_UPCASTS = {
    ("note", 1): lambda old: {"id": old["id"], "body": old["text"]},
    ("note", 2): lambda old: {"id": old["id"], "lines": old["body"].splitlines()},
}
_LINK = Link(say("console"), "https://example.com/#/x", say("path", step="桶"))
_SHOWN = Shown(say("title", at=Moment(1.5), n=1, part=0.5, inner=say("inner")), notes=(say("note"),), links=(_LINK,))
_RECORD = Record("bucket create", "U1", "U2", {"name": "b"}, (Step("make", "b", {"r": "x"}),), "", "a", "r", "p")
_LEASE = Lease("w1", 5.5)
_DOCUMENTS: list[Document] = [
    inbound(words="hello"),
    Form("f", "bucket create", Surface(SurfaceKind.FORM, "U1"), {"name": "b"}),
    Approval(
        "a", _RECORD, "d", Need(2, "DELETE"), _SHOWN, "c", 1.0, 2.0, votes=(Vote("U3", 1.5, "d"),), reason=say("no")
    ),
    Operation("a", _RECORD, "d", _SHOWN, "c", 1.0, (Line(Step("make", "b"), outcome={"etag": "1"}),), lease=_LEASE),
    Card("a", "approval:a", (Copy(Audience.APPROVER, "U3", Language.ZH, ts="1.2"),), lease=_LEASE),
]


@pytest.mark.parametrize("record", _DOCUMENTS, ids=lambda record: record.kind_name)
def test_every_kind_comes_back_as_it_went_in(record: Document) -> None:
    codec = Codec()
    assert codec.decode(type(record), record.id, codec.encode(record, 7)) == Stored(record, 7)


@given(st.text(), st.text(), st.integers(min_value=1))
def test_any_text_and_any_version_come_back(identity: str, text: str, version: int) -> None:
    codec = Codec()
    assert codec.decode(Note, identity, codec.encode(Note(identity, text), version)) == Stored(
        Note(identity, text), version
    )


def test_the_stored_form_begins_with_version_and_schema() -> None:
    assert Codec().encode(Note("n", "t"), 12) == b'12\n{"schema":1,"id":"n","text":"t"}'


def test_an_older_schema_is_lifted_step_by_step() -> None:
    stored = Codec().encode(Note("n", "one\ntwo"), 4)
    assert Codec(_UPCASTS).decode(NoteOfTomorrow, "n", stored) == Stored(NoteOfTomorrow("n", ("one", "two")), 4)


def test_a_newer_schema_is_left_alone() -> None:
    stored = Codec().encode(NoteOfTomorrow("n"), 1)
    with pytest.raises(NewerSchema, match="note:n"):
        Codec(_UPCASTS).decode(Note, "n", stored)


def test_a_missing_step_is_named() -> None:
    with pytest.raises(Unreadable, match="no way from schema 2 to 3"):
        Codec({("note", 1): _UPCASTS["note", 1]}).decode(NoteOfTomorrow, "n", Codec().encode(Note("n"), 1))


@pytest.mark.parametrize(
    "stored", [b"", b"1", b"1\n", b'x\n{"schema":1,"id":"n"}', b'1\n{"id":"n"}', b'1\n{"schema":1}', b"1\n[]"]
)
def test_damage_is_named_and_not_quoted(stored: bytes) -> None:
    with pytest.raises(Unreadable, match="note:n") as caught:
        Codec().decode(Note, "n", stored)
    assert not isinstance(caught.value, NewerSchema)


def test_damage_quotes_nothing_of_the_document() -> None:
    with pytest.raises(Unreadable) as caught:
        Codec().decode(Note, "n", b'1\n{"schema":1,"id":"n","text":["hidden"]}')
    assert "hidden" not in str(caught.value)


async def test_two_releases_share_one_server(place: Place) -> None:
    today, tomorrow = place.store, place.store_with(Codec(_UPCASTS))
    await today.commit(Change().create(Note("n", "one\ntwo")))
    lifted: Any = await tomorrow.load(NoteOfTomorrow, "n")
    assert lifted == Stored(NoteOfTomorrow("n", ("one", "two")), 1)
    assert await today.load(Note, "n") == Stored(Note("n", "one\ntwo"), 1), "reading alone changes nothing"
    await tomorrow.commit(Change().replace(lifted, lifted.record))
    with pytest.raises(NewerSchema):
        await today.load(Note, "n")

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.ports import Acl, AclGrant
from bot.rules.bucket_access import denying, granted, grants_line, invitation, lacking, quoted, shown, without

US = "d1"
DENY: dict[str, Any] = {"Effect": "Deny", "Principal": {"ID": ["*"]}, "Action": ["*"], "Resource": ["b", "b/*"]}
ALLOW = DENY | {"Effect": "Allow"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "1", "Statement": list(statements)})


def reached(statement: dict[str, Any], *, writes: bool = False, keys: tuple[str, ...] = ("flowers/any",)) -> bool:
    return bool(denying(policy(ALLOW, statement), US, "b", keys, writes=writes))


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize(
    ("change", "reading", "writing"),
    [
        ({}, True, True),
        ({"Effect": "Allow"}, False, False),
        ({"Action": "List*"}, True, False),
        ({"Action": ["GetObject"]}, True, False),
        ({"Action": ["Put*", "Delete*"]}, False, True),
        ({"Action": ["ListBucket"], "Resource": "b/*"}, False, False),
        ({"Resource": ["b/flowers/*"]}, True, True),
        ({"Resource": ["b/roses/*"]}, False, False),
        ({"Resource": ["other", "other/*"]}, False, False),
        ({"Resource": ["arn:aws:s3:::b/*"]}, True, True),
        ({"Principal": "*"}, True, True),
        ({"Principal": {"ID": f"domain/{US}:user/u9"}}, True, True),
        ({"Principal": {"ID": [f"domain/{US}"]}}, True, True),
        ({"Principal": {"ID": ["domain/d2:user/*"]}}, False, False),
    ],
)
def test_a_statement_denies_whom_what_and_where_it_says(change: dict[str, Any], reading: bool, writing: bool) -> None:
    assert reached(DENY | change) is reading
    assert reached(DENY | change, writes=True) is writing


@pytest.mark.parametrize("missing", ["Principal", "Action", "Resource"])
def test_what_a_statement_leaves_out_counts_as_reaching(missing: str) -> None:
    assert reached({name: value for name, value in DENY.items() if name != missing})


def test_an_account_that_is_not_known_may_be_meant() -> None:
    assert denying(policy(DENY | {"Principal": {"ID": ["domain/d7"]}}), "", "b", ()) != ()


def test_only_what_was_asked_to_go_goes_and_a_policy_of_nothing_is_none() -> None:
    text = policy(ALLOW, DENY)
    assert json.loads(without(text, [shown(dict(reversed(DENY.items())))])) == {"Version": "1", "Statement": [ALLOW]}
    assert without(policy(DENY), [shown(DENY)]) == ""
    assert denying("", US, "b", ()) == denying(None, US, "b", ()) == ()
    assert denying(json.dumps({"Statement": DENY}), US, "b", ()) == (DENY,)


def test_quoted_statements_cannot_leave_their_block_and_end() -> None:
    assert "`" not in quoted([DENY | {"Sid": "a`b"}])
    assert len(quoted([DENY] * 100)) == 1200


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize(
    ("grants", "lost"),
    [
        ((AclGrant("FULL_CONTROL", account=US),), ()),
        ((AclGrant("READ", account=US), AclGrant("WRITE", account=US)), ()),
        ((AclGrant("WRITE", account=US),), ("READ",)),
        ((AclGrant("FULL_CONTROL", account="d2"),), ("READ", "WRITE")),
        ((AclGrant("READ", group="Everyone"), AclGrant("WRITE", group="LogDelivery")), ("WRITE",)),
    ],
)
def test_what_the_owner_lost_is_given_back_and_all_else_stays(grants: tuple[AclGrant, ...], lost: tuple[str]) -> None:
    acl = Acl(US, grants)
    assert lacking(acl) == lost
    after = granted(acl, lost)
    assert lacking(after) == ()
    assert after.grants[: len(grants)] == grants


def test_grants_are_told_by_whom() -> None:
    group = AclGrant("WRITE", group="http://acs.amazonaws.com/groups/s3/LogDelivery")
    everyone = AclGrant("READ", group="Everyone")
    acl = Acl(US, (AclGrant("READ", account=US), everyone, group, AclGrant("READ", account="d2")))
    assert grants_line(acl) == "owner READ; everyone READ; LogDelivery WRITE; d2 READ"
    assert lacking(None) == ()


def test_an_invitation_names_this_account_alone() -> None:
    statement = json.loads(invitation(US, "b"))
    assert statement["Principal"] == {"ID": ["domain/d1:user/*"]}
    assert statement["Resource"] == ["b", "b/*"]

"""Who is authorized, what covers them, and what removing takes away."""

from __future__ import annotations

import pytest

from bot.errors import CloudRefused, Refusal
from bot.records.identity import (
    EVERYBODY,
    Account,
    Agency,
    Authorization,
    AuthorizationType,
    IamUser,
    Principal,
    PrincipalKind,
)
from bot.rules import authorization as rules
from bot.say import Language
from tests.fakes.words import words_of

US = Account("d1", "us")
USERS = [IamUser("u-1", "li.wei"), IamUser("u-2", "wang")]
PARTNER = Agency("ag-9", "partner_b", "acme")
AGENCIES = [PARTNER, Agency("ag-1", "ma_agency_lab", "op_svc_modelarts")]
LI, WANG = (Principal(PrincipalKind.IAM_USER, u.id, u.name) for u in USERS)
ZHANG = Principal(PrincipalKind.FEDERATED, "", "zhang@corp")
GUEST = Principal(PrincipalKind.AGENCY, "ag-9", "partner_b")
ALL = Principal(PrincipalKind.ALL_USERS, "all-users", "all-users")


def row(principal: Principal, agency: str = "ma_agency_lab", *, key: bool = False) -> Authorization:
    kind = AuthorizationType.CREDENTIAL if key else AuthorizationType.AGENCY
    return Authorization(principal, kind, "" if key else agency, 0.0)


@pytest.mark.rule("R3.04")
@pytest.mark.parametrize(
    ("kind", "word", "principal"),
    [
        ("iam", "li.wei", LI),
        ("iam", "u-2", WANG),
        ("federated", " zhang@corp ", ZHANG),
        ("agency", "partner_b", GUEST),
        ("agency", "ag-9", GUEST),
        ("all", "", EVERYBODY),
    ],
)
def test_who_is_meant(kind: str, word: str, principal: Principal) -> None:
    assert rules.principal_of(kind, word, USERS, AGENCIES) == principal


@pytest.mark.rule("R3.04")
@pytest.mark.parametrize(
    ("kind", "word", "key"),
    [
        ("iam", "li", "auth.no_user"),
        ("agency", "partner", "auth.no_agency_user"),
        ("agency", "ma_agency_lab", "auth.service_agency"),
    ],
)
def test_who_is_not_there_is_refused_at_the_field(kind: str, word: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.principal_of(kind, word, USERS, AGENCIES)
    assert (refused.value.say.key, refused.value.argument) == (key, "principal")
    assert words_of(refused.value)


@pytest.mark.rule("R3.02")
def test_an_own_row_or_all_users_lets_somebody_compute() -> None:
    assert rules.check_authorized(LI, [row(ALL), row(LI, "own")]).agency == "own"
    assert rules.check_authorized(LI, [row(ALL)]).agency == "ma_agency_lab"
    assert rules.check_authorized(None, [row(ALL)]).agency == "ma_agency_lab"
    assert rules.check_authorized(ZHANG, [row(ZHANG)]).principal == ZHANG


@pytest.mark.rule("R3.02")
@pytest.mark.rule("R3.28")
@pytest.mark.parametrize("who", [LI, ZHANG, GUEST, None])
def test_nothing_that_fits_is_refused_with_its_mend(who: Principal | None) -> None:
    rows = [row(ALL)] if who is GUEST else [row(WANG)] if who else []
    with pytest.raises(Refusal) as refused:
        rules.check_authorized(who, rows)
    assert refused.value.say.key == "auth.none_usable"
    assert refused.value.mend is not None
    command, values = refused.value.mend
    assert (command, values.get("principal", "")) == ("auth add", who.name if who else "")
    assert words_of(refused.value)


@pytest.mark.rule("R3.21")
def test_who_is_not_linked_is_asked_to_link_where_no_authorization_holds_for_all() -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_authorized(None, [row(WANG)])
    assert (refused.value.say.key, refused.value.mend, refused.value.by_admin) == (
        "auth.link_first",
        ("account link", {}),
        False,
    )
    assert "尚未关联" in words_of(refused.value, Language.ZH)


@pytest.mark.rule("R3.16")
def test_an_access_key_is_recognised_and_its_mend_is_the_migration() -> None:
    rows = [row(ALL, key=True), row(LI)]
    assert rules.retired(rows) == (rows[0],)
    with pytest.raises(Refusal) as refused:
        rules.check_authorized(WANG, rows)
    assert refused.value.mend == ("auth migrate", {})


@pytest.mark.rule("R3.14")
@pytest.mark.parametrize(
    ("removed", "rows", "key"),
    [
        (LI, [row(LI)], "auth.remove.loses"),
        (LI, [row(LI, "own"), row(ALL)], "auth.remove.still_covered"),
        (GUEST, [row(GUEST), row(ALL)], "auth.remove.loses"),
        (ALL, [row(ALL), row(LI)], "auth.remove.everybody_loses"),
    ],
)
def test_what_is_lost_or_kept(removed: Principal, rows: list[Authorization], key: str) -> None:
    said = rules.after_removal(removed, rows)
    assert said.key == key
    assert words_of(said)


@pytest.mark.rule("R3.10")
@pytest.mark.parametrize("kind", PrincipalKind)
def test_every_principal_has_words(kind: PrincipalKind) -> None:
    assert words_of(rules.who(Principal(kind, "id-1", "name-1")))


@pytest.mark.rule("R3.23")
def test_all_users_is_advised_only_where_nobody_else_is_there() -> None:
    assert "recommended" in words_of(rules.advice([IamUser("u-us", "us")], US))
    assert "wide scope" in words_of(rules.advice(USERS, US))


@pytest.mark.rule("R3.22")
def test_the_first_authorization_begins_with_a_new_agency_for_a_common_user() -> None:
    assert rules.preset([]) == {"use": "new", "permissions": "common"}
    assert rules.preset([row(LI)])["use"] == "existing"


@pytest.mark.rule("R3.25")
def test_the_other_accounts_users_are_told_how_to_switch() -> None:
    said = words_of(rules.switch_role(PARTNER, "lab"))
    assert "Switch Role" in said
    assert all(word in said for word in ("`acme`", "`lab`", "`partner_b`"))


@pytest.mark.rule("R3.09")
def test_which_statement_was_agreed_to_is_recorded() -> None:
    assert rules.statement("https://x") == {
        "statement": "ModelArts Service Statement",
        "link": "https://x",
        "version": "version not published",
    }


@pytest.mark.rule("R3.02")
def test_what_a_step_remembers_is_judged_again_before_it_acts() -> None:
    rules.still_authorized(rules.acting_for(LI), [row(LI, "own")])
    rules.still_authorized({}, [row(ALL)])
    for principal, rows in ((LI, [row(ZHANG)]), (None, [row(ZHANG)])):
        with pytest.raises(CloudRefused) as raised:
            rules.still_authorized(rules.acting_for(principal), rows)
        assert words_of(raised.value.say)

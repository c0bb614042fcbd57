"""Names, quota, validity and use of agencies."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Refusal
from bot.records.identity import (
    EVERYBODY,
    Agency,
    Allowance,
    Authorization,
    AuthorizationType,
    Principal,
    PrincipalKind,
)
from bot.rules import agency
from bot.rules.figures import FIGURES
from tests.fakes.words import words_of

DAY, NOW = 86400.0, 1_790_000_000.0
OURS = "op_svc_modelarts"
LI = Principal(PrincipalKind.IAM_USER, "u-li", "li")


def row(principal: Principal, name: str) -> Authorization:
    return Authorization(principal, AuthorizationType.AGENCY, name, NOW)


@pytest.mark.rule("R3.08")
@pytest.mark.parametrize(("typed", "suffix"), [("lab", "lab"), (" ma_agency_lab-1 ", "lab-1"), ("L_2", "L_2")])
def test_the_editable_part_of_a_name(typed: str, suffix: str) -> None:
    assert agency.check_suffix(typed) == suffix
    assert agency.name_of(suffix) == f"ma_agency_{suffix}"


@pytest.mark.rule("R3.08")
@given(st.text(max_size=80))
def test_any_name_is_taken_or_refused_with_one_that_works(typed: str) -> None:
    try:
        suffix = agency.check_suffix(typed)
    except Refusal as refusal:
        suffix = agency.check_suffix(refusal.suggestion)
        words_of(refusal)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,50}", suffix)
    assert len(agency.name_of(suffix)) <= 64


@pytest.mark.rule("R3.08")
@given(st.text(max_size=80), st.floats(0, 4e9))
def test_a_generated_name_fits_and_is_new_each_time(word: str, at: float) -> None:
    suffix = agency.suffix_for(word, at)
    assert agency.check_suffix(suffix) == suffix
    assert suffix != agency.suffix_for(word, at + 1)


@pytest.mark.rule("R3.03")
@pytest.mark.rule("R3.08")
def test_the_name_is_read_back_whatever_stands_before_it() -> None:
    other, odd, exact = (Agency(n, n, OURS) for n in ("ma_agency_other", "modelarts_agency_lab", "ma_agency_lab"))
    assert agency.created_as("lab", [other]) is None
    assert agency.created_as("lab", [other, odd]) == odd
    assert agency.created_as("lab", [odd, exact]) == exact


@pytest.mark.rule("R3.12")
@pytest.mark.parametrize(
    ("typed", "days"),
    [("permanent", "0"), ("永久", "0"), ("one day", "1"), ("1 day", "1"), ("30", "30"), ("30d", "30"), ("7 天", "7")],
)
def test_a_validity_is_days(typed: str, days: str) -> None:
    assert agency.check_days(typed) == days


@pytest.mark.rule("R3.12")
@pytest.mark.parametrize("typed", ["", "0 days", "-3", "soon", "99999", "3.5", "24h"])
def test_no_validity_is_refused_with_one_that_works(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        agency.check_days(typed)
    assert agency.check_days(refused.value.suggestion)


@pytest.mark.rule("R3.12")
def test_dates_are_shown_and_compared_not_hours() -> None:
    until = NOW + 20 * DAY
    limited = Agency("a", "a", OURS, days=20, expires=until)
    assert "2026" in words_of(agency.expiry(limited))
    assert words_of(agency.expiry(Agency("a", "a", OURS))) == "permanent"
    assert words_of(agency.end_of(20, NOW)) == words_of(agency.expiry(limited))
    assert agency.lasts(limited, 20, NOW)
    assert not agency.lasts(limited, 20, NOW + DAY)
    assert not agency.lasts(limited, 0, NOW)
    assert agency.lasts(Agency("a", "a", OURS), 0, NOW)


@pytest.mark.rule("R3.07")
def test_a_full_account_is_refused_with_what_to_share_and_what_to_delete() -> None:
    agencies = [Agency("1", "ma_shared", OURS), Agency("2", "ma_idle", OURS), Agency("3", "foreign", "other")]
    rows = [row(LI, "ma_shared")]
    assert "3 of 50" in words_of(agency.check_room(Allowance("agency", 3, 50), agencies, rows))
    assert f"3 of {FIGURES.agency.quota}" in words_of(agency.check_room(None, agencies, rows))
    with pytest.raises(Refusal) as refused:
        agency.check_room(Allowance("agency", 3, 3), agencies, rows)
    said = words_of(refused.value)
    assert "`ma_shared`" in said.split("delete")[0]
    assert "`ma_idle`" in said.split("delete")[1]
    assert "foreign" not in said


@pytest.mark.rule("R3.06")
def test_only_an_agency_that_trusts_modelarts_can_be_shared() -> None:
    agency.check_usable(Agency("1", "ma_shared", OURS))
    with pytest.raises(Refusal) as refused:
        agency.check_usable(Agency("2", "other", "acme"))
    assert "acme" in words_of(refused.value)


@pytest.mark.rule("R3.31")
@pytest.mark.rule("R3.18")
def test_everyone_who_uses_an_agency_is_known() -> None:
    assert agency.users_of("a", [row(LI, "a"), row(EVERYBODY, "a"), row(LI, "b")]) == (LI, EVERYBODY)


def test_an_agency_is_chosen_by_name_or_id() -> None:
    agencies = [Agency("id-1", "ma_lab", OURS)]
    assert agency.chosen("ma_lab", agencies) == agency.chosen("id-1", agencies) == agencies[0]
    with pytest.raises(Refusal) as refused:
        agency.chosen("LAB", agencies)
    assert "`ma_lab`" in words_of(refused.value)


def test_many_names_are_cut() -> None:
    assert agency.names([str(n) for n in range(12)]).endswith("… (+2)")
    assert agency.names([]) == "–"

"""What journeys about authorizations read off the simulated account, and scenarios of accounts of their own."""

from __future__ import annotations

from pathlib import Path

from tests.stack import Json, Stack

ACCOUNT = "flower-lab"


def rows(house: Stack) -> dict[str, str]:
    """Return the agency of each principal that is authorized, by the principal's name."""
    found = house.cloud("modelarts")["authorizations"][ACCOUNT]
    return {row["user_name"] or row["user_id"]: row["content"] for row in found}


def agencies(house: Stack) -> dict[str, Json]:
    """Return the account's agencies, by name."""
    account = next(one for one in house.cloud("iam")["accounts"] if one["name"] == ACCOUNT)
    return {agency["name"]: agency for agency in account["agencies"]}


def grants(house: Stack, name: str) -> set[tuple[str, str]]:
    """Return what an agency has: permission and scope."""
    return {(grant["permission"], grant["kind"]) for grant in agencies(house)[name]["grants"]}


def scenario(folder: Path, more: str) -> str:
    """Write an empty account with more in it; return the path of the scenario."""
    empty = Path(__file__).parents[2] / "sandbox" / "scenarios" / "empty.toml"
    path = folder / "account.toml"
    path.write_text(f"{empty.read_text('utf-8')}\n{more}", encoding="utf-8")
    return str(path)


def choose(house: Stack, who: str, field: str, value: str) -> list[str]:
    """Choose in a field of the open form on which others depend; return the fields that are shown then."""
    house.post("press", as_=who, surface="modal", action_id=field, selected=value)
    house.settle()
    view = house.view(who)
    assert view is not None
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def refused(answer: Json, field: str) -> str:
    """Return what a form's field says about what was entered."""
    assert not answer["ok"], answer
    return str(answer["errors"][field])


def approve_typed(house: Stack, who: str, word: str) -> None:
    """Approve by typing; a wrong word is refused at its field first."""
    house.press(who, "approve")
    assert word in refused(house.submit(who, typed=f"not {word}"), "typed")
    assert house.submit(who, typed=word)["ok"]


def wait(house: Stack, seconds: float) -> None:
    """Let time pass, and everything that falls due be done."""
    house.post("clock", advance_s=seconds)
    house.settle()

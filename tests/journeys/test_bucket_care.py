"""Faults of a path, each caused in the cloud, found and mended by its button; settings copied; a bucket deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from obs import ACL, Expiration, Grant, Grantee, Lifecycle, Rule, TagInfo

from tests.console import console
from tests.sandbox.cloud.support import OTHER_AK, OTHER_SK
from tests.stack import Stack

DOMAIN = "d78cbac186b744899480f25bd022f468"


def mend(house: Stack, who: str, label: str, **values: Any) -> None:
    """Open the form behind the newest button with this label, submit it, and have mei approve what it asks for."""
    for message in reversed(house.messages(who)):
        for element in [e for block in message["blocks"] for e in block.get("elements", [])]:
            if element.get("type") == "button" and element["text"]["text"] == label:
                press = {"as_": who, "in_": "@bot", "ts": message["ts"], "value": element["value"]}
                house.post("press", **press, action_id="open_form", surface="message")
                house.settle()
                assert house.submit(who, **values)["ok"]
                house.press("mei", "approve")
                return
    raise AssertionError(f"no button {label!r}: {house.texts(who)}")


def check(house: Stack, path: str, who: str = "wang") -> str:
    """Return what somebody is told of a path."""
    before = len(house.messages(who))
    house.say(who, f"/modelarts bucket check {path}")
    return json.dumps(house.messages(who)[before:], ensure_ascii=False)


@pytest.mark.rule("R4.07")
def test_no_bucket_then_no_folder_each_mended_by_its_button(house: Stack) -> None:
    assert "There is no bucket `first-data`" in check(house, "obs://first-data")
    mend(house, "wang", "Create bucket")
    assert house.bucket("first-data") is not None
    assert "There is nothing under `flowers`" in check(house, "obs://first-data/flowers")
    mend(house, "wang", "Create folder")
    told = check(house, "obs://first-data/flowers")
    assert "No fault found" in told
    assert "It is there and empty" in told


@pytest.mark.rule("R4.02")
@pytest.mark.rule("R4.07")
def test_encryption_found_and_switched_off_with_the_objects_to_upload_again(house: Stack) -> None:
    told = check(house, "obs://lab-secrets/labels.json")
    assert "Default encryption (`kms`) is on" in told
    mend(house, "wang", "Switch encryption off")
    kept = house.bucket("lab-secrets") or {}
    assert not kept["encryption"]
    assert "upload them again afterwards: `labels.json`" in house.texts("wang")
    told = check(house, "obs://lab-secrets/labels.json")
    assert "Default encryption: off" in told
    assert "upload them again" in told
    mend(house, "wang", "Upload again", files=[{"name": "labels.json", "content": "[]"}])
    house.submit("mei", typed="DELETE")
    kept = {row["key"]: row for row in (house.bucket("lab-secrets") or {})["objects"]}
    assert (kept["labels.json"]["encrypted"], kept["labels.json"]["size"]) == (False, 2)
    assert "No fault found" in check(house, "obs://lab-secrets/labels.json")


@pytest.mark.rule("R4.01")
@pytest.mark.rule("R4.03")
@pytest.mark.rule("R4.07")
def test_a_bucket_elsewhere_is_mended_by_one_here_with_its_settings(house: Stack) -> None:
    with console(house) as obs:
        rule = Rule(id="tidy", prefix="old/", status="Enabled", expiration=Expiration(days=60))
        assert obs.setBucketLifecycle("lab-archive", Lifecycle(rule=[rule])).status == 200
        assert obs.setBucketTagging("lab-archive", TagInfo().addTag("team", "rose")).status == 204
        assert obs.setBucketVersioning("lab-archive", "Enabled").status == 200
    assert "It is in `cn-north-1`" in check(house, "obs://lab-archive")
    mend(house, "wang", "Create in cn-north-4", **{"class": "standard"})
    source, made = house.bucket("lab-archive") or {}, house.bucket("lab-archive-cn-north-4") or {}
    assert (made["region"], made["storage_class"], made["encryption"]) == ("cn-north-4", "STANDARD", None)
    assert made["settings"] == source["settings"]
    assert (made["versioning"], len(made["settings"])) == ("Enabled", 2)
    told = house.texts("wang")
    assert "Copy tags (team=rose)" in told
    assert "nothing to copy: CORS rules, storage quota, public-access block" in told
    assert "No fault found" in check(house, "obs://lab-archive-cn-north-4")


@pytest.mark.rule("R4.07")
def test_a_policy_that_denies_is_shown_and_that_statement_alone_lifted(house: Stack) -> None:
    resource = {"Resource": ["lab-closed", "lab-closed/*"]}
    shut = {"Effect": "Deny", "Principal": {"ID": [f"domain/{DOMAIN}:user/*"]}, "Action": ["List*", "Get*"]} | resource
    kept = {"Effect": "Deny", "Principal": "*", "Action": ["DeleteObject"]} | resource
    with console(house) as obs:
        assert obs.createBucket("lab-closed", location="cn-north-4").status == 200
        assert obs.putContent("lab-closed", "x/rose.csv", "red").status == 200
        assert obs.setBucketPolicy("lab-closed", json.dumps({"Statement": [kept, shut]})).status == 204
    told = check(house, "obs://lab-closed/x")
    assert "has a statement that denies" in told
    assert "DeleteObject" not in told
    assert "桶策略中有拒绝语句" in check(house, "obs://lab-closed/x", "li")
    mend(house, "wang", "Lift what denies")
    told = house.texts("wang")
    assert "Take 1 denying statement(s) out of the policy of `lab-closed`" in told
    assert "The other statements (1) stay as they are" in told
    assert json.loads((house.bucket("lab-closed") or {})["policy"])["Statement"] == [kept]
    assert "No fault found" in check(house, "obs://lab-closed/x")


@pytest.mark.rule("R4.07")
def test_an_acl_that_shuts_the_owner_out_is_mended_in_chinese_by_its_button(house: Stack) -> None:
    with console(house) as obs:
        assert obs.createBucket("lab-lost", location="cn-north-4").status == 200
        assert obs.putContent("lab-lost", "rose.csv", "red").status == 200
        own = obs.getBucketAcl("lab-lost").body.owner
        assert obs.setBucketAcl("lab-lost", ACL(own, [Grant(Grantee(own.owner_id), "WRITE")])).status == 200
    assert "桶拥有者已没有 READ 权限" in check(house, "obs://lab-lost", "li")
    mend(house, "li", "解除拒绝")
    grants = [(one["permission"], one["domain_id"]) for one in (house.bucket("lab-lost") or {})["acl"]]
    assert grants == [("WRITE", DOMAIN), ("READ", DOMAIN)]
    assert "未发现问题" in check(house, "obs://lab-lost", "li")


@pytest.mark.rule("R4.07")
def test_of_a_bucket_of_others_it_is_said_who_can_and_an_own_one_offered(house: Stack) -> None:
    assert "belongs to another account" in check(house, "obs://flowers/x")
    assert "属于其他账号" in check(house, "obs://flowers/x", "li")
    house.say("wang", "/modelarts bucket allow obs://flowers/x")
    assert f"domain/{DOMAIN}:user/*" in house.texts("wang")
    check(house, "obs://flowers/x")
    mend(house, "wang", "Create an own bucket", name="own-flowers")
    assert {row["key"] for row in (house.bucket("own-flowers") or {})["objects"]} == {"x/"}
    assert "No fault found" in check(house, "obs://own-flowers/x")


@pytest.mark.rule("R4.07")
def test_an_acl_that_shows_a_bucket_but_not_its_objects_is_told(house: Stack) -> None:
    with console(house, (OTHER_AK, OTHER_SK)) as theirs:
        assert theirs.createBucket("their-roses", location="cn-north-4").status == 200
        assert theirs.putContent("their-roses", "rose.csv", "red").status == 200
        assert theirs.setBucketAcl("their-roses", aclControl="public-read").status == 200
    told = check(house, "obs://their-roses")
    assert "ACL and policy let this account see it but not read" in told
    assert "Faults found: 1" in told


@pytest.mark.rule("R4.07")
@pytest.mark.parametrize(("kind", "said"), [("forbidden", "so the grant is missing"), ("arrears", "in arrears")])
def test_a_missing_grant_and_arrears_are_told_apart(house: Stack, kind: str, said: str) -> None:
    house.post("cloud/faults", service="obs", operation="list_objects", kind=kind)
    assert said in check(house, "obs://lab-datasets/flowers")
    assert "No fault found" in check(house, "obs://lab-datasets/flowers")


def test_deleting_takes_an_empty_bucket_a_typed_word_and_somebody_else(house: Stack) -> None:
    house.say("wang", "/modelarts bucket delete lab-datasets")
    assert "flowers/rose.csv" in house.texts("wang")
    with console(house) as obs:
        assert obs.createBucket("lab-old", location="cn-north-4").status == 200
    house.say("wang", "/modelarts bucket delete lab-old")
    house.press("mei", "approve")
    assert house.bucket("lab-old") is not None
    house.submit("mei", typed="delete it")
    assert house.bucket("lab-old") is not None
    house.press("mei", "approve")
    house.submit("mei", typed="DELETE")
    assert house.bucket("lab-old") is None
    assert house.bucket("lab-datasets") is not None


@pytest.mark.rule("R4.07")
def test_a_check_asked_by_form_offers_its_mend_in_the_form(house: Stack) -> None:
    house.say("wang", "/modelarts bucket check")
    house.submit("wang", path="obs://form-data")
    view = house.view("wang")
    assert view is not None
    assert "There is no bucket `form-data`" in json.dumps(view)
    (button,) = [e for block in view["blocks"] for e in block.get("elements", []) if e.get("type") == "button"]
    house.post("press", as_="wang", in_="@bot", ts="", action_id="open_form", value=button["value"], surface="modal")
    house.settle()
    house.submit("wang", name="form-data")
    house.press("mei", "approve")
    assert house.bucket("form-data") is not None

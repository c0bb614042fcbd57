"""`python -m sandbox`: what it says of bad options, taken ports and scenario files that are wrong, in one line each."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from sandbox.__main__ import _options, _parser
from sandbox.server import Options, listening, run_sandbox
from sandbox.workspace.scenario import FOLDER, read_scenario


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--port abc", "a port is a whole number from 0 to 65535, not 'abc'"),
        ("--port 99999", "a port is a whole number from 0 to 65535"),
        ("--cloud-ports moon=1", "no service 'moon'; there are: iam, obs, modelarts, bss"),
        ("--cloud-ports iam=x", "a port is a whole number"),
        ("--bot-url nonsense", "must be an address such as http://127.0.0.1:3000"),
        ("--ack-s -1", "'-1' must be a number, zero or more"),
        ("--socket-life-s nan", "must be a number"),
        ("--announce /no/such/folder/x.json", "must be a file in a folder that exists"),
        ("--redis-url redis://127.0.0.1:1", "--redis-url and --clock-key go together"),
        ("--clock-key x", "go together"),
        ("--nothing", "unrecognized arguments: --nothing"),
    ],
)
def test_a_bad_option_is_one_line_that_names_it(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        _options(words.split())
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert said in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("SANDBOX_PORT", "abc", "a port is"), ("SANDBOX_BOT_URL", "http://127.0.0.1:1,nonsense", "SANDBOX_BOT_URL")],
)
def test_a_bad_setting_of_the_environment_is_named(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit):
        _options([])
    assert said in capsys.readouterr().err


def test_every_option_has_its_line_of_help() -> None:
    assert all(action.help for action in _parser()._actions)


async def fails(**options: Any) -> str:
    """Start a sandbox that cannot start and return what it says."""
    with pytest.raises((OSError, ValueError)) as fault:
        async with run_sandbox(Options(**options)):
            pytest.fail("it started")
    return str(fault.value)


@pytest.mark.parametrize("service", ["", "iam"])
async def test_a_taken_port_is_named(service: str) -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        said = await fails(**({"cloud_ports": {service: port}} if service else {"port": port}))
    assert said == f"port {port} of 127.0.0.1 is taken; choose another, or 0 for a free one"


async def test_a_redis_that_is_not_there_is_named() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{bound.getsockname()[1]}"
        assert f"the Redis at {url} does not answer" in await fails(redis_url=url, clock_key="x")


BASE = 'extends = "default"\n'
LAB = f"""{BASE}[cloud]
[[cloud.accounts]]
domain_id = "d"
name = "lab"
projects = [{{ id = "p", name = "cn-north-4" }}]
keys = [{{ ak = "A", sk = "S" }}]
users = [{{ id = "u", name = "mei" }}]
"""
PERSON = '[[people]]\nid = "U1"\nname = "mei"\nreal_name = "Mei"\n'
FAULTS = {
    "not TOML": ("[workspace\n", "at line 1"),
    "no tables": ("", "workspace: is missing; app: is missing; people: is missing"),
    "a strange table": (f"{BASE}strange = 1", "strange: is no field of this table"),
    "a strange field": (f'{BASE}{PERSON}colour = "red"', "people[1].colour: is no field of this table"),
    "nobody": (f"{BASE}people = []", "people: one row at least"),
    "no real name": (f'{BASE}[[people]]\nid = "U1"\nname = "mei"', "people[1].real_name: is missing"),
    "no such zone": (f'{BASE}{PERSON}tz = "Mars/Olympus"', "'Mars/Olympus' is no time zone"),
    "no such group": (f'{BASE}{PERSON}groups = ["kings"]', "no group 'kings'; there are: modelarts-admins"),
    "no such member": (
        f'{BASE}[[channels]]\nid = "C1"\nname = "x"\nmembers = ["zoe"]',
        "no person 'zoe'; there are: mei, chen, li, wang, guest, modelarts",
    ),
    "an id twice": (f"{BASE}{PERSON}{PERSON}", "the id 'U1' comes twice"),
    "a wrong id": (f"{BASE}{PERSON.replace('U1', 'mei 1')}", "people[1].id:"),
    "no such event": (
        f'{BASE}[app]\nid = "A1"\nname = "x"\nbot_id = "B1"\nbot_user = "U9"\nevents = ["star_added"]',
        "app.events[1]: Input should be 'app_mention'",
    ),
    "a number in env": (f"{BASE}[env]\nBOT_ADMINS = 3", "env.BOT_ADMINS: Input should be a valid string"),
    "a wrong repeat": (f"{BASE}[[people]]\nrepeat = 0", "repeat is 0"),
    "itself": ('extends = "own.toml"', "own.toml extends itself"),
}
CLOUD_FAULTS = {
    "a strange table": (f'{LAB}[cloud.moon]\ncolour = "red"', "cloud: moon: is no field of this table"),
    "a wrong option": (f"{LAB}[cloud.options]\nwrong_region = 302", "options.wrong_region: Input should be 0, 301 or"),
    "no such account": (
        f'{LAB}[[cloud.buckets]]\nname = "abc"\nowner = "zoe"\nregion = "cn-north-4"',
        "no account 'zoe'; there are: lab",
    ),
    "no such region": (
        f'{LAB}[[cloud.buckets]]\nname = "abc"\nowner = "lab"\nregion = "mars-1"',
        "no region 'mars-1'; there are: af-north-1",
    ),
    "a wrong bucket name": (
        f'{LAB}[[cloud.buckets]]\nname = "A B"\nowner = "lab"\nregion = "cn-north-4"',
        "the provider would refuse this: 400 InvalidBucketName",
    ),
    "a bucket twice": (
        LAB + '[[cloud.buckets]]\nname = "abc"\nowner = "lab"\nregion = "cn-north-4"\n' * 2,
        "the bucket 'abc' comes twice",
    ),
    "no such user": (
        f'{LAB}[[cloud.groups]]\nowner = "lab"\nname = "x"\nusers = ["zoe"]',
        "no user of lab 'zoe'; there are: mei",
    ),
    "no such user to authorize": (
        f'{LAB}[[cloud.authorizations]]\nowner = "lab"\nuser = "zoe"\ncontent = "x"',
        "no user of lab 'zoe'",
    ),
    "no such project": (
        f'{LAB}[[cloud.groups]]\nowner = "lab"\nname = "x"\nusers = ["mei"]\n'
        'grants = [{ permission = "ModelArts FullAccess", scope = "mars-1" }]',
        "no project of lab 'mars-1'; there are: cn-north-4",
    ),
    "no such permission": (
        f'{LAB}[[cloud.groups]]\nowner = "lab"\nname = "x"\nusers = ["mei"]\ngrants = [{{ permission = "Magic" }}]',
        "unknown permission 'Magic'",
    ),
    "an agency twice": (
        LAB + '[[cloud.agencies]]\nowner = "lab"\nname = "a"\n' * 2,
        "the provider would refuse this: 409 IAM.0005",
    ),
    "no home": (LAB.replace("cn-north-4", "cn-north-1"), "the first of its accounts needs a key and a project"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_scenario_is_one_line_that_says_where(name: str, tmp_path: Path) -> None:
    text, said = FAULTS[name]
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as fault:
        read_scenario(str(path))
    assert said in str(fault.value)
    assert str(fault.value).startswith(f"scenario {path}: ")
    assert len(str(fault.value).splitlines()) == 1


@pytest.mark.parametrize("name", CLOUD_FAULTS)
async def test_a_wrong_cloud_is_one_line_that_says_where(name: str, tmp_path: Path) -> None:
    text, said = CLOUD_FAULTS[name]
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    told = await fails(scenario=str(path))
    assert said in told
    assert told.startswith("cloud: ")
    assert len(told.splitlines()) == 1


def test_a_scenario_extends_a_file_that_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text(f'{BASE}[env]\nA = "1"', encoding="utf-8")
    (tmp_path / "own.toml").write_text('extends = "base.toml"', encoding="utf-8")
    assert read_scenario(str(tmp_path / "own.toml"))["env"] == {"A": "1"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_the_scenarios_that_come_along_are_right(path: Path) -> None:
    assert read_scenario(path.stem)["people"]

"""What exists at the start, as data: the shape of a scenario's `cloud` table, unknown fields refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

StorageClass = Literal["STANDARD", "WARM", "COLD", "DEEP_ARCHIVE", "INTELLIGENT_TIERING"]


class Strict(BaseModel):
    """A table of a seed: fixed once read, no unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Key(Strict):
    """A key pair; with `token` a temporary one that ends `expires_in_s` seconds of cloud time after the start."""

    ak: str
    sk: str
    user_id: str | None = None
    token: str | None = None
    expires_in_s: float | None = None


class Project(Strict):
    """A project; a region's system project is named exactly like the region."""

    id: str
    name: str
    enabled: bool = True
    description: str = ""


class User(Strict):
    """A user of an account."""

    id: str
    name: str
    enabled: bool = True
    description: str = ""
    access_mode: Literal["default", "programmatic", "console"] = "default"


class Account(Strict):
    """An account; `quotas` holds IAM limits by type, `signed_up` false means OBS was never opened."""

    domain_id: str
    name: str
    projects: tuple[Project, ...] = ()
    users: tuple[User, ...] = ()
    keys: tuple[Key, ...] = ()
    quotas: Mapping[str, int] = Field(default_factory=dict)
    bucket_quota: int = 100


class StoredObject(Strict):
    """An object in a seeded bucket: `content`, or `size` bytes of nothing in particular."""

    key: str
    content: str = ""
    size: int | None = None
    encrypted: bool = False


class SeededBucket(Strict):
    """A bucket that exists at the start; `owner` is an account's name."""

    name: str
    owner: str
    region: str
    storage_class: StorageClass = "STANDARD"
    encryption: Literal["kms", "AES256"] | None = None
    acl: str = "private"
    policy: str | None = None
    objects: tuple[StoredObject, ...] = ()


class Options(Strict):
    """Where the provider's behaviour is in doubt or costs time; see the module text of each service.

    `name_release_s`: how long a deleted bucket name stays taken for everybody (the provider says about 1800).
    `wrong_region`: what an endpoint answers for a bucket of another region; 0 serves it as if it were here.
    `gateway_prefix`: the provider uses both APIGW and APIG. `slow_s`, `hang_s`: length of those faults.
    """

    name_release_s: float = 0.0
    wrong_region: Literal[0, 301, 307] = 307
    gateway_prefix: Literal["APIGW", "APIG"] = "APIGW"
    slow_s: float = 3.0
    hang_s: float = 130.0


class Seed(Strict):
    """All that exists at the start; `endpoint_region` is the region whose endpoints the ports stand for."""

    endpoint_region: str = "cn-north-4"
    accounts: tuple[Account, ...] = ()
    buckets: tuple[SeededBucket, ...] = ()
    options: Options = Options()


def read_seed(mapping: Mapping[str, Any]) -> Seed:
    """Check a seed. Raises pydantic.ValidationError that names every wrong field."""
    return Seed.model_validate(mapping)


def default_seed() -> dict[str, Any]:
    """Return the demo's seed: one account in several regions, one foreign account, a few buckets."""
    return tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))

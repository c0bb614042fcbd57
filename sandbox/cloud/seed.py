"""What exists at the start, as data: the shape of a scenario's `cloud` table, unknown fields refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from sandbox.cloud.iam.seed import Crowd, SeededAgency, SeededAuthorization, SeededGroup, SeededPolicy
from sandbox.tables import Span, Strict, check_distinct, check_known, in_words

OWNED = ["buckets", "models", "services", "packages", "policies", "groups", "agencies", "authorizations", "crowds"]
StorageClass = Literal["STANDARD", "WARM", "COLD", "DEEP_ARCHIVE", "INTELLIGENT_TIERING"]


class Key(Strict):
    """A key pair; with `token` a temporary one that ends `expires_in_s` seconds of cloud time after the start.

    One that is not `active` is listed and opens nothing.
    """

    ak: str
    sk: str
    user_id: str | None = None
    token: str | None = None
    expires_in_s: float | None = None
    active: bool = True


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
    """An account; `quotas` holds IAM limits by type, `service_quota` is a user's own; `balance` and `debt` are yuan.

    `real_name`: -1 not done, 0 in review, 1 rejected, 2 done; `enterprise` says whose name it is. `service_statement`:
    whether that of ModelArts was agreed to.
    """

    domain_id: str
    name: str
    projects: tuple[Project, ...] = ()
    users: tuple[User, ...] = ()
    keys: tuple[Key, ...] = ()
    quotas: Mapping[str, int] = Field(default_factory=dict)
    bucket_quota: int = 100
    service_quota: int = 20
    model_quota: int = 1000
    real_name: Literal[-1, 0, 1, 2] = 2
    enterprise: bool = False
    balance: Decimal = Decimal(500)
    debt: Decimal = Decimal(0)
    service_statement: bool = True


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


class Flavor(Strict):
    """A compute node specification for services; `queue` is how long a start waits for capacity.

    `hourly` is what a node costs an hour, without it the price inquiry knows no such product; `billing` is what billing
    calls it, the id where nothing is given.
    """

    id: str
    processor: Literal["CPU", "GPU"]
    is_free: bool = False
    sold_out: bool = False
    queue: Span = 0.0
    display_en: str = ""
    display_cn: str = ""
    hourly: Decimal | None = Field(default=None, ge=0)
    billing: str = ""

    @property
    def billing_spec(self) -> str:
        """Return the resource specification that it is billed and rated under."""
        return self.billing or self.id


class SeededModel(Strict):
    """An AI application at the start; with `published_in` it is publishing until then."""

    owner: str
    name: str
    version: str = "1.0.0"
    type: str = "Image"
    id: str | None = None
    description: str = ""
    auto: bool = False
    created: Span = 0.0
    published_in: Span | None = None


class SeededService(Strict):
    """A real-time service at the start; `created` and `changed` say how long ago, `model` is name:version."""

    owner: str
    name: str
    model: str
    flavor: str
    status: Literal["running", "stopped", "failed"]
    id: str | None = None
    nodes: int = 1
    description: str = ""
    created: Span = 0.0
    changed: Span = 0.0
    calls: int = 0
    failed_calls: int = 0


class SeededUse(Strict):
    """One deduction from a package, so long ago, in hours."""

    ago: Span
    hours: Decimal


class SeededPackage(Strict):
    """A resource package; it is in force since `effective` ago, or will be `effective_in`, until `expires_in`."""

    owner: str
    product: str
    name: str
    hours: Decimal
    expires_in: Span
    effective: Span = 0.0
    effective_in: Span | None = None
    id: str | None = None
    region: str = "cn-north-4"
    usage: str = ""
    refunded: bool = False
    uses: tuple[SeededUse, ...] = ()


class Options(Strict):
    """Where the provider's behaviour is in doubt or costs time; see the module text of each service.

    `name_release_s`: how long a deleted bucket name stays taken for everybody (the provider says about 1800).
    `wrong_region`: what an endpoint answers for a bucket of another region; 0 serves it as if it were here.
    `gateway_prefix`: the provider uses both APIGW and APIG. `slow_s`, `hang_s`: length of those faults.
    `deploy_s`, `stop_s`, `delete_s`, `publish_s`: how long ModelArts takes for that, in cloud time.
    `offset_counts`: whether ModelArts' `offset` counts records or pages, in each list. `stopped_update`: what a new
    configuration does to a stopped service. `site`: whether the account belongs to this billing site or the other one.
    `named_actions`: whether a refusal for want of rights names the action. `ended_agencies`: what lists show of those
    that have ended. `agency_repeat`: what ModelArts answers where its agency exists. `authorization_repeat`: what it
    does about a principal that has an authorization. `all_users`: whether that of all users stands beside those of
    others or instead. `preset_agency`: what its agency is called without a suffix, `preset_grants`: what it may do.
    `needs_authorization`: whether services start only for users whom an authorization covers, by an agency that may
    read OBS. `calls_a_minute`: how often an operation may be asked for in a minute of machine time, 0 for as often as
    one likes.
    """

    name_release_s: float = 0.0
    wrong_region: Literal[0, 301, 307] = 307
    gateway_prefix: Literal["APIGW", "APIG"] = "APIGW"
    slow_s: float = 3.0
    hang_s: float = 130.0
    deploy_s: float = 40.0
    stop_s: float = 5.0
    delete_s: float = 5.0
    publish_s: float = 60.0
    offset_counts: Literal["records", "pages"] = "records"
    stopped_update: Literal["starts", "stays", "refused"] = "starts"
    site: Literal["china", "international"] = "china"
    named_actions: bool = True
    ended_agencies: Literal["gone", "listed"] = "gone"
    agency_repeat: Literal["told", "refused"] = "told"
    authorization_repeat: Literal["refused", "replaced"] = "refused"
    all_users: Literal["beside", "instead"] = "beside"
    preset_agency: str = "modelarts_agency"
    preset_grants: tuple[str, ...] = ("ModelArts CommonOperations", "OBS OperateAccess", "Tenant Administrator")
    needs_authorization: bool = True
    calls_a_minute: Annotated[int, Field(ge=0)] = 0


class Seed(Strict):
    """All that exists at the start; `endpoint_region` is the region whose endpoints the ports stand for."""

    endpoint_region: str = "cn-north-4"
    accounts: tuple[Account, ...] = ()
    buckets: tuple[SeededBucket, ...] = ()
    flavors: tuple[Flavor, ...] = ()
    models: tuple[SeededModel, ...] = ()
    services: tuple[SeededService, ...] = ()
    packages: tuple[SeededPackage, ...] = ()
    policies: tuple[SeededPolicy, ...] = ()
    groups: tuple[SeededGroup, ...] = ()
    agencies: tuple[SeededAgency, ...] = ()
    authorizations: tuple[SeededAuthorization, ...] = ()
    crowds: tuple[Crowd, ...] = ()
    options: Options = Options()

    @model_validator(mode="after")
    def check(self) -> Seed:
        """Check that what is named is there, and once."""
        owners = [account.name for account in self.accounts]
        check_distinct("the account", owners)
        check_distinct("the access key", (key.ak for account in self.accounts for key in account.keys))
        check_distinct("the bucket", (bucket.name for bucket in self.buckets))
        check_distinct("the flavor", (flavor.id for flavor in self.flavors))
        for name in OWNED:
            check_known("account", (row.owner for row in getattr(self, name)), owners)
        return self


def read_seed(mapping: Mapping[str, Any]) -> Seed:
    """Check a seed. Raises ValueError that names every wrong field, in one line."""
    try:
        return Seed.model_validate(mapping)
    except ValidationError as error:
        raise ValueError(f"cloud: {in_words(error)}") from None


def default_seed() -> dict[str, Any]:
    """Return the demo's seed: one account in several regions, one foreign account, a few buckets."""
    return tomllib.loads((Path(__file__).parent / "demo.toml").read_text(encoding="utf-8"))

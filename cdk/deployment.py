"""What is deployed, parsed once from the context of the command line (`-c name=value`).

All rules about which settings a stage may have are here, so the stacks need no further checks.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network
from typing import Any, TypeVar

from aws_cdk import RemovalPolicy

from cdk.target import AWS, TARGETS, Target, api_id_of
from layers.dependencies.build import Target as Wheels
from novapay.domain.rates import SPREAD_BPS_MAX
from novapay.schema import (
    LOCAL_STAGE,
    OPEN_CALLER,
    Table,
    prefix_of,
    restored_prefix_of,
    table_name,
)

DEV_STAGE = "dev"
DISPOSABLE_STAGES = (LOCAL_STAGE, DEV_STAGE)
"""Stages whose data is deleted with their stacks; every other stage keeps its data."""

DEFAULT_ENDPOINT_URL = "http://127.0.0.1:4566"
"""The address at which both emulators listen by default."""

ECB_RATES_URL = "https://api.frankfurter.dev/v1"
"""The public Frankfurter service: reference rates of the European Central Bank."""

REQUESTS_PER_ADDRESS = 2000
"""Default number of requests in five minutes that the firewall accepts from one address."""

RATE_LEAST = 10
"""The smallest limit that AWS accepts for one address."""

PAYROLL_CONCURRENCY = 100
"""Default number of payroll lanes, of all jobs together, that run at once.

It is a tenth of AWS's default quota of concurrent executions.
"""

OPERATORS_AT_ONCE = 20
"""Executions reserved for the authorizer of operators' tokens.

A flood of wrong tokens can use no more of the account's executions, and a flood of the rest of the
API leaves these available.
"""

TOKENS_AT_ONCE = 100
"""Executions reserved for the authorizer of bearer tokens, which every call of a client has."""

WHEELS: dict[str, Wheels] = {"linux": "linux", "host": "host"}

WALLETS_PER_USER = 10_000
"""Default number of wallets that a user may have."""

_ROLE_OR_USER = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):(?P<kind>role|user)/"
    r"([\x21-\x7e]+/)?(?P<name>[\w+=,.@-]{1,64})",
    re.ASCII,
)
_Choice = TypeVar("_Choice")
_DIGITS = re.compile(r"[0-9]{1,9}")
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")
_TABLES = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")


class DeploymentRefusedError(ValueError):
    """The settings of the command line are invalid or not allowed for the stage."""


class Auth(StrEnum):
    """How callers authenticate: not at all, with SigV4, or with a bearer token."""

    OPEN = "open"
    IAM = "iam"
    JWT = "jwt"


class Rollout(StrEnum):
    """How the calls move to a new version of a function: all at once, or a tenth of them first."""

    ALL_AT_ONCE = "all-at-once"
    CANARY = "canary"


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """The accepted issuer and audience of tokens, and the claim that contains the user's id."""

    issuer: str
    audience: str
    user_claim: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """One stage on one target.

    Attributes:
        tables: what stands between the stage's prefix and a table's name, if the functions use
            restored tables; None if they use the tables of the state stack.
        endpoint_url: the address at which an emulator listens.
        wheels: the packages in the zip of a function without layers: for Lambda's own images, or
            for this interpreter if an emulator runs functions on it.
        fx_spread_bps: how much quotes deduct from a rate, in hundredths of a percent.
        requests_per_address: the firewall's limit in five minutes; None without a firewall.
        payroll_concurrency: how many payroll lanes may run at once; 0: no concurrency is reserved.
        admin_networks: the networks from which operators may call; empty: from anywhere.
        rollout: how the calls move to a new version of a function.
        snap_start: whether the functions that are called every day start from a snapshot.
        account_number_readers: the names of the callers who may read every account number.
    """

    stage: str
    tables: str | None
    target: Target
    auth: Auth
    tokens: TokenIssuer | None
    endpoint_url: str
    fx_provider: str
    fx_base_url: str
    fx_spread_bps: int
    wheels: Wheels
    requests_per_address: int | None
    payroll_concurrency: int
    wallets_per_user: int
    admin_networks: tuple[str, ...]
    account_number_readers: tuple[str, ...]
    rollout: Rollout
    snap_start: bool

    @property
    def reserved(self) -> Mapping[str, int]:
        """Concurrent executions that functions have for themselves, by the function's short name.

        Lanes leave the API its share of the account's quota, and one recovery runs at a time. Empty
        if nothing is to be reserved.
        """
        if not self.payroll_concurrency:
            return {}
        tokens = {"authorize": TOKENS_AT_ONCE} if self.auth is Auth.JWT else {}
        return {
            "pay_lane": self.payroll_concurrency,
            "recover": 1,
            "authorize_operator": OPERATORS_AT_ONCE,
            **tokens,
        }

    @property
    def is_open(self) -> bool:
        """Whether anyone who reaches the API may use it."""
        return self.auth is Auth.OPEN

    @property
    def simulates(self) -> bool:
        """Whether a call to the API can switch on failures."""
        return self.stage == LOCAL_STAGE

    @property
    def api_id(self) -> str:
        """The id that an emulator gives to the API, so that its address does not change."""
        return api_id_of(self.stage)

    @property
    def payroll_machine_name(self) -> str:
        """The name of the state machine that runs payroll."""
        return f"{self.prefix}-payroll"

    @property
    def prefix(self) -> str:
        """What the names of all resources of this stage begin with."""
        return prefix_of(self.stage)

    @property
    def table_prefix(self) -> str:
        """What the names of the tables that the functions use begin with."""
        return restored_prefix_of(self.stage, self.tables) if self.tables else self.prefix

    def table_name(self, table: Table) -> str:
        """Return the name of a table that the functions use."""
        return table_name(self.table_prefix, table)

    @property
    def keeps_data(self) -> bool:
        """Whether tables, keys and logs are kept when their stacks are deleted."""
        return self.stage not in DISPOSABLE_STAGES

    @property
    def removal_policy(self) -> RemovalPolicy:
        """What happens to data and logs when their stack is deleted.

        The resources of a failed first deployment are always deleted, because they would make the
        next deployment fail.
        """
        kept = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        return kept if self.keeps_data else RemovalPolicy.DESTROY


def parse_deployment(context: Callable[[str], Any], environment: Mapping[str, str]) -> Deployment:
    """Return the deployment that the settings describe.

    Args:
        context: returns the value of a setting by its name; None if it was not given.
        environment: the environment variables.

    Raises:
        DeploymentRefusedError: a value is invalid, or the API would have no authentication.
    """
    stage = context("stage") or DEV_STAGE
    if not _STAGE.fullmatch(stage):
        raise DeploymentRefusedError(
            f"stage={stage} is not a valid name: use up to 20 lower-case letters, digits and"
            " hyphens, and begin with a letter"
        )
    target = _one_of(TARGETS, "target", context("target") or AWS.name)
    by_default = Auth.OPEN if stage == LOCAL_STAGE else Auth.IAM
    auth = _one_of({kind.value: kind for kind in Auth}, "auth", context("auth") or by_default)
    is_open = auth is Auth.OPEN
    if is_open and stage != LOCAL_STAGE:
        raise DeploymentRefusedError(
            f"auth=open is for stage={LOCAL_STAGE} only: it would let anyone move the money of"
            f" stage={stage}. Leave it out, and every route requires SigV4 (auth=iam)."
        )
    if not target.is_emulator:
        _check_stage_on_aws(stage, context)
    endpoint_url = environment.get("AWS_ENDPOINT_URL", DEFAULT_ENDPOINT_URL).rstrip("/")
    fx = context("fx") or ("fixed" if target.is_emulator else "http")
    return Deployment(
        stage=stage,
        tables=_tables(context),
        target=target,
        auth=auth,
        tokens=_token_issuer(context, target) if auth is Auth.JWT else None,
        endpoint_url=endpoint_url,
        fx_provider=_one_of({"fixed": "fixed", "http": "http"}, "fx", fx),
        fx_base_url=_fx_base_url(context, target),
        fx_spread_bps=_number(context, "fxSpreadBps", 0, most=SPREAD_BPS_MAX),
        wheels=_one_of(WHEELS, "wheels", context("wheels") or "linux"),
        requests_per_address=_requests_per_address(context, target),
        payroll_concurrency=_number(
            context, "payrollConcurrency", 0 if stage == DEV_STAGE else PAYROLL_CONCURRENCY
        ),
        wallets_per_user=_number(context, "walletsPerUser", WALLETS_PER_USER, least=1),
        admin_networks=_admin_networks(context, target),
        account_number_readers=_account_number_readers(context, auth),
        rollout=_rollout(context, target),
        snap_start=_snap_start(context, stage),
    )


def _tables(context: Callable[[str], Any]) -> str | None:
    given = context("tables")
    if given is None:
        return None
    # `restored-` is how the names go on; both spellings mean the same tables.
    tables = str(given).removesuffix("-")
    if not _TABLES.fullmatch(tables):
        raise DeploymentRefusedError(
            f"tables={given} is not what table names can begin with: use up to 40 lower-case"
            " letters, digits and hyphens, such as tables=restored-"
        )
    return tables


def _token_issuer(context: Callable[[str], Any], target: Target) -> TokenIssuer:
    issuer, audience = context("issuer"), context("audience")
    if not issuer or not audience:
        raise DeploymentRefusedError(
            "auth=jwt requires the issuer and the audience of the tokens: add"
            " -c issuer=https://… and -c audience=…"
        )
    if not issuer.startswith("https://") and not target.is_emulator:
        raise DeploymentRefusedError(
            f"issuer={issuer} would send its keys over an unencrypted connection: it must be"
            " https://…"
        )
    if not target.asks_authorizers:
        raise DeploymentRefusedError(
            f"target={target.name} has no authorizers, so with auth=jwt the API would be open to"
            " everyone."
        )
    return TokenIssuer(issuer, audience, context("userClaim") or "sub")


def _check_stage_on_aws(stage: str, context: Callable[[str], Any]) -> None:
    if stage == LOCAL_STAGE:
        raise DeploymentRefusedError(
            f"stage={stage} simulates failures and does not keep its data, so it belongs on an"
            " emulator: add -c target=ministack or -c target=localstack, or choose another stage."
        )
    if stage not in DISPOSABLE_STAGES and not (context("auth") and context("waf")):
        raise DeploymentRefusedError(
            f"stage={stage} keeps its data, so every deployment must set its authentication and its"
            " firewall; otherwise an upgrade could remove them. Add auth=iam or auth=jwt, and"
            " waf=on or waf=off."
        )


def _fx_base_url(context: Callable[[str], Any], target: Target) -> str:
    address = str(context("fxBaseUrl") or ECB_RATES_URL)
    if not address.startswith("https://") and not target.is_emulator:
        raise DeploymentRefusedError(
            f"fxBaseUrl={address} would send rates over an unencrypted connection: it must be"
            " https://…"
        )
    return address


def _requests_per_address(context: Callable[[str], Any], target: Target) -> int | None:
    """Return the firewall's limit, or None for a stage without a firewall."""
    if not _one_of({"off": False, "on": True}, "waf", context("waf") or "off"):
        return None
    if target.is_emulator:
        raise DeploymentRefusedError(
            f"waf=on is for target={AWS.name} only: {target.name} would report a firewall without"
            " having one."
        )
    return _number(context, "wafRate", REQUESTS_PER_ADDRESS, least=RATE_LEAST)


def _admin_networks(context: Callable[[str], Any], target: Target) -> tuple[str, ...]:
    """Return the networks from which operators may call, as AWS writes them."""
    given = context("adminCidrs")
    if given is None:
        return ()
    if target.is_emulator:
        raise DeploymentRefusedError(
            f"adminCidrs={given} is for target={AWS.name} only: {target.name} would accept the"
            " setting and still let other networks in."
        )
    try:
        networks = [ip_network(text.strip()) for text in str(given).split(",")]
    except ValueError as error:
        raise DeploymentRefusedError(
            f"adminCidrs={given} is not a list of networks, such as 192.0.2.0/24,2001:db8::/32:"
            f" {error}"
        ) from error
    if not all(network.prefixlen for network in networks):
        raise DeploymentRefusedError(
            f"adminCidrs={given} includes every address: leave it out to allow all networks."
        )
    return tuple(map(str, networks))


def _rollout(context: Callable[[str], Any], target: Target) -> Rollout:
    choices = {kind.value: kind for kind in Rollout}
    rollout = _one_of(choices, "rollout", context("rollout") or Rollout.ALL_AT_ONCE)
    if rollout is Rollout.CANARY and target.is_emulator:
        raise DeploymentRefusedError(
            f"rollout=canary is for target={AWS.name} only: {target.name} would move all calls at"
            " once and never back."
        )
    return rollout


def _snap_start(context: Callable[[str], Any], stage: str) -> bool:
    """Return whether functions have snapshots, whose cache has a monthly price for each function.

    Only stages that keep their data have them unless the deployment asks for them.
    """
    by_default = "false" if stage in DISPOSABLE_STAGES else "true"
    given = str(context("snapStart") or by_default)
    return _one_of({"true": True, "false": False}, "snapStart", given)


def _account_number_readers(context: Callable[[str], Any], auth: Auth) -> tuple[str, ...]:
    """Return the callers who may read every account number, under the names functions see."""
    given = context("accountNumberReaders")
    if given is None:
        return (OPEN_CALLER,) if auth is Auth.OPEN else ()
    if auth is not Auth.IAM:
        raise DeploymentRefusedError(
            f"accountNumberReaders={given} is for auth=iam only: with auth={auth} no caller is a"
            " role."
        )
    return tuple(_caller_name(text.strip()) for text in str(given).split(","))


def _caller_name(arn: str) -> str:
    """Return the name under which functions see a user, or the sessions of a role.

    It contains neither the role's path nor the session's name. Within an account, role names are
    unique whatever their paths.
    """
    found = _ROLE_OR_USER.fullmatch(arn)
    if found is None:
        raise DeploymentRefusedError(
            f"accountNumberReaders={arn} is not the ARN of a role or user, such as"
            " arn:aws:iam::123456789012:role/statements"
        )
    if found["kind"] == "user":
        return arn
    return f"arn:{found['partition']}:sts::{found['account']}:assumed-role/{found['name']}"


def _number(
    context: Callable[[str], Any],
    name: str,
    otherwise: int,
    *,
    least: int = 0,
    most: int | None = None,
) -> int:
    given = context(name)
    text = str(otherwise if given is None else given)
    if not _DIGITS.fullmatch(text) or int(text) < least or (most is not None and int(text) > most):
        bounds = f"of at least {least}" if most is None else f"from {least} to {most}"
        raise DeploymentRefusedError(f"{name}={text} is not a whole number {bounds}")
    return int(text)


def _one_of(choices: dict[str, _Choice], name: str, value: str) -> _Choice:
    if value not in choices:
        raise DeploymentRefusedError(f"{name}={value} must be one of {', '.join(choices)}")
    return choices[value]

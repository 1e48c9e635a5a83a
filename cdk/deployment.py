"""What is being deployed, parsed once from the context of the command line (`-c name=value`).

The rules about which stage may be what are here, so that no stack has to ask again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network
from typing import Any, TypeVar

from aws_cdk import RemovalPolicy

from cdk.target import AWS, LOCAL_STAGE, TARGETS, Target, api_id_of
from layers.dependencies.build import Target as Wheels

DEV_STAGE = "dev"
DISPOSABLE_STAGES = (LOCAL_STAGE, DEV_STAGE)
"""Stages whose data goes when their stacks go; every other stage keeps it."""

DEFAULT_ENDPOINT_URL = "http://127.0.0.1:4566"
"""Where both emulators listen unless told otherwise."""

ECB_RATES_URL = "https://api.frankfurter.dev/v1"
"""The public Frankfurter service: reference rates of the European Central Bank."""

SPREAD_BPS_MAX = 1_000
"""The largest spread that the functions take, in hundredths of a percent: 10 %."""

REQUESTS_PER_ADDRESS = 2000
"""What the firewall lets through from one address in five minutes, unless told otherwise."""

RATE_LEAST = 10
"""The least that AWS takes there."""

PAYROLL_CONCURRENCY = 100
"""How many lanes of payroll run at once, of all jobs: a tenth of AWS's default quota."""

WHEELS: dict[str, Wheels] = {"linux": "linux", "host": "host"}

WALLETS_PER_USER = 10_000
"""How many wallets a user may have unless told otherwise."""

OPEN_CALLER = "anyone"
"""What functions call every caller of the one stage that is open, which may see everything."""

_ROLE_OR_USER = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):(?P<kind>role|user)/"
    r"([\x21-\x7e]+/)?(?P<name>[\w+=,.@-]{1,64})",
    re.ASCII,
)
_Choice = TypeVar("_Choice")
_DIGITS = re.compile(r"[0-9]{1,9}")
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")


class DeploymentRefusedError(ValueError):
    """The command line asks for a deployment that must not be."""


class Auth(StrEnum):
    """How callers say who they are: not at all, by SigV4, or by a token."""

    OPEN = "open"
    IAM = "iam"
    JWT = "jwt"


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Whose tokens are taken, for whom they must be, and the claim that names the user."""

    issuer: str
    audience: str
    user_claim: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """One stage on one target.

    `endpoint_url` is where an emulator listens. `wheels` is what functions without layers carry:
    those of Lambda's own images, or of this interpreter if an emulator runs functions on it.
    `fx_spread_bps` is what quotes keep of a rate, in hundredths of a percent.
    `requests_per_address` is the firewall's limit, None without one. `payroll_concurrency` is
    how many lanes of payroll may run at once; 0 if no concurrency shall be reserved.
    `admin_networks` are those from which operators may call; from anywhere if there are none.
    `account_number_readers` are the names of the callers who may read every account number.
    """

    stage: str
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

    @property
    def reserves_concurrency(self) -> bool:
        """Whether functions have executions of the account for themselves."""
        return self.payroll_concurrency > 0

    @property
    def is_open(self) -> bool:
        """Whether anyone who reaches the API may use it."""
        return self.auth is Auth.OPEN

    @property
    def simulates(self) -> bool:
        """Whether failures can be switched on by a call."""
        return self.stage == LOCAL_STAGE

    @property
    def api_id(self) -> str:
        """The id that an emulator gives to the API, so that its address is stable."""
        return api_id_of(self.stage)

    @property
    def payroll_machine_name(self) -> str:
        """The name of the state machine that runs payroll."""
        return f"{self.prefix}-payroll"

    @property
    def prefix(self) -> str:
        """The name before every resource of this stage."""
        return f"novapay-{self.stage}"

    @property
    def keeps_data(self) -> bool:
        """Whether tables, keys and logs outlive their stacks."""
        return self.stage not in DISPOSABLE_STAGES

    @property
    def removal_policy(self) -> RemovalPolicy:
        """What becomes of data and logs when their stack is deleted.

        What a failed first deployment made goes in any case: it would be in the next one's way.
        """
        kept = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
        return kept if self.keeps_data else RemovalPolicy.DESTROY


def parse_deployment(context: Callable[[str], Any], environment: Mapping[str, str]) -> Deployment:
    """Return the deployment that `context`, a look-up by name, and the environment describe.

    Raises DeploymentRefusedError for a bad value and for an API that would be open to the world.
    """
    stage = context("stage") or DEV_STAGE
    if not _STAGE.fullmatch(stage):
        raise DeploymentRefusedError(
            f"stage={stage} is no name for a stage: up to 20 lower-case letters, digits and hyphens"
        )
    target = _one_of(TARGETS, "target", context("target") or AWS.name)
    by_default = Auth.OPEN if stage == LOCAL_STAGE else Auth.IAM
    auth = _one_of({kind.value: kind for kind in Auth}, "auth", context("auth") or by_default)
    is_open = auth is Auth.OPEN
    if is_open and stage != LOCAL_STAGE:
        raise DeploymentRefusedError(
            f"auth=open is for stage={LOCAL_STAGE} only: it would let anyone move the money of"
            f" stage={stage}. Leave it out to have every route want SigV4 (auth=iam)."
        )
    if not target.is_emulator:
        _check_stage_on_aws(stage, context)
    endpoint_url = environment.get("AWS_ENDPOINT_URL", DEFAULT_ENDPOINT_URL).rstrip("/")
    fx = context("fx") or ("fixed" if target.is_emulator else "http")
    return Deployment(
        stage=stage,
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
    )


def _token_issuer(context: Callable[[str], Any], target: Target) -> TokenIssuer:
    issuer, audience = context("issuer"), context("audience")
    if not issuer or not audience:
        raise DeploymentRefusedError(
            "auth=jwt needs to know whose tokens to take, and for whom: add -c issuer=https://… and"
            " -c audience=…"
        )
    if not issuer.startswith("https://") and not target.is_emulator:
        raise DeploymentRefusedError(
            f"issuer={issuer} would be asked for its keys over an open line: it must be https://…"
        )
    if not target.asks_authorizers:
        raise DeploymentRefusedError(
            f"target={target.name} asks no authorizer, so auth=jwt would be open to everyone there."
        )
    return TokenIssuer(issuer, audience, context("userClaim") or "sub")


def _check_stage_on_aws(stage: str, context: Callable[[str], Any]) -> None:
    if stage == LOCAL_STAGE:
        raise DeploymentRefusedError(
            f"stage={stage} simulates failures and keeps nothing, so it belongs on an emulator: add"
            " -c target=ministack or -c target=localstack, or choose another stage."
        )
    if stage not in DISPOSABLE_STAGES and not (context("auth") and context("waf")):
        raise DeploymentRefusedError(
            f"stage={stage} keeps its data, so say each time who may call it and whether it has a"
            " firewall, lest an upgrade drops either: auth=iam or auth=jwt, and waf=on or waf=off."
        )


def _fx_base_url(context: Callable[[str], Any], target: Target) -> str:
    address = str(context("fxBaseUrl") or ECB_RATES_URL)
    if not address.startswith("https://") and not target.is_emulator:
        raise DeploymentRefusedError(
            f"fxBaseUrl={address} would be asked for rates over an open line: it must be https://…"
        )
    return address


def _requests_per_address(context: Callable[[str], Any], target: Target) -> int | None:
    """Return the firewall's limit, or None if there shall be no firewall."""
    if not _one_of({"off": False, "on": True}, "waf", context("waf") or "off"):
        return None
    if target.is_emulator:
        raise DeploymentRefusedError(
            f"waf=on is for target={AWS.name} only: {target.name} would say that there is a"
            " firewall, and there is none."
        )
    return _number(context, "wafRate", REQUESTS_PER_ADDRESS, least=RATE_LEAST)


def _admin_networks(context: Callable[[str], Any], target: Target) -> tuple[str, ...]:
    """Return the networks from which operators may call, as AWS writes them."""
    given = context("adminCidrs")
    if given is None:
        return ()
    if target.is_emulator:
        raise DeploymentRefusedError(
            f"adminCidrs={given} is for target={AWS.name} only: {target.name} would say that it"
            " keeps others out, and let them in."
        )
    try:
        networks = [ip_network(text.strip()) for text in str(given).split(",")]
    except ValueError as error:
        raise DeploymentRefusedError(
            f"adminCidrs={given} is no list of networks such as 192.0.2.0/24,2001:db8::/32: {error}"
        ) from error
    if not all(network.prefixlen for network in networks):
        raise DeploymentRefusedError(
            f"adminCidrs={given} names every address there is: leave it out to let all of them in."
        )
    return tuple(map(str, networks))


def _account_number_readers(context: Callable[[str], Any], auth: Auth) -> tuple[str, ...]:
    """Return the names, as functions see callers, of those who may read every account number."""
    given = context("accountNumberReaders")
    if given is None:
        return (OPEN_CALLER,) if auth is Auth.OPEN else ()
    if auth is not Auth.IAM:
        raise DeploymentRefusedError(
            f"accountNumberReaders={given} is for auth=iam only: with auth={auth} nobody is a role."
        )
    return tuple(_caller_name(text.strip()) for text in str(given).split(","))


def _caller_name(arn: str) -> str:
    """Return the name of a role's callers: its sessions know neither its path nor their own name.

    AWS has no two roles of one name in an account, whatever their paths.
    """
    found = _ROLE_OR_USER.fullmatch(arn)
    if found is None:
        raise DeploymentRefusedError(
            f"accountNumberReaders={arn} is no ARN of a role or user such as"
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
        bounds = f"from {least} on" if most is None else f"from {least} to {most}"
        raise DeploymentRefusedError(f"{name}={text} is no whole number {bounds}")
    return int(text)


def _one_of(choices: dict[str, _Choice], name: str, value: str) -> _Choice:
    if value not in choices:
        raise DeploymentRefusedError(f"{name}={value} is none of {', '.join(choices)}")
    return choices[value]

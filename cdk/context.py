"""Parses the context of the command line (`-c name=value`) into a deployment.

All rules about which settings a stage may have are here, so the stacks need no further checks.
"""

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from typing import Any, TypeVar

from cdk.deployment import DEV_STAGE, DISPOSABLE_STAGES, Auth, Deployment, Rollout, TokenIssuer
from cdk.target import AWS, TARGETS, Target
from layers.dependencies.build import Target as Wheels
from novapay.domain.rates import SPREAD_BPS_MAX
from novapay.schema import LOCAL_STAGE, OPEN_CALLER

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

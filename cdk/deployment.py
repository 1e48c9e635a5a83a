"""What is deployed: one stage on one target, with all its settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from aws_cdk import RemovalPolicy

from cdk.target import Target, api_id_of
from layers.dependencies.build import Target as Wheels
from novapay.schema import LOCAL_STAGE, Table, prefix_of, restored_prefix_of, table_name

DEV_STAGE = "dev"
DISPOSABLE_STAGES = (LOCAL_STAGE, DEV_STAGE)
"""Stages whose data is deleted with their stacks; every other stage keeps its data."""

OPERATORS_AT_ONCE = 20
"""Executions reserved for the authorizer of operators' tokens.

A flood of wrong tokens can use no more of the account's executions, and a flood of the rest of the
API leaves these available.
"""

TOKENS_AT_ONCE = 100
"""Executions reserved for the authorizer of bearer tokens, which every call of a client has."""


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
            "expire_holds": 1,
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

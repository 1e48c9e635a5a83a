"""Every endpoint of NovaPay, one line each: its route, its module, its access to each table.

This is plain data without CDK, so that tests and tools can read it at no cost; the `Endpoint`
construct makes a function, a role, a log group and a route from each line. A module's name is also
its operation id, and in camel case its CDK id.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Action = Literal["BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem"]
Method = Literal["GET", "PATCH", "POST"]


class Table(StrEnum):
    """The tables, named as they are behind the prefix of the stage."""

    WALLETS = "wallets"
    LEDGER = "ledger"
    TRANSFERS = "transfers"
    IDEMPOTENCY = "idempotency"


@dataclass(frozen=True, slots=True)
class Access:
    """DynamoDB actions that a function may take on one table, or on one index of it."""

    table: Table
    actions: tuple[Action, ...]
    index: str | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One function behind one method and, as a rule, one path.

    `module` is the path below `functions/` without its suffix: its folder is the service.
    """

    method: Method
    paths: tuple[str, ...]
    module: str
    access: tuple[Access, ...]
    is_public: bool = False

    @property
    def service(self) -> str:
        """The folder of the module, or its own name where it stands alone."""
        return self.module.partition("/")[0]

    @property
    def name(self) -> str:
        """The operation id."""
        return self.module.rpartition("/")[2]

    @property
    def construct_id(self) -> str:
        """The operation id in camel case."""
        return self.name.title().replace("_", "")


def endpoint(method: Method, path: str, module: str, *access: Access) -> Endpoint:
    """Return the endpoint of one path."""
    return Endpoint(method, (path,), module, access)


def wallets(*actions: Action) -> Access:
    """Return access to wallets."""
    return Access(Table.WALLETS, actions)


def wallets_by_user(*actions: Action) -> Access:
    """Return access to the index that finds the wallets of a user."""
    return Access(Table.WALLETS, actions, index="byUser")


def ledger(*actions: Action) -> Access:
    """Return access to ledger entries."""
    return Access(Table.LEDGER, actions)


def transfers(*actions: Action) -> Access:
    """Return access to transfers."""
    return Access(Table.TRANSFERS, actions)


ONCE = Access(Table.IDEMPOTENCY, ("BatchGetItem", "PutItem"))
"""Reading and claiming an idempotency key."""

POSTS = (ONCE, ledger("PutItem"), transfers("PutItem"))
"""What every posting writes beside the wallets."""

HEALTH = Endpoint(
    "GET",
    ("/health", "/accounts/health", "/transactions/health", "/ledger/health"),
    "health",
    tuple(Access(table, ("GetItem",)) for table in Table),
    is_public=True,
)

# fmt: off
ENDPOINTS: tuple[Endpoint, ...] = (
    endpoint("POST", "/accounts/wallets", "accounts/create_wallet", ONCE, wallets("PutItem")),
    endpoint("GET", "/accounts/wallets/{walletId}", "accounts/get_wallet", wallets("GetItem")),
    endpoint("GET", "/accounts/wallets/user/{userId}", "accounts/list_user_wallets",
             wallets("BatchGetItem"), wallets_by_user("Query")),
    endpoint("GET", "/accounts/wallets/{walletId}/balance", "accounts/get_balance",
             wallets("GetItem")),
    endpoint("PATCH", "/accounts/wallets/{walletId}/balance", "accounts/adjust_balance",
             *POSTS, wallets("BatchGetItem", "PutItem", "UpdateItem")),
    endpoint("POST", "/transactions/transfers", "transactions/create_transfer",
             *POSTS, wallets("BatchGetItem", "UpdateItem")),
    endpoint("GET", "/transactions/transfers/{transactionId}", "transactions/get_transfer",
             transfers("GetItem")),
    endpoint("POST", "/ledger/transactions", "ledger/create_transaction",
             *POSTS, wallets("BatchGetItem", "UpdateItem")),
    endpoint("GET", "/ledger/transactions/{transactionId}", "ledger/get_transaction",
             transfers("GetItem"), ledger("BatchGetItem")),
    endpoint("GET", "/ledger/transactions/{transactionId}/verify", "ledger/verify_transaction",
             transfers("GetItem"), ledger("BatchGetItem")),
    endpoint("GET", "/ledger/wallets/{walletId}/entries", "ledger/list_entries",
             wallets("GetItem"), ledger("Query")),
    endpoint("GET", "/ledger/wallets/{walletId}/chain", "ledger/verify_chain",
             wallets("GetItem"), ledger("Query")),
    HEALTH,
)
# fmt: on

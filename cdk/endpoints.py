"""Every endpoint of NovaPay, one line each: its route, its module, its access to each table.

This is plain data without CDK, so that tests and tools can read it at no cost; the `Endpoint`
construct makes a function, a role, a log group and a route from each line. A module's name is also
its operation id, and in camel case its CDK id.
"""

from dataclasses import dataclass
from typing import Literal

from novapay.schema import Index, Table

Action = Literal[
    "BatchGetItem", "BatchWriteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"
]
Method = Literal["GET", "PATCH", "POST"]
Need = Literal[
    "rates",
    "start_payroll",
    "watch_payroll",
    "operators",
    "figures",
    "tokens",
    "encrypt_fields",
    "account_number_readers",
    "wallet_limit",
    "decrypt_fields",
    "seal_payroll",
    "check_seals",
]
"""What a function needs beside tables: the rate provider's settings, payroll runs, operators,
figures of CloudWatch, the issuer of tokens, the key of account numbers and who may read them, how
many wallets a user may have, the key of seals."""


@dataclass(frozen=True, slots=True)
class Access:
    """DynamoDB actions that a function may take on one table, or on one index of it."""

    table: Table
    actions: tuple[Action, ...]
    index: Index | None = None


@dataclass(frozen=True, slots=True)
class Throttle:
    """What a route takes: a burst of so many requests, then so many a second."""

    per_second: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One function behind one method and, as a rule, one path.

    `module` is the path below `functions/` without its suffix: its folder is the service.
    `is_public` wants neither signature nor bearer token. `is_simulation` keeps it out of every
    stage but those that simulate failures. `throttle` is where one request costs so much that its
    routes take fewer than the stage does.
    """

    method: Method
    paths: tuple[str, ...]
    module: str
    access: tuple[Access, ...]
    needs: tuple[Need, ...] = ()
    is_public: bool = False
    is_simulation: bool = False
    throttle: Throttle | None = None

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

    @property
    def is_for_operators(self) -> bool:
        """Whether it wants the token of an operator."""
        return "operators" in self.needs


@dataclass(frozen=True, slots=True)
class Task:
    """One function that the payroll state machine or a schedule calls."""

    module: str
    access: tuple[Access, ...]
    timeout_s: int
    needs: tuple[Need, ...] = ()

    @property
    def service(self) -> str:
        """The folder of the module."""
        return self.module.partition("/")[0]

    @property
    def name(self) -> str:
        """The module's own name."""
        return self.module.rpartition("/")[2]

    @property
    def construct_id(self) -> str:
        """The name in camel case."""
        return self.name.title().replace("_", "")


def endpoint(
    method: Method,
    path: str,
    module: str,
    *access: Access,
    needs: tuple[Need, ...] = (),
    throttle: Throttle | None = None,
) -> Endpoint:
    """Return the endpoint of one path."""
    return Endpoint(method, (path,), module, access, needs, throttle=throttle)


def simulation(path: str, module: str, *access: Access) -> Endpoint:
    """Return an endpoint that makes something fail, for stages that simulate failures."""
    return Endpoint("POST", (path,), module, access, is_simulation=True)


def wallets(*actions: Action) -> Access:
    """Return access to wallets."""
    return Access(Table.WALLETS, actions)


def wallets_by_user(*actions: Action) -> Access:
    """Return access to the index that finds the wallets of a user."""
    return Access(Table.WALLETS, actions, index=Index.WALLETS_BY_USER)


def ledger(*actions: Action) -> Access:
    """Return access to ledger entries."""
    return Access(Table.LEDGER, actions)


def transfers(*actions: Action) -> Access:
    """Return access to transfers."""
    return Access(Table.TRANSFERS, actions)


def admin(
    path: str,
    module: str,
    *access: Access,
    needs: tuple[Need, ...] = (),
) -> Endpoint:
    """Return an endpoint for operators: it knows their tokens and appends to the audit log.

    It has no throttle of its own: whoever floods it without a token would use it up, and the
    operators would be those who are refused.
    """
    log = Access(Table.AUDIT, ("BatchGetItem", "PutItem"))
    anchor = Access(Table.ANCHORS, ("BatchGetItem", "UpdateItem"))
    needed: tuple[Need, ...] = ("operators", *needs)
    return Endpoint("GET", (path,), module, (log, anchor, *access), needed, is_public=True)


def audit(*actions: Action) -> Access:
    """Return access to the audit log, beyond appending to it."""
    return Access(Table.AUDIT, actions)


def quotes(*actions: Action) -> Access:
    """Return access to quotes."""
    return Access(Table.QUOTES, actions)


def payroll(*actions: Action) -> Access:
    """Return access to payroll jobs."""
    return Access(Table.PAYROLL, actions)


def payroll_index(index: Index) -> Access:
    """Return access to one of the sparse indexes of payroll jobs."""
    return Access(Table.PAYROLL, ("Query",), index=index)


PUBLIC = Throttle(per_second=20, at_once=100)
"""Nobody has to say who they are, and a check of health reads every table."""

WHOLE_HISTORY = Throttle(per_second=20, at_once=40)
"""One request reads all entries of a wallet."""

OUTSIDE = Throttle(per_second=20, at_once=40)
"""One request asks the rate provider, which has limits of its own."""

WHOLE_PAYROLL = Throttle(per_second=5, at_once=10)
"""One request stores up to 25,000 items."""

ONCE = Access(Table.IDEMPOTENCY, ("BatchGetItem", "PutItem"))
"""Reading and claiming an idempotency key."""

POSTS = (ONCE, ledger("PutItem"), transfers("PutItem"))
"""What every posting writes beside the wallets."""

CONSOLE = Endpoint(
    "GET",
    ("/admin/console", "/admin/console/{asset}"),
    "admin/console",
    (),
    is_public=True,
)
"""A page that knows nothing: what it shows it asks for with the operator's token."""

HEALTH = Endpoint(
    "GET",
    (
        "/health",
        "/accounts/health",
        "/fx/health",
        "/transactions/health",
        "/ledger/health",
        "/payroll/health",
        "/admin/health",
    ),
    "health",
    tuple(Access(table, ("BatchGetItem",)) for table in Table),
    is_public=True,
    throttle=PUBLIC,
)

# fmt: off
ENDPOINTS: tuple[Endpoint, ...] = (
    endpoint("POST", "/accounts/wallets", "accounts/create_wallet", ONCE, wallets("PutItem"),
             Access(Table.USERS, ("BatchGetItem", "UpdateItem")),
             needs=("encrypt_fields", "wallet_limit")),
    endpoint("GET", "/accounts/wallets/{walletId}", "accounts/get_wallet", wallets("GetItem"),
             needs=("decrypt_fields", "account_number_readers")),
    endpoint("GET", "/accounts/wallets/user/{userId}", "accounts/list_user_wallets",
             wallets("BatchGetItem"), wallets_by_user("Query"),
             needs=("decrypt_fields", "account_number_readers")),
    endpoint("GET", "/accounts/wallets/{walletId}/balance", "accounts/get_balance",
             wallets("GetItem")),
    endpoint("PATCH", "/accounts/wallets/{walletId}/balance", "accounts/adjust_balance",
             *POSTS, wallets("BatchGetItem", "PutItem", "UpdateItem")),
    endpoint("POST", "/fx/quote", "fx/create_quote", ONCE, quotes("GetItem", "PutItem"),
             needs=("rates",), throttle=OUTSIDE),
    endpoint("GET", "/fx/quote/{quoteId}", "fx/get_quote", quotes("GetItem")),
    endpoint("POST", "/fx/quote/{quoteId}/consume", "fx/consume_quote",
             quotes("GetItem", "UpdateItem")),
    simulation("/fx/simulate/provider-down", "fx/simulate_provider_down", quotes("PutItem")),
    simulation("/fx/simulate/provider-up", "fx/simulate_provider_up", quotes("PutItem")),
    endpoint("POST", "/transactions/transfers", "transactions/create_transfer",
             *POSTS, wallets("BatchGetItem", "PutItem", "UpdateItem"),
             quotes("BatchGetItem", "UpdateItem")),
    endpoint("GET", "/transactions/transfers/{transactionId}", "transactions/get_transfer",
             transfers("GetItem")),
    endpoint("POST", "/ledger/transactions", "ledger/create_transaction",
             ONCE, ledger("PutItem"), transfers("BatchGetItem", "PutItem"),
             wallets("BatchGetItem", "UpdateItem")),
    endpoint("GET", "/ledger/transactions/{transactionId}", "ledger/get_transaction",
             transfers("GetItem"), ledger("BatchGetItem")),
    endpoint("GET", "/ledger/transactions/{transactionId}/verify", "ledger/verify_transaction",
             transfers("GetItem"), ledger("BatchGetItem")),
    endpoint("GET", "/ledger/wallets/{walletId}/entries", "ledger/list_entries",
             wallets("GetItem"), ledger("Query")),
    endpoint("GET", "/ledger/wallets/{walletId}/chain", "ledger/verify_chain",
             wallets("GetItem"), ledger("Query"), throttle=WHOLE_HISTORY),
    endpoint("POST", "/payroll/jobs", "payroll/create_job", ONCE, wallets("BatchGetItem"),
             payroll("BatchWriteItem", "PutItem"), needs=("start_payroll", "seal_payroll"),
             throttle=WHOLE_PAYROLL),
    endpoint("GET", "/payroll/jobs/{jobId}", "payroll/get_job", payroll("Query")),
    endpoint("GET", "/payroll/jobs/{jobId}/items", "payroll/list_job_items",
             payroll("BatchGetItem", "Query")),
    endpoint("GET", "/payroll/employers/{employerId}/jobs", "payroll/list_employer_jobs",
             payroll("Query"), payroll_index(Index.JOBS_BY_EMPLOYER)),
    admin("/admin/wallets/{walletId}", "admin/inspect_wallet", wallets("GetItem")),
    admin("/admin/wallets/{walletId}/account-number", "admin/reveal_account_number",
          wallets("GetItem"), needs=("decrypt_fields",)),
    admin("/admin/transactions", "admin/list_wallet_transactions", wallets("GetItem"),
          ledger("Query"), transfers("BatchGetItem")),
    admin("/admin/transactions/{transactionId}", "admin/inspect_transaction",
          transfers("GetItem")),
    admin("/admin/ledger/verify/{transactionId}", "admin/audit_transaction",
          transfers("GetItem"), ledger("BatchGetItem")),
    admin("/admin/ledger/chain/{walletId}", "admin/audit_chain", wallets("GetItem"),
          ledger("Query")),
    admin("/admin/ledger/entries/{walletId}", "admin/audit_entries", wallets("GetItem"),
          ledger("Query")),
    admin("/admin/audit-logs", "admin/list_audit_logs", audit("Query")),
    admin("/admin/audit-logs/chain", "admin/verify_audit_log", audit("Query")),
    admin("/admin/trial-balance", "admin/get_trial_balance", wallets("Scan"),
          ledger("BatchGetItem")),
    admin("/admin/payroll/jobs", "admin/list_all_jobs", payroll("Query"),
          payroll_index(Index.ALL_JOBS)),
    admin("/admin/payroll/jobs/{jobId}", "admin/inspect_job", payroll("Query")),
    admin("/admin/payroll/jobs/{jobId}/items", "admin/inspect_job_items",
          payroll("BatchGetItem", "Query")),
    admin("/admin/ledger/transactions/{transactionId}", "admin/list_transaction_entries",
          transfers("GetItem"), ledger("BatchGetItem")),
    admin("/admin/figures", "admin/get_figures", needs=("figures",)),
    CONSOLE,
    HEALTH,
)

FUND_JOB = Task(
    "payroll/fund_job",
    (payroll("BatchGetItem", "GetItem", "PutItem", "UpdateItem"),
     wallets("BatchGetItem", "PutItem", "UpdateItem"), ledger("PutItem"),
     transfers("BatchGetItem", "PutItem")),
    timeout_s=60,
    needs=("check_seals",),
)
PAY_LANE = Task(
    "payroll/pay_lane",
    (payroll("BatchGetItem", "GetItem", "Query", "UpdateItem"),
     wallets("BatchGetItem", "UpdateItem"), ledger("PutItem"), transfers("PutItem")),
    timeout_s=120,
    needs=("check_seals",),
)
SETTLE_JOB = Task(
    "payroll/settle_job",
    (payroll("BatchGetItem", "GetItem", "UpdateItem"),
     wallets("BatchGetItem", "UpdateItem"), ledger("PutItem"),
     transfers("BatchGetItem", "PutItem")),
    timeout_s=60,
    needs=("check_seals",),
)
RECOVER = Task(
    "operations/recover",
    (payroll("GetItem", "UpdateItem"), payroll_index(Index.OPEN_JOBS)),
    timeout_s=58,
    needs=("start_payroll", "watch_payroll"),
)
AUTHORIZE = Task("operations/authorize", (), timeout_s=10, needs=("tokens",))
"""Deployed where tokens say who is calling; API Gateway asks it."""

AUTHORIZE_OPERATOR = Task("admin/authorize_operator", (), timeout_s=25, needs=("operators",))
"""API Gateway asks it before it lets a call of an operator through, where it asks authorizers."""

TASKS = (FUND_JOB, PAY_LANE, SETTLE_JOB, RECOVER)
AUTHORIZERS = (AUTHORIZE, AUTHORIZE_OPERATOR)
EVERY_FUNCTION: tuple[Endpoint | Task, ...] = (*ENDPOINTS, *TASKS, *AUTHORIZERS)
# fmt: on

"""Every endpoint of NovaPay, one line each: its module, its access to each table, its other needs.

The route stands in the module, on the function that answers it, and is read from there. The
module's name is also its operation id, and in camel case its CDK id. The `Endpoint` construct makes
a function, a role, a log group and a route from each line; this file itself loads no CDK, so that
tests and tools can read it at no cost.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from novapay.schema import Index, Table

MEMORY_MIB = 512
"""The memory of a function; Lambda gives it 0.29 of a core with this."""

ONE_CORE_MIB = 1769
"""The memory with which Lambda gives a function one core, for those that compute for seconds.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""

FUNCTIONS = Path(__file__).resolve().parents[1] / "functions"

Action = Literal[
    "BatchGetItem",
    "BatchWriteItem",
    "ConditionCheckItem",
    "GetItem",
    "PutItem",
    "Query",
    "Scan",
    "UpdateItem",
]
Method = Literal["GET", "PATCH", "POST"]
METHODS: Mapping[str, Method] = {
    "get": "GET",
    "patch": "PATCH",
    "post": "POST",
    "file": "GET",
}
"""The method of a route by the name of its decorator."""

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
class Function:
    """One Lambda function.

    `module` is the path below `functions/` without its suffix: its folder is the service.
    """

    module: str
    access: tuple[Access, ...]

    @property
    def service(self) -> str:
        """The folder of the module, or its own name where it stands alone."""
        return self.module.partition("/")[0]

    @property
    def name(self) -> str:
        """The module's own name; of an endpoint, the operation id too."""
        return self.module.rpartition("/")[2]

    @property
    def construct_id(self) -> str:
        """The name in camel case."""
        return self.name.title().replace("_", "")


@dataclass(frozen=True, slots=True)
class Endpoint(Function):
    """One function behind one method and, as a rule, one path.

    `served` are its paths where they are more than its module says. `is_public` wants neither
    signature nor bearer token. `is_simulation` keeps it out of every stage but those that simulate
    failures. `throttle` is where one request costs so much that its routes take fewer than the
    stage does. `memory_mib` sets its share of a core, too.
    """

    needs: tuple[Need, ...] = ()
    served: tuple[str, ...] = ()
    is_public: bool = False
    is_simulation: bool = False
    throttle: Throttle | None = None
    memory_mib: int = MEMORY_MIB

    @property
    def method(self) -> Method:
        """The method of its route."""
        return route_of(self.module).method

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that it serves, with `{name}` for each parameter."""
        return self.served or (route_of(self.module).path,)

    @property
    def is_for_operators(self) -> bool:
        """Whether it wants the token of an operator."""
        return "operators" in self.needs


@dataclass(frozen=True, slots=True)
class Task(Function):
    """One function that the payroll state machine, a schedule or API Gateway calls."""

    timeout_s: int
    needs: tuple[Need, ...] = ()
    memory_mib: int = MEMORY_MIB


class Route(NamedTuple):
    """What a module says on the function that answers."""

    method: Method
    path: str


class ModuleError(Exception):
    """A module is not as a line of data says; the text is a sentence that names the file."""


@cache
def route_of(module: str) -> Route:
    """Return the first route of a module, as its decorator says it; the module is not loaded.

    Raises:
        ModuleError: there is no such module, or it declares no route.
    """
    file = FUNCTIONS / f"{module}.py"
    if not file.exists():
        raise ModuleError(f"Write functions/{module}.py: cdk/endpoints.py has a line for it.")
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        for decorator in getattr(node, "decorator_list", ()):
            match decorator:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name("endpoint"), attr=verb),
                    args=[ast.Constant(value=str(path)), *_],
                ) if verb in METHODS:
                    return Route(METHODS[verb], path.replace("<", "{").replace(">", "}"))
    raise ModuleError(f'Declare a route in functions/{module}.py: @endpoint.get("/…", …).')


def endpoint(
    module: str,
    *access: Access,
    needs: tuple[Need, ...] = (),
    throttle: Throttle | None = None,
    memory_mib: int = MEMORY_MIB,
) -> Endpoint:
    """Return an endpoint that clients call."""
    return Endpoint(module, access, needs, throttle=throttle, memory_mib=memory_mib)


def simulation(module: str, *access: Access) -> Endpoint:
    """Return an endpoint that makes something fail, for stages that simulate failures."""
    return Endpoint(module, access, is_simulation=True)


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
    module: str,
    *access: Access,
    needs: tuple[Need, ...] = (),
    memory_mib: int = MEMORY_MIB,
) -> Endpoint:
    """Return an endpoint for operators: it knows their tokens and appends to the audit log.

    It has no throttle of its own: whoever floods it without a token would use it up, and the
    operators would be those who are refused.
    """
    log = Access(Table.AUDIT, ("BatchGetItem", "PutItem"))
    anchor = Access(Table.ANCHORS, ("BatchGetItem", "UpdateItem"))
    needed: tuple[Need, ...] = ("operators", *needs)
    return Endpoint(module, (log, anchor, *access), needed, is_public=True, memory_mib=memory_mib)


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

NAMED = Access(Table.REFERENCES, ("BatchGetItem", "PutItem"))
"""Reading and taking a client's reference."""

POSTS = (ONCE, ledger("PutItem"), transfers("PutItem"))
"""What every posting writes beside the wallets."""

CLOSES = (
    wallets("BatchGetItem", "ConditionCheckItem", "UpdateItem"),
    payroll("BatchGetItem"),
    payroll_index(Index.OPEN_JOBS),
)
"""A wallet is closed only if nothing of it is held, and no payroll may return money to it."""

CONSOLE = Endpoint(
    "admin/console",
    (),
    served=("/admin/console", "/admin/console/{asset}"),
    is_public=True,
)
"""A page that knows nothing: what it shows it asks for with the operator's token."""

SERVICES = ("accounts", "fx", "transactions", "ledger", "payroll", "admin")
"""The services that say how they are."""

HEALTH = Endpoint(
    "health",
    tuple(Access(table, ("BatchGetItem",)) for table in Table),
    served=("/health", *(f"/{service}/health" for service in SERVICES)),
    is_public=True,
    throttle=PUBLIC,
)

# fmt: off
ENDPOINTS: tuple[Endpoint, ...] = (
    endpoint("accounts/create_wallet", ONCE, wallets("PutItem"),
             Access(Table.USERS, ("BatchGetItem", "UpdateItem")),
             needs=("encrypt_fields", "wallet_limit")),
    endpoint("accounts/get_wallet", wallets("BatchGetItem"),
             needs=("decrypt_fields", "account_number_readers")),
    endpoint("accounts/list_user_wallets",
             wallets("BatchGetItem"), wallets_by_user("Query"),
             needs=("decrypt_fields", "account_number_readers")),
    endpoint("accounts/get_balance",
             wallets("GetItem"), ledger("BatchGetItem")),
    endpoint("accounts/adjust_balance",
             *POSTS, NAMED, wallets("BatchGetItem", "PutItem", "UpdateItem")),
    endpoint("accounts/freeze_wallet", ONCE,
             wallets("BatchGetItem", "UpdateItem"), audit("PutItem")),
    endpoint("accounts/unfreeze_wallet", ONCE,
             wallets("BatchGetItem", "UpdateItem"), audit("PutItem")),
    endpoint("accounts/close_wallet", ONCE, *CLOSES, audit("PutItem")),
    endpoint("fx/create_quote", ONCE, quotes("GetItem", "PutItem"),
             needs=("rates",), throttle=OUTSIDE),
    endpoint("fx/get_quote", quotes("GetItem")),
    endpoint("fx/consume_quote",
             quotes("GetItem", "UpdateItem")),
    simulation("fx/simulate_provider_down", quotes("PutItem")),
    simulation("fx/simulate_provider_up", quotes("PutItem")),
    endpoint("transactions/create_transfer",
             *POSTS, NAMED, wallets("BatchGetItem", "PutItem", "UpdateItem"),
             quotes("BatchGetItem", "UpdateItem")),
    endpoint("transactions/get_transfer",
             transfers("GetItem")),
    endpoint("transactions/list_transfers",
             Access(Table.REFERENCES, ("BatchGetItem",)), wallets("GetItem"),
             ledger("BatchGetItem", "Query"), transfers("BatchGetItem"),
             Access(Table.TRANSFERS, ("Query",), index=Index.LISTED_TRANSFERS)),
    endpoint("transactions/create_hold",
             *POSTS, NAMED, wallets("BatchGetItem", "PutItem", "UpdateItem")),
    endpoint("transactions/get_hold", transfers("GetItem")),
    endpoint("transactions/list_holds", wallets("BatchGetItem"), ledger("Query"),
             transfers("BatchGetItem")),
    endpoint("transactions/capture_hold", ONCE, ledger("PutItem"),
             transfers("BatchGetItem", "PutItem", "UpdateItem"),
             wallets("BatchGetItem", "UpdateItem")),
    endpoint("transactions/release_hold", ONCE, ledger("PutItem"),
             transfers("BatchGetItem", "PutItem", "UpdateItem"),
             wallets("BatchGetItem", "UpdateItem")),
    endpoint("transactions/create_reversal", ONCE,
             transfers("BatchGetItem", "PutItem", "UpdateItem"),
             ledger("BatchGetItem", "PutItem"), wallets("BatchGetItem", "UpdateItem")),
    endpoint("ledger/create_transaction",
             ONCE, ledger("PutItem"), transfers("BatchGetItem", "PutItem"),
             wallets("BatchGetItem", "UpdateItem")),
    endpoint("ledger/get_transaction",
             transfers("GetItem"), ledger("BatchGetItem")),
    endpoint("ledger/verify_transaction",
             transfers("BatchGetItem", "GetItem"), ledger("BatchGetItem")),
    endpoint("ledger/list_entries", wallets("GetItem"),
             ledger("BatchGetItem", "Query"), transfers("BatchGetItem")),
    endpoint("ledger/verify_chain",
             wallets("GetItem"), ledger("Query"), audit("Query"), throttle=WHOLE_HISTORY,
             memory_mib=ONE_CORE_MIB),
    endpoint("payroll/create_job", ONCE, wallets("BatchGetItem"),
             payroll("BatchWriteItem", "PutItem"), needs=("start_payroll", "seal_payroll"),
             throttle=WHOLE_PAYROLL),
    endpoint("payroll/get_job", payroll("Query")),
    endpoint("payroll/list_job_items",
             payroll("BatchGetItem", "Query")),
    endpoint("payroll/list_employer_jobs",
             payroll("Query"), payroll_index(Index.JOBS_BY_EMPLOYER)),
    admin("admin/inspect_wallet", wallets("GetItem")),
    admin("admin/reveal_account_number",
          wallets("GetItem"), needs=("decrypt_fields",)),
    admin("admin/freeze_any_wallet",
          wallets("BatchGetItem", "UpdateItem")),
    admin("admin/unfreeze_any_wallet",
          wallets("BatchGetItem", "UpdateItem")),
    admin("admin/close_any_wallet", *CLOSES),
    admin("admin/list_wallet_transactions", wallets("GetItem"),
          ledger("Query"), transfers("BatchGetItem")),
    admin("admin/inspect_transaction",
          transfers("GetItem")),
    admin("admin/audit_transaction",
          transfers("BatchGetItem", "GetItem"), ledger("BatchGetItem")),
    admin("admin/audit_chain", wallets("GetItem"),
          ledger("Query"), audit("Query"), memory_mib=ONE_CORE_MIB),
    admin("admin/audit_entries", wallets("GetItem"),
          ledger("Query")),
    admin("admin/list_audit_logs", audit("Query")),
    admin("admin/verify_audit_log", audit("Query"), memory_mib=ONE_CORE_MIB),
    admin("admin/get_trial_balance", wallets("Scan"),
          ledger("BatchGetItem"), memory_mib=ONE_CORE_MIB),
    admin("admin/list_all_jobs", payroll("Query"), payroll_index(Index.ALL_JOBS)),
    admin("admin/inspect_job", payroll("Query")),
    admin("admin/inspect_job_items",
          payroll("BatchGetItem", "Query")),
    admin("admin/list_transaction_entries",
          transfers("GetItem"), ledger("BatchGetItem")),
    admin("admin/get_figures", needs=("figures",)),
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
    memory_mib=ONE_CORE_MIB,
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
EXPIRE_HOLDS = Task(
    "operations/expire_holds",
    (transfers("BatchGetItem", "PutItem", "UpdateItem"),
     Access(Table.TRANSFERS, ("Query",), index=Index.LISTED_TRANSFERS),
     wallets("BatchGetItem", "UpdateItem"), ledger("PutItem")),
    timeout_s=58,
)
AUTHORIZE = Task("operations/authorize", (), timeout_s=10, needs=("tokens",))
"""Deployed where tokens say who is calling; API Gateway asks it."""

AUTHORIZE_OPERATOR = Task("admin/authorize_operator", (), timeout_s=25, needs=("operators",))
"""API Gateway asks it before it lets a call of an operator through, where it asks authorizers."""

TASKS = (FUND_JOB, PAY_LANE, SETTLE_JOB, RECOVER, EXPIRE_HOLDS)
AUTHORIZERS = (AUTHORIZE, AUTHORIZE_OPERATOR)
EVERY_FUNCTION: tuple[Endpoint | Task, ...] = (*ENDPOINTS, *TASKS, *AUTHORIZERS)
# fmt: on

"""The page of what a million operations cost: the units that use cases consume, times list prices.

Each operation runs against an AWS in memory, and every call is recorded. Its cost is computed from
the calls and from the sizes of the items, by the rules of `localstack.bench.units`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

from cdk.endpoints import MEMORY_MIB, PAY_LANE
from docs.generate.idle_month import idle_month
from docs.generate.markdown import GENERATED, table
from docs.generate.prices import (
    AS_OF,
    GB_SECOND,
    INVOCATION,
    KMS_CALL,
    LOG_GB,
    PRICES,
    READ_UNIT,
    REGION,
    REQUEST,
    TRANSITION,
    WRITE_UNIT,
    in_dollars,
)
from localstack.bench.units import (
    READ_UNIT_BYTES,
    consistent_read_units,
    item_bytes,
    transaction_write_units,
)
from localstack.memory.bank import EUR, Bank
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.payroll import Office, order_for
from localstack.memory.wire import Call, Wire
from novapay.domain.caller import TRUSTED
from novapay.domain.payroll import BATCH_ITEMS_MAX, ITEMS_PER_LANE
from novapay.domain.statement import Period
from novapay.schema import TABLES, Table
from novapay.usecases.get_statement import get_statement
from novapay.usecases.get_wallet import get_wallet

CALL_MS, WRITE_MS, OWN_MS = 10, 2 / 3, 15
"""Milliseconds of Lambda time for a call, for each write of a commit, and for our own code.

They are assumed, not measured; docs/payroll.md makes the same assumption.
"""

BATCH_MS = 15
"""Milliseconds of a whole core for our own code in a payroll batch, measured to be 14 to 18."""

PAYROLL_ITEMS = 96
RUN_TRANSITIONS = 4
LANE_TRANSITIONS = 3
"""State transitions for each run, and for each of its lanes; a test counts them in the template."""

SEALED_ITEMS, SEAL_CALLS = 14_000, 7

LOG_KB_A_REQUEST = 2
"""About: our own line, Lambda's start and report, and the access log of the API."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one operation consumes."""

    name: str
    write_units: float
    read_units: float
    lambda_ms: float
    requests: float = 1
    transitions: float = 0
    kms_calls: float = 0
    memory_mib: int = MEMORY_MIB

    @property
    def costs(self) -> tuple[float, ...]:
        """Dollars for a million operations, in the order of the page's columns."""
        gb_s = self.lambda_ms / 1000 * self.memory_mib / 1024
        return (
            self.write_units * WRITE_UNIT.dollars + self.read_units * READ_UNIT.dollars,
            gb_s * GB_SECOND.dollars + self.requests * INVOCATION.dollars,
            self.requests * REQUEST.dollars,
            self.transitions * TRANSITION.dollars,
            self.kms_calls * KMS_CALL.dollars,
            self.requests * LOG_KB_A_REQUEST * LOG_GB.dollars,
        )


INTRODUCTION = f"""\
# What it costs

The units are computed, by DynamoDB's rules, from the calls that each use case makes and from the
sizes of the items that it reads and writes. In `make bench` the embedded AWS reports the same write
units. The prices are list prices for {REGION} from {AS_OF}. They are not updated when this page is
generated, so check them for your region at the addresses below.

The duration of a function is an assumption: {CALL_MS} ms for a call, {WRITE_MS:.2f} ms more for
each write of a commit, and {OWN_MS} ms for NovaPay's own code, with {MEMORY_MIB} MiB of memory.
Nothing on this page was measured on AWS; replace the assumption once `commit_latency` shows your
figures.

## A million operations

"""

NOT_COUNTED = f"""
Every operation that writes has an idempotency key. A payroll item includes its share of creating,
funding and settling a job of 96 items, and of the transitions and requests of a full lane; its
Lambda time is charged with the {PAY_LANE.memory_mib:,} MiB of the lanes. The Lambda time of a
quote does not include waiting for the rate provider.

A request writes about {LOG_KB_A_REQUEST} KB of logs. Opening a wallet calls KMS once for the key of
its account number; reading a number calls it once in five minutes for each wallet. DynamoDB calls
KMS for the keys of its tables every few minutes, not for each operation. A payroll job makes one
seal and each step checks it, which is {SEAL_CALLS} calls for {SEALED_ITEMS:,} items.

These costs are not included: DynamoDB's storage and point-in-time recovery, the storage of logs,
traces (X-Ray records one request a second and 5 % of the others), metrics in the months in which
they occur, data transfer out of AWS, and the firewall's $0.60 for a million requests.

## A stage without traffic

"""


def page() -> str:
    """Return the page."""
    usages = list(_usages())
    units = table(
        ("operation", "write units", "read units", "Lambda ms", "requests", "transitions"),
        (
            (
                it.name,
                *(
                    f"{n:.4g}"
                    for n in (
                        it.write_units,
                        it.read_units,
                        it.lambda_ms,
                        it.requests,
                        it.transitions,
                    )
                ),
            )
            for it in usages
        ),
    )
    dollars = table(
        (
            *("a million of", "DynamoDB", "Lambda", "API Gateway", "Step Functions"),
            *("KMS", "logs", "total"),
        ),
        (
            (it.name, *map(in_dollars, it.costs), f"**{in_dollars(sum(it.costs))}**")
            for it in usages
        ),
    )
    prices = table(
        ("list price", "US dollars", "where to check it"),
        ((it.name, f"{it.dollars:g}", f"aws.amazon.com/{it.page}") for it in PRICES),
    )
    return (
        GENERATED
        + INTRODUCTION
        + dollars
        + "\n## One operation\n\n"
        + units
        + NOT_COUNTED
        + idle_month()
        + "\n## Prices\n\n"
        + prices
    )


def _usages() -> Iterator[Usage]:
    for name, operation in OPERATIONS.items():
        with dynamodb_in_memory() as client:
            bank = Bank(client)
            ask = operation(bank)
            with Wire(client) as wire:
                ask()
            yield replace(
                _usage(bank, name, wire.calls), kms_calls=1 if name == "wallet opened" else 0
            )
    yield _payroll_item()


def _payroll_item() -> Usage:
    with dynamodb_in_memory() as client:
        office = Office(Bank(client))
        source = office.bank.account(holding=str(PAYROLL_ITEMS))
        orders = [order_for(it, "1") for it in office.employees(PAYROLL_ITEMS)]
        with Wire(client) as wire:
            office.run(office.queue(source, orders))
        job = _usage(office.bank, "", wire.calls)
    transitions = (RUN_TRANSITIONS + LANE_TRANSITIONS) / ITEMS_PER_LANE
    return Usage(
        "payroll item",
        job.write_units / PAYROLL_ITEMS,
        job.read_units / PAYROLL_ITEMS,
        job.lambda_ms / PAYROLL_ITEMS + BATCH_MS / BATCH_ITEMS_MAX,
        requests=1 / ITEMS_PER_LANE,
        transitions=transitions,
        kms_calls=SEAL_CALLS / SEALED_ITEMS,
        memory_mib=PAY_LANE.memory_mib,
    )


def _usage(bank: Bank, name: str, calls: list[Call]) -> Usage:
    commits = [it for it in calls if it.operation == "TransactWriteItems"]
    puts = [it for it in calls if it.operation == "BatchWriteItem"]
    reads = [it for it in calls if it not in commits and it not in puts]
    return Usage(
        name,
        write_units=sum(_commit_units(bank, it) for it in commits)
        + sum(_put_units(it) for it in puts),
        read_units=sum(_read_units(bank, it) for it in reads),
        lambda_ms=OWN_MS
        + CALL_MS * len(calls)
        + WRITE_MS * sum(len(it.request["TransactItems"]) for it in commits),
    )


def _commit_units(bank: Bank, call: Call) -> int:
    """Return the write units of a commit, plus one for each new item and each index that has it."""
    items, indexed = [], 0
    for write in call.request["TransactItems"]:
        ((verb, request),) = write.items()
        if verb == "Put":
            items.append(request["Item"])
            indexed += _indexes_of(request["TableName"], request["Item"])
        else:
            name = request["TableName"]
            items.append(bank.client.get_item(TableName=name, Key=request["Key"])["Item"])
    return transaction_write_units(items) + indexed


def _indexes_of(table_name: str, item: dict[str, Any]) -> int:
    indexes = TABLES[Table(table_name.rpartition("-")[2])].indexes
    return sum(set(keys) <= set(item) for keys in indexes.values())


def _put_units(call: Call) -> int:
    return sum(
        ceil(item_bytes(put["PutRequest"]["Item"]) / 1024)
        for puts in call.request["RequestItems"].values()
        for put in puts
    )


def _read_units(bank: Bank, call: Call) -> float:
    client: Any = bank.client
    if call.operation == "GetItem":
        return consistent_read_units([client.get_item(**call.request).get("Item", {})])
    if call.operation == "BatchGetItem":
        wanted = sum(len(it["Keys"]) for it in call.request["RequestItems"].values())
        answers = client.batch_get_item(RequestItems=call.request["RequestItems"])["Responses"]
        found = [item for items in answers.values() for item in items]
        return consistent_read_units(found, absent=wanted - len(found))
    found = client.query(**call.request)["Items"]
    return max(1, ceil(sum(map(item_bytes, found)) / READ_UNIT_BYTES))


def _opening(bank: Bank) -> Callable[[], object]:
    return lambda: bank.open_wallet(bank.new_account().user_id, key="the-key")


def _deposit(bank: Bank) -> Callable[[], object]:
    account = bank.account(holding="1")
    return lambda: bank.deposit(account, "40", key="the-key")


def _transfer(bank: Bank) -> Callable[[], object]:
    sender, recipient = bank.account(holding="100"), bank.account(holding="1")
    return lambda: bank.transfer(sender, recipient, "40", key="the-key")


def _replay(bank: Bank) -> Callable[[], object]:
    transfer = _transfer(bank)
    transfer()
    return transfer


def _refusal(bank: Bank) -> Callable[[], object]:
    sender, recipient = bank.account(), bank.account()
    return lambda: bank.transfer(sender, recipient, "40", key="the-key")


def _quote(bank: Bank) -> Callable[[], object]:
    account = bank.account()
    return lambda: bank.ask_for_quote(account, EUR, "40", key="the-key")


def _exchange(bank: Bank) -> Callable[[], object]:
    sender, recipient = bank.account(holding="100"), bank.account(EUR)
    # This first transfer creates the liquidity wallets, which exist for every later one.
    first, second = (bank.quote(sender, EUR, "40").quote_id for _ in range(2))
    bank.transfer(sender, recipient, "40", key="before", fx_quote_id=first)
    return lambda: bank.transfer(sender, recipient, "40", key="the-key", fx_quote_id=second)


def _reversal(bank: Bank) -> Callable[[], object]:
    sender, recipient = bank.account(holding="100"), bank.account()
    paid = bank.transfer(sender, recipient, "40", key="paid").facts["transactionId"]
    return lambda: bank.reverse(paid, key="the-key")


def _fx_reversal(bank: Bank) -> Callable[[], object]:
    paid: Any = _exchange(bank)()
    return lambda: bank.reverse(paid.facts["transactionId"], key="the-key")


def _balance(bank: Bank) -> Callable[[], object]:
    account = bank.account(holding="1")
    return lambda: get_wallet(bank.resources, account.wallet_id, TRUSTED)


def _statement(bank: Bank) -> Callable[[], object]:
    account = bank.account()
    for number in range(50):
        bank.deposit(account, "1", key=f"{number}")
    return lambda: get_statement(
        bank.resources, account.wallet_id, TRUSTED, period=Period(), limit=50, offset=0
    )


OPERATIONS: dict[str, Callable[[Bank], Callable[[], object]]] = {
    "wallet opened": _opening,
    "deposit or withdrawal": _deposit,
    "transfer": _transfer,
    "transfer replayed": _replay,
    "transfer refused": _refusal,
    "quote": _quote,
    "transfer between currencies": _exchange,
    "reversal": _reversal,
    "reversal between currencies": _fx_reversal,
    "balance read": _balance,
    "statement of 50 entries": _statement,
}

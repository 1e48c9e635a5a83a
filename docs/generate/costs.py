"""The page of what a million operations cost: the units that use cases consume, times list prices.

Each operation runs against an AWS in memory, and every call is recorded. Its cost is computed from
the calls and from the sizes of the items, by the rules of `localstack.bench.units`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

from cdk.constructs.handler_function import MEMORY_MIB
from docs.generate.markdown import GENERATED, table
from localstack.bench.units import (
    READ_UNIT_BYTES,
    consistent_read_units,
    item_bytes,
    transaction_write_units,
)
from localstack.memory.bank import EUR, Bank
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.payroll import Office, order_for
from localstack.memory.tables import INDEXES
from localstack.memory.wire import Call, Wire
from novapay.domain.caller import TRUSTED
from novapay.domain.payroll import ITEMS_PER_LANE
from novapay.usecases.get_wallet import get_wallet
from novapay.usecases.list_entries import list_entries

CALL_MS, WRITE_MS, OWN_MS = 10, 2 / 3, 15
"""Milliseconds of Lambda time for a call, for each write of a commit, and for our own code.

They are assumed, not measured; docs/payroll.md makes the same assumption.
"""

PAYROLL_ITEMS = 96
RUN_TRANSITIONS = 4
LANE_TRANSITIONS = 3
"""State transitions for each run, and for each of its lanes; a test counts them in the template."""

REGION = "us-east-1"
AS_OF = "November 2026"
PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """A list price in US dollars, what it is charged for, and the page that states it."""

    name: str
    dollars: float
    page: str


WRITE_UNIT = Price("a million DynamoDB write units, on demand", 0.625, "dynamodb/pricing/on-demand")
READ_UNIT = Price("a million DynamoDB read units, on demand", 0.125, "dynamodb/pricing/on-demand")
GB_SECOND = Price("a million Lambda GB-seconds, arm64", 13.3334, "lambda/pricing")
INVOCATION = Price("a million Lambda requests", 0.20, "lambda/pricing")
REQUEST = Price("a million API Gateway REST requests", 3.50, "api-gateway/pricing")
TRANSITION = Price("a million Step Functions transitions", 25.0, "step-functions/pricing")
PRICES = (WRITE_UNIT, READ_UNIT, GB_SECOND, INVOCATION, REQUEST, TRANSITION)


@dataclass(frozen=True, slots=True)
class Usage:
    """What one operation consumes."""

    name: str
    write_units: float
    read_units: float
    lambda_ms: float
    requests: float = 1
    transitions: float = 0

    @property
    def costs(self) -> tuple[float, ...]:
        """Dollars for a million operations: DynamoDB, Lambda, API Gateway, Step Functions."""
        gb_s = self.lambda_ms / 1000 * MEMORY_MIB / 1024
        return (
            self.write_units * WRITE_UNIT.dollars + self.read_units * READ_UNIT.dollars,
            gb_s * GB_SECOND.dollars + self.requests * INVOCATION.dollars,
            self.requests * REQUEST.dollars,
            self.transitions * TRANSITION.dollars,
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

NOT_COUNTED = """
Every operation that writes has an idempotency key. A payroll item includes its share of creating,
funding and settling a job of 96 items, and of the transitions and requests of a full lane. The
Lambda time of a quote does not include waiting for the rate provider.

These costs are not included: DynamoDB's storage and point-in-time recovery, logs and traces (a
log line of about half a KB and one trace for each invocation), metrics, alarms, SnapStart, data
transfer out of AWS, the firewall (`-c waf=on`), and KMS. DynamoDB calls KMS for the keys of its
tables every few minutes, not for each operation. A payroll job makes one seal and each step checks
it, which is 7 calls to KMS for 14,000 items. Each of the three keys has a monthly price.

## Prices

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
        ("a million of", "DynamoDB", "Lambda", "API Gateway", "Step Functions", "total"),
        ((it.name, *map(_dollars, it.costs), f"**{_dollars(sum(it.costs))}**") for it in usages),
    )
    prices = table(
        ("list price", "US dollars", "where to check it"),
        ((it.name, f"{it.dollars:g}", f"aws.amazon.com/{it.page}") for it in PRICES),
    )
    return (
        GENERATED + INTRODUCTION + dollars + "\n## One operation\n\n" + units + NOT_COUNTED + prices
    )


def _usages() -> Iterator[Usage]:
    for name, operation in OPERATIONS.items():
        with dynamodb_in_memory() as client:
            bank = Bank(client)
            ask = operation(bank)
            with Wire(client) as wire:
                ask()
            yield _usage(bank, name, wire.calls)
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
        job.lambda_ms / PAYROLL_ITEMS,
        requests=1 / ITEMS_PER_LANE,
        transitions=transitions,
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
    indexes = INDEXES.get(table_name.rpartition("-")[2], {})
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


def _dollars(amount: float) -> str:
    return f"${amount:.2f}" if amount >= 0.005 else "$0"


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


def _balance(bank: Bank) -> Callable[[], object]:
    account = bank.account(holding="1")
    return lambda: get_wallet(bank.resources, account.wallet_id, TRUSTED)


def _statement(bank: Bank) -> Callable[[], object]:
    account = bank.account()
    for number in range(50):
        bank.deposit(account, "1", key=f"{number}")
    return lambda: list_entries(
        bank.resources, account.wallet_id, caller=TRUSTED, limit=50, offset=0
    )


OPERATIONS: dict[str, Callable[[Bank], Callable[[], object]]] = {
    "wallet opened": _opening,
    "deposit or withdrawal": _deposit,
    "transfer": _transfer,
    "transfer replayed": _replay,
    "transfer refused": _refusal,
    "quote": _quote,
    "transfer between currencies": _exchange,
    "balance read": _balance,
    "statement of 50 entries": _statement,
}

"""Transfers in this process: round trips, capacity units, and our own time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

import boto3

from localstack.bench.inside import Invocation, invoke
from localstack.bench.result import Result
from localstack.bench.units import consistent_read_units, transaction_write_units
from localstack.common.api import Api, Person
from localstack.memory.wire import Call
from novapay import wiring

WARM_CALLS = 20
MEASURED_CALLS = 200
OWN_SHARE_MAX = 0.25
CPU_RATIO_MAX = 2.1
CPU_ROUNDS = 20
CPU_CALLS = 10
ROUND_TRIPS_MAX = {"domestic transfer": 2, "FX transfer": 3, "deposit": 3, "replay": 1}
WRITE_UNITS_MAX = 12
READ_UNITS_MAX = 3


def measure(api: Api) -> list[Result]:
    """Measure a few transfers in this process."""
    sender, recipient = api.open_wallet(holding="100000"), api.open_wallet()
    for _ in range(WARM_CALLS):
        transfer(sender, recipient)
    shares = [transfer(sender, recipient).own_share for _ in range(MEASURED_CALLS)]
    domestic = transfer(sender, recipient, key="bench")
    flows = {
        "domestic transfer": domestic,
        "FX transfer": _fx_transfer(api, sender),
        "deposit": _deposit(sender),
        "replay": transfer(sender, recipient, key="bench"),
    }
    share = median(shares)
    return [
        *(_round_trips(flow, invocation) for flow, invocation in flows.items()),
        _capacity(domestic),
        Result(
            "our own time in a warm transfer ÷ its two AWS calls",
            f"≤ {OWN_SHARE_MAX}",
            f"{share:.2f} (median of {MEASURED_CALLS})",
            share <= OWN_SHARE_MAX,
        ),
        _warm_cpu(sender, recipient, domestic.calls),
    ]


def transfer(sender: Person, recipient: Person, *, key: str | None = None) -> Invocation:
    """Send one dollar, and return the invocation."""
    body = _order(sender, recipient, "1")
    keyed = {} if key is None else {"key": f"{key}-{sender.wallet_id}"}
    return _done(invoke("transactions/create_transfer", body, **keyed))


def written_items(calls: list[Call]) -> list[Mapping[str, Any]]:
    """Return the items that the last commit among these calls has written, as they are now."""
    commit = next(call for call in reversed(calls) if call.operation == "TransactWriteItems")
    client = wiring.resources().database.client
    items = []
    for write in commit.request["TransactItems"]:
        ((verb, request),) = write.items()
        if verb == "Put":
            items.append(request["Item"])
        else:
            found = client.get_item(
                TableName=request["TableName"], Key=request["Key"], ConsistentRead=True
            )
            items.append(found["Item"])
    return items


def _warm_cpu(sender: Person, recipient: Person, calls: list[Call]) -> Result:
    """Compare the CPU of a transfer's whole function to that of its calls, sent by bare boto3.

    They take turns, and the quickest turn of each counts: whatever else the machine does only adds.
    The commit is sent again with its token, so that AWS answers without writing.
    """
    client = boto3.client("dynamodb")
    senders: dict[str, Callable[..., object]] = {
        "BatchGetItem": client.batch_get_item,
        "TransactWriteItems": client.transact_write_items,
    }

    def bare() -> None:
        for call in calls:
            senders[call.operation](**call.request)

    ours, bares = [], []
    for _ in range(CPU_ROUNDS):
        ours.append(_cpu_ms(lambda: transfer(sender, recipient)))
        bares.append(_cpu_ms(bare))
    ratio = min(ours) / min(bares)
    return Result(
        "CPU of a warm transfer ÷ its two calls by bare boto3",
        f"≤ {CPU_RATIO_MAX}",
        f"{ratio:.2f} ({min(ours):.1f} ÷ {min(bares):.1f} ms)",
        ratio <= CPU_RATIO_MAX,
    )


def _cpu_ms(repeat: Callable[[], object]) -> float:
    """Return the milliseconds of this process's CPU that one of several calls takes."""
    began = time.process_time()
    for _ in range(CPU_CALLS):
        repeat()
    return (time.process_time() - began) / CPU_CALLS * 1000


def _fx_transfer(api: Api, sender: Person) -> Invocation:
    opened = api.ask(
        "POST",
        "/accounts/wallets",
        {"userId": sender.user_id, "currency": "EUR", "accountNumber": "ACC-EUR"},
    )
    quote = api.ask(
        "POST",
        "/fx/quote",
        {
            "fromCurrency": "USD",
            "toCurrency": "EUR",
            "fromAmount": "100",
            "userId": sender.user_id,
        },
    )
    body = _order(sender, Person(opened["id"], sender.user_id), "100")
    body |= {"fxQuoteId": quote["id"]}
    return _done(invoke("transactions/create_transfer", body))


def _deposit(person: Person) -> Invocation:
    return _done(
        invoke(
            "accounts/adjust_balance",
            {"amount": "1", "operation": "credit"},
            path={"walletId": person.wallet_id},
        )
    )


def _order(sender: Person, recipient: Person, amount: str) -> dict[str, str]:
    return {
        "senderWalletId": sender.wallet_id,
        "recipientWalletId": recipient.wallet_id,
        "senderUserId": sender.user_id,
        "recipientUserId": recipient.user_id,
        "amount": amount,
        "currency": "USD",
    }


def _done(invocation: Invocation) -> Invocation:
    if invocation.answer["statusCode"] >= 300:
        raise RuntimeError(invocation.answer["body"])
    return invocation


def _round_trips(flow: str, invocation: Invocation) -> Result:
    count, most = len(invocation.calls), ROUND_TRIPS_MAX[flow]
    names = ", ".join(call.operation for call in invocation.calls)
    return Result(f"round trips of a {flow}", f"≤ {most}", f"{count} ({names})", count <= most)


def _capacity(domestic: Invocation) -> Result:
    items = written_items(domestic.calls)
    computed = transaction_write_units(items)
    # The read sees both wallets, and a key that is not there yet.
    wallets = [item for item in items if "headHash" in item]
    read = consistent_read_units(wallets, absent=1)
    return Result(
        "capacity of a domestic transfer",
        f"≤ {WRITE_UNITS_MAX} write, ≤ {READ_UNITS_MAX} read",
        f"{computed} write (the AWS says {domestic.write_units:.0f}), {read} read",
        computed <= WRITE_UNITS_MAX
        and domestic.write_units <= WRITE_UNITS_MAX
        and read <= READ_UNITS_MAX,
    )

"""What docs/architecture.md says that each flow costs is counted on the wire to an AWS.

The real handlers run in this process, so that every call of theirs can be seen; the emulator says
what capacity each took.
"""

import importlib
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from localstack.memory.account_numbers import new_key
from localstack.memory.fx import FX_ENVIRONMENT
from localstack.memory.seals import new_seal_key
from localstack.memory.tables import create_tables
from localstack.memory.wire import Wire
from novapay import wiring
from novapay.wiring import encryption, fx, payroll, seals
from tests.support.local_stack import EmulatedAws

PAGE = Path("docs/architecture.md")
ROW = re.compile(r"^\| `(?P<flow>[^`]+)`[^|]*\|(?P<figures>[ 0-9|]+)\|$", re.MULTILINE)
PREFIX = f"novapay-counted-{uuid.uuid4().hex[:8]}"
STATE_MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:nobody"
ADA, BEN = (str(uuid.UUID(int=n, version=4)) for n in (1, 2))

Figures = list[int]
"""Round trips, items read, items written, write units."""


class Context(LambdaContext):
    """An invocation that has all the time in the world."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 10**6


@pytest.fixture
def wired(emulator: EmulatedAws, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let handlers in this process work on tables of this test's own."""
    create_tables(emulator.client("dynamodb"), PREFIX)
    environment = {
        **emulator.aws.variables,
        "NOVAPAY_STAGE": "local",
        "TABLE_PREFIX": PREFIX,
        "POWERTOOLS_SERVICE_NAME": "counted",
        "POWERTOOLS_METRICS_NAMESPACE": "NovaPay",
        **FX_ENVIRONMENT,
        "FX_SIMULATION": "off",
        "PAYROLL_STATE_MACHINE_ARN": STATE_MACHINE,
        "ACCOUNT_NUMBER_READERS": "anyone",
        "WALLETS_PER_USER": "10000",
        "FIELD_KEY_ARN": new_key(emulator.client("kms")),
        "SEAL_KEY_ARN": new_seal_key(emulator.client("kms")),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    parts = (
        wiring.settings,
        wiring.resources,
        fx.rate_provider,
        payroll.executions,
        encryption.account_numbers,
        seals.seals,
    )
    for part in parts:
        part.cache_clear()
    yield
    for part in parts:
        part.cache_clear()


def test_the_page_says_what_each_flow_costs(wired: None) -> None:
    figures = {m["flow"]: [int(n) for n in m["figures"].split("|")] for m in ROW.finditer(_page())}

    counted = _count_every_flow()

    assert figures == counted


def _page() -> str:
    return PAGE.read_text(encoding="utf-8")


def _count_every_flow() -> dict[str, Figures]:
    books = Counts()
    ada = books.count("open a wallet", _open, "USD", ADA)["id"]
    ben, eva = _open("USD", BEN)["id"], _open("EUR", BEN)["id"]
    _deposit(ada)  # the first entry of a settlement wallet creates it
    books.count("deposit", _deposit, ada)
    order = {
        "senderWalletId": ada,
        "senderUserId": ADA,
        "recipientWalletId": ben,
        "recipientUserId": BEN,
        "amount": "100",
        "currency": "USD",
    }
    paid = books.count("transfer", _transfer, order, "rent")
    books.count("named transfer", _transfer, {**order, "reference": "rent-4"}, "named rent")
    books.count("replay", _transfer, order, "rent")
    books.count("refused transfer", _transfer, {**order, "amount": "5000"}, "yacht")
    for key in ("liquidity wallets are made", "gift"):
        quote = books.count("quote", _quote)
        gift = {**order, "recipientWalletId": eva, "fxQuoteId": quote["id"]}
        given = books.count("FX transfer", _transfer, gift, key)
    holds = [books.count("hold", _hold, order, key) for key in ("first", "second")]
    ids = [hold["holdId"] for hold in holds]
    books.count("capture", _capture, ids[0], order)
    books.count("release", _release, ids[1])
    books.count("reversal", _reverse, paid)
    books.count("FX reversal", _reverse, given)
    books.count("posting", _post, ada, ben)
    job = _create_job(ada, [_open("USD", BEN)["id"] for _ in range(24)])
    books.count("payroll funding", _run, "fund_job", job)
    books.count("payroll batch", _run, "pay_lane", {**job, "lane": 0})
    books.count("payroll settlement", _run, "settle_job", job)
    return books.figures


class Counts:
    """What the calls of each flow came to."""

    def __init__(self) -> None:
        self.figures: dict[str, Figures] = {}

    def count(self, flow: str, do: Callable[..., dict[str, Any]], *args: object) -> dict[str, Any]:
        client = wiring.resources().database.client
        write_units: list[float] = []

        def weigh(model: Any, parsed: Mapping[str, Any], **_: object) -> None:
            if model.name == "TransactWriteItems":
                write_units.extend(t["CapacityUnits"] for t in parsed.get("ConsumedCapacity", []))

        client.meta.events.register("after-call.dynamodb", weigh)
        with Wire(client) as wire:
            answer = do(*args)
        client.meta.events.unregister("after-call.dynamodb", weigh)
        read = sum(_items_read(call.request) for call in wire.calls)
        written = sum(len(call.request.get("TransactItems", ())) for call in wire.calls)
        self.figures[flow] = [len(wire.calls), read, written, int(sum(write_units))]
        return answer


def _items_read(request: Mapping[str, Any]) -> int:
    """Return how many items a call names to be read; a query's are not known before."""
    in_batch = sum(len(table["Keys"]) for table in request.get("RequestItems", {}).values())
    return in_batch + ("Key" in request)


def _open(currency: str, user_id: str) -> dict[str, Any]:
    body = {"userId": user_id, "currency": currency, "accountNumber": "ACC-001"}
    return _ask("accounts.create_wallet", "POST /accounts/wallets", body)


def _deposit(wallet_id: str) -> dict[str, Any]:
    route = "PATCH /accounts/wallets/{walletId}/balance"
    body = {"amount": "1000", "operation": "credit"}
    return _ask("accounts.adjust_balance", route, body, path={"walletId": wallet_id})


def _transfer(order: Mapping[str, str], key: str) -> dict[str, Any]:
    return _ask("transactions.create_transfer", "POST /transactions/transfers", order, key=key)


def _hold(order: Mapping[str, str], key: str) -> dict[str, Any]:
    body = {
        "walletId": order["senderWalletId"],
        "userId": order["senderUserId"],
        "amount": "10",
        "currency": "USD",
    }
    return _ask("transactions.create_hold", "POST /transactions/holds", body, key=key)


def _capture(hold_id: str, order: Mapping[str, str]) -> dict[str, Any]:
    route = "POST /transactions/holds/{holdId}/captures"
    payee = {name: order[name] for name in ("recipientWalletId", "recipientUserId")}
    path = {"holdId": hold_id}
    return _ask("transactions.capture_hold", route, {**payee, "amount": "4"}, path=path, key="pay")


def _release(hold_id: str) -> dict[str, Any]:
    route = "POST /transactions/holds/{holdId}/release"
    return _ask("transactions.release_hold", route, {}, path={"holdId": hold_id}, key="no")


def _reverse(paid: Mapping[str, Any]) -> dict[str, Any]:
    route = "POST /transactions/transfers/{transactionId}/reversals"
    path = {"transactionId": paid["transactionId"]}
    body = {"amount": "10", "reason": "broken"}
    return _ask("transactions.create_reversal", route, body, path=path, key=path["transactionId"])


def _quote() -> dict[str, Any]:
    body = {"fromCurrency": "USD", "toCurrency": "EUR", "fromAmount": "100", "userId": ADA}
    return _ask("fx.create_quote", "POST /fx/quote", body)


def _post(sender: str, recipient: str) -> dict[str, Any]:
    sides = (("DEBIT", sender, ADA), ("CREDIT", recipient, BEN))
    entries = [
        {"walletId": w, "userId": u, "entryType": side, "amount": "1", "currency": "USD"}
        for side, w, u in sides
    ]
    body = {"transactionId": str(uuid.uuid4()), "entries": entries}
    return _ask("ledger.create_transaction", "POST /ledger/transactions", body, key="post")


def _create_job(source: str, wallets: list[str]) -> dict[str, Any]:
    items = [{"employeeUserId": BEN, "recipientWalletId": w, "amount": "1"} for w in wallets]
    body = {
        "employerId": ADA,
        "sourceWalletId": source,
        "sourceUserId": ADA,
        "jobName": "April",
        "items": items,
    }
    return _ask("payroll.create_job", "POST /payroll/jobs", body, key="april")


def _ask(
    module: str,
    route: str,
    body: Mapping[str, Any],
    *,
    path: Mapping[str, str] | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """Call the handler of one endpoint as API Gateway does."""
    method, resource = route.split(" ")
    headers = {"content-type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    event = {
        "httpMethod": method,
        "resource": resource,
        "path": resource.format(**(path or {})),
        "pathParameters": path,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "requestContext": {"requestId": str(uuid.uuid4()), "stage": "local"},
        "body": json.dumps(body),
    }
    answer = importlib.import_module(f"functions.{module}").handler(event, Context())
    assert answer["statusCode"] < 500, answer
    told: Any = json.loads(answer["body"])
    return told if isinstance(told, dict) else {}


def _run(name: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """Call the handler of one step as Step Functions does."""
    told: dict[str, Any] = importlib.import_module(f"functions.payroll.{name}").handler(
        event, Context()
    )
    return told

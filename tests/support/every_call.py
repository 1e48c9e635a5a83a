"""A story that calls every function over an AWS in memory, and notes each call of AWS.

What the functions need is held against what they may: their lines in `cdk.endpoints`, and their
roles in the templates.
"""

import importlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.client import BaseClient

from cdk.endpoints import AUTHORIZE_OPERATOR, ENDPOINTS, TASKS, Endpoint, Task
from localstack.memory import desk
from localstack.memory.account_numbers import new_key
from localstack.memory.api import READERS
from localstack.memory.bank import WALLETS_PER_USER, Bank
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.fx import FX_ENVIRONMENT
from localstack.memory.intruder import Intruder
from localstack.memory.seals import new_seal_key
from localstack.memory.tables import PREFIX, every_byte
from localstack.memory.wire import Call
from novapay import wiring
from novapay.aws import KMS, connect
from novapay.domain.errors import InvariantViolated
from novapay.domain.operator import token_hash
from novapay.wiring import accounts, admin, encryption, figures, fx, payroll, seals

FUNCTIONS: dict[str, Endpoint | Task] = {
    **{endpoint.name: endpoint for endpoint in ENDPOINTS},
    **{task.name: task for task in (*TASKS, AUTHORIZE_OPERATOR)},
}
"""Each function that calls AWS; the authorizer of bearer tokens calls the issuer alone."""
ACCOUNT = "123456789012"
"""The account of the AWS in memory."""

TOKEN = "an operator's token"
ACCOUNT_NUMBER = "SECRET-4711-0815"
OPERATORS_SECRET = f"{PREFIX}-operators"
REASON = {"reason": "as the owner asked"}
ENVIRONMENT = {
    "NOVAPAY_STAGE": "local",
    "TABLE_PREFIX": PREFIX,
    "AWS_DEFAULT_REGION": "us-east-1",
    "OPERATORS_SECRET": OPERATORS_SECRET,
    "POWERTOOLS_METRICS_NAMESPACE": "NovaPay",
    **FX_ENVIRONMENT,
}

MACHINE = f"{PREFIX}-payroll"
CONTEXT_KEY = "kms:EncryptionContext"


@dataclass(frozen=True, slots=True)
class Need:
    """One permission that a call needed.

    Attributes:
        action: as in `dynamodb:GetItem`.
        resource: the ARN of what it is on, or `*` where an action is on no resource.
        context: the condition keys of the call.
    """

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict, hash=False)


class Story:
    """Calls functions, and notes what each asked of AWS.

    Attributes:
        needs: the permissions that each function needed, by its name.
        stored: all that the tables hold at the end.
        bank: what the functions work with.
        intruder: writes to the tables as no function would.
        keys: the names of the keys, by their ARNs.
    """

    def __init__(self, bank: Bank, keys: Mapping[str, str]) -> None:
        self.needs: dict[str, set[Need]] = defaultdict(set)
        self.intruder = Intruder(bank.client, PREFIX)
        self.stored = b""
        self.bank = bank
        self.keys = keys
        self._ids = itertools.count()

    def call(
        self, name: str, body: object = None, *, path: str | None = None, **parameters: str
    ) -> Any:
        """Call an endpoint with a fresh key and an operator's token, and return its answer."""
        endpoint = FUNCTIONS[name]
        assert isinstance(endpoint, Endpoint)
        resource = path or endpoint.paths[0]
        in_path = {key: value for key, value in parameters.items() if f"{{{key}}}" in resource}
        query = {key: value for key, value in parameters.items() if key not in in_path}
        headers = {
            "content-type": "application/json",
            "idempotency-key": f"key-{next(self._ids)}",
            "x-admin-token": TOKEN,
        }
        answer = self._invoke(
            name,
            {
                "resource": resource,
                "path": resource.format(**in_path),
                "httpMethod": endpoint.method,
                "headers": headers,
                "multiValueHeaders": {key: [value] for key, value in headers.items()},
                "queryStringParameters": query or None,
                "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} or None,
                "pathParameters": in_path or None,
                "requestContext": {"requestId": "a-request", "stage": "local", "identity": {}},
                "body": None if body is None else json.dumps(body),
                "isBase64Encoded": False,
            },
        )
        assert answer["statusCode"] < 300, answer["body"]
        is_json = "application/json" in str(answer["multiValueHeaders"])
        return json.loads(answer["body"]) if is_json else None

    def run(self, name: str, **event: object) -> Any:
        """Run a task, and return what it tells the next step."""
        return self._invoke(name, event)

    def _invoke(self, name: str, event: dict[str, Any]) -> Any:
        module = importlib.import_module(f"functions.{FUNCTIONS[name].module.replace('/', '.')}")
        context = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
        _forget_connections()  # What one function has read, another has not.
        with tapped() as calls:
            try:
                return module.handler(event, context)
            finally:
                self.needs[name] |= {need for call in calls for need in self._needs_of(*call)}

    def _needs_of(self, service: str, operation: str, asked: Mapping[str, Any]) -> Iterator[Need]:
        """Yield the permissions that a call needs, as AWS's authorization reference has them."""
        match service:
            case "dynamodb":
                for action, table in Call(0, operation, asked).accesses():
                    yield Need(f"dynamodb:{action}", arn("dynamodb", f"table/{table}"))
            case "kms":
                context = asked.get("EncryptionContext", {})
                keys = {f"{CONTEXT_KEY}:{name}": value for name, value in context.items()}
                yield Need(f"kms:{operation}", arn("kms", f"key/{self.keys[asked['KeyId']]}"), keys)
            case "secretsmanager":
                # AWS appends six characters to the name.
                yield Need(
                    f"secretsmanager:{operation}",
                    arn("secretsmanager", f"secret:{asked['SecretId']}-a1B2c3"),
                )
            case "stepfunctions":
                [on] = [value for name, value in asked.items() if name.endswith("Arn")]
                yield Need(f"states:{operation}", on)
            case "cloudwatch":
                yield Need(f"cloudwatch:{operation}", "*")
            case unknown:
                pytest.fail(f"Say in tests/support/every_call.py what a call of {unknown} needs.")


def arn(service: str, resource: str) -> str:
    """Return the ARN of something in the account of the AWS in memory."""
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{resource}"


@contextmanager
def tapped() -> Iterator[list[tuple[str, str, Mapping[str, Any]]]]:
    """Note each call of any client: its service, its operation, and what it asks."""
    calls: list[tuple[str, str, Mapping[str, Any]]] = []
    real = vars(BaseClient)["_make_api_call"]  # Every call of every client, a library's too.

    def noted(client: BaseClient, operation: str, asked: Mapping[str, Any]) -> Any:
        calls.append((client.meta.service_model.service_name, operation, asked))
        return real(client, operation, asked)

    with patch.object(BaseClient, "_make_api_call", noted):
        yield calls


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """Return a story in which each function does all that it can."""
    with dynamodb_in_memory() as client, pytest.MonkeyPatch.context() as patched:
        bank = Bank(client)
        for name, value in ENVIRONMENT.items():
            patched.setenv(name, value)
        patched.setattr(wiring, "resources", lambda: bank.resources)
        patched.setattr(encryption, "readers", lambda: READERS)
        patched.setattr(accounts, "wallets_per_user", lambda: WALLETS_PER_USER)
        for adapter in (admin, encryption, figures, payroll, seals):
            patched.setattr(adapter, "connect", CONNECT)
        keys = {
            "FIELD_KEY_ARN": new_key(CONNECT("kms", KMS)),
            "SEAL_KEY_ARN": new_seal_key(CONNECT("kms", KMS)),
        }
        for name, key in keys.items():
            patched.setenv(name, key)
        _let_an_operator_in()
        story = Story(bank, dict(zip(keys.values(), ("fields", "seals"), strict=True)))
        machine = _a_state_machine()
        patched.setenv("PAYROLL_STATE_MACHINE_ARN", machine)
        holders = _accounts(story)
        transaction_id = _transfers(story, holders)
        _holds(story, holders)
        _ledger(story, holders, transaction_id)
        _payroll(story, machine, holders)
        _admin(story, holders, transaction_id)
        for path in HEALTH_PATHS:
            story.call("health", path=path)
        _other_reads(story, holders, transaction_id)
        story.stored = every_byte(client)
        yield story
        _forget_connections()


CONNECT = cache(connect)
"""Making a client costs more than all of its calls."""

HEALTH_PATHS = next(endpoint.paths for endpoint in ENDPOINTS if endpoint.name == "health")


def _forget_connections() -> None:
    """Forget what the parts of a function have read and connected to."""
    for part in (
        wiring.settings,
        admin.operators,
        encryption.account_numbers,
        figures.figures,
        fx.rate_provider,
        payroll.executions,
        seals.seals,
    ):
        part.cache_clear()


def _let_an_operator_in() -> None:
    operator = {"name": "auditor", "tokenSha256": token_hash(TOKEN)}
    boto3.client("secretsmanager").create_secret(
        Name=OPERATORS_SECRET, SecretString=json.dumps({"operators": [operator]})
    )


def _a_state_machine() -> str:
    """Make the state machine of payroll, whose runs do nothing, and return its ARN."""
    definition = {"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}
    made: str = CONNECT("stepfunctions").create_state_machine(
        name=MACHINE,
        definition=json.dumps(definition),
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/payroll",
    )["stateMachineArn"]
    return made


def _accounts(story: Story) -> dict[str, dict[str, Any]]:
    """Open wallets, look at them, and fill the first: its settlement wallet is new once."""
    ids = {name: f"00000000-0000-4000-8000-00000000000{n}" for n, name in enumerate("abe", 1)}
    holders = {
        name: story.call(
            "create_wallet",
            {"userId": user_id, "currency": currency, "accountNumber": ACCOUNT_NUMBER},
        )
        for (name, user_id), currency in zip(ids.items(), ("USD", "USD", "EUR"), strict=True)
    }
    wallet_id = holders["a"]["id"]
    story.call("get_wallet", walletId=wallet_id)
    story.call("list_user_wallets", userId=ids["a"])
    story.call("get_balance", walletId=wallet_id)
    for number, operation in enumerate(("credit", "credit", "debit")):
        amount = {"credit": "500", "debit": "1"}[operation]
        body = {"amount": amount, "operation": operation, "reference": f"r-{number}"}
        story.call("adjust_balance", body, walletId=wallet_id)
    day = {"from": "2020-01-01T00:00:00Z", "to": "2021-01-01T00:00:00Z"}
    story.call("get_balance", walletId=wallet_id, at=day["to"])
    return holders


def _transfers(story: Story, holders: dict[str, dict[str, Any]]) -> str:
    """Move money within a currency and between two; the liquidity wallets are new once."""
    sender = holders["a"]

    def order(recipient: str, **fields: str) -> dict[str, str]:
        return {
            "senderWalletId": sender["id"],
            "recipientWalletId": holders[recipient]["id"],
            "senderUserId": sender["userId"],
            "recipientUserId": holders[recipient]["userId"],
            "amount": "10",
            "currency": "USD",
            **fields,
        }

    def quote_id() -> str:
        body = {
            "fromCurrency": "USD",
            "toCurrency": "EUR",
            "fromAmount": "10",
            "userId": sender["userId"],
        }
        return str(story.call("create_quote", body)["id"])

    story.call("simulate_provider_down")
    story.call("simulate_provider_up")
    for _ in range(2):
        exchange = story.call("create_transfer", order("e", fxQuoteId=quote_id()))
    unused = quote_id()
    story.call("get_quote", quoteId=unused)
    story.call("consume_quote", {"transactionId": sender["id"]}, quoteId=unused)
    transaction_id = str(
        story.call("create_transfer", order("b", reference="rent"))["transactionId"]
    )
    for amount in ("1", "2"):
        body = {"amount": amount, "reason": "broken"}
        story.call("create_reversal", body, transactionId=transaction_id)
    story.call("create_reversal", {"reason": "late"}, transactionId=exchange["transactionId"])
    story.call("get_transfer", transactionId=transaction_id)
    story.call("list_transfers", reference="rent")
    long_ago = {"from": "2000-01-01T00:00:00Z", "to": "2000-01-02T00:00:00Z"}
    story.call("list_transfers", walletId=sender["id"])
    story.call("list_transfers", walletId=sender["id"], **long_ago)
    return transaction_id


def _holds(story: Story, holders: dict[str, dict[str, Any]]) -> None:
    """Set money aside twice, for the hold wallet is new once; capture one hold, release one."""
    payer, payee = holders["a"], holders["b"]
    order = {
        "walletId": payer["id"],
        "userId": payer["userId"],
        "amount": "10",
        "currency": "USD",
        "recipientWalletId": payee["id"],
        "recipientUserId": payee["userId"],
    }
    captured, released = (
        str(story.call("create_hold", {**order, "reference": name})["holdId"])
        for name in ("room 7", "room 8")
    )
    story.call("get_hold", holdId=captured)
    story.call("list_holds", walletId=payer["id"])
    story.call("capture_hold", {"amount": "4"}, holdId=captured)
    story.call("release_hold", {}, holdId=released)
    _end_of_a_hold(story, order)
    story.call("verify_transaction", transactionId=captured)
    story.call("audit_transaction", transactionId=captured)


def _end_of_a_hold(story: Story, order: dict[str, str]) -> None:
    end = story.bank.clock.now() + timedelta(minutes=1)
    story.call("create_hold", {**order, "expiresAt": end.isoformat()})
    story.bank.clock.advance(timedelta(minutes=1))
    assert story.run("expire_holds") == {"expired": 1}


def _ledger(story: Story, holders: dict[str, dict[str, Any]], transaction_id: str) -> None:
    entries = [
        {
            "walletId": holders[name]["id"],
            "userId": holders[name]["userId"],
            "entryType": entry_type,
            "amount": "5",
            "currency": "USD",
        }
        for name, entry_type in (("a", "DEBIT"), ("b", "CREDIT"))
    ]
    story.call("create_transaction", {"transactionId": holders["b"]["id"], "entries": entries})
    story.call("get_transaction", transactionId=transaction_id)
    story.call("verify_transaction", transactionId=transaction_id)
    story.call("list_entries", walletId=holders["a"]["id"], **{"from": "2020-01-01T00:00:00Z"})
    story.call("verify_chain", walletId=holders["a"]["id"])


def _payroll(story: Story, machine: str, holders: dict[str, dict[str, Any]]) -> None:
    """Pay one who can be paid and one who cannot, after the first run has died."""
    source, employee = holders["a"], holders["b"]
    items = [
        {
            "employeeUserId": employee["userId"],
            "recipientWalletId": wallet_id,
            "amount": "7",
        }
        for wallet_id in (employee["id"], "00000000-0000-4000-8000-000000000009")
    ]
    job = story.call(
        "create_job",
        {
            "employerId": source["userId"],
            "sourceWalletId": source["id"],
            "sourceUserId": source["userId"],
            "jobName": "April",
            "items": items,
        },
    )
    job_id = job["jobId"]
    runs = CONNECT("stepfunctions")
    [run] = runs.list_executions(stateMachineArn=machine)["executions"]
    runs.stop_execution(executionArn=run["executionArn"])
    assert story.run("recover")["recovered"]
    funded = story.run("fund_job", jobId=job_id)
    for lane in funded["lanes"]:
        assert story.run("pay_lane", **lane)["done"]
    assert story.run("settle_job", jobId=job_id)["status"] == "PARTIAL"
    _payroll_with_a_broken_seal(story, source, employee)
    story.call("get_job", jobId=job_id)
    story.call("list_job_items", jobId=job_id)
    story.call("list_employer_jobs", employerId=source["userId"])


def _payroll_with_a_broken_seal(
    story: Story, source: dict[str, Any], employee: dict[str, Any]
) -> None:
    """Fund a job that somebody then changes; settling it returns the money."""
    body = {
        "employerId": source["userId"],
        "sourceWalletId": source["id"],
        "sourceUserId": source["userId"],
        "jobName": "May",
        "items": [
            {
                "employeeUserId": employee["userId"],
                "recipientWalletId": employee["id"],
                "amount": "1",
            }
        ],
    }
    job_id = story.call("create_job", body)["jobId"]
    assert story.run("fund_job", jobId=job_id)["status"] == "PROCESSING"
    story.intruder.change("payroll", job_id, "JOB", jobName="June")
    with pytest.raises(InvariantViolated):
        story.run("settle_job", jobId=job_id)


def _admin(story: Story, holders: dict[str, dict[str, Any]], transaction_id: str) -> None:
    wallet_id = holders["a"]["id"]
    story.call("inspect_wallet", walletId=wallet_id)
    story.call("reveal_account_number", walletId=wallet_id)
    story.call("list_wallet_transactions", walletId=wallet_id)
    story.call("inspect_transaction", transactionId=transaction_id)
    story.call("audit_transaction", transactionId=transaction_id)
    story.call("audit_chain", walletId=wallet_id)
    story.call("audit_entries", walletId=wallet_id)
    story.call("list_audit_logs")
    story.call("verify_audit_log")
    story.call("get_trial_balance")
    jobs = story.call("list_all_jobs")
    story.call("inspect_job", jobId=jobs[0]["jobId"])
    story.call("inspect_job_items", jobId=jobs[0]["jobId"])
    story.call("list_transaction_entries", transactionId=transaction_id)
    story.run("authorize_operator", **desk.event_of("authorize_operator", token=TOKEN))
    story.call("get_figures")
    story.call("console")
    _statuses(story, holders)


def _statuses(story: Story, holders: dict[str, dict[str, Any]]) -> None:
    """Freeze, unfreeze and close two wallets, while a payroll job of another is open."""
    source, employee = holders["a"], holders["b"]
    item = {"employeeUserId": employee["userId"], "recipientWalletId": employee["id"]}
    story.call(
        "create_job",
        {
            "employerId": source["userId"],
            "sourceWalletId": source["id"],
            "sourceUserId": source["userId"],
            "jobName": "July",
            "items": [{**item, "amount": "1"}],
        },
    )
    for suffix, name in (("wallet", "b"), ("any_wallet", "e")):
        left = holders[name]["id"]
        amount = story.call("get_balance", walletId=left)["balance"]
        story.call("freeze_" + suffix, REASON, walletId=left)
        story.call("unfreeze_" + suffix, REASON, walletId=left)
        story.call("adjust_balance", {"amount": amount, "operation": "debit"}, walletId=left)
        story.call("close_" + suffix, REASON, walletId=left)
    story.call("verify_chain", walletId=left)
    story.call("audit_chain", walletId=left)


def _other_reads(story: Story, holders: dict[str, dict[str, Any]], transaction_id: str) -> None:
    """Ask every operation that only reads and was not called above."""
    known = {
        "walletId": holders["a"]["id"],
        "userId": holders["a"]["userId"],
        "employerId": holders["a"]["userId"],
        "transactionId": transaction_id,
    }
    for endpoint in ENDPOINTS:
        if endpoint.method == "GET" and endpoint.name not in story.needs:
            named = re.findall(r"{(\w+)}", endpoint.paths[0])
            story.call(endpoint.name, **{name: known[name] for name in named})

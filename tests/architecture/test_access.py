"""The permissions of each function are those that it uses: no more, and no less.

One story calls every function over an AWS in memory, and what each asks of DynamoDB is held
against its line in `cdk.endpoints`.
"""

import importlib
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from cdk.endpoints import ENDPOINTS, TASKS, Endpoint, Task
from localstack.memory.account_numbers import kms_in_memory
from localstack.memory.api import READERS
from localstack.memory.bank import WALLETS_PER_USER, Bank
from localstack.memory.dynamodb import dynamodb_in_memory
from localstack.memory.fx import FX_ENVIRONMENT
from localstack.memory.intruder import Intruder
from localstack.memory.payroll import NotedExecutions
from localstack.memory.seals import InMemorySeals
from localstack.memory.tables import PREFIX, every_byte
from localstack.memory.wire import Wire
from novapay import wiring
from novapay.domain.errors import InvariantViolated
from novapay.domain.operator import token_hash
from novapay.domain.ports import ExecutionState
from novapay.wiring import accounts, admin, encryption, figures, fx, payroll, seals

FUNCTIONS: dict[str, Endpoint | Task] = {
    **{endpoint.name: endpoint for endpoint in ENDPOINTS},
    **{task.name: task for task in TASKS},
}
TOKEN = "an operator's token"
ACCOUNT_NUMBER = "SECRET-4711-0815"
OPERATORS_SECRET = f"{PREFIX}-operators"
ENVIRONMENT = {
    "NOVAPAY_STAGE": "local",
    "TABLE_PREFIX": PREFIX,
    "AWS_DEFAULT_REGION": "us-east-1",
    "OPERATORS_SECRET": OPERATORS_SECRET,
    "POWERTOOLS_METRICS_NAMESPACE": "NovaPay",
    **FX_ENVIRONMENT,
}

Pair = tuple[str, str]


class Story:
    """Calls functions, and notes what each asked of which table.

    Attributes:
        used: the permissions that each function needed, by its name.
        stored: all that the tables hold at the end.
        intruder: writes to the tables as no function would.
    """

    def __init__(self, bank: Bank) -> None:
        self.used: dict[str, set[Pair]] = defaultdict(set)
        self.intruder = Intruder(bank.client, PREFIX)
        self.stored = b""
        self._client = bank.client
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
        with Wire(self._client) as wire:
            try:
                return module.handler(event, context)
            finally:
                self.used[name] |= {
                    (action, table.removeprefix(f"{PREFIX}-"))
                    for call in wire.calls
                    for action, table in call.accesses()
                }


@pytest.fixture(scope="module")
def used(story: Story) -> dict[str, set[Pair]]:
    """Return what each function needed."""
    return story.used


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """Return a story in which each function does all that it can."""
    executions, sealing = NotedExecutions(), InMemorySeals()
    with dynamodb_in_memory() as client, pytest.MonkeyPatch.context() as patch:
        bank = Bank(client, numbers=kms_in_memory())
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.setattr(wiring, "resources", lambda: bank.resources)
        patch.setattr(encryption, "account_numbers", lambda: bank.numbers)
        patch.setattr(encryption, "readers", lambda: READERS)
        patch.setattr(accounts, "wallets_per_user", lambda: WALLETS_PER_USER)
        patch.setattr(payroll, "executions", lambda: executions)
        patch.setattr(seals, "seals", lambda: sealing)
        _forget_connections()
        _let_an_operator_in()
        story = Story(bank)
        holders = _accounts(story)
        transaction_id = _transfers(story, holders)
        _ledger(story, holders, transaction_id)
        _payroll(story, executions, holders)
        _admin(story, holders, transaction_id)
        for path in FUNCTIONS_PATHS:
            story.call("health", path=path)
        _other_reads(story, holders, transaction_id)
        story.stored = every_byte(client)
        yield story
        _forget_connections()


FUNCTIONS_PATHS = next(endpoint.paths for endpoint in ENDPOINTS if endpoint.name == "health")


def _forget_connections() -> None:
    wiring.settings.cache_clear()
    figures.figures.cache_clear()
    admin.operators.cache_clear()
    fx.rate_provider.cache_clear()


def _let_an_operator_in() -> None:
    operator = {"name": "auditor", "tokenSha256": token_hash(TOKEN)}
    boto3.client("secretsmanager").create_secret(
        Name=OPERATORS_SECRET, SecretString=json.dumps({"operators": [operator]})
    )


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
    for operation in ("credit", "credit", "debit"):
        amount = {"credit": "500", "debit": "1"}[operation]
        story.call("adjust_balance", {"amount": amount, "operation": operation}, walletId=wallet_id)
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
        story.call("create_transfer", order("e", fxQuoteId=quote_id()))
    unused = quote_id()
    story.call("get_quote", quoteId=unused)
    story.call("consume_quote", {"transactionId": sender["id"]}, quoteId=unused)
    transaction_id = str(story.call("create_transfer", order("b"))["transactionId"])
    story.call("get_transfer", transactionId=transaction_id)
    return transaction_id


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
    story.call("list_entries", walletId=holders["a"]["id"])
    story.call("verify_chain", walletId=holders["a"]["id"])


def _payroll(story: Story, executions: NotedExecutions, holders: dict[str, dict[str, Any]]) -> None:
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
    [run] = executions.inputs
    executions.end(run, ExecutionState.DEAD)
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
    story.call("get_figures")
    story.call("console")


def _other_reads(story: Story, holders: dict[str, dict[str, Any]], transaction_id: str) -> None:
    """Ask every operation that only reads and was not called above."""
    known = {
        "walletId": holders["a"]["id"],
        "userId": holders["a"]["userId"],
        "employerId": holders["a"]["userId"],
        "transactionId": transaction_id,
    }
    for endpoint in ENDPOINTS:
        if endpoint.method == "GET" and endpoint.name not in story.used:
            named = re.findall(r"{(\w+)}", endpoint.paths[0])
            story.call(endpoint.name, **{name: known[name] for name in named})


def allowed(function: Endpoint | Task) -> set[Pair]:
    """Return the permissions of a function."""
    return {
        (action, f"{access.table}/index/{access.index}" if access.index else str(access.table))
        for access in function.access
        for action in access.actions
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_story_calls_every_function(used: dict[str, set[Pair]], name: str) -> None:
    if name not in used:
        pytest.fail(
            f'Call story.call("{name}", …) in the story of tests/architecture/test_access.py.',
            pytrace=False,
        )


def test_after_every_function_no_table_has_an_account_number_to_read(story: Story) -> None:
    ending = ACCOUNT_NUMBER[-4:]

    assert ending.encode() in story.stored
    assert ACCOUNT_NUMBER.removesuffix(ending).encode() not in story.stored


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_may_do_all_that_it_does(used: dict[str, set[Pair]], name: str) -> None:
    _fail_if(name, used[name] - allowed(FUNCTIONS[name]), "uses and may not: add to")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_does_all_that_it_may(used: dict[str, set[Pair]], name: str) -> None:
    _fail_if(name, allowed(FUNCTIONS[name]) - used[name], "may and does not use: take from")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_table_is_named_twice_for_one_function(name: str) -> None:
    pairs = [
        (access.table, access.index, action)
        for access in FUNCTIONS[name].access
        for action in access.actions
    ]

    assert len(set(pairs)) == len(pairs)


def _fail_if(name: str, pairs: set[Pair], what: str) -> None:
    if pairs:
        listed = ", ".join(f"{action} on {table}" for action, table in sorted(pairs))
        module = FUNCTIONS[name].module
        pytest.fail(
            f"{listed}: {name} {what} its line in cdk/endpoints.py ({module}).", pytrace=False
        )

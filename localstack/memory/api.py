"""Calls the functions as API Gateway does: with proxy events, made from those in `events/`."""

import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from localstack.memory.auditor import Books, read_books
from localstack.memory.bank import WALLETS_PER_USER, Account, Bank
from novapay import wiring
from novapay.domain.caller import Caller
from novapay.domain.ports import AccountNumbers
from novapay.observability import EmfMeter
from novapay.store.commit import Committer
from novapay.wiring import accounts, encryption

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

EVENTS = Path(__file__).parents[2] / "events"
PROBLEM_FIELDS = {"type", "title", "status", "detail", "code", "requestId", "retryable"}
REQUEST_ID = "5f6a7b8c-9d0e-4f1a-8b2c-3d4e5f6a7b8c"

CONTEXT = SimpleNamespace(
    function_name="novapay-test",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:000000000000:function:novapay-test",
    aws_request_id="1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f",
    get_remaining_time_in_millis=lambda: 30_000,
)

READERS = frozenset({"anyone", "arn:aws:sts::123456789012:assumed-role/statements"})
"""Who may read every account number: the open stage's callers, and one role of a closed stage."""

Event = dict[str, Any]


class AsInTheEvent:
    """A part of the sample event that a test leaves as it is."""


SAME = AsInTheEvent()


@dataclass(frozen=True, slots=True)
class Reply:
    """What API Gateway sends to the client; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The problem's code, after checking that it is a whole problem (RFC 9457)."""
        assert self.headers["content-type"] == "application/problem+json"
        assert set(self.body) >= PROBLEM_FIELDS
        assert self.body["status"] == self.status >= 400
        assert self.body["type"].endswith(self.body["code"])
        assert bool(self.body.get("errors")) is (self.status == 400)
        return str(self.body["code"])

    @property
    def pointers(self) -> list[str]:
        """Where a 400 says that the faults are."""
        return [fault["pointer"] for fault in self.body["errors"]]

    @property
    def is_replay(self) -> bool:
        return self.headers.get("idempotent-replayed") == "true"


class Api:
    """The functions over an AWS in memory, with a bank beside them that prepares what they need."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    def books(self) -> Books:
        return read_books(self.bank.client)

    def sound_books(self) -> Books:
        """Return the books, after checking every promise that the ledger makes of them."""
        books = self.books()
        books.assert_sound()
        return books

    def call(self, operation: str, **changes: Any) -> Reply:
        """Call a function with its sample event, changed: see `event_of`."""
        return self.send(operation, event_of(operation, **changes))

    def send(self, operation: str, event: Event) -> Reply:
        """Call a function with an event."""
        response = invoke(operation, event)
        assert response["isBase64Encoded"] is False
        headers = {name.lower(): ", ".join(v) for name, v in response["multiValueHeaders"].items()}
        assert headers["x-request-id"] == event["requestContext"]["requestId"]
        return Reply(response["statusCode"], headers, response["body"])

    def transfer(
        self, sender: Account, recipient: Account, amount: object = "40", **changes: Any
    ) -> Reply:
        """Ask for a transfer in the sender's currency."""
        body = {**transfer_body(sender, recipient, amount), **changes.pop("body", {})}
        return self.call("transactions/create_transfer", body=body, **changes)

    def hold(self, account: Account, amount: object = "40", **changes: Any) -> Reply:
        """Ask for a hold in the wallet's currency."""
        body = {**hold_body(account, amount), **changes.pop("body", {})}
        return self.call("transactions/create_hold", body=body, **changes)

    def capture(self, hold_id: str, *, payee: Account | None = None, **changes: Any) -> Reply:
        """Ask for a payment from a hold."""
        body = {**payee_body(payee), **changes.pop("body", {})}
        path = {"holdId": hold_id}
        return self.call("transactions/capture_hold", path=path, body=body, **changes)

    def release(self, hold_id: str, **changes: Any) -> Reply:
        """Ask for what is left of a hold."""
        return self.call("transactions/release_hold", path={"holdId": hold_id}, **changes)

    def get_hold(self, hold_id: str, **changes: Any) -> Reply:
        """Ask for a hold as of now."""
        return self.call("transactions/get_hold", path={"holdId": hold_id}, **changes)


def invoke(operation: str, event: Event) -> Event:
    """Call a function as Lambda does: every request of every test of a function goes this way."""
    module = importlib.import_module(f"functions.{operation.replace('/', '.')}")
    response: Event = module.handler(event, CONTEXT)
    return response


def transfer_body(sender: Account, recipient: Account, amount: object = "40") -> dict[str, object]:
    """Return the body of a transfer in the sender's currency."""
    return {
        "senderWalletId": sender.wallet_id,
        "recipientWalletId": recipient.wallet_id,
        "senderUserId": sender.user_id,
        "recipientUserId": recipient.user_id,
        "amount": amount,
        "currency": sender.currency,
    }


def hold_body(account: Account, amount: object = "40") -> dict[str, object]:
    """Return the body of a hold in the wallet's currency."""
    return {
        "walletId": account.wallet_id,
        "userId": account.user_id,
        "amount": amount,
        "currency": account.currency,
    }


def payee_body(payee: Account | None) -> dict[str, object]:
    """Return what a hold or a capture says of who is paid; nothing for nobody."""
    if payee is None:
        return {}
    return {"recipientWalletId": payee.wallet_id, "recipientUserId": payee.user_id}


def event_of(
    operation: str,
    *,
    path: Mapping[str, str] | AsInTheEvent = SAME,
    query: Mapping[str, str] | AsInTheEvent | None = SAME,
    body: object = SAME,
    text: str | AsInTheEvent | None = SAME,
    key: str | AsInTheEvent | None = SAME,
    headers: Mapping[str, str | None] | None = None,
    caller: Caller | None = None,
    signed_by: str | None = None,
) -> Event:
    """Return an operation's sample event with other parts.

    Args:
        operation: the module's path below `functions/`.
        path: the path's parameters.
        query: the query's parameters; None for no query.
        body: a document to send as JSON.
        text: a body to send as it is.
        key: the Idempotency-Key header; None to send none.
        headers: more headers; None as the value leaves one out.
        caller: whose token the authorizer has found good, on a stage that asks for one.
        signed_by: the AWS identity that signed it, on a stage that asks for signatures.
    """
    event = sample_event(operation)
    if caller is not None:
        context = event["requestContext"]
        context["stage"] = "prod"
        context["authorizer"] = {"principalId": caller.name, "scope": " ".join(caller.scopes)}
    if signed_by is not None:
        event["requestContext"]["stage"] = "prod"
        event["requestContext"]["identity"]["userArn"] = signed_by
    if not isinstance(path, AsInTheEvent):
        event["pathParameters"] = dict(path) or None
        event["path"] = _filled(event["resource"], path)
    if not isinstance(query, AsInTheEvent):
        event["queryStringParameters"] = dict(query) if query else None
        event["multiValueQueryStringParameters"] = {
            k: [v] for k, v in (query or {}).items()
        } or None
    if not isinstance(body, AsInTheEvent):
        event["body"] = json.dumps(body)
    if not isinstance(text, AsInTheEvent):
        event["body"] = text
    changed: dict[str, str | None] = dict(headers or {})
    if not isinstance(key, AsInTheEvent):
        changed["Idempotency-Key"] = key
    for name, value in changed.items():
        _set_header(event, name, value)
    return event


def sample_event(operation: str) -> Event:
    """Return an operation's event as it stands in `events/`."""
    event: Event = json.loads((EVENTS / f"{operation}.json").read_text(encoding="utf-8"))
    return event


@contextmanager
def api_over(
    client: "DynamoDBClient", patch: pytest.MonkeyPatch, *, numbers: AccountNumbers | None = None
) -> Iterator[Api]:
    """Give the functions of an AWS; they wait in no time, and count as they do in earnest.

    Without `numbers`, no account number is really encrypted.
    """
    bank = Bank(client, numbers=numbers)
    meter = EmfMeter()
    database = replace(bank.resources.database, meter=meter)
    committer = Committer(
        database, sleep=bank.resources.committer.sleep, monotonic=bank.resources.committer.monotonic
    )
    resources = replace(bank.resources, database=database, committer=committer, meter=meter)
    patch.setattr(wiring, "resources", lambda: resources)
    patch.setattr(encryption, "account_numbers", lambda: bank.numbers)
    patch.setattr(encryption, "readers", lambda: READERS)
    patch.setattr(accounts, "wallets_per_user", lambda: WALLETS_PER_USER)
    yield Api(bank)


def _filled(resource: str, parameters: Mapping[str, str]) -> str:
    for name, value in parameters.items():
        resource = resource.replace(f"{{{name}}}", value)
    return resource


def _set_header(event: Event, name: str, value: str | None) -> None:
    for headers in (event["headers"], event["multiValueHeaders"]):
        for known in [it for it in headers if it.lower() == name.lower()]:
            del headers[known]
    if value is not None:
        event["headers"][name] = value
        event["multiValueHeaders"][name] = [value]

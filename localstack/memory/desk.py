"""An operator's desk: the admin functions as API Gateway calls them, over an AWS in memory."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from localstack.memory import api
from localstack.memory.bank import Bank
from novapay import wiring
from novapay.aws import connect
from novapay.domain.operator import token_hash
from novapay.schema import METRICS_NAMESPACE
from novapay.settings import Settings
from novapay.store.tables import audit
from novapay.usecases.list_audit_logs import list_audit_logs
from novapay.usecases.verify_audit_log import verify_audit_log
from novapay.wiring import admin, encryption, figures

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from novapay.domain.audit import AuditEvent

STAGE = "test"
SECRET = "novapay-test-operators"
TOKENS = {"ada": "an-operators-token", "grace": "another-operators-token"}
"""Each operator's token; the first is the one in the events."""

LONGEST_TOKEN = "l" * 200
TOO_LONG_TOKEN = "t" * 201
"""Both are somebody's; the second is longer than what is looked at."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What API Gateway gets back."""

    status: int
    headers: dict[str, list[str]]
    body: Any


class Desk:
    """Calls admin functions with the events of `events/admin`, and reads the log they keep."""

    def __init__(self, bank: Bank) -> None:
        self.bank = bank

    def call(self, name: str, *, token: str | None = TOKENS["ada"], **parameters: str) -> Answer:
        """Call a function; parameters replace those of its event.

        Args:
            name: the function's.
            token: the header; None to send none.
            parameters: in the path if the event has it there, else in the query.
        """
        response = api.invoke(f"admin/{name}", event_of(name, token=token, **parameters))
        return Answer(
            response["statusCode"], response["multiValueHeaders"], json.loads(response["body"])
        )

    def log(self) -> "list[AuditEvent]":
        """Return what the audit log says, oldest first, after checking that it is whole."""
        assert verify_audit_log(self.bank.resources).valid
        page = list_audit_logs(self.bank.resources, limit=100, offset=0)
        return [record.event for record in reversed(page.items)]

    def stored_log(self) -> str:
        """Return every byte that the audit table holds."""
        items = self.bank.client.scan(
            TableName=self.bank.resources.database.table_name(audit.TABLE)
        )
        return json.dumps(items["Items"])


@contextmanager
def desk_of(client: "DynamoDBClient", patch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Give a desk whose operators are those of TOKENS."""
    bank = Bank(client)
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    patch.setenv("OPERATORS_SECRET", SECRET)
    patch.setenv("POWERTOOLS_METRICS_NAMESPACE", METRICS_NAMESPACE)
    patch.setattr(figures, "settings", lambda: Settings(STAGE, bank.prefix))
    patch.setattr(wiring, "settings", lambda: Settings(STAGE, bank.prefix))
    patch.setattr(wiring, "resources", lambda: bank.resources)
    patch.setattr(encryption, "account_numbers", lambda: bank.numbers)
    tokens = {**TOKENS, "longest": LONGEST_TOKEN, "too long": TOO_LONG_TOKEN}
    operators = [{"name": name, "tokenSha256": token_hash(token)} for name, token in tokens.items()]
    connect("secretsmanager").create_secret(
        Name=SECRET, SecretString=json.dumps({"operators": operators})
    )
    admin.operators.cache_clear()
    figures.figures.cache_clear()
    yield Desk(bank)
    admin.operators.cache_clear()
    figures.figures.cache_clear()


def event_of(name: str, *, token: str | None, **parameters: str) -> dict[str, Any]:
    """Return a function's sample event with other parameters and another token.

    Args:
        name: the function's.
        token: the header; None to send none.
        parameters: each in the path if the sample event has it there, else in the query.
    """
    sample = api.sample_event(f"admin/{name}")
    path, query = sample["pathParameters"] or {}, sample["queryStringParameters"] or {}
    for key, value in parameters.items():
        (path if key in path else query)[key] = value
    return api.event_of(f"admin/{name}", path=path, query=query, headers={"x-admin-token": token})

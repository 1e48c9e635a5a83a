"""The running API is held against docs/openapi.json, with valid and with hostile requests.

Schemathesis makes the requests from the document. Half of the valid ones name wallets, users and
jobs that exist, so that successes are seen and not only 404.
"""

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.support.client import Client
from tests.support.local_stack import Stack

DOCUMENT = Path("docs/openapi.json")
TIMEOUT_S = 60
VALID_EXAMPLES = 4
HOSTILE_EXAMPLES = 6

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
"""Left out, each for its reason:

- negative_data_rejection: a hostile value may be valid once it is in a URL, as "1" for 1.
- positive_data_acceptance: a valid body may be refused: no such wallet, no such currency, no funds.
- ignored_auth: the local stack is open where AWS wants a signature.
- unsupported_method: the gateway answers 404, since it has routes and not methods.
"""

NOT_CALLED = {
    # It would take the rates away from every story that runs beside this one.
    "simulate_provider_down",
}


ANYTHING_IS_VALID = {
    # It takes any text for a file's name, so there is nothing hostile to make from its schema.
    "console_asset",
}


@pytest.fixture(scope="module")
def known(stack: Stack) -> dict[str, str]:
    """Return values, by the names of fields and parameters, that mean something to this stack."""
    client = Client(stack.api_url)
    ada, ben = client.open_wallet(holding="1000"), client.open_wallet()
    transfer = client.transfer(ada, ben, "10").body["transactionId"]
    quote = client.quote(ada, "EUR", "10").body["id"]
    job = client.send(
        "POST /payroll/jobs",
        {
            "employerId": ada.user_id,
            "sourceWalletId": ada.wallet_id,
            "sourceUserId": ada.user_id,
            "jobName": "Contract",
            "items": [
                {
                    "employeeUserId": ben.user_id,
                    "recipientWalletId": ben.wallet_id,
                    "amount": "1",
                }
            ],
        },
    ).body["jobId"]
    return {
        "walletId": ada.wallet_id,
        "userId": ada.user_id,
        "employerId": ada.user_id,
        "senderWalletId": ada.wallet_id,
        "senderUserId": ada.user_id,
        "recipientWalletId": ben.wallet_id,
        "recipientUserId": ben.user_id,
        "sourceWalletId": ada.wallet_id,
        "sourceUserId": ada.user_id,
        "transactionId": transfer,
        "quoteId": quote,
        "jobId": job,
        "currency": "USD",
        "fromCurrency": "USD",
        "toCurrency": "EUR",
        "asset": "index.html",
    }


def _operations() -> Iterator[Any]:
    schema = schemathesis.openapi.from_path(str(DOCUMENT))
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        operation = result.ok()
        name = operation.definition.raw["operationId"]
        if name not in NOT_CALLED:
            yield pytest.param(operation, id=name)


@pytest.mark.parametrize("operation", list(_operations()))
def test_the_api_answers_as_its_document_says(
    operation: APIOperation[Any, Any, Any, Any], stack: Stack, known: dict[str, str]
) -> None:
    headers = {"x-admin-token": stack.admin_token} if operation.path.startswith("/admin") else {}

    def call(case: Any) -> None:
        case.headers.update(headers)
        response = case.call(base_url=stack.api_url, timeout=TIMEOUT_S)
        case.validate_response(response, checks=CHECKS)

    @_examples(VALID_EXAMPLES)
    @given(data=st.data(), is_known=st.booleans())
    def valid(data: st.DataObject, is_known: bool) -> None:
        case = data.draw(operation.as_strategy(GenerationMode.POSITIVE))
        if is_known:
            _make_known(case, known)
        call(case)

    @_examples(HOSTILE_EXAMPLES)
    @given(data=st.data())
    def hostile(data: st.DataObject) -> None:
        call(data.draw(operation.as_strategy(GenerationMode.NEGATIVE)))

    valid()
    if _can_be_hostile(operation.definition.raw):
        hostile()


def _can_be_hostile(told: Mapping[str, Any]) -> bool:
    has_input = told.get("parameters") or "requestBody" in told
    return bool(has_input) and told["operationId"] not in ANYTHING_IS_VALID


def _examples(count: int) -> settings:
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def _make_known(case: Any, known: dict[str, str]) -> None:
    """Put values that mean something in place of random ones, at any depth; keys stay fresh."""
    for part in (case.path_parameters, case.query, case.body):
        _replace(part, known)
    if "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid.uuid4())


def _replace(node: Any, known: dict[str, str]) -> None:
    if isinstance(node, list):
        for each in node:
            _replace(each, known)
    if isinstance(node, dict):
        for name, value in node.items():
            if name in known:
                node[name] = known[name]
            else:
                _replace(value, known)

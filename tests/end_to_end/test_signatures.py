"""A stage that asks for signatures: API Gateway checks them, and the policies of the callers."""

import io
import uuid
from typing import Any

import pytest
import requests
from botocore.credentials import Credentials
from requests.auth import AuthBase
from rich.console import Console

from localstack.common.credentials import auth_of
from localstack.common.outputs import Outputs
from localstack.common.signature import SigV4
from localstack.demo import roles
from localstack.demo.storyteller import Storyteller
from tests.support.client import PROBLEM_FIELDS

TIMEOUT_S = 60
WALLET = {"currency": "USD", "accountNumber": "ACC-001-ADA"}


def send(
    outputs: Outputs, auth: AuthBase | None, method: str, path: str, body: object = None
) -> tuple[int, Any]:
    answer = requests.request(
        method, outputs.apiUrl + path, json=body, auth=auth, timeout=TIMEOUT_S
    )
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert set(answer.json()) >= PROBLEM_FIELDS
    return answer.status_code, answer.json()


@pytest.fixture(scope="module")
def wallet_id(signed_stack: Outputs) -> str:
    """Return the id of a wallet that the holder of the root keys has opened."""
    owner = {"userId": str(uuid.uuid4())}
    status, opened = send(
        signed_stack, auth_of(signed_stack), "POST", "/accounts/wallets", {**WALLET, **owner}
    )
    assert status == 201
    return str(opened["id"])


def test_a_route_is_not_found_without_a_signature(signed_stack: Outputs, wallet_id: str) -> None:
    status, problem = send(signed_stack, None, "GET", f"/accounts/wallets/{wallet_id}")

    assert (status, problem["code"]) == (404, "not-found")
    assert send(signed_stack, None, "GET", "/health")[0] == 200


def test_a_signature_with_the_wrong_secret_is_wrong(signed_stack: Outputs, wallet_id: str) -> None:
    forged = SigV4(Credentials(signed_stack.accessKeyId, "test"), signed_stack.region)

    status, problem = send(signed_stack, forged, "GET", f"/accounts/wallets/{wallet_id}")

    assert (status, problem["code"]) == (403, "invalid-signature")


def test_a_role_can_use_the_routes_of_its_policy_and_no_other(
    signed_stack: Outputs, wallet_id: str
) -> None:
    keys = roles.assume(signed_stack.aws, "readers", signed_stack.apiId, roles.WALLETS)
    as_reader = SigV4(keys, signed_stack.region)
    credit = {"amount": "1", "operation": "credit"}
    path = f"/accounts/wallets/{wallet_id}"

    assert send(signed_stack, as_reader, "GET", path)[0] == 200
    for method, elsewhere, body in (
        ("PATCH", f"{path}/balance", credit),
        ("GET", f"/ledger/wallets/{wallet_id}/chain", None),
    ):
        status, problem = send(signed_stack, as_reader, method, elsewhere, body)

        assert (status, problem["code"]) == (403, "forbidden")


def test_an_account_number_is_masked_for_roles_that_nobody_named(
    signed_stack: Outputs, wallet_id: str
) -> None:
    seen = send(signed_stack, auth_of(signed_stack), "GET", f"/accounts/wallets/{wallet_id}")[1]

    assert seen["accountNumber"] == "••••-ADA"


def test_the_demo_of_signatures_plays_to_its_end(signed_stack: Outputs) -> None:
    paper = io.StringIO()
    story = Storyteller(
        Console(file=paper, width=100), signed_stack.apiUrl, auth=auth_of(signed_stack)
    )

    roles.play(story, aws=signed_stack.aws, api_id=signed_stack.apiId)

    assert '"code": "forbidden"' in paper.getvalue()

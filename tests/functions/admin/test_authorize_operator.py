"""Before every request of an operator: the authorizer."""

import importlib
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from localstack.memory.api import CONTEXT
from localstack.memory.desk import (
    LONGEST_TOKEN,
    SECRET,
    STAGE,
    TOKENS,
    TOO_LONG_TOKEN,
    Desk,
    event_of,
)
from localstack.memory.wire import Wire
from novapay.domain.errors import Unavailable
from tests.support.printed import Printed

API = "arn:aws:execute-api:us-east-1:000000000000:10ca1a91"


def authorize(token: str | None) -> dict[str, Any]:
    return asked(event_of("authorize_operator", token=token))


def asked(event: dict[str, Any]) -> dict[str, Any]:
    module = importlib.import_module("functions.admin.authorize_operator")
    answer: dict[str, Any] = module.handler(event, CONTEXT)
    return answer


@pytest.mark.parametrize("operator", TOKENS)
def test_an_operators_token_opens_the_operators_routes_and_no_other(
    printed: Callable[[], Printed], desk: Desk, operator: str
) -> None:
    answer = authorize(TOKENS[operator])

    [statement] = answer["policyDocument"]["Statement"]
    assert answer["principalId"] == operator
    assert (statement["Effect"], statement["Action"]) == ("Allow", "execute-api:Invoke")
    assert statement["Resource"] == f"{API}/local/*/admin/*"
    [line] = printed().log
    assert (line["message"], line["operator"]) == ("operator let through", operator)
    assert desk.log() == []


@pytest.mark.parametrize(
    "token", [None, "", "not-an-operators-token", TOKENS["ada"].upper(), TOO_LONG_TOKEN]
)
def test_any_other_token_fails_with_the_one_word_that_is_a_401(
    printed: Callable[[], Printed], desk: Desk, token: str | None
) -> None:
    with Wire(desk.bank.client) as wire, pytest.raises(Exception, match=r"^Unauthorized$"):
        authorize(token)

    output = printed()
    [line] = output.log
    assert (line["message"], line["source_ip"]) == ("admin call denied", "192.0.2.7")
    assert output.metrics == {"admin_calls_denied": 1}
    assert {it["stage"] for it in output.documents if "_aws" in it} == {STAGE}
    assert not token or token not in output.text
    assert wire.operations == []


def test_a_header_is_found_however_it_is_written(desk: Desk) -> None:
    event = event_of("authorize_operator", token=None)
    event["headers"]["X-Admin-Token"] = LONGEST_TOKEN

    assert asked(event)["principalId"] == "longest"


def test_operators_that_cannot_be_had_are_no_401(
    printed: Callable[[], Printed], desk: Desk
) -> None:
    boto3.client("secretsmanager").delete_secret(SecretId=SECRET, ForceDeleteWithoutRecovery=True)

    with pytest.raises(Unavailable):
        authorize(TOKENS["ada"])

    [line] = printed().log
    assert (line["level"], line["message"]) == ("ERROR", "failure")

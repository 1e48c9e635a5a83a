"""A function may do what it does and nothing else: each call of AWS that the functions make in a
story is held against their roles, and each permission of the roles against those calls.

The policies are evaluated by MiniStack's evaluator, under which the functions run on a laptop.
"""

import json
from dataclasses import replace
from typing import Any

import pytest
from ministack.core.iam_evaluator import (
    EvalContext,
    evaluate,
    fnmatch_iam_cs,
    parse_policy_document,
)

from cdk.endpoints import AUTHORIZE_OPERATOR, ENDPOINTS, TASKS
from localstack.memory.tables import PREFIX
from tests.infrastructure.roles import REGION, granted, statements_of
from tests.infrastructure.synthesized import Synthesized, of_type
from tests.support.every_call import ACCOUNT, Need, Story, arn, story

__all__ = ["story"]

pytestmark = pytest.mark.xdist_group("synth")

SIMULATIONS = [it.name for it in ENDPOINTS if it.is_simulation]
DEPLOYED = [
    *(it.name for it in ENDPOINTS if not it.is_simulation),
    *(it.name for it in (*TASKS, AUTHORIZE_OPERATOR)),
]
ON_FIELD_KEY = {
    "create_wallet": "kms:GenerateDataKey",
    "get_wallet": "kms:Decrypt",
    "list_user_wallets": "kms:Decrypt",
    "reveal_account_number": "kms:Decrypt",
}
ON_SEAL_KEY = {
    "create_job": "kms:GenerateMac",
    "fund_job": "kms:VerifyMac",
    "pay_lane": "kms:VerifyMac",
    "settle_job": "kms:VerifyMac",
}
READ_KEY = {"kms:Decrypt", "kms:DescribeKey"}
WRITE_KEY = READ_KEY | {
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
}
WRITES = ("BatchWriteItem", "PutItem", "UpdateItem", "DeleteItem")
KEYS = {"FIELD_KEY_ARN": ON_FIELD_KEY, "SEAL_KEY_ARN": ON_SEAL_KEY}
OWN = ("Logs", "Traces")
BY_SERVICES = {*OWN, "TableKey", "OperatorsKey"}
"""The statements for what Lambda, DynamoDB and Secrets Manager do in a function's name."""


@pytest.fixture(params=[*DEPLOYED, *SIMULATIONS])
def name(request: pytest.FixtureRequest) -> str:
    """Return the name of a function."""
    return str(request.param)


@pytest.fixture
def statements(name: str, dev: Synthesized, ministack: Synthesized) -> list[dict[str, Any]]:
    """Return what its role allows, on the story's tables; only an emulator has simulations."""
    if name in SIMULATIONS:
        return _on_tables_of_story("novapay-local", statements_of(ministack, name))
    return _on_tables_of_story("novapay-dev", statements_of(dev, name))


def _on_tables_of_story(prefix: str, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    renamed: list[dict[str, Any]] = json.loads(json.dumps(statements).replace(prefix, PREFIX))
    return renamed


def test_no_call_of_a_function_is_denied(
    story: Story, statements: list[dict[str, Any]], name: str
) -> None:
    policy = parse_policy_document({"Statement": statements})

    denied = sorted({str(it) for it in story.needs[name] if not is_allowed(policy, it)})

    assert denied == [], f"{name} may not do what it does: see cdk/endpoints.py"


def is_allowed(policy: list[Any], need: Need) -> bool:
    asked = EvalContext(
        principal_arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/a/b",
        principal_type="AssumedRole",
        principal_account=ACCOUNT,
        action=need.action,
        resource_arn=need.resource,
        region=REGION,
        service_context={key.lower(): value for key, value in need.context.items()},
    )
    return bool(evaluate(asked, [policy]).decision == "Allow")


def test_each_permission_of_a_function_is_used(
    story: Story, statements: list[dict[str, Any]], name: str
) -> None:
    unused = [
        (action, resource)
        for statement in statements
        if statement.get("Sid") not in BY_SERVICES
        for action in statement["Action"]
        for resource in statement["Resource"]
        if not any(
            action == it.action and fnmatch_iam_cs(it.resource, resource)
            for it in story.needs[name]
        )
    ]

    assert unused == [], f"{name} does not do what it may: see cdk/endpoints.py"


def test_the_key_of_tables_and_secret_is_used_as_far_as_they_are_read_and_written(
    story: Story, statements: list[dict[str, Any]], name: str
) -> None:
    used = {it.action for it in story.needs[name]}
    writes = {f"dynamodb:{action}" for action in WRITES} & used

    by_sid = {it["Sid"]: it for it in statements if it.get("Sid") in ("TableKey", "OperatorsKey")}

    expected: dict[str, tuple[set[str], str]] = {}
    if any(action.startswith("dynamodb:") for action in used):
        expected["TableKey"] = (WRITE_KEY if writes else READ_KEY, "dynamodb")
    if "secretsmanager:GetSecretValue" in used:
        expected["OperatorsKey"] = ({"kms:Decrypt"}, "secretsmanager")
    assert set(by_sid) == set(expected)
    for sid, (actions, service) in expected.items():
        assert set(by_sid[sid]["Action"]) == actions
        assert by_sid[sid]["Resource"] == [arn("kms", "key/key")]
        through = {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}
        assert by_sid[sid]["Condition"] == {"StringEquals": through}


def test_beside_that_a_function_writes_its_own_log_and_its_traces(
    statements: list[dict[str, Any]], name: str
) -> None:
    log_group = f"log-group:/aws/lambda/{PREFIX}-{name}:*"

    rest = [{**it, "Action": set(it["Action"])} for it in statements if it.get("Sid") in OWN]

    allowed = {"Effect": "Allow"}
    assert rest == [
        {
            **allowed,
            "Sid": "Logs",
            "Action": {"logs:CreateLogStream", "logs:PutLogEvents"},
            "Resource": [arn("logs", log_group)],
        },
        {
            **allowed,
            "Sid": "Traces",
            "Action": {"xray:PutTelemetryRecords", "xray:PutTraceSegments"},
            "Resource": ["*"],
        },
    ]


def test_a_key_of_ours_is_used_by_those_that_are_named_here(dev: Synthesized) -> None:
    def on(key: str) -> dict[str, str]:
        return {
            name: action
            for name in DEPLOYED
            for action, resource in granted(dev, name)
            if resource == arn("kms", f"key/{key}")
        }

    assert on("fields") == ON_FIELD_KEY
    assert on("seals") == ON_SEAL_KEY


@pytest.mark.parametrize("variable", KEYS)
def test_only_they_are_told_which_key_it_is(dev: Synthesized, variable: str) -> None:
    told = {
        name
        for name in DEPLOYED
        if variable in dev.function(name)["Properties"]["Environment"]["Variables"]
    }

    assert told == set(KEYS[variable])


def test_only_who_accepts_a_job_or_opens_its_lanes_puts_into_payroll(dev: Synthesized) -> None:
    puts = {
        (f"dynamodb:{verb}", arn("dynamodb", "table/novapay-dev-payroll"))
        for verb in ("PutItem", "BatchWriteItem")
    }

    assert {name for name in DEPLOYED if puts & granted(dev, name)} == {"create_job", "fund_job"}


@pytest.mark.parametrize("name", ON_FIELD_KEY)
def test_that_key_is_used_for_an_account_number_of_some_wallet_and_owner_only(
    dev: Synthesized, name: str
) -> None:
    [statement] = [it for it in statements_of(dev, name) if it.get("Sid") == "FieldKey"]

    assert statement["Condition"] == {
        "StringEquals": {"kms:EncryptionContext:field": "accountNumber"},
        "Null": {
            "kms:EncryptionContext:userId": "false",
            "kms:EncryptionContext:walletId": "false",
        },
    }


def test_a_call_for_another_field_is_denied(story: Story, dev: Synthesized) -> None:
    sealing = next(it for it in story.needs["create_wallet"] if it.action in ON_FIELD_KEY.values())
    policy = parse_policy_document({"Statement": statements_of(dev, "create_wallet")})
    other = {**sealing.context, "kms:EncryptionContext:field": "name"}
    unbound = {key: value for key, value in sealing.context.items() if not key.endswith("walletId")}

    assert is_allowed(policy, sealing)
    assert not is_allowed(policy, replace(sealing, context=other))
    assert not is_allowed(policy, replace(sealing, context=unbound))


@pytest.mark.parametrize("name", DEPLOYED)
def test_a_role_has_no_managed_policy_and_serves_one_function(dev: Synthesized, name: str) -> None:
    role = dev.role(name)["Properties"]

    users = [
        it["Properties"]["FunctionName"]
        for it in of_type(dev.template_of(name), "AWS::Lambda::Function").values()
        if it["Properties"]["Role"] == dev.function(name)["Properties"]["Role"]
    ]
    assert "ManagedPolicyArns" not in role
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {
        "Service": "lambda.amazonaws.com"
    }
    assert users == [f"novapay-dev-{name}"]


def test_no_policy_is_attached_to_a_role_from_outside(dev: Synthesized) -> None:
    assert dev.properties("AWS::IAM::Policy") == []

"""A function may do what it needs and nothing else: the contract is written out here once more, so
that neither the data nor the construct can widen it unseen."""

from typing import Any

import pytest

from cdk.endpoints import ENDPOINTS
from tests.infrastructure.synthesized import Synthesized

pytestmark = pytest.mark.xdist_group("synth")

ONCE = {"idempotency": "BatchGetItem PutItem"}
POSTS = {**ONCE, "ledger": "PutItem", "transfers": "PutItem"}
GRANTS = {
    "create_wallet": {**ONCE, "wallets": "PutItem"},
    "get_wallet": {"wallets": "GetItem"},
    "list_user_wallets": {"wallets": "BatchGetItem", "wallets/index/byUser": "Query"},
    "get_balance": {"wallets": "GetItem"},
    "adjust_balance": {**POSTS, "wallets": "BatchGetItem PutItem UpdateItem"},
    "create_transfer": {**POSTS, "wallets": "BatchGetItem UpdateItem"},
    "get_transfer": {"transfers": "GetItem"},
    "create_transaction": {**POSTS, "wallets": "BatchGetItem UpdateItem"},
    "get_transaction": {"transfers": "GetItem", "ledger": "BatchGetItem"},
    "verify_transaction": {"transfers": "GetItem", "ledger": "BatchGetItem"},
    "list_entries": {"wallets": "GetItem", "ledger": "Query"},
    "verify_chain": {"wallets": "GetItem", "ledger": "Query"},
    "health": dict.fromkeys(("wallets", "ledger", "transfers", "idempotency"), "GetItem"),
}
READ_KEY = {"kms:Decrypt", "kms:DescribeKey"}
WRITE_KEY = READ_KEY | {
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
}


def statements_of(role: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the statements of a role's only policy, with lists where one value may stand alone."""
    [policy] = role["Properties"]["Policies"]
    return [
        {
            **statement,
            "Action": _as_list(statement["Action"]),
            "Resource": _as_list(statement["Resource"]),
        }
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def granted(synthesized: Synthesized, name: str) -> set[tuple[str, str]]:
    """Return each action that a function is allowed, with the name of what it is allowed on."""
    return {
        (action, _resource_name(synthesized, resource))
        for statement in statements_of(synthesized.role(name))
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resource_name(synthesized: Synthesized, resource: Any) -> str:
    """Follow an ARN to the table, key or log group that it is the ARN of."""
    if isinstance(resource, str):
        return resource
    if "Fn::Join" in resource:
        _, (imported, rest) = resource["Fn::Join"]
        return _resource_name(synthesized, imported) + str(rest)
    template = synthesized.api
    if "Fn::ImportValue" in resource:
        template = synthesized.state
        output = resource["Fn::ImportValue"].partition(":")[2]
        resource = template["Outputs"][output]["Value"]
    logical_id, attribute = resource["Fn::GetAtt"]
    assert attribute == "Arn"
    properties = template["Resources"][logical_id]["Properties"]
    name = properties.get("TableName") or properties.get("LogGroupName") or "key"
    return str(name).removeprefix("novapay-dev-")


def test_the_contract_here_covers_every_endpoint() -> None:
    assert set(GRANTS) == {endpoint.name for endpoint in ENDPOINTS}


@pytest.mark.parametrize("name", GRANTS)
def test_a_function_has_exactly_the_table_actions_of_the_contract(
    dev: Synthesized, name: str
) -> None:
    allowed = {pair for pair in granted(dev, name) if pair[0].startswith("dynamodb:")}

    assert allowed == {
        (f"dynamodb:{action}", table)
        for table, actions in GRANTS[name].items()
        for action in actions.split()
    }


@pytest.mark.parametrize("name", GRANTS)
def test_a_function_uses_the_key_only_as_far_as_it_reads_or_writes(
    dev: Synthesized, name: str
) -> None:
    writes = any(verb in str(GRANTS[name]) for verb in ("PutItem", "UpdateItem"))

    allowed = {pair for pair in granted(dev, name) if pair[0].startswith("kms:")}

    assert allowed == {(action, "key") for action in (WRITE_KEY if writes else READ_KEY)}


@pytest.mark.parametrize("name", GRANTS)
def test_the_key_can_be_used_through_dynamodb_only(dev: Synthesized, name: str) -> None:
    [statement] = [it for it in statements_of(dev.role(name)) if it.get("Sid") == "TableKey"]

    via = statement["Condition"]["StringEquals"]["kms:ViaService"]
    assert via["Fn::Join"][1] == ["dynamodb.", {"Ref": "AWS::Region"}, ".amazonaws.com"]


@pytest.mark.parametrize("name", GRANTS)
def test_beside_data_a_function_writes_its_own_log_and_its_traces(
    dev: Synthesized, name: str
) -> None:
    rest = {pair for pair in granted(dev, name) if not pair[0].startswith(("dynamodb:", "kms:"))}

    log_group = f"/aws/lambda/novapay-dev-{name}"
    assert rest == {
        ("logs:CreateLogStream", log_group),
        ("logs:PutLogEvents", log_group),
        ("xray:PutTelemetryRecords", "*"),
        ("xray:PutTraceSegments", "*"),
    }


@pytest.mark.parametrize("name", GRANTS)
def test_a_role_has_no_managed_policy_and_serves_one_function(dev: Synthesized, name: str) -> None:
    role = dev.role(name)["Properties"]

    users = [
        it["FunctionName"]
        for it in dev.properties("AWS::Lambda::Function")
        if it["Role"] == dev.function(name)["Properties"]["Role"]
    ]
    assert "ManagedPolicyArns" not in role
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {
        "Service": "lambda.amazonaws.com"
    }
    assert users == [f"novapay-dev-{name}"]


def test_no_policy_is_attached_to_a_role_from_outside(dev: Synthesized) -> None:
    assert dev.of_type("AWS::IAM::Policy") == {}

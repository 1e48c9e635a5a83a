"""A function may do what it needs and nothing else: the contract is written out here once more, so
that neither the data nor the construct can widen it unseen."""

from typing import Any

import pytest

from cdk.endpoints import AUTHORIZE_OPERATOR, ENDPOINTS, TASKS
from tests.infrastructure.synthesized import Synthesized, of_type

pytestmark = pytest.mark.xdist_group("synth")

ONCE = {"idempotency": "BatchGetItem PutItem"}
POSTS = {"ledger": "PutItem", "transfers": "PutItem"}
AUDITED = {"audit": "BatchGetItem PutItem", "anchors": "BatchGetItem UpdateItem"}
READS_LOG = {**AUDITED, "audit": "BatchGetItem PutItem Query"}
READS_ENTRIES = {"transfers": "GetItem", "ledger": "BatchGetItem"}
READS_CHAIN = {"wallets": "GetItem", "ledger": "Query"}
TABLES = (
    *("wallets", "ledger", "transfers", "idempotency", "quotes", "payroll", "audit", "anchors"),
    "users",
)

ADMIN_GRANTS = {
    "inspect_wallet": {**AUDITED, "wallets": "GetItem"},
    "reveal_account_number": {**AUDITED, "wallets": "GetItem"},
    "list_wallet_transactions": {**AUDITED, **READS_CHAIN, "transfers": "BatchGetItem"},
    "inspect_transaction": {**AUDITED, "transfers": "GetItem"},
    "audit_transaction": {**AUDITED, **READS_ENTRIES},
    "audit_chain": {**AUDITED, **READS_CHAIN},
    "audit_entries": {**AUDITED, **READS_CHAIN},
    "list_audit_logs": READS_LOG,
    "verify_audit_log": READS_LOG,
    "get_trial_balance": {**AUDITED, "wallets": "Scan", "ledger": "BatchGetItem"},
    "list_all_jobs": {**AUDITED, "payroll": "Query", "payroll/index/all": "Query"},
    "inspect_job": {**AUDITED, "payroll": "Query"},
    "inspect_job_items": {**AUDITED, "payroll": "BatchGetItem Query"},
    "list_transaction_entries": {**AUDITED, **READS_ENTRIES},
    "get_figures": AUDITED,
    "authorize_operator": {},
}
GRANTS: dict[str, dict[str, str]] = {
    "create_wallet": {**ONCE, "wallets": "PutItem", "users": "BatchGetItem UpdateItem"},
    "get_wallet": {"wallets": "GetItem"},
    "list_user_wallets": {"wallets": "BatchGetItem", "wallets/index/byUser": "Query"},
    "get_balance": {"wallets": "GetItem"},
    "adjust_balance": {**ONCE, **POSTS, "wallets": "BatchGetItem PutItem UpdateItem"},
    "create_quote": {**ONCE, "quotes": "GetItem PutItem"},
    "get_quote": {"quotes": "GetItem"},
    "consume_quote": {"quotes": "GetItem UpdateItem"},
    "create_transfer": {
        **ONCE,
        **POSTS,
        "wallets": "BatchGetItem PutItem UpdateItem",
        "quotes": "BatchGetItem UpdateItem",
    },
    "get_transfer": {"transfers": "GetItem"},
    "create_transaction": {
        **ONCE,
        **POSTS,
        "wallets": "BatchGetItem UpdateItem",
        "transfers": "BatchGetItem PutItem",
    },
    "get_transaction": READS_ENTRIES,
    "verify_transaction": READS_ENTRIES,
    "list_entries": READS_CHAIN,
    "verify_chain": READS_CHAIN,
    "create_job": {**ONCE, "wallets": "BatchGetItem", "payroll": "BatchWriteItem PutItem"},
    "get_job": {"payroll": "Query"},
    "list_job_items": {"payroll": "BatchGetItem Query"},
    "list_employer_jobs": {"payroll": "Query", "payroll/index/byEmployer": "Query"},
    **ADMIN_GRANTS,
    "console": {},
    "health": dict.fromkeys(TABLES, "BatchGetItem"),
    "fund_job": {
        "ledger": "PutItem",
        "transfers": "BatchGetItem PutItem",
        "payroll": "BatchGetItem GetItem PutItem UpdateItem",
        "wallets": "BatchGetItem PutItem UpdateItem",
    },
    "pay_lane": {
        **POSTS,
        "payroll": "BatchGetItem GetItem Query UpdateItem",
        "wallets": "BatchGetItem UpdateItem",
    },
    "settle_job": {
        "ledger": "PutItem",
        "transfers": "BatchGetItem PutItem",
        "payroll": "BatchGetItem GetItem UpdateItem",
        "wallets": "BatchGetItem UpdateItem",
    },
    "recover": {"payroll": "GetItem UpdateItem", "payroll/index/open": "Query"},
}
STARTS_PAYROLL = {"create_job", "recover"}
WATCHES_PAYROLL = {"recover"}
READS_FIGURES = {"get_figures"}
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
WITH_TABLES = [name for name, grants in GRANTS.items() if grants]

READ_KEY = {"kms:Decrypt", "kms:DescribeKey"}
WRITES = ("BatchWriteItem", "PutItem", "UpdateItem")
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
        (action, _resource_name(synthesized, name, resource))
        for statement in statements_of(synthesized.role(name))
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def allowed_by(synthesized: Synthesized, name: str, service: str) -> set[tuple[str, str]]:
    """Return what a function is allowed of one service."""
    return {pair for pair in granted(synthesized, name) if pair[0].startswith(f"{service}:")}


def statement_named(synthesized: Synthesized, name: str, sid: str) -> dict[str, Any]:
    """Return the statement of this name of a function's role."""
    [statement] = [it for it in statements_of(synthesized.role(name)) if it.get("Sid") == sid]
    return statement


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resource_name(synthesized: Synthesized, name: str, resource: Any) -> str:
    """Follow an ARN to the table, key, secret, run or log group that it is the ARN of."""
    if isinstance(resource, str):
        return resource
    if "Fn::Join" in resource:
        _, parts = resource["Fn::Join"]
        return str(parts[-1]).removeprefix(":table/novapay-dev-")
    template = synthesized.template_of(name)
    if "Fn::ImportValue" in resource:
        template = synthesized.state
        output = resource["Fn::ImportValue"].partition(":")[2]
        resource = template["Outputs"][output]["Value"]
    # The ARN of a secret is its reference.
    logical_id, attribute = resource.get("Fn::GetAtt") or (resource["Ref"], "Arn")
    assert attribute == "Arn"
    properties = template["Resources"][logical_id]["Properties"]
    names = (properties.get(kind) for kind in ("TableName", "LogGroupName", "Name"))
    name = next(filter(None, names), None) or alias_of(template, logical_id)
    return str(name).removeprefix("novapay-dev-")


def alias_of(template: dict[str, Any], key_id: str) -> str:
    """Return the alias of a key; that of the tables is the stage's own name."""
    [alias] = [
        it["Properties"]["AliasName"].removeprefix("alias/novapay-dev")
        for it in of_type(template, "AWS::KMS::Alias").values()
        if it["Properties"]["TargetKeyId"] == {"Fn::GetAtt": [key_id, "Arn"]}
    ]
    return alias.removeprefix("-") or "key"


def test_the_contract_here_covers_every_endpoint_and_task() -> None:
    endpoints = [endpoint.name for endpoint in ENDPOINTS if not endpoint.is_simulation]

    assert set(GRANTS) == {*endpoints, *(task.name for task in (*TASKS, AUTHORIZE_OPERATOR))}


@pytest.mark.parametrize("name", GRANTS)
def test_a_function_has_exactly_the_table_actions_of_the_contract(
    dev: Synthesized, name: str
) -> None:
    assert allowed_by(dev, name, "dynamodb") == {
        (f"dynamodb:{action}", table)
        for table, actions in GRANTS[name].items()
        for action in actions.split()
    }


@pytest.mark.parametrize("name", ["simulate_provider_down", "simulate_provider_up"])
def test_a_simulation_writes_one_table_and_reads_none(ministack: Synthesized, name: str) -> None:
    actions = {pair[0] for pair in allowed_by(ministack, name, "dynamodb")}

    assert actions == {"dynamodb:PutItem"}


def test_the_console_may_touch_nothing(dev: Synthesized) -> None:
    assert {pair[0].partition(":")[0] for pair in granted(dev, "console")} == {"logs", "xray"}


@pytest.mark.parametrize("name", GRANTS)
def test_only_figures_reads_metrics(dev: Synthesized, name: str) -> None:
    reads = {("cloudwatch:GetMetricData", "*"), ("cloudwatch:ListMetrics", "*")}
    expected = reads if name in READS_FIGURES else set()

    assert allowed_by(dev, name, "cloudwatch") == expected


@pytest.mark.parametrize("name", WITH_TABLES)
def test_a_function_uses_the_key_only_as_far_as_it_reads_or_writes(
    dev: Synthesized, name: str
) -> None:
    writes = any(verb in str(GRANTS[name]) for verb in WRITES)

    allowed = {pair for pair in allowed_by(dev, name, "kms") if pair[1] == "key"}
    assert allowed == {(action, "key") for action in (WRITE_KEY if writes else READ_KEY)}


@pytest.mark.parametrize("name", GRANTS)
def test_four_functions_have_one_use_each_of_the_key_of_account_numbers(
    dev: Synthesized, name: str
) -> None:
    allowed = {pair for pair in allowed_by(dev, name, "kms") if pair[1] not in ("key", "seals")}

    assert allowed == ({(ON_FIELD_KEY[name], "fields")} if name in ON_FIELD_KEY else set())


@pytest.mark.parametrize("name", GRANTS)
def test_one_function_makes_seals_and_those_that_move_payrolls_money_check_them(
    dev: Synthesized, name: str
) -> None:
    allowed = {pair for pair in allowed_by(dev, name, "kms") if pair[1] == "seals"}

    assert allowed == ({(ON_SEAL_KEY[name], "seals")} if name in ON_SEAL_KEY else set())
    variables = dev.function(name)["Properties"]["Environment"]["Variables"]
    assert ("SEAL_KEY_ARN" in variables) is (name in ON_SEAL_KEY)


@pytest.mark.parametrize("name", GRANTS)
def test_only_who_accepts_a_job_or_opens_its_lanes_puts_into_payroll(
    dev: Synthesized, name: str
) -> None:
    puts = {"dynamodb:PutItem", "dynamodb:BatchWriteItem"}
    allowed = {action for action, table in allowed_by(dev, name, "dynamodb") if table == "payroll"}

    assert bool(allowed & puts) is (name in {"create_job", "fund_job"})


@pytest.mark.parametrize("name", ON_FIELD_KEY)
def test_that_key_is_used_for_an_account_number_of_some_wallet_and_owner_only(
    dev: Synthesized, name: str
) -> None:
    assert statement_named(dev, name, "FieldKey")["Condition"] == {
        "StringEquals": {"kms:EncryptionContext:field": "accountNumber"},
        "Null": {
            "kms:EncryptionContext:userId": "false",
            "kms:EncryptionContext:walletId": "false",
        },
    }


@pytest.mark.parametrize("name", GRANTS)
def test_only_they_are_told_which_key_it_is(dev: Synthesized, name: str) -> None:
    variables = dev.function(name)["Properties"]["Environment"]["Variables"]

    assert ("FIELD_KEY_ARN" in variables) is (name in ON_FIELD_KEY)
    if name in ON_FIELD_KEY:
        [key] = statement_named(dev, name, "FieldKey")["Resource"]
        assert variables["FIELD_KEY_ARN"] == key


@pytest.mark.parametrize("name", WITH_TABLES)
def test_the_key_can_be_used_through_dynamodb_only(dev: Synthesized, name: str) -> None:
    via = statement_named(dev, name, "TableKey")["Condition"]["StringEquals"]["kms:ViaService"]

    assert via["Fn::Join"][1] == ["dynamodb.", {"Ref": "AWS::Region"}, ".amazonaws.com"]


@pytest.mark.parametrize("name", ADMIN_GRANTS)
def test_operators_are_decrypted_through_their_secret_only(dev: Synthesized, name: str) -> None:
    statement = statement_named(dev, name, "OperatorsKey")

    assert statement["Action"] == ["kms:Decrypt"]
    via = statement["Condition"]["StringEquals"]["kms:ViaService"]
    assert via["Fn::Join"][1] == ["secretsmanager.", {"Ref": "AWS::Region"}, ".amazonaws.com"]


@pytest.mark.parametrize("name", WITH_TABLES)
def test_no_other_statement_speaks_of_a_key(dev: Synthesized, name: str) -> None:
    sids = {it.get("Sid") for it in statements_of(dev.role(name)) if "kms:" in str(it["Action"])}

    expected = {"TableKey"}
    if name in ADMIN_GRANTS:
        expected.add("OperatorsKey")
    if name in ON_FIELD_KEY:
        expected.add("FieldKey")
    if name in ON_SEAL_KEY:
        expected.add("SealKey")
    assert sids == expected


@pytest.mark.parametrize("name", GRANTS)
def test_only_admin_functions_read_who_the_operators_are(dev: Synthesized, name: str) -> None:
    allowed = allowed_by(dev, name, "secretsmanager")

    expected = {("secretsmanager:GetSecretValue", "operators")}
    assert allowed == (expected if name in ADMIN_GRANTS else set())


@pytest.mark.parametrize("name", GRANTS)
def test_payroll_runs_are_started_by_two_functions_and_watched_by_one(
    dev: Synthesized, name: str
) -> None:
    expected = set()
    if name in STARTS_PAYROLL:
        expected.add(("states:StartExecution", ":stateMachine:novapay-dev-payroll"))
    if name in WATCHES_PAYROLL:
        expected.add(("states:DescribeExecution", ":execution:novapay-dev-payroll:*"))

    assert allowed_by(dev, name, "states") == expected


@pytest.mark.parametrize("name", GRANTS)
def test_beside_that_a_function_writes_its_own_log_and_its_traces(
    dev: Synthesized, name: str
) -> None:
    known = ("dynamodb:", "kms:", "secretsmanager:", "states:", "cloudwatch:")
    rest = {pair for pair in granted(dev, name) if not pair[0].startswith(known)}

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

"""The tables and their key: what must not be lost, and how it is kept from being lost."""

import json
from typing import Any

import pytest

from novapay.schema import Table
from tests.infrastructure.synthesized import Synthesized, of_type

pytestmark = pytest.mark.xdist_group("synth")

KEYS = {
    "wallets": {"walletId": "S"},
    "ledger": {"walletId": "S", "sequence": "N"},
    "transfers": {"transactionId": "S"},
    "idempotency": {"scopeKey": "S"},
    "quotes": {"quoteId": "S"},
    "payroll": {"jobId": "S", "part": "S"},
    "audit": {"logName": "S", "sequence": "N"},
    "anchors": {"logName": "S"},
    "users": {"userId": "S"},
    "references": {"scopeReference": "S"},
}
"""Written out here once more on purpose: another key replaces a table, with all that is in it."""

INDEXES = {
    "wallets": {"byUser": {"userId": "S", "createdAt": "S"}},
    "transfers": {"listed": {"listed": "S", "listedAt": "S"}},
    "payroll": {
        "byEmployer": {"employerId": "S", "createdAt": "S"},
        "open": {"openJobs": "S", "createdAt": "S"},
        "all": {"allJobs": "S", "createdAt": "S"},
    },
}


def tables_of(synthesized: Synthesized, stage: str) -> dict[str, dict[str, Any]]:
    """Return the table resources by their name behind the prefix."""
    return {
        table["Properties"]["TableName"].removeprefix(f"novapay-{stage}-"): table
        for table in synthesized.resources("AWS::DynamoDB::Table")
    }


def key_of(schema: list[dict[str, str]], table: dict[str, Any]) -> dict[str, str]:
    """Return the attributes of a key schema, partition key first, with their types."""
    types = {it["AttributeName"]: it["AttributeType"] for it in table["AttributeDefinitions"]}
    assert [it["KeyType"] for it in schema] == ["HASH", "RANGE"][: len(schema)]
    return {it["AttributeName"]: types[it["AttributeName"]] for it in schema}


def test_the_tables_have_the_keys_of_the_contract(dev: Synthesized) -> None:
    tables = {name: it["Properties"] for name, it in tables_of(dev, "dev").items()}

    found = {name: key_of(table["KeySchema"], table) for name, table in tables.items()}
    assert {name: list(key.items()) for name, key in found.items()} == {
        name: list(key.items()) for name, key in KEYS.items()
    }


def test_the_indexes_are_those_of_the_contract_and_hold_keys_alone(dev: Synthesized) -> None:
    tables = {name: it["Properties"] for name, it in tables_of(dev, "dev").items()}

    indexes = {
        name: {it["IndexName"]: it for it in table["GlobalSecondaryIndexes"]}
        for name, table in tables.items()
        if "GlobalSecondaryIndexes" in table
    }
    assert {
        name: {index: key_of(it["KeySchema"], tables[name]) for index, it in found.items()}
        for name, found in indexes.items()
    } == INDEXES
    assert all(
        it["Projection"] == {"ProjectionType": "KEYS_ONLY"}
        for found in indexes.values()
        for it in found.values()
    )


@pytest.mark.parametrize("name", Table)
def test_a_table_is_on_demand_recoverable_and_encrypted_with_our_key(
    dev: Synthesized, name: str
) -> None:
    table = tables_of(dev, "dev")[name]["Properties"]

    key = key_named(dev, "novapay-dev")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": {"Fn::GetAtt": [key, "Arn"]},
    }


def test_only_idempotency_records_expire(dev: Synthesized) -> None:
    tables = tables_of(dev, "dev")

    expiring = {
        name: it["Properties"]["TimeToLiveSpecification"]
        for name, it in tables.items()
        if "TimeToLiveSpecification" in it["Properties"]
    }
    assert expiring == {"idempotency": {"AttributeName": "expiresAt", "Enabled": True}}


def key_named(synthesized: Synthesized, alias: str) -> str:
    """Return the logical id of the key that an alias stands for."""
    [target] = [
        it["Properties"]["TargetKeyId"]["Fn::GetAtt"][0]
        for it in of_type(synthesized.state, "AWS::KMS::Alias").values()
        if it["Properties"]["AliasName"] == f"alias/{alias}"
    ]
    return str(target)


def test_the_keys_that_encrypt_rotate(dev: Synthesized) -> None:
    keys = dev.properties("AWS::KMS::Key")

    rotating = [key.get("EnableKeyRotation") for key in keys if "KeySpec" not in key]
    assert rotating == [True, True]


def test_payroll_is_sealed_with_a_key_that_can_do_nothing_else(dev: Synthesized) -> None:
    key = dev.state["Resources"][key_named(dev, "novapay-dev-seals")]["Properties"]

    assert (key["KeySpec"], key["KeyUsage"]) == ("HMAC_256", "GENERATE_VERIFY_MAC")
    [statement] = key["KeyPolicy"]["Statement"]
    assert "Service" not in statement["Principal"]


def test_account_numbers_have_a_key_of_their_own_that_nothing_else_is_encrypted_with(
    dev: Synthesized,
) -> None:
    key = key_named(dev, "novapay-dev-fields")

    assert key != key_named(dev, "novapay-dev")
    of_the_state = json.dumps(
        [it for it in dev.state["Resources"].values() if it["Type"] != "AWS::KMS::Alias"]
    )
    assert key not in of_the_state


def test_no_service_may_use_the_key_of_account_numbers(dev: Synthesized) -> None:
    key = dev.state["Resources"][key_named(dev, "novapay-dev-fields")]["Properties"]

    [statement] = key["KeyPolicy"]["Statement"]
    assert "Service" not in statement["Principal"]


def test_the_operators_secret_is_encrypted_with_our_key_and_holds_no_token(
    dev: Synthesized,
) -> None:
    [secret] = dev.properties("AWS::SecretsManager::Secret")

    key = key_named(dev, "novapay-dev")
    assert secret["Name"] == "novapay-dev-operators"
    assert secret["KmsKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    assert json.loads(secret["SecretString"]) == {"operators": []}
    assert "GenerateSecretString" not in secret


@pytest.mark.parametrize(
    "kind",
    [
        "AWS::DynamoDB::Table",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::SecretsManager::Secret",
    ],
)
def test_prod_retains_what_dev_deletes(dev: Synthesized, prod: Synthesized, kind: str) -> None:
    for synthesized, deleted, replaced in (
        (dev, "Delete", "Delete"),
        # What a failed first deployment made is not kept: its names would block the next one.
        (prod, "RetainExceptOnCreate", "Retain"),
    ):
        resources = synthesized.resources(kind)

        assert {it["DeletionPolicy"] for it in resources} == {deleted}
        assert {it["UpdateReplacePolicy"] for it in resources} == {replaced}


def test_only_prod_refuses_the_deletion_of_a_table(dev: Synthesized, prod: Synthesized) -> None:
    for synthesized, is_protected in ((dev, False), (prod, True)):
        tables = synthesized.properties("AWS::DynamoDB::Table")

        assert {table["DeletionProtectionEnabled"] for table in tables} == {is_protected}


def test_only_prod_refuses_the_deletion_of_a_stack(dev: Synthesized, prod: Synthesized) -> None:
    for synthesized, stage, is_protected in ((dev, "dev", False), (prod, "prod", True)):
        stacks = synthesized.stacks

        assert set(stacks) == {
            f"novapay-{stage}-{name}" for name in ("state", "api", "workflows", "operations")
        }
        assert set(stacks.values()) == {is_protected}

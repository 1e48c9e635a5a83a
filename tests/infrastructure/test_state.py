"""The tables and their key: what must not be lost, and how it is kept from being lost."""

from typing import Any

import pytest
from aws_cdk.assertions import Template

from tests.infrastructure.synthesized import Synthesized

pytestmark = pytest.mark.xdist_group("synth")

KEYS = {
    "wallets": [("walletId", "S", "HASH")],
    "ledger": [("walletId", "S", "HASH"), ("sequence", "N", "RANGE")],
    "transfers": [("transactionId", "S", "HASH")],
    "idempotency": [("scopeKey", "S", "HASH")],
}


def tables_of(synthesized: Synthesized, stage: str) -> dict[str, dict[str, Any]]:
    """Return the table resources by their name behind the prefix."""
    return {
        table["Properties"]["TableName"].removeprefix(f"novapay-{stage}-"): table
        for table in synthesized.of_type("AWS::DynamoDB::Table").values()
    }


def test_the_tables_have_the_keys_of_the_contract(dev: Synthesized) -> None:
    tables = {name: it["Properties"] for name, it in tables_of(dev, "dev").items()}

    types = {
        name: {it["AttributeName"]: it["AttributeType"] for it in table["AttributeDefinitions"]}
        for name, table in tables.items()
    }
    assert {
        name: [
            (key["AttributeName"], types[name][key["AttributeName"]], key["KeyType"])
            for key in table["KeySchema"]
        ]
        for name, table in tables.items()
    } == KEYS


@pytest.mark.parametrize("name", KEYS)
def test_a_table_is_on_demand_recoverable_and_encrypted_with_our_key(
    dev: Synthesized, name: str
) -> None:
    table = tables_of(dev, "dev")[name]["Properties"]

    [key] = dev.of_type("AWS::KMS::Key")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {
        "SSEEnabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": {"Fn::GetAtt": [key, "Arn"]},
    }


def test_wallets_are_found_by_user_through_an_index_of_keys_alone(dev: Synthesized) -> None:
    tables = tables_of(dev, "dev")

    indexes = {name: it["Properties"].get("GlobalSecondaryIndexes") for name, it in tables.items()}
    [index] = indexes.pop("wallets")
    assert index["IndexName"] == "byUser"
    assert index["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert index["KeySchema"] == [
        {"AttributeName": "userId", "KeyType": "HASH"},
        {"AttributeName": "walletId", "KeyType": "RANGE"},
    ]
    assert set(indexes.values()) == {None}


def test_only_idempotency_records_expire(dev: Synthesized) -> None:
    tables = tables_of(dev, "dev")

    expiring = {
        name: it["Properties"]["TimeToLiveSpecification"]
        for name, it in tables.items()
        if "TimeToLiveSpecification" in it["Properties"]
    }
    assert expiring == {"idempotency": {"AttributeName": "expiresAt", "Enabled": True}}


def test_the_key_rotates(dev: Synthesized) -> None:
    Template.from_json(dev.state).has_resource_properties(
        "AWS::KMS::Key", {"EnableKeyRotation": True}
    )


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Logs::LogGroup"])
def test_prod_retains_what_dev_deletes(dev: Synthesized, prod: Synthesized, kind: str) -> None:
    for synthesized, policy in ((dev, "Delete"), (prod, "Retain")):
        resources = synthesized.of_type(kind).values()

        assert {it["DeletionPolicy"] for it in resources} == {policy}
        assert {it["UpdateReplacePolicy"] for it in resources} == {policy}


def test_only_prod_refuses_the_deletion_of_a_table(dev: Synthesized, prod: Synthesized) -> None:
    for synthesized, is_protected in ((dev, False), (prod, True)):
        tables = synthesized.properties("AWS::DynamoDB::Table")

        assert {table["DeletionProtectionEnabled"] for table in tables} == {is_protected}


def test_only_prod_refuses_the_deletion_of_a_stack(dev: Synthesized, prod: Synthesized) -> None:
    for synthesized, stage, is_protected in ((dev, "dev", False), (prod, "prod", True)):
        stacks = synthesized.stacks

        assert set(stacks) == {f"novapay-{stage}-state", f"novapay-{stage}-api"}
        assert set(stacks.values()) == {is_protected}

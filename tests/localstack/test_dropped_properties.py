"""What CloudFormation drops, set from the templates themselves."""

import json

import pytest

from localstack.common.failure import LocalFailure
from localstack.deploy import dropped_properties as module
from localstack.deploy.dropped_properties import set_dropped_properties
from tests.localstack.test_features import RUNTIME, zipped
from tests.support.local_stack import EmulatedAws

TEMPLATE = {
    "Resources": {
        "Keys": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "reconciled-keys",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True},
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            },
        }
    }
}
FUNCTION = {
    "Resources": {
        "Lanes": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"ReservedConcurrentExecutions": 7},
        }
    }
}

API = {
    "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "staged"}},
    "Method": {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
            "HttpMethod": "GET",
            "AuthorizationType": "NONE",
            "Integration": {"Type": "MOCK"},
        },
    },
    "Deployment": {
        "Type": "AWS::ApiGateway::Deployment",
        "DependsOn": ["Method"],
        "Properties": {"RestApiId": {"Ref": "Api"}},
    },
    "Stage": {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "StageName": "live",
            "DeploymentId": {"Ref": "Deployment"},
        },
    },
}


@pytest.fixture(scope="module")
def stack_name(emulator: EmulatedAws) -> str:
    cloudformation = emulator.client("cloudformation")
    cloudformation.create_stack(StackName="reconciled", TemplateBody=json.dumps(TEMPLATE))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="reconciled", WaiterConfig={"Delay": 1}
    )
    return "reconciled"


def test_time_to_live_and_recovery_are_in_force_afterwards(
    emulator: EmulatedAws, stack_name: str
) -> None:
    done = set_dropped_properties(emulator.aws, {stack_name: TEMPLATE})

    tables = emulator.client("dynamodb")
    time_to_live = tables.describe_time_to_live(TableName="reconciled-keys")
    backups = tables.describe_continuous_backups(TableName="reconciled-keys")
    assert done == [
        "reconciled-keys: TimeToLiveSpecification",
        "reconciled-keys: PointInTimeRecoverySpecification",
    ]
    assert time_to_live["TimeToLiveDescription"] == {
        "AttributeName": "expiresAt",
        "TimeToLiveStatus": "ENABLED",
    }
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"


def test_reserved_concurrency_is_in_force_afterwards(
    emulator: EmulatedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    functions = emulator.client("lambda")
    functions.create_function(
        FunctionName="reconciled-lanes",
        Runtime=RUNTIME,
        Role=emulator.role("reconciled"),
        Handler="lanes.handler",
        Code={"ZipFile": zipped("lanes.py", "def handler(*_):\n    return None\n")},
    )
    names = {"Lanes": "reconciled-lanes"}
    monkeypatch.setattr(module, "_physical_names", lambda *_: names)

    done = set_dropped_properties(emulator.aws, {"any": FUNCTION})

    kept = functions.get_function_concurrency(FunctionName="reconciled-lanes")
    functions.delete_function(FunctionName="reconciled-lanes")
    assert done == ["reconciled-lanes: ReservedConcurrentExecutions"]
    assert kept["ReservedConcurrentExecutions"] == 7


def test_reconciling_twice_is_as_good_as_once(emulator: EmulatedAws, stack_name: str) -> None:
    first = set_dropped_properties(emulator.aws, {stack_name: TEMPLATE})

    assert set_dropped_properties(emulator.aws, {stack_name: TEMPLATE}) == first


def test_a_stage_that_cloudformation_dropped_is_put_back(emulator: EmulatedAws) -> None:
    cloudformation, gateway = emulator.client("cloudformation"), emulator.client("apigateway")
    without_stage = {name: each for name, each in API.items() if name != "Stage"}
    body = json.dumps({"Resources": without_stage})
    cloudformation.create_stack(StackName="staged", TemplateBody=body)
    waiter = cloudformation.get_waiter("stack_create_complete")
    waiter.wait(StackName="staged", WaiterConfig={"Delay": 1})
    described = cloudformation.describe_stack_resources(StackName="staged")["StackResources"]
    names = {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in described}

    done = set_dropped_properties(emulator.aws, {"staged": {"Resources": API}})

    [stage] = gateway.get_stages(restApiId=names["Api"])["item"]
    assert done == ["live: DeploymentId"]
    assert (stage["stageName"], stage["deploymentId"]) == ("live", names["Deployment"])


def test_a_property_that_does_not_take_is_a_failure(
    emulator: EmulatedAws, stack_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetful = {"AWS::DynamoDB::Table": {"TimeToLiveSpecification": lambda *_: None}}
    monkeypatch.setattr(module, "SETTERS", forgetful)

    with pytest.raises(LocalFailure, match="did not keep TimeToLiveSpecification"):
        set_dropped_properties(emulator.aws, {stack_name: TEMPLATE})

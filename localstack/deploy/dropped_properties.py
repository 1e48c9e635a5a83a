"""Sets the properties that CloudFormation on a local AWS reports as set and silently drops.

The values come from the synthesized templates, so a value changed in the CDK app is set and checked
here too. Each is read back, because a runtime that drops a property in CloudFormation may also drop
it in the service's own API.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from localstack.common.aws import LocalAws
from localstack.common.failure import LocalFailure

Template = Mapping[str, Any]
Properties = Mapping[str, Any]
Setter = Callable[[LocalAws, str, Properties], object]
"""Sets one property of one resource, from (AWS, physical name, properties), and returns the
value that it reads back."""


def set_dropped_properties(aws: LocalAws, templates: Mapping[str, Template]) -> list[str]:
    """Set and check every dropped property of every deployed resource.

    Returns:
        one line for each property that is set now.

    Raises:
        LocalFailure: the emulator did not keep one of them.
    """
    done = []
    for stack_name, template in templates.items():
        names = _physical_names(aws, stack_name)
        for logical_id, resource in template["Resources"].items():
            properties = _resolved(resource.get("Properties", {}), names)
            for name, set_and_read in SETTERS.get(resource["Type"], {}).items():
                if name in properties:
                    # LocalStack drops a stage together with its physical name.
                    physical_name = names.get(logical_id) or properties["StageName"]
                    kept = set_and_read(aws, physical_name, properties)
                    _check(physical_name, name, wanted=properties[name], kept=kept)
                    done.append(f"{physical_name}: {name}")
    return done


def _set_time_to_live(aws: LocalAws, table: str, properties: Properties) -> object:
    dynamodb = aws.client("dynamodb")
    wanted = properties["TimeToLiveSpecification"]
    if _time_to_live(dynamodb, table) != wanted:
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)
    return _time_to_live(dynamodb, table)


def _time_to_live(dynamodb: Any, table: str) -> object:
    described = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    return {
        "AttributeName": described.get("AttributeName"),
        "Enabled": described["TimeToLiveStatus"] == "ENABLED",
    }


def _set_point_in_time_recovery(aws: LocalAws, table: str, properties: Properties) -> object:
    dynamodb = aws.client("dynamodb")
    wanted = properties["PointInTimeRecoverySpecification"]
    dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=wanted)
    backups = dynamodb.describe_continuous_backups(TableName=table)
    described = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    kept = {"PointInTimeRecoveryEnabled": described["PointInTimeRecoveryStatus"] == "ENABLED"}
    if "RecoveryPeriodInDays" in wanted:
        kept["RecoveryPeriodInDays"] = described.get("RecoveryPeriodInDays")
    return kept


def _set_deployment(aws: LocalAws, stage: str, properties: Properties) -> object:
    """Set the stage's deployment: LocalStack deletes the stage with its first deployment."""
    gateway = aws.client("apigateway")
    api, wanted = properties["RestApiId"], properties["DeploymentId"]
    found = [it for it in gateway.get_stages(restApiId=api)["item"] if it["stageName"] == stage]
    if not found:
        gateway.create_stage(restApiId=api, stageName=stage, deploymentId=wanted)
    elif found[0]["deploymentId"] != wanted:
        change = {"op": "replace", "path": "/deploymentId", "value": wanted}
        gateway.update_stage(restApiId=api, stageName=stage, patchOperations=[change])
    return gateway.get_stage(restApiId=api, stageName=stage)["deploymentId"]


def _set_concurrency(aws: LocalAws, function: str, properties: Properties) -> object:
    functions = aws.client("lambda")
    name, wanted = "ReservedConcurrentExecutions", properties["ReservedConcurrentExecutions"]
    functions.put_function_concurrency(FunctionName=function, **{name: wanted})
    return functions.get_function_concurrency(FunctionName=function).get(name)


SETTERS: Mapping[str, Mapping[str, Setter]] = {
    "AWS::ApiGateway::Stage": {"DeploymentId": _set_deployment},
    "AWS::DynamoDB::Table": {
        "TimeToLiveSpecification": _set_time_to_live,
        "PointInTimeRecoverySpecification": _set_point_in_time_recovery,
    },
    "AWS::Lambda::Function": {"ReservedConcurrentExecutions": _set_concurrency},
}


def _physical_names(aws: LocalAws, stack_name: str) -> dict[str, str]:
    cloudformation = aws.client("cloudformation")
    described = cloudformation.describe_stack_resources(StackName=stack_name)
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in described["StackResources"]
    }


def _resolved(properties: Properties, names: Mapping[str, str]) -> Properties:
    """Replace each property that refers to a resource by that resource's physical name."""
    return {
        name: names.get(value["Ref"], value)
        if isinstance(value, Mapping) and set(value) == {"Ref"}
        else value
        for name, value in properties.items()
    }


def _check(resource: str, name: str, *, wanted: object, kept: object) -> None:
    if kept != wanted:
        raise LocalFailure(
            f"The local AWS did not keep {name} of {resource}.",
            remedy=f"Wanted {wanted}, found {kept}: was the emulator updated?",
        )

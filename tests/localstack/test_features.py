"""What a local AWS does as AWS does it, measured: `localstack.emulator.runtime` must say the same.

A feature that an emulator learns or loses with a new version turns its test red, and the page
docs/runtimes.md is then to be mended with it.
"""

import io
import json
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, repeat
from typing import Any

import boto3
import pytest
import requests
import urllib3
from botocore.exceptions import ClientError

from localstack.emulator.runtime import Feature
from tests.support.local_stack import EmulatedAws, Stack

RUNTIME = "python3.14"
ROLES_TABLE = "probe-roles"
COLD_START_TIMEOUT_S = 60
TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "TableName": "probe",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    },
}


def renders_gateway_responses(stack: Stack) -> bool:
    """Ask for a route that nobody has made."""
    answer = requests.get(f"{stack.api_url}/nowhere", timeout=30)

    assert answer.status_code in {403, 404}
    return bool(answer.json().get("code") == "not-found")


def refuses_the_unsigned(stack: EmulatedAws) -> bool:
    """Make a route that wants SigV4 and call it without."""
    gateway = stack.client("apigateway")
    with an_empty_api(stack) as api:
        route = {**root_of(gateway, api), "httpMethod": "GET"}
        gateway.put_method(**route, authorizationType="AWS_IAM")
        gateway.put_method_response(**route, statusCode="200")
        template = {"application/json": '{"statusCode": 200}'}
        gateway.put_integration(**route, type="MOCK", requestTemplates=template)
        gateway.put_integration_response(**route, statusCode="200")
        gateway.create_deployment(restApiId=api, stageName="probe")

        status = requests.get(address_of(stack, api), timeout=30).status_code

    assert status in {200, 403}
    return status == 403


def keeps_header_lines(stack: EmulatedAws) -> bool:
    """Send a header twice and ask how often it arrived."""
    echo = "{'lines': event['multiValueHeaders'].get('x-probe')}"
    with an_api_that_answers(stack, echo) as url:
        lines = urllib3.HTTPHeaderDict([("x-probe", "one"), ("x-probe", "two")])
        answer = urllib3.request("GET", url, headers=lines, timeout=COLD_START_TIMEOUT_S)

    return bool(answer.json()["lines"] == ["one", "two"])


def keeps_bodies_as_text(stack: EmulatedAws) -> bool:
    """Send bytes that are no text to an API that has no binary media type."""
    echo = "{'isBase64': event['isBase64Encoded']}"
    with an_api_that_answers(stack, echo) as url:
        answer = requests.post(url, data=b"\xff\xfe", timeout=COLD_START_TIMEOUT_S)

    return bool(answer.json() == {"isBase64": False})


def applies_layers(stack: EmulatedAws) -> bool:
    """Invoke a function that imports what only its layer holds."""
    functions = stack.client("lambda")
    source = "def handler(*_):\n    import from_layer\n    return from_layer.FOUND\n"
    with a_layer(stack, "from_layer.py") as layer, a_function(stack, source, layers=[layer]):
        answer = functions.invoke(FunctionName="probe")

    return "FunctionError" not in answer


def keeps_table_extras(stack: EmulatedAws) -> bool:
    """Create a table with a time to live and recovery, and ask the table for them."""
    tables = stack.client("dynamodb")
    with a_stack(stack, "probe-table") as deploy:
        deploy({"Table": TABLE})
        expiry = tables.describe_time_to_live(TableName="probe")["TimeToLiveDescription"]
        extras = tables.describe_continuous_backups(TableName="probe")

    backups = extras["ContinuousBackupsDescription"]
    recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    return (expiry["TimeToLiveStatus"], recovery) == ("ENABLED", "ENABLED")


def keeps_the_stage(stack: EmulatedAws) -> bool:
    """Deploy an API a second time and ask for its stage."""
    gateway = stack.client("apigateway")
    with a_stack(stack, "probe-api") as deploy:
        first = deploy(an_api(deployment="First"))
        second = deploy(an_api(deployment="Second"))
        stages = gateway.get_stages(restApiId=second["Api"])["item"]

    assert first["Api"] == second["Api"]
    return [stage["deploymentId"] for stage in stages] == [second["Second"]]


def aborts_a_stopped_map(stack: EmulatedAws) -> bool:
    """Stop a run while it is inside a Map, and ask how it ended."""
    runs = stack.client("stepfunctions")
    waiting = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": True}}}
    every = {"Type": "Map", "ItemsPath": "$", "ItemProcessor": waiting, "End": True}
    with a_state_machine(stack, {"StartAt": "Every", "States": {"Every": every}}) as machine:
        run = runs.start_execution(stateMachineArn=machine, input="[1, 2]")["executionArn"]
        eventually(lambda: "MapStateEntered" in events_of(runs, run))

        runs.stop_execution(executionArn=run)
        eventually(lambda: runs.describe_execution(executionArn=run)["status"] != "RUNNING")

        status = runs.describe_execution(executionArn=run)["status"]
    return bool(status == "ABORTED")


def makes_metrics_of_log_lines(stack: EmulatedAws) -> bool:
    """Log a line in the embedded metric format and look for the metric."""
    namespace = f"Probe{uuid.uuid4().hex[:8]}"
    now_ms = int(time.time() * 1000)
    metrics = [{"Namespace": namespace, "Dimensions": [[]], "Metrics": [{"Name": "probes"}]}]
    line = {"_aws": {"Timestamp": now_ms, "CloudWatchMetrics": metrics}, "probes": 1}
    logs = stack.client("logs")
    place = {"logGroupName": namespace, "logStreamName": "one"}
    logs.create_log_group(logGroupName=namespace)
    try:
        logs.create_log_stream(**place)
        logs.put_log_events(**place, logEvents=[{"timestamp": now_ms, "message": json.dumps(line)}])

        found = stack.client("cloudwatch").list_metrics(Namespace=namespace)["Metrics"]
    finally:
        logs.delete_log_group(logGroupName=namespace)
    return bool(found)


def holds_roles(stack: EmulatedAws) -> bool:
    """Let a role put items into a table and query an index, and do a little more."""
    table = f"arn:aws:dynamodb:*:*:table/{ROLES_TABLE}"
    with an_items_table(stack, ROLES_TABLE):
        client = client_as(
            stack,
            "dynamodb",
            {
                "Effect": "Allow",
                "Action": ["dynamodb:PutItem", "dynamodb:Query"],
                "Resource": table,
            },
        )
        put = {"Put": {"TableName": ROLES_TABLE, "Item": {"id": {"S": "a"}}}}
        delete = {"Delete": {"TableName": ROLES_TABLE, "Key": {"id": {"S": "b"}}}}
        query = {
            "TableName": ROLES_TABLE,
            "KeyConditionExpression": "id = :id",
            "ExpressionAttributeValues": {":id": {"S": "a"}},
        }

        assert is_allowed(lambda: client.transact_write_items(TransactItems=[put]))
        assert is_allowed(lambda: client.query(**query))
        return not (
            is_allowed(lambda: client.transact_write_items(TransactItems=[put, delete]))
            or is_allowed(lambda: client.query(**query, IndexName="byId"))
            or is_allowed(lambda: client.get_item(TableName=ROLES_TABLE, Key={"id": {"S": "a"}}))
            or is_allowed(client.list_tables)
        )


def binds_to_encryption_contexts(stack: EmulatedAws) -> bool:
    """Let a role use a key for one field of some wallet."""
    key = stack.client("kms").create_key()["KeyMetadata"]["Arn"]
    client = client_as(
        stack,
        "kms",
        {
            "Effect": "Allow",
            "Action": "kms:GenerateDataKey",
            "Resource": key,
            "Condition": {
                "StringEquals": {"kms:EncryptionContext:field": "one"},
                "Null": {"kms:EncryptionContext:wallet": "false"},
            },
        },
    )

    def may(**context: str) -> bool:
        asked = {"KeyId": key, "KeySpec": "AES_256", "EncryptionContext": context}
        return is_allowed(lambda: client.generate_data_key(**asked))

    assert not may(field="two", wallet="w")
    assert not may(field="one")
    return may(field="one", wallet="w")


def holds_service_roles(stack: EmulatedAws) -> bool:
    """Run a state machine, whose role allows nothing, that calls a function."""
    runs = stack.client("stepfunctions")
    with a_function(stack, "def handler(*_):\n    return 1\n") as function:
        call = {"Type": "Task", "Resource": function["FunctionArn"], "End": True}
        with a_state_machine(stack, {"StartAt": "Call", "States": {"Call": call}}) as machine:
            run = runs.start_execution(stateMachineArn=machine)["executionArn"]
            eventually(lambda: runs.describe_execution(executionArn=run)["status"] != "RUNNING")
            status = runs.describe_execution(executionArn=run)["status"]
    return bool(status == "FAILED")


def asks_for_keys_of_tables(stack: EmulatedAws) -> bool:
    """Let a role read a table, and not use the key that encrypts it."""
    key = stack.client("kms").create_key()["KeyMetadata"]["Arn"]
    encrypted = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
    read = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}
    with an_items_table(stack, "probe-encrypted", SSESpecification=encrypted):
        client = client_as(stack, "dynamodb", read)
        asked = {"TableName": "probe-encrypted", "Key": {"id": {"S": "a"}}}
        return not is_allowed(lambda: client.get_item(**asked))


def binds_to_partition_keys(stack: EmulatedAws) -> bool:
    """Let a role read the items of one partition key."""
    read = {
        "Effect": "Allow",
        "Action": "dynamodb:GetItem",
        "Resource": "*",
        "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}},
    }
    with an_items_table(stack, "probe-leading"):
        client = client_as(stack, "dynamodb", read)

        def may(item: str) -> bool:
            asked = {"TableName": "probe-leading", "Key": {"id": {"S": item}}}
            return is_allowed(lambda: client.get_item(**asked))

        return may("mine") and not may("theirs")


PROBES: dict[Feature, Callable[[Stack], bool]] = {
    Feature.GATEWAY_RESPONSES: renders_gateway_responses,
    Feature.HEADER_LINES: keeps_header_lines,
    Feature.BINARY_BODIES: keeps_bodies_as_text,
    Feature.IAM_AUTH: refuses_the_unsigned,
    Feature.LAYERS: applies_layers,
    Feature.TABLE_EXTRAS: keeps_table_extras,
    Feature.STAGE_UPDATES: keeps_the_stage,
    Feature.STOPPED_MAPS: aborts_a_stopped_map,
    Feature.EMF: makes_metrics_of_log_lines,
    Feature.ROLES: holds_roles,
    Feature.ENCRYPTION_CONTEXTS: binds_to_encryption_contexts,
    Feature.SERVICE_ROLES: holds_service_roles,
    Feature.TABLE_KEYS: asks_for_keys_of_tables,
    Feature.LEADING_KEYS: binds_to_partition_keys,
}


def test_every_feature_is_measured() -> None:
    assert set(PROBES) == set(Feature)


@pytest.mark.parametrize("feature", PROBES, ids=lambda feature: str(feature.name))
def test_what_is_said_of_a_local_aws_is_so(stack: Stack, feature: Feature) -> None:
    does = PROBES[feature](stack)

    assert does == (feature in stack.kind.features), feature.value


@contextmanager
def an_items_table(stack: EmulatedAws, name: str, **more: Any) -> Iterator[None]:
    """Let there be a table with the partition key `id` and an index."""
    tables = stack.client("dynamodb")
    key = [{"AttributeName": "id", "KeyType": "HASH"}]
    index = {"IndexName": "byId", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}
    tables.create_table(
        TableName=name,
        KeySchema=key,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[index],
        **more,
    )
    try:
        yield
    finally:
        tables.delete_table(TableName=name)


def client_as(stack: EmulatedAws, service: str, *statements: dict[str, Any]) -> Any:
    """Return a client of whoever has assumed a new role that allows this."""
    role = stack.role(f"probe-{uuid.uuid4().hex[:8]}", *statements)
    session = stack.client("sts").assume_role(RoleArn=role, RoleSessionName="probe")
    keys = session["Credentials"]
    make: Callable[..., Any] = boto3.client
    return make(
        service,
        endpoint_url=stack.endpoint_url,
        region_name=stack.region,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def is_allowed(call: Callable[[], object]) -> bool:
    """Return whether a call is answered; any refusal but one for want of a permission is raised."""
    try:
        call()
    except ClientError as error:
        if "AccessDenied" in error.response["Error"]["Code"]:
            return False
        raise
    return True


@contextmanager
def an_empty_api(stack: EmulatedAws) -> Iterator[str]:
    """Give the id of an API without a method."""
    gateway = stack.client("apigateway")
    api: str = gateway.create_rest_api(name="probe")["id"]
    try:
        yield api
    finally:
        gateway.delete_rest_api(restApiId=api)


def root_of(gateway: Any, api: str) -> dict[str, str]:
    """Return the names of an API's root, as the calls about its methods want them."""
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    return {"restApiId": api, "resourceId": root}


def address_of(stack: EmulatedAws, api: str) -> str:
    """Return where the root of an API's stage is called."""
    return f"{stack.endpoint_url}/_aws/execute-api/{api}/probe/"


@contextmanager
def a_layer(stack: EmulatedAws, module: str) -> Iterator[str]:
    """Give the ARN of a layer of one module."""
    functions = stack.client("lambda")
    layer = functions.publish_layer_version(
        LayerName="probe", Content={"ZipFile": zipped(f"python/{module}", "FOUND = True\n")}
    )
    try:
        yield layer["LayerVersionArn"]
    finally:
        functions.delete_layer_version(LayerName="probe", VersionNumber=layer["Version"])


@contextmanager
def a_state_machine(stack: EmulatedAws, definition: dict[str, Any]) -> Iterator[str]:
    """Give the ARN of a state machine."""
    runs = stack.client("stepfunctions")
    machine: str = runs.create_state_machine(
        name="probe", roleArn=stack.role("probe"), definition=json.dumps(definition)
    )["stateMachineArn"]
    try:
        yield machine
    finally:
        runs.delete_state_machine(stateMachineArn=machine)


@contextmanager
def a_function(
    stack: EmulatedAws, source: str, *, layers: Sequence[str] = ()
) -> Iterator[dict[str, Any]]:
    """Give a function that is ready, made of one file."""
    functions = stack.client("lambda")
    function: dict[str, Any] = functions.create_function(
        FunctionName="probe",
        Runtime=RUNTIME,
        Role=stack.role("probe"),
        Handler="probe.handler",
        Code={"ZipFile": zipped("probe.py", source)},
        Layers=[*layers],
    )
    try:
        waiter = functions.get_waiter("function_active_v2")
        waiter.wait(FunctionName="probe", WaiterConfig={"Delay": 1})
        yield function
    finally:
        functions.delete_function(FunctionName="probe")


@contextmanager
def an_api_that_answers(stack: EmulatedAws, echo: str) -> Iterator[str]:
    """Give the address of an API whose function answers with an expression of its event."""
    source = (
        "import json\n"
        "def handler(event, _):\n"
        f"    return {{'statusCode': 200, 'body': json.dumps({echo})}}\n"
    )
    gateway = stack.client("apigateway")
    with a_function(stack, source) as function, an_empty_api(stack) as api:
        route = {**root_of(gateway, api), "httpMethod": "ANY"}
        gateway.put_method(**route, authorizationType="NONE")
        gateway.put_integration(
            **route,
            type="AWS_PROXY",
            integrationHttpMethod="POST",
            uri=f"arn:aws:apigateway:{stack.region}:lambda:path/2015-03-31/functions/"
            f"{function['FunctionArn']}/invocations",
        )
        gateway.create_deployment(restApiId=api, stageName="probe")
        yield address_of(stack, api)


def an_api(*, deployment: str) -> dict[str, Any]:
    """Return the resources of an API with one stage, which points at a deployment."""
    api = {"Ref": "Api"}
    method = {
        "RestApiId": api,
        "ResourceId": {"Fn::GetAtt": ["Api", "RootResourceId"]},
        "HttpMethod": "GET",
        "AuthorizationType": "NONE",
        "Integration": {"Type": "MOCK"},
    }
    stage = {"RestApiId": api, "StageName": "probe", "DeploymentId": {"Ref": deployment}}
    return {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "probe"}},
        "Method": {"Type": "AWS::ApiGateway::Method", "Properties": method},
        deployment: {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": ["Method"],
            "Properties": {"RestApiId": api},
        },
        "Stage": {"Type": "AWS::ApiGateway::Stage", "Properties": stage},
    }


def test_a_nested_stack_is_updated_beside_what_did_not_change_in_it(stack: Stack) -> None:
    bucket = stack.client("s3")
    name = f"probe-nested-{uuid.uuid4().hex[:8]}"
    bucket.create_bucket(Bucket=name)

    def nested(version: str) -> dict[str, Any]:
        log = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": f"/{name}"}}
        parameter = {
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Name": f"/{name}",
                "Type": "String",
                "Value": {"Fn::Join": [" ", [version, {"Fn::GetAtt": ["Log", "Arn"]}]]},
            },
        }
        body = json.dumps({"Resources": {"Log": log, "Parameter": parameter}})
        bucket.put_object(Bucket=name, Key=version, Body=body.encode())
        url = f"https://s3.us-east-1.amazonaws.com/{name}/{version}"
        return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}

    with a_stack(stack, name) as deploy:
        deploy({"Nested": nested("first")})
        deploy({"Nested": nested("second")})
        told = stack.client("ssm").get_parameter(Name=f"/{name}")["Parameter"]["Value"]

    version, arn = told.split()
    assert version == "second"
    assert f"/{name}" in arn


@contextmanager
def a_stack(stack: EmulatedAws, name: str) -> Iterator[Callable[[dict[str, Any]], dict[str, str]]]:
    """Give what creates a stack of these resources, and when called again updates it.

    It returns the resources' physical names by logical id.
    """
    cloudformation = stack.client("cloudformation")
    verbs = chain(["create"], repeat("update"))

    def deploy(resources: dict[str, Any]) -> dict[str, str]:
        verb = next(verbs)
        change = getattr(cloudformation, f"{verb}_stack")
        change(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
        waiter = cloudformation.get_waiter(f"stack_{verb}_complete")
        waiter.wait(StackName=name, WaiterConfig={"Delay": 1})
        described = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in described}

    try:
        yield deploy
    finally:
        cloudformation.delete_stack(StackName=name)


def events_of(runs: Any, execution_arn: str) -> set[str]:
    """Return the types of what has happened in a run."""
    history = runs.get_execution_history(executionArn=execution_arn)
    return {event["type"] for event in history["events"]}


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds, within the time of a cold start."""
    deadline = time.monotonic() + COLD_START_TIMEOUT_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def zipped(name: str, text: str) -> bytes:
    """Return a zip of one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, text)
    return buffer.getvalue()

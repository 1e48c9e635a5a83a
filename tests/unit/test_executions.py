"""One contract for payroll's runs: what the tests note down, and Step Functions itself."""

import json
from collections.abc import Iterator

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from localstack.memory.payroll import NotedExecutions
from novapay.domain.errors import Unavailable
from novapay.domain.ports import Executions, ExecutionState
from novapay.providers.executions import StateMachineExecutions

DEFINITION = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 1, "End": True}}}
ROLE = "arn:aws:iam::123456789012:role/payroll"


def state_machine() -> StateMachineExecutions:
    client = boto3.client("stepfunctions", region_name="us-east-1")
    machine = client.create_state_machine(
        name="payroll", definition=json.dumps(DEFINITION), roleArn=ROLE
    )
    return StateMachineExecutions(client, machine["stateMachineArn"])


@pytest.fixture(params=["noted", "step functions"])
def executions(request: pytest.FixtureRequest) -> Iterator[Executions]:
    with mock_aws():
        yield NotedExecutions() if request.param == "noted" else state_machine()


def end(executions: Executions, name: str) -> None:
    if isinstance(executions, NotedExecutions):
        executions.end(name, ExecutionState.DEAD)
    elif isinstance(executions, StateMachineExecutions):
        arn = f"{executions._arn.replace(':stateMachine:', ':execution:')}:{name}"
        executions._client.stop_execution(executionArn=arn)


def test_a_name_that_was_never_started_is_absent(executions: Executions) -> None:
    assert executions.state("april") is ExecutionState.ABSENT


def test_a_run_that_was_started_runs(executions: Executions) -> None:
    executions.start("april", "job", request_id="r")

    assert executions.state("april") is ExecutionState.RUNNING
    assert executions.state("may") is ExecutionState.ABSENT


def test_a_run_is_told_its_job_and_the_request_that_created_it() -> None:
    with mock_aws():
        executions = state_machine()
        executions.start("april", "job", request_id="r")

        arn = f"{executions._arn.replace(':stateMachine:', ':execution:')}:april"
        told = executions._client.describe_execution(executionArn=arn)["input"]

    assert json.loads(told) == {"jobId": "job", "requestId": "r"}


def test_a_name_runs_once_however_often_it_is_started(executions: Executions) -> None:
    executions.start("april", "job", request_id="r")
    executions.start("april", "job", request_id="r")
    end(executions, "april")
    executions.start("april", "job", request_id="r")

    assert executions.state("april") is ExecutionState.DEAD


def test_step_functions_out_of_reach_are_unavailable() -> None:
    client = boto3.client(
        "stepfunctions",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:9",  # the discard port: nobody listens
        aws_access_key_id="nobody",
        aws_secret_access_key="nothing",
        config=Config(retries={"total_max_attempts": 1}),
    )
    executions = StateMachineExecutions(client, "arn:aws:states:us-east-1:1:stateMachine:payroll")

    with pytest.raises(Unavailable):
        executions.start("april", "job", request_id="r")
    with pytest.raises(Unavailable):
        executions.state("april")

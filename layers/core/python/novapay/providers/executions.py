"""Where payroll jobs run: Step Functions, the adapter of the port `Executions`."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from novapay.domain.errors import Unavailable
from novapay.domain.ports import ExecutionState

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class StateMachineExecutions:
    """Runs jobs on a Step Functions state machine."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._arn = state_machine_arn

    def start(self, name: str, job_id: str, *, request_id: str | None) -> None:
        """Start a run; see `Executions.start`."""
        facts = {"jobId": job_id, "requestId": request_id}
        try:
            self._client.start_execution(
                stateMachineArn=self._arn, name=name, input=json.dumps(facts)
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error

    def state(self, name: str) -> ExecutionState:
        """Return what has become of a run; see `Executions.state`."""
        arn = f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"
        try:
            status = self._client.describe_execution(executionArn=arn)["status"]
        except self._client.exceptions.ExecutionDoesNotExist:
            return ExecutionState.ABSENT
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        match status:
            case "RUNNING" | "PENDING_REDRIVE":
                return ExecutionState.RUNNING
            case "SUCCEEDED":
                return ExecutionState.SUCCEEDED
            case _:
                return ExecutionState.DEAD

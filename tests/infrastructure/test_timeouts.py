"""Who waits for somebody waits longer than that one works: from the wire out to the gateway."""

import re
from pathlib import Path
from typing import Any

import pytest

from cdk.constructs.endpoint import GATEWAY_TIMEOUT_S
from cdk.constructs.handler_function import TIMEOUT_S
from cdk.endpoints import AUTHORIZE, ENDPOINTS, EXPIRE_HOLDS, PAY_LANE, RECOVER, TASKS
from cdk.stacks.workflows import RECOVERY_EVERY_MIN
from novapay import aws
from novapay.providers import tokens
from novapay.settings import FxSettings
from novapay.store import commit
from novapay.task import RESERVE_MS
from tests.infrastructure.synthesized import Synthesized

pytestmark = pytest.mark.xdist_group("synth")

CORE = Path("layers/core/python/novapay")
MAKES_A_CLIENT = re.compile(r"import boto3|create_client\(")
BREAKER_AND_JSON_S = 1


def test_one_try_on_the_wire_ends_within_a_commits_deadline() -> None:
    assert aws.DEFAULT.read_timeout_s > aws.CONNECT_TIMEOUT_S
    assert aws.CONNECT_TIMEOUT_S + aws.DEFAULT.read_timeout_s < commit.COMMIT_DEADLINE_S


def test_a_commit_that_is_begun_at_its_deadline_ends_while_the_function_runs() -> None:
    # Whatever is read or written last is begun before the deadline.
    assert commit.COMMIT_DEADLINE_S + aws.DEFAULT.longest_s < RESERVE_MS / 1000 < TIMEOUT_S


def test_every_attempt_at_another_service_ends_while_the_function_runs() -> None:
    # An operator's call asks Secrets Manager, and then CloudWatch or Step Functions.
    assert 2 * aws.DEFAULT.longest_s < TIMEOUT_S


def test_an_attempt_at_kms_and_the_commit_after_it_end_while_the_function_runs() -> None:
    assert aws.KMS.longest_s + commit.COMMIT_DEADLINE_S < TIMEOUT_S


def test_no_client_is_made_without_its_time_outs() -> None:
    makers = [file for file in CORE.rglob("*.py") if MAKES_A_CLIENT.search(file.read_text("utf-8"))]

    assert [file.name for file in makers] == ["aws.py"]


def test_every_attempt_at_the_rate_provider_ends_while_the_function_runs(
    dev: Synthesized,
) -> None:
    function = dev.function("create_quote")["Properties"]
    settings = FxSettings.of(function["Environment"]["Variables"])

    # Connecting may take the time-out, and so may reading.
    longest_s = 2 * settings.timeout_s * (settings.retries + 1) + BREAKER_AND_JSON_S
    assert longest_s + commit.COMMIT_DEADLINE_S < function["Timeout"]


@pytest.mark.parametrize("name", [it.name for it in ENDPOINTS if not it.is_simulation])
def test_a_function_ends_before_the_gateway_gives_it_up(dev: Synthesized, name: str) -> None:
    waits_ms = set(_integration_timeouts(dev, name))

    assert waits_ms == {GATEWAY_TIMEOUT_S * 1000}
    assert dev.function(name)["Properties"]["Timeout"] == TIMEOUT_S < GATEWAY_TIMEOUT_S


@pytest.mark.parametrize("task", TASKS, ids=lambda task: str(task.name))
def test_a_task_has_time_for_a_commit(dev: Synthesized, task: Any) -> None:
    timeout_s = dev.function(task.name)["Properties"]["Timeout"]

    assert timeout_s == task.timeout_s > RESERVE_MS / 1000


def test_asking_an_issuer_for_its_address_and_its_keys_ends_before_the_authorizer() -> None:
    assert 3 * tokens.TIMEOUT_S < AUTHORIZE.timeout_s < GATEWAY_TIMEOUT_S


def test_a_lane_gets_through_batches_and_a_recovery_ends_before_the_next() -> None:
    assert min(PAY_LANE.timeout_s, RECOVER.timeout_s) > 2 * RESERVE_MS / 1000
    assert max(RECOVER.timeout_s, EXPIRE_HOLDS.timeout_s) < RECOVERY_EVERY_MIN * 60


def _integration_timeouts(synthesized: Synthesized, name: str) -> list[int]:
    """Return how long the gateway waits on each route of an operation, in milliseconds."""
    return [
        method["Integration"]["TimeoutInMillis"]
        for method in synthesized.properties("AWS::ApiGateway::Method")
        if method.get("OperationName") == name
    ]

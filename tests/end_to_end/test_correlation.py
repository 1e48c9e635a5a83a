"""One id leads a person on call from a request to every step of the run that it began."""

import json
import time
from typing import Any

import pytest

from tests.end_to_end.conftest import PREFIX
from tests.support.client import Client
from tests.support.local_stack import Stack
from tests.support.payday import Payday, pay

FUNCTIONS = ("create_job", "fund_job", "pay_lane", "settle_job")
WAIT_S_MAX = 30
POLL_S = 0.5


@pytest.fixture
def payday(client: Client, stack: Stack) -> Payday:
    return Payday(client, stack, PREFIX)


def test_the_id_of_the_request_is_in_the_log_of_every_step_of_its_run(
    client: Client, payday: Payday, stack: Stack
) -> None:
    staff, source = payday.employees(2), client.open_wallet(holding="2")

    created = payday.create(source, [pay(person) for person in staff])
    payday.finished(created.body["jobId"])

    request_id = created.headers["x-request-id"]
    for function in FUNCTIONS:
        for line in lines_with(stack, function, request_id):
            assert line["request_id"] == request_id
            assert line.get("jobId", created.body["jobId"]) == created.body["jobId"]


def lines_with(stack: Stack, function: str, text: str) -> list[dict[str, Any]]:
    """Return the log lines of a function that hold a text, once there are any."""
    logs = stack.client("logs")
    deadline = time.monotonic() + WAIT_S_MAX
    while time.monotonic() < deadline:
        found = logs.filter_log_events(
            logGroupName=f"/aws/lambda/{PREFIX}-{function}", filterPattern=f'"{text}"'
        )
        # LocalStack knows no filter, and keeps Lambda's own lines, which are no JSON.
        said = (event["message"] for event in found["events"])
        lines = [json.loads(line) for line in said if text in line and line.startswith("{")]
        if lines:
            return lines
        time.sleep(POLL_S)
    raise AssertionError(f"{function} logged nothing of {text}")

"""The first call to each function after a deploy."""

import json
import re
import time
from collections.abc import Iterator

import pytest
import responses

from cdk.endpoints import ENDPOINTS
from localstack import warm_up as module
from localstack.failure import LocalFailure
from localstack.function_log import last_failure_of
from localstack.outputs import Outputs
from localstack.warm_up import warm_up
from tests.support.local_stack import EmulatedAws

API = "http://127.0.0.1:4566/api"
OUTPUTS = Outputs(API, f"{API}/admin/console", "token", "http://127.0.0.1:4566", "us-east-1")
HARMLESS = [endpoint for endpoint in ENDPOINTS if not endpoint.is_simulation]
OURS = {"x-request-id": "1"}
"""What every answer of a function carries."""

ANY_PATH = re.compile(f"{API}/.*")


def say_nothing(_detail: str) -> None:
    return


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        for method in ("GET", "POST", "PATCH"):
            mock.add(method, ANY_PATH, status=404, headers=OURS)
        yield mock


def test_each_function_is_called_once_at_a_path_of_nobody(api: responses.RequestsMock) -> None:
    answered = warm_up(OUTPUTS, say_nothing)

    called = [(call.request.method, call.request.url) for call in api.calls]
    assert answered == len(HARMLESS)
    assert len(set(called)) == len(HARMLESS)
    assert ("GET", f"{API}/accounts/wallets/{module.NOBODY}/balance") in called
    assert not any("{" in str(url) for _, url in called)


def test_nothing_is_made_to_fail(api: responses.RequestsMock) -> None:
    warm_up(OUTPUTS, say_nothing)

    assert not any("/simulate/" in str(call.request.url) for call in api.calls)


def test_only_empty_bodies_are_sent(api: responses.RequestsMock) -> None:
    warm_up(OUTPUTS, say_nothing)

    assert {call.request.body for call in api.calls} == {None, b"{}"}


def test_a_broken_function_is_named_with_its_answer_and_its_traceback(
    api: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "last_failure_of", lambda name, _url: f"{name} cannot import x")
    api.replace("GET", ANY_PATH, status=500, body="Internal error", headers=OURS)

    with pytest.raises(LocalFailure) as failure:
        warm_up(OUTPUTS, say_nothing)

    assert "does not work: GET" in failure.value.what
    assert "Internal error" in failure.value.evidence
    assert "cannot import x" in failure.value.evidence


def test_a_route_that_leads_nowhere_is_named(api: responses.RequestsMock) -> None:
    api.replace("GET", ANY_PATH, status=404, body="no such API")

    with pytest.raises(LocalFailure, match="The API does not route to") as failure:
        warm_up(OUTPUTS, say_nothing)

    assert failure.value.evidence == "no such API"


def test_the_last_traceback_that_a_function_logged_is_found(emulator: EmulatedAws) -> None:
    logs = emulator.client("logs")
    place = {"logGroupName": "/aws/lambda/test-do_something", "logStreamName": "one"}
    logs.create_log_group(logGroupName=place["logGroupName"])
    logs.create_log_stream(**place)
    lines = [
        "START",
        json.dumps({"exception": "Traceback\nValueError: old"}),
        json.dumps({"exception": "Traceback\nValueError: new"}),
        json.dumps({"message": "request"}),
    ]
    now_ms = int(time.time() * 1000)
    logs.put_log_events(
        **place,
        logEvents=[
            {"timestamp": now_ms + number, "message": line} for number, line in enumerate(lines)
        ],
    )

    assert last_failure_of("do_something", emulator.endpoint_url) == "Traceback\nValueError: new"
    assert last_failure_of("do_nothing", emulator.endpoint_url) == ""

"""What all functions have in common, whatever they do: checked with each one's sample event."""

import importlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from cdk.endpoints import ENDPOINTS, Endpoint
from localstack.memory.api import Api, Reply, sample_event
from localstack.memory.wire import Wire, answer_with
from novapay.http.logged_facts import ASKED
from tests.support.printed import Printed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# The admin functions have a gate before them and a suite of their own, the console no data.
FUNCTIONS = [it for it in ENDPOINTS if it.service != "admin"]
NEEDING_AWS_ELSEWHERE = {"create_job", "create_quote"}
OVER_DATA = [it for it in FUNCTIONS if it.name not in NEEDING_AWS_ELSEWHERE]


def name_of(endpoint: Endpoint) -> str:
    return endpoint.module


def call(api: Api, endpoint: Endpoint, **changes: object) -> Reply:
    """Call a function with its sample event, some of whose fields are changed."""
    return api.send(endpoint.module, {**sample_event(endpoint.module), **changes})


@pytest.mark.parametrize("endpoint", OVER_DATA, ids=name_of)
def test_the_sample_event_is_understood(api: Api, endpoint: Endpoint) -> None:
    reply = call(api, endpoint)

    assert reply.status in {200, 201, 404}
    if reply.status == 404:
        assert reply.code.endswith("-not-found")


@pytest.mark.parametrize("endpoint", FUNCTIONS, ids=name_of)
def test_another_route_is_not_found(api: Api, endpoint: Endpoint) -> None:
    reply = call(api, endpoint, path="/nowhere", resource="/nowhere")

    assert (reply.status, reply.code) == (404, "not-found")


@pytest.mark.parametrize("endpoint", FUNCTIONS, ids=name_of)
def test_a_body_over_the_limit_is_refused_unread(api: Api, endpoint: Endpoint) -> None:
    reply = call(api, endpoint, body=" " * 7_000_000)

    assert (reply.status, reply.code) == (413, "payload-too-large")


@pytest.mark.parametrize("endpoint", OVER_DATA, ids=name_of)
def test_what_nobody_foresaw_is_a_500_that_says_nothing_of_itself(
    api: Api, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, printed: Callable[[], Printed]
) -> None:
    module = importlib.import_module(f"functions.{endpoint.module.replace('/', '.')}")
    monkeypatch.setattr(module.wiring, "resources", _break)

    reply = call(api, endpoint)

    assert (reply.status, reply.code) == (500, "internal-error")
    assert "inside" not in reply.text
    assert "RuntimeError" not in reply.text
    failure, request = printed().log
    assert failure["level"] == "ERROR"
    assert failure["exception_name"] == "RuntimeError"
    assert failure["request_id"] == request["request_id"] == reply.headers["x-request-id"]
    assert request["status"] == 500


def _break() -> None:
    raise RuntimeError("a secret of the inside")


@pytest.mark.parametrize("endpoint", OVER_DATA, ids=name_of)
def test_a_database_that_is_down_is_a_503_to_be_tried_again(
    api: Api, endpoint: Endpoint, dynamodb: "DynamoDBClient"
) -> None:
    down = answer_with("InternalServerError", status=500)

    with Wire(dynamodb, before=lambda _: down()):
        reply = call(api, endpoint)

    assert (reply.status, reply.code) == (503, "store-unavailable")
    assert reply.body["retryable"] is True


@pytest.mark.parametrize("endpoint", OVER_DATA, ids=name_of)
def test_an_invocation_is_one_log_line_without_the_body(
    api: Api, endpoint: Endpoint, printed: Callable[[], Printed]
) -> None:
    event = sample_event(endpoint.module)

    reply = api.send(endpoint.module, event)

    [line] = printed().log
    assert line["level"] == "INFO"
    assert line["request_id"] == event["requestContext"]["requestId"]
    assert (line["method"], line["route"]) == (event["httpMethod"], event["resource"])
    assert line["status"] == reply.status
    assert line["duration_ms"] >= 0
    body = json.loads(event["body"] or "{}")
    logged = {*(event["pathParameters"] or {}).values(), *(body.get(name) for name in ASKED)}
    for value in _texts(body):
        assert value in logged or value not in json.dumps(line)


def test_what_can_be_kept_by_nobody_is_said_to_be_so(api: Api) -> None:
    for endpoint in OVER_DATA:
        reply = api.send(endpoint.module, sample_event(endpoint.module))

        assert reply.headers["cache-control"] == "no-store", endpoint.module


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_every_answer_of_every_function_is_for_safe_lines_and_of_its_own_type(
    api: Api, endpoint: Endpoint
) -> None:
    for changes in ({}, {"path": "/nowhere"}, {"body": " " * 7_000_000}):
        reply = call(api, endpoint, **changes)

        assert reply.headers["strict-transport-security"].startswith("max-age=31536000")
        assert reply.headers["x-content-type-options"] == "nosniff"


def _texts(document: object) -> list[str]:
    """Return the texts of a document that are long enough to be nobody else's."""
    if isinstance(document, dict):
        return [text for value in document.values() for text in _texts(value)]
    if isinstance(document, list):
        return [text for value in document for text in _texts(value)]
    return [document] if isinstance(document, str) and len(document) > 6 else []

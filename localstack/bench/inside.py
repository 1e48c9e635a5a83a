"""Runs a function in this process against the running stack, and records its AWS calls."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from localstack.common import environment
from localstack.common.environment import PREFIX
from localstack.common.outputs import Outputs
from novapay import wiring
from novapay.schema import LOCAL_STAGE, METRICS_NAMESPACE


@dataclass(frozen=True, slots=True)
class Call:
    """One call to AWS, as the calling code sees it."""

    operation: str
    request: Mapping[str, Any]
    took_s: float
    write_units: float


@dataclass(frozen=True, slots=True)
class Invocation:
    """One invocation of a function."""

    answer: dict[str, Any]
    calls: list[Call]
    took_s: float

    @property
    def aws_s(self) -> float:
        return sum(call.took_s for call in self.calls)

    @property
    def own_share(self) -> float:
        """Our own time divided by the time of AWS."""
        return (self.took_s - self.aws_s) / self.aws_s

    @property
    def write_units(self) -> float:
        return sum(call.write_units for call in self.calls)


@dataclass(slots=True)
class _Tap:
    """Records calls from the events of a client."""

    calls: list[Call] = field(default_factory=list)
    started: float = 0.0
    request: Mapping[str, Any] = field(default_factory=dict)

    def begin(self, params: Mapping[str, Any], **_: object) -> None:
        self.request = dict(params)
        self.started = time.perf_counter()

    def end(self, model: Any, parsed: Mapping[str, Any], **_: object) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        units = sum(table["CapacityUnits"] for table in consumed) if consumed else 0.0
        wrote = units if model.name == "TransactWriteItems" else 0.0
        took_s = time.perf_counter() - self.started
        self.calls.append(Call(model.name, self.request, took_s, wrote))


@contextmanager
def functions_environment(outputs: Outputs) -> Iterator[None]:
    """Give this process the environment of the stack's functions."""
    variables = {
        "NOVAPAY_STAGE": LOCAL_STAGE,
        "TABLE_PREFIX": PREFIX,
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "AWS_ENDPOINT_URL": outputs.endpointUrl,
        "AWS_ACCESS_KEY_ID": environment.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": environment.SECRET_KEY,
        "AWS_DEFAULT_REGION": outputs.region,
    }
    with patch.dict(os.environ, variables):
        yield


@contextmanager
def tapped() -> Iterator[list[Call]]:
    """Record the calls that the core's client makes, in the list that this yields."""
    events: Any = wiring.resources().database.client.meta.events
    tap = _Tap()
    hooks = {"before-parameter-build.dynamodb": tap.begin, "after-call.dynamodb": tap.end}
    for name, hook in hooks.items():
        events.register(name, hook)
    try:
        yield tap.calls
    finally:
        for name, hook in hooks.items():
            events.unregister(name, hook)


def invoke(
    module: str,
    request: str,
    body: Mapping[str, Any],
    *,
    path: Mapping[str, str] | None = None,
    key: str | None = None,
) -> Invocation:
    """Invoke an endpoint's handler in this process, with an event as from API Gateway.

    Args:
        module: as in "transactions/create_transfer".
        request: method and route, as in "POST /transactions/transfers".
        body: the JSON to send.
        path: the route's parameters.
        key: the Idempotency-Key; a new one if none is given.
    """
    handler = import_module(f"functions.{module.replace('/', '.')}").handler
    event = _event(request, body, path or {}, key or str(uuid4()))
    with redirect_stdout(io.StringIO()), tapped() as calls:
        started = time.perf_counter()
        answer = handler(event, _Context())
        took_s = time.perf_counter() - started
    return Invocation(answer, calls, took_s)


def _event(
    request: str, body: Mapping[str, Any], path: Mapping[str, str], key: str
) -> dict[str, Any]:
    method, route = request.split(" ", 1)
    return {
        "httpMethod": method,
        "resource": route,
        "path": route.format_map(path),
        "pathParameters": dict(path),
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "headers": {"content-type": "application/json", "idempotency-key": key},
        "multiValueHeaders": {"content-type": ["application/json"], "idempotency-key": [key]},
        "requestContext": {"requestId": str(uuid4()), "stage": LOCAL_STAGE},
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


class _Context(SimpleNamespace):
    """The context of an invocation, as Lambda gives it."""

    function_name = "bench"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:bench"
    aws_request_id = "bench"

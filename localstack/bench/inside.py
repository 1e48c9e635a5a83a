"""Runs a function in this process against the running stack, and records its AWS calls."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from localstack.common.environment import PREFIX
from localstack.common.outputs import Outputs
from localstack.memory.api import CONTEXT, event_of
from localstack.memory.wire import Call, Wire
from novapay import wiring
from novapay.schema import LOCAL_STAGE, METRICS_NAMESPACE


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


@contextmanager
def functions_environment(outputs: Outputs) -> Iterator[None]:
    """Give this process the environment of the stack's functions."""
    variables = {
        "NOVAPAY_STAGE": LOCAL_STAGE,
        "TABLE_PREFIX": PREFIX,
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        **outputs.aws.variables,
    }
    with patch.dict(os.environ, variables):
        yield


def tapped() -> Wire:
    """Return what records the calls that the core's client makes, for as long as it is entered."""
    return Wire(wiring.resources().database.client)


def invoke(module: str, body: Mapping[str, Any], **changes: Any) -> Invocation:
    """Invoke an endpoint's handler in this process, with an event as from API Gateway.

    Args:
        module: as in "transactions/create_transfer".
        body: the JSON to send.
        changes: what else differs from the sample event: see `localstack.memory.api.event_of`.
    """
    handler = import_module(f"functions.{module.replace('/', '.')}").handler
    event = event_of(module, body=body, **{"key": str(uuid4()), **changes})
    with redirect_stdout(io.StringIO()), tapped() as wire:
        started = time.perf_counter()
        answer = handler(event, CONTEXT)
        took_s = time.perf_counter() - started
    return Invocation(answer, wire.calls, took_s)

"""The handler wrapper of functions that Step Functions or a schedule calls.

It writes one log line and the metrics, and raises every error again, because the caller retries.
All log lines of a payroll run contain the id of the request that created the job, so that an
operator finds them by it.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import observability
from novapay.domain.errors import ClockSkewed, InvariantViolated
from novapay.domain.fault import fault_of

Event = dict[str, Any]
Task = Callable[[Event, LambdaContext], Mapping[str, Any]]

RESERVE_MS = 27_500
"""Milliseconds that must be left to begin more work: a commit's deadline and its last time-out."""

_FIELDS = ("jobId", "lane")
_REQUEST_ID = "requestId"


def has_time(context: LambdaContext) -> bool:
    """Return whether the invocation has enough time left for one more piece of work."""
    return context.get_remaining_time_in_millis() > RESERVE_MS


def task(name: str, run: Task) -> Callable[[Event, LambdaContext], Event]:
    """Return the Lambda handler of a task.

    Args:
        name: the name of the task, for its log line.
        run: does the work and returns the input of the next step.
    """

    def handler(event: Event, context: LambdaContext) -> Event:
        started = time.monotonic()
        facts = {field: event.get(field) for field in _FIELDS}
        facts["request_id"] = event.get(_REQUEST_ID)
        try:
            result = dict(run(event, context))
        except Exception as error:
            if isinstance(error, InvariantViolated):
                observability.EmfMeter().violation(fault_of(error))
            if isinstance(error, ClockSkewed):
                facts["offset_ms"] = error.offset_ms
            observability.log_failure(error, task=name, **facts)
            raise
        else:
            duration_ms = round((time.monotonic() - started) * 1000, 1)
            said = {key: fact for key, fact in result.items() if key != _REQUEST_ID}
            line = facts | said | {"task": name, "duration_ms": duration_ms}
            observability.log_event("task", **line)
            return result
        finally:
            observability.flush()

    return handler

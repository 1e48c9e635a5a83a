"""The way of a function that Step Functions or a schedule calls: one log line, metrics, and an
error that is said aloud, because the caller retries it. The lines of a payroll run have the id of
the request that created the job, so that a person on call finds them all by it.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from novapay import observability
from novapay.domain.errors import InvariantViolated
from novapay.domain.meter import INVARIANT_VIOLATIONS

Event = dict[str, Any]
Task = Callable[[Event, LambdaContext], Mapping[str, Any]]

RESERVE_MS = 27_500
"""A piece of work is begun only with this much time left: a commit's deadline and its last
time-out."""

_FIELDS = ("jobId", "lane")
_REQUEST_ID = "requestId"


def has_time(context: LambdaContext) -> bool:
    """Return whether the invocation lasts long enough for one more piece of work."""
    return context.get_remaining_time_in_millis() > RESERVE_MS


def task(name: str, run: Task) -> Callable[[Event, LambdaContext], Event]:
    """Return the Lambda handler of a task.

    Args:
        name: the task's, for its log line.
        run: does the work and returns what the next step needs to know.
    """

    def handler(event: Event, context: LambdaContext) -> Event:
        started = time.monotonic()
        facts = {field: event.get(field) for field in _FIELDS}
        facts["request_id"] = event.get(_REQUEST_ID)
        try:
            result = dict(run(event, context))
        except Exception as error:
            if isinstance(error, InvariantViolated):
                observability.EmfMeter().count(INVARIANT_VIOLATIONS)
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

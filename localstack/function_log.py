"""What a function wrote to its log, for the moment in which it is found to be broken."""

from __future__ import annotations

import json

from localstack import aws

LINES_MAX = 15


def last_failure_of(operation: str, endpoint_url: str) -> str:
    """Promise the end of the last traceback that a function logged, or nothing.

    Args:
        operation: what the name of its log group ends with.
        endpoint_url: the AWS that it runs on.
    """
    logs = aws.client("logs", endpoint_url)
    events = logs.get_paginator("filter_log_events")
    tracebacks = [
        traceback
        for page in logs.get_paginator("describe_log_groups").paginate()
        for group in page["logGroups"]
        if group["logGroupName"].endswith(operation)
        for found in events.paginate(logGroupName=group["logGroupName"])
        for event in found["events"]
        if (traceback := _traceback_in(event["message"]))
    ]
    return "\n".join(tracebacks[-1].splitlines()[-LINES_MAX:]) if tracebacks else ""


def _traceback_in(line: str) -> str:
    """Promise the traceback of a JSON log line; other lines have none."""
    try:
        logged = json.loads(line)
    except json.JSONDecodeError:
        return ""
    return str(logged.get("exception", "")) if isinstance(logged, dict) else ""

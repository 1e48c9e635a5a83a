"""Reads the last error from the log of a function that does not work."""

from __future__ import annotations

import json

from localstack import aws

LINES_MAX = 15


def last_failure_of(operation: str, endpoint_url: str) -> str:
    """Return the end of the last traceback that a function logged, or an empty text.

    Args:
        operation: the end of the name of its log group.
        endpoint_url: the AWS that the function runs on.
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
    """Return the traceback in a JSON log line, or an empty text."""
    try:
        logged = json.loads(line)
    except json.JSONDecodeError:
        return ""
    return str(logged.get("exception", "")) if isinstance(logged, dict) else ""

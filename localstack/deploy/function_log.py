"""Reads what a function that does not work said last."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from localstack.common.aws import LocalAws

LINES_MAX = 25
LAMBDAS_OWN = re.compile(r"(START|END|REPORT|INIT_START|INIT_REPORT) ")


def last_words_of(function: str, aws: LocalAws) -> str:
    """Return the last lines that a function logged, and its traceback where one is in a line.

    A function that cannot be imported has logged nothing; its error is asked for by one more call.

    Args:
        function: its name.
        aws: the AWS that it runs on.

    Returns:
        an empty text if it says nothing.
    """
    lines: list[str] = []
    for line in _logged(aws.client("logs"), f"/aws/lambda/{function}"):
        if line.startswith("START "):
            lines = []
        elif not LAMBDAS_OWN.match(line):
            lines.extend(_unfolded(line).splitlines())
    if lines:
        return "\n".join(lines[-LINES_MAX:])
    return _error_of(aws.client("lambda"), function)


def _logged(logs: Any, group: str) -> Iterator[str]:
    try:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group):
            for event in page["events"]:
                yield event["message"].rstrip()
    except logs.exceptions.ResourceNotFoundException:
        return  # It was never called.


def _unfolded(line: str) -> str:
    """Return the traceback in a JSON log line, or the line itself."""
    try:
        logged = json.loads(line)
    except json.JSONDecodeError:
        return line
    return str(logged.get("exception", line)) if isinstance(logged, dict) else line


def _error_of(functions: Any, name: str) -> str:
    """Return the error that a call of the function ends with, or an empty text."""
    try:
        answer = functions.invoke(FunctionName=name, Payload=b"{}")
    except ClientError as error:
        return str(error)
    if "FunctionError" not in answer:
        return ""
    told = json.loads(answer["Payload"].read())
    stack = [str(line).rstrip() for line in told.get("stackTrace") or ()]
    return "\n".join([*stack, f"{told.get('errorType')}: {told.get('errorMessage')}"])

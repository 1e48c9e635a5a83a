"""Forwards the functions' metrics from their logs to CloudWatch, for the embedded AWS.

A function writes its metrics as log lines in CloudWatch's embedded metric format (EMF), which AWS
turns into metrics. The embedded AWS only stores the lines. So this process reads the lines and puts
the metrics; it runs as long as the emulator.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from cdk.endpoints import EVERY_FUNCTION
from localstack.common.environment import PREFIX
from localstack.common.home import PROJECT, Home
from localstack.common.locks import try_lock
from localstack.emulator.embedded import Emulator

LOG_GROUPS = f"/aws/lambda/{PREFIX}-"
"""What the names of the functions' log groups begin with."""

MODULE = "localstack.emulator.metrics_forwarder"
POLL_S = 5.0
LATE_MS = 1_000
"""A line appears in its log after at most so long."""
WINDOW_MS = 10 * 60 * 1000
LOOK_BACK_MS = 60 * 60 * 1000
"""Nothing older is read: after a long pause, recent metrics matter more than old ones."""
PAGE_EVENTS_MAX = 10_000
"""How many events one page of FilterLogEvents holds at most."""
DATA_MAX = 500
"""How many data one PutMetricData takes here; AWS takes 1000."""


class Series(NamedTuple):
    """One series of values in CloudWatch: what identifies it, and its unit."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    unit: str


@dataclass(slots=True)
class Sums:
    """The statistics of one metric in one window, as CloudWatch needs them."""

    count: int = 0
    total: float = 0.0
    least: float = float("inf")
    most: float = float("-inf")

    def add(self, value: float) -> None:
        """Count one more value."""
        self.count += 1
        self.total += value
        self.least = min(self.least, value)
        self.most = max(self.most, value)


class Forwarder:
    """Reads log groups from the position that a file stores, up to now."""

    def __init__(self, logs: Any, cloudwatch: Any, groups: Sequence[str], position: Path) -> None:
        self._logs = logs
        self._cloudwatch = cloudwatch
        self._groups = groups
        self._position = position

    def forward(self, now_ms: int) -> int:
        """Forward what was written since the last call, at most ten minutes of it.

        Args:
            now_ms: the current time, in milliseconds since 1970.

        Returns:
            the instant up to which everything is forwarded, in milliseconds since 1970.
        """
        since = max(self._since(), now_ms - LOOK_BACK_MS)
        until = min(now_ms - LATE_MS, since + WINDOW_MS)
        if until <= since:
            return since
        sums: dict[Series, Sums] = {}
        for metric, values in self._read(since, until):
            for value in values:
                sums.setdefault(metric, Sums()).add(value)
        self._put(sums, until)
        self._position.write_text(json.dumps({"until": until}), encoding="utf-8")
        return until

    def _since(self) -> int:
        if not self._position.exists():
            return 0
        return int(json.loads(self._position.read_text(encoding="utf-8"))["until"])

    def _read(self, since: int, until: int) -> Iterator[tuple[Series, list[float]]]:
        for group in self._groups:
            for message in self._messages(group, since, until):
                yield from metrics_in(message)

    def _messages(self, group: str, since: int, until: int) -> list[str]:
        """Return the group's lines with metrics from `since` up to, not including, `until`.

        MiniStack returns one page of at most 10,000 events and no token for the next one, so a
        window whose last page is full is read again as two halves.
        """
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=group,
            filterPattern='"CloudWatchMetrics"',
            startTime=since,
            endTime=until - 1,
        )
        try:
            found = [page["events"] for page in pages]
        except self._logs.exceptions.ResourceNotFoundException:
            return []
        if len(found[-1]) >= PAGE_EVENTS_MAX and until - since > 1:
            middle = (since + until) // 2
            return [
                *self._messages(group, since, middle),
                *self._messages(group, middle, until),
            ]
        return [event["message"] for page in found for event in page]

    def _put(self, sums: dict[Series, Sums], until: int) -> None:
        for namespace in {metric.namespace for metric in sums}:
            data = [_datum(m, s, until) for m, s in sums.items() if m.namespace == namespace]
            for start in range(0, len(data), DATA_MAX):
                self._cloudwatch.put_metric_data(
                    Namespace=namespace, MetricData=data[start : start + DATA_MAX]
                )


def metrics_in(line: str) -> Iterator[tuple[Series, list[float]]]:
    """Yield the metrics in a line, with their values; only lines in EMF have some."""
    try:
        written = json.loads(line)
        directives = written["_aws"]["CloudWatchMetrics"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return
    for directive in directives:
        for names in directive["Dimensions"]:
            dimensions = tuple((name, str(written[name])) for name in names)
            for metric in directive["Metrics"]:
                values = written[metric["Name"]]
                unit = metric.get("Unit", "None")
                key = Series(directive["Namespace"], metric["Name"], dimensions, unit)
                yield key, values if isinstance(values, list) else [values]


def start(emulator: Emulator) -> None:
    """Start the process for a running emulator; if one runs already, the new one ends at once."""
    home = emulator.home
    with (home.root / "metrics-forwarder.log").open("ab") as log:
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                MODULE,
                str(home.root),
                str(emulator.port),
            ],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def main(root: str, port: str) -> None:
    """Forward until the emulator of a home has stopped."""
    emulator = Emulator(Home(Path(root)), int(port))
    with (emulator.home.root / "metrics-forwarder.lock").open("a") as lock:
        if not try_lock(lock):
            return
        forwarder = Forwarder(
            emulator.aws.client("logs"),
            emulator.aws.client("cloudwatch"),
            [f"{LOG_GROUPS}{function.name}" for function in EVERY_FUNCTION],
            emulator.home.root / "metrics-forwarder.json",
        )
        while emulator.runs():
            _forward_all(forwarder)
            time.sleep(POLL_S)


def _forward_all(forwarder: Forwarder) -> None:
    """Forward everything up to now; after an error, the next call tries again."""
    now_ms = time.time_ns() // 1_000_000
    try:
        while forwarder.forward(now_ms) < now_ms - LATE_MS:
            pass
    except (ClientError, BotoCoreError) as error:
        print(f"not forwarded: {error}", flush=True)


def _datum(metric: Series, sums: Sums, until: int) -> dict[str, Any]:
    return {
        "MetricName": metric.name,
        "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
        "Timestamp": (until - 1) / 1000,
        "Unit": metric.unit,
        "StatisticValues": {
            "SampleCount": float(sums.count),
            "Sum": sums.total,
            "Minimum": sums.least,
            "Maximum": sums.most,
        },
    }


if __name__ == "__main__":
    main(*sys.argv[1:])

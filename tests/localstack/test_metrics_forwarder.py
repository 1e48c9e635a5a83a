"""The functions' metrics reach CloudWatch, each once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localstack.emulator import metrics_forwarder
from localstack.emulator.metrics_forwarder import (
    LATE_MS,
    LOOK_BACK_MS,
    WINDOW_MS,
    Forwarder,
    metrics_in,
)

NOW = 1_775_556_000_000
GROUP = "/aws/lambda/novapay-local-create_transfer"


def line(**values: list[float]) -> str:
    """Return a line as Powertools writes it."""
    metrics = [{"Name": name, "Unit": "Count"} for name in values]
    directive = {"Namespace": "NovaPay", "Dimensions": [["service"]], "Metrics": metrics}
    head = {"Timestamp": NOW, "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": head, "service": "transactions", **values})


class Logs:
    """Log groups with lines at instants, read in pages as CloudWatch Logs gives them."""

    class exceptions:  # noqa: N801  # as the client has them
        class ResourceNotFoundException(Exception):
            """There is no such group."""

    page_size = 10_000
    has_tokens = True

    def __init__(self, **lines: int) -> None:
        self.lines = lines
        self.asked: list[tuple[int, int]] = []

    def filter_log_events(self, **asked: Any) -> dict[str, Any]:
        if asked["logGroupName"] != GROUP:
            raise self.exceptions.ResourceNotFoundException
        since, until = asked["startTime"], asked["endTime"]
        self.asked.append((since, until))
        names = [name for name, instant in self.lines.items() if since <= instant <= until]
        start = int(asked.get("nextToken", 0))
        end = start + self.page_size
        page = {"events": [{"message": line(**{name: [1.0, 2.0]})} for name in names[start:end]]}
        return {**page, "nextToken": str(end)} if self.has_tokens and names[end:] else page

    def get_paginator(self, operation: str) -> "Logs":
        assert operation == "filter_log_events"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        page = self.filter_log_events(**asked)
        yield page
        while token := page.get("nextToken"):
            page = self.filter_log_events(nextToken=token, **asked)
            yield page


class CloudWatch:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.data: list[dict[str, Any]] = []

    def put_metric_data(self, **put: Any) -> None:
        assert put["Namespace"] == "NovaPay"
        self.data += put["MetricData"]

    @property
    def names(self) -> list[str]:
        return [datum["MetricName"] for datum in self.data]


def forwarder(logs: Logs, cloudwatch: CloudWatch, folder: Path) -> Forwarder:
    groups = ["/aws/lambda/novapay-local-gone", GROUP]
    return Forwarder(logs, cloudwatch, groups, folder / "position.json")


def test_a_metric_is_carried_over_with_its_dimensions_and_sums(tmp_path: Path) -> None:
    cloudwatch = CloudWatch()
    reader = forwarder(Logs(replays=NOW - 5000), cloudwatch, tmp_path)

    while reader.forward(NOW) < NOW - LATE_MS:
        pass

    [datum] = cloudwatch.data
    assert datum["Dimensions"] == [{"Name": "service", "Value": "transactions"}]
    assert datum["StatisticValues"] == {
        "SampleCount": 2.0, "Sum": 3.0, "Minimum": 1.0, "Maximum": 2.0
    }  # fmt: skip


def test_no_line_is_carried_over_twice_by_a_forwarder_or_the_next(tmp_path: Path) -> None:
    cloudwatch, logs = CloudWatch(), Logs(first=NOW - 5000, late=NOW - LATE_MS, last=NOW + 5000)
    (tmp_path / "position.json").write_text(json.dumps({"until": NOW - 10_000}))

    forwarder(logs, cloudwatch, tmp_path).forward(NOW)
    forwarder(logs, cloudwatch, tmp_path).forward(NOW + 3000)
    forwarder(logs, cloudwatch, tmp_path).forward(NOW + 9000)

    assert cloudwatch.names == ["first", "late", "last"]


def test_a_busy_minute_is_carried_over_to_its_last_page(tmp_path: Path) -> None:
    cloudwatch, logs = CloudWatch(), Logs(**{f"metric_{n}": NOW - 5000 for n in range(5)})
    logs.page_size = 2
    (tmp_path / "position.json").write_text(json.dumps({"until": NOW - 10_000}))

    forwarder(logs, cloudwatch, tmp_path).forward(NOW)

    assert cloudwatch.names == list(logs.lines)


def test_a_full_page_without_a_token_is_read_again_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_forwarder, "PAGE_EVENTS_MAX", 2)
    cloudwatch, logs = CloudWatch(), Logs(**{f"metric_{n}": NOW - 5000 + n for n in range(5)})
    logs.page_size, logs.has_tokens = 2, False
    (tmp_path / "position.json").write_text(json.dumps({"until": NOW - 10_000}))

    forwarder(logs, cloudwatch, tmp_path).forward(NOW)

    assert cloudwatch.names == list(logs.lines)


def test_a_long_pause_is_caught_up_in_bounded_steps(tmp_path: Path) -> None:
    logs = Logs()
    reader = forwarder(logs, CloudWatch(), tmp_path)

    while reader.forward(NOW) < NOW - LATE_MS:
        pass

    assert logs.asked[0][0] == NOW - LOOK_BACK_MS
    assert all(until - since < WINDOW_MS for since, until in logs.asked)


@pytest.mark.parametrize("text", ["START", "{}", "[]", '{"_aws": {}}', '{"_aws": null}', "1"])
def test_other_lines_have_no_metrics(text: str) -> None:
    assert list(metrics_in(text)) == []

"""Figures from CloudWatch, where the functions' metrics end up."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from novapay.domain.errors import Unavailable
from novapay.domain.figures import HOURS, PERIOD, Figure, Window

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricDataResultTypeDef

NAMESPACE = "NovaPay"


class CloudWatchFigures:
    """Reads the hourly sums of metrics that one stage wrote, service by service."""

    def __init__(self, client: "CloudWatchClient", stage: str) -> None:
        self._client = client
        self._stage = stage

    def hourly(self, services_of: Mapping[str, tuple[str, ...]], window: Window) -> list[Figure]:
        """Return figures by the hour; see `novapay.domain.ports.Figures`."""
        asked = [(name, service) for name, services in services_of.items() for service in services]
        queries = [self._query(number, *metric) for number, metric in enumerate(asked)]
        counts = {name: [0] * HOURS for name in services_of}
        try:
            for result in self._results(queries, window):
                name, _ = asked[int(result["Id"].removeprefix("m"))]
                for instant, value in zip(result["Timestamps"], result["Values"], strict=True):
                    counts[name][window.hour_of(instant)] += round(value)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        return [Figure(name, tuple(hourly)) for name, hourly in counts.items()]

    def _results(
        self, queries: "list[MetricDataQueryTypeDef]", window: Window
    ) -> "Iterator[MetricDataResultTypeDef]":
        pages = self._client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=window.since, EndTime=window.until
        )
        for page in pages:
            yield from page["MetricDataResults"]

    def _query(self, number: int, name: str, service: str) -> "MetricDataQueryTypeDef":
        return {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": NAMESPACE,
                    "MetricName": name,
                    "Dimensions": [
                        {"Name": "service", "Value": service},
                        {"Name": "stage", "Value": self._stage},
                    ],
                },
                "Period": int(PERIOD.total_seconds()),
                "Stat": "Sum",
            },
        }

"""Figures from CloudWatch, which collects the metrics of all functions."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from novapay.domain.errors import Refusal, Unavailable, UnbalancedPosting
from novapay.domain.fault import Fault
from novapay.domain.figures import HOURS, PERIOD, Figure, Window
from novapay.domain.meter import FAULTS, INVARIANT_VIOLATIONS
from novapay.schema import METRICS_NAMESPACE

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricDataResultTypeDef

FAULTS_MAX = 500
"""The most metrics that one call of GetMetricData takes."""

SERVICES_OF: Mapping[str, tuple[str, ...]] = {
    "transfers_completed": ("transactions",),
    "fx_transfers_completed": ("transactions",),
    "transfers_refused": ("transactions",),
    "replays": ("accounts", "transactions", "ledger", "payroll"),
    "payroll_items_paid": ("payroll",),
    "payroll_items_failed": ("payroll",),
    INVARIANT_VIOLATIONS: (
        "accounts",
        "transactions",
        "ledger",
        "payroll",
        "admin",
        "operations",
    ),
    **{refusal.metric(): ("transactions",) for refusal in Refusal.__subclasses__()},
    UnbalancedPosting.metric(): ("ledger",),
}
"""The metric of each figure, and the services that count it; their counts are added up."""


class CloudWatchFigures:
    """Reads the hourly sums of metrics that one stage wrote, service by service."""

    def __init__(self, client: "CloudWatchClient", stage: str) -> None:
        self._client = client
        self._stage = stage

    def hourly(self, window: Window) -> list[Figure]:
        """Return figures by the hour; see `novapay.domain.ports.Figures`."""
        asked = [(name, service) for name, services in SERVICES_OF.items() for service in services]
        queries = [
            _query(number, name, {"service": service, "stage": self._stage})
            for number, (name, service) in enumerate(asked)
        ]
        counts = {name: [0] * HOURS for name in SERVICES_OF}
        try:
            for result in self._results(queries, window):
                name, _ = asked[int(result["Id"].removeprefix("m"))]
                for instant, value in zip(result["Timestamps"], result["Values"], strict=True):
                    counts[name][window.hour_of(instant)] += round(value)
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        return [Figure(name, tuple(hourly)) for name, hourly in counts.items()]

    def faults(self, window: Window) -> list[Fault]:
        """Return what checks met in a window; see `novapay.domain.ports.Figures`.

        CloudWatch lists a new metric within 15 minutes; FAULTS_MAX of them are asked about.
        """
        try:
            dimensions = list(islice(self._fault_dimensions(), FAULTS_MAX))
            queries = [_query(number, FAULTS, it) for number, it in enumerate(dimensions)]
            results = self._results(queries, window) if queries else ()
            met = [int(it["Id"].removeprefix("m")) for it in results if any(it["Values"])]
        except (ClientError, BotoCoreError) as error:
            raise Unavailable from error
        return [Fault.parse(dimensions[number]["fault"]) for number in met]

    def _fault_dimensions(self) -> Iterator[Mapping[str, str]]:
        pages = self._client.get_paginator("list_metrics").paginate(
            Namespace=METRICS_NAMESPACE,
            MetricName=FAULTS,
            Dimensions=[{"Name": "stage", "Value": self._stage}, {"Name": "fault"}],
        )
        for page in pages:
            for metric in page["Metrics"]:
                yield {it["Name"]: it["Value"] for it in metric["Dimensions"]}

    def _results(
        self, queries: "list[MetricDataQueryTypeDef]", window: Window
    ) -> "Iterator[MetricDataResultTypeDef]":
        pages = self._client.get_paginator("get_metric_data").paginate(
            MetricDataQueries=queries, StartTime=window.since, EndTime=window.until
        )
        for page in pages:
            yield from page["MetricDataResults"]


def _query(number: int, name: str, dimensions: Mapping[str, str]) -> "MetricDataQueryTypeDef":
    return {
        "Id": f"m{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": METRICS_NAMESPACE,
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            },
            "Period": int(PERIOD.total_seconds()),
            "Stat": "Sum",
        },
    }

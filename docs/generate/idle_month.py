"""What a stage costs in a month in which nobody calls it, counted in its own templates."""

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_cdk import App

from cdk.app import add_stacks
from cdk.context import parse_deployment
from cdk.endpoints import MEMORY_MIB
from docs.generate.markdown import table
from docs.generate.prices import (
    ALARM_METRIC_MONTH,
    DASHBOARD_MONTH,
    GB_SECOND,
    INVOCATION,
    KEY_MONTH,
    METRIC_MONTH,
    PER_MILLION,
    SECRET_MONTH,
    SNAPSHOT_GB_SECOND,
    WAF_MONTH,
    WAF_RULE_MONTH,
    in_dollars,
)

MONTH_S = 30 * 24 * 3600
RECOVERY_MS = 30
IDLE_METRICS = 1
"""Recovery reports the age of the oldest open job each minute; other metrics cost something only in
months in which they occur."""


def idle_month() -> str:
    """Return what a stage costs in a month of 30 days in which nobody calls it."""
    with TemporaryDirectory() as folder:
        app = App(outdir=folder, analytics_reporting=False)
        deployment = parse_deployment({"stage": "prod", "auth": "iam", "waf": "on"}.get, {})
        add_stacks(app, deployment)
        app.synth()
        # Nested stacks have files of their own too.
        templates = [json.loads(it.read_text()) for it in Path(folder).glob("*.template.json")]
    found = [resource for template in templates for resource in template["Resources"].values()]
    counted = Counter(resource["Type"] for resource in found)
    cached = [it["Properties"] for it in found if "SnapStart" in it.get("Properties", {})]
    cached_gb = sum(it["MemorySize"] for it in cached) / 1024
    watched = sum(map(_metrics_watched, found))
    [firewall] = [it for it in found if it["Type"] == "AWS::WAFv2::WebACL"]
    rules = len(firewall["Properties"]["Rules"])
    memory_gb = MEMORY_MIB / 1024
    minutes = MONTH_S / 60
    recovery = minutes * (RECOVERY_MS / 1000 * memory_gb * GB_SECOND.dollars + INVOCATION.dollars)
    rows = [
        (
            f"SnapStart's cache of {len(cached)} functions; stage `dev` has none",
            cached_gb * MONTH_S / PER_MILLION * SNAPSHOT_GB_SECOND.dollars,
        ),
        (f"{watched} metrics watched by alarms", watched * ALARM_METRIC_MONTH.dollars),
        (f"{counted['AWS::KMS::Key']} keys", counted["AWS::KMS::Key"] * KEY_MONTH.dollars),
        ("the dashboard", DASHBOARD_MONTH.dollars),
        ("the operators' secret", SECRET_MONTH.dollars),
        ("the age of the oldest job, a metric", IDLE_METRICS * METRIC_MONTH.dollars),
        ("recovery, once a minute", recovery / PER_MILLION),
        (
            f"the firewall with {rules} rules, if there is one (`-c waf=on`)",
            WAF_MONTH.dollars + rules * WAF_RULE_MONTH.dollars,
        ),
    ]
    total = ("**total**", sum(dollars for _, dollars in rows))
    return table(
        ("what", "dollars a month"),
        ((name, in_dollars(dollars)) for name, dollars in [*rows, total]),
    )


def _metrics_watched(resource: dict[str, Any]) -> int:
    if resource["Type"] != "AWS::CloudWatch::Alarm":
        return 0
    metrics = resource["Properties"].get("Metrics", [])
    return sum("MetricStat" in it for it in metrics) or 1

"""What wakes a person on call: every alarm of the architecture, sent to one encrypted topic."""

import json
import re

import pytest

from cdk.stacks.operations import SERVICES
from layers.built import ROOT
from novapay.observability import METRICS
from tests.infrastructure.synthesized import Resource, Synthesized, of_type

pytestmark = pytest.mark.xdist_group("synth")

OF_EACH_SERVICE = {
    "invariant-violated": ("ledger_invariant_violations_total", 60),
    "clock-off": ("clocks_refused", 300),
}
"""The alarms that each service has: metric and period in seconds."""


def alarms_of(synthesized: Synthesized) -> dict[str, Resource]:
    """Return the properties of each alarm by its name behind the prefix."""
    return {
        it["AlarmName"].removeprefix("novapay-dev-"): it
        for it in synthesized.properties("AWS::CloudWatch::Alarm")
    }


def test_every_alarm_of_the_architecture_is_there(dev: Synthesized) -> None:
    of_services = {f"{kind}-{service}" for kind in OF_EACH_SERVICE for service in SERVICES}

    assert set(alarms_of(dev)) == of_services | {
        "admin-calls-denied",
        "api-errors",
        "api-latency",
        "dead-letters",
        "functions-throttled",
        "holds-not-ending",
        "fx-provider-down",
        "key-in-danger",
        "payroll-run-failed",
        "payroll-stalled",
        "recovery-failing",
        "tables-throttled-reading",
        "tables-throttled-writing",
    }


@pytest.mark.parametrize("kind", OF_EACH_SERVICE)
def test_one_violation_or_wrong_clock_in_any_service_is_an_alarm(
    dev: Synthesized, kind: str
) -> None:
    metric, period_s = OF_EACH_SERVICE[kind]
    for service in SERVICES:
        alarm = alarms_of(dev)[f"{kind}-{service}"]

        assert alarm["MetricName"] == metric
        assert alarm["Dimensions"] == [
            {"Name": "service", "Value": service},
            {"Name": "stage", "Value": "dev"},
        ]
        assert (alarm["Threshold"], alarm["Period"], alarm["EvaluationPeriods"]) == (1, period_s, 1)
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm["Statistic"] == "Sum"


WATCHED = {
    "api-errors": ("AWS/ApiGateway", "5XXError", "Average", 0.05, 300, 1),
    "api-latency": ("AWS/ApiGateway", "Latency", "p99", 3000, 300, 3),
    "fx-provider-down": ("NovaPay", "fx_rate_failures", "Sum", 5, 300, 1),
    "admin-calls-denied": ("NovaPay", "admin_calls_denied", "Sum", 20, 300, 1),
    "payroll-stalled": ("NovaPay", "payroll_oldest_open_job", "Maximum", 1800, 300, 2),
    "recovery-failing": ("AWS/Lambda", "Errors", "Sum", 2, 300, 1),
    "holds-not-ending": ("AWS/Lambda", "Errors", "Sum", 2, 300, 1),
    "key-in-danger": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 1, 300, 1),
    "dead-letters": ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", 1, 300, 1),
}
"""Namespace, metric, statistic, threshold, period and how many of them in a row."""


@pytest.mark.parametrize("name", WATCHED)
def test_an_alarm_watches_what_its_name_says(dev: Synthesized, name: str) -> None:
    alarm = alarms_of(dev)[name]

    statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
    assert WATCHED[name] == (
        *(alarm["Namespace"], alarm["MetricName"], statistic),
        *(alarm["Threshold"], alarm["Period"], alarm["EvaluationPeriods"]),
    )
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"


def test_the_alarms_watch_this_stage_and_no_other(dev: Synthesized) -> None:
    alarms = alarms_of(dev)
    of = {name: {it["Name"]: it["Value"] for it in alarms[name]["Dimensions"]} for name in WATCHED}

    assert of["api-errors"] == of["api-latency"] == {"ApiName": "novapay-dev", "Stage": "dev"}
    assert of["recovery-failing"] == {"FunctionName": "novapay-dev-recover"}
    assert of["holds-not-ending"] == {"FunctionName": "novapay-dev-expire_holds"}
    assert set(of["dead-letters"]) == {"QueueName"}
    assert of["fx-provider-down"] == {"service": "fx", "stage": "dev"}
    assert of["admin-calls-denied"] == {"service": "admin", "stage": "dev"}
    assert of["payroll-stalled"] == {"service": "operations", "stage": "dev"}


ADDED_UP = {
    "tables-throttled-reading": ("AWS/DynamoDB", {"ReadThrottleEvents"}, 20, 2),
    "tables-throttled-writing": ("AWS/DynamoDB", {"WriteThrottleEvents"}, 20, 2),
    "functions-throttled": ("AWS/Lambda", {"Throttles"}, 20, 1),
    "payroll-run-failed": (
        "AWS/States",
        {"ExecutionsFailed", "ExecutionsAborted", "ExecutionsTimedOut"},
        1,
        1,
    ),
}
"""Alarms on an expression: namespace, metrics, threshold, and how many periods in a row."""


@pytest.mark.parametrize("name", ADDED_UP)
def test_an_alarm_on_an_expression_adds_up_what_its_name_says(dev: Synthesized, name: str) -> None:
    alarm = alarms_of(dev)[name]
    namespace, names, threshold, periods = ADDED_UP[name]

    stats = [it["MetricStat"] for it in alarm["Metrics"] if "MetricStat" in it]
    assert {it["Metric"]["Namespace"] for it in stats} == {namespace}
    assert {it["Metric"]["MetricName"] for it in stats} == names
    assert {(it["Stat"], it["Period"]) for it in stats} == {("Sum", 300)}
    assert len(alarm["Metrics"]) <= 11, (
        "an expression of ten metrics is as much as CloudWatch takes"
    )
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (threshold, periods)


def test_the_throttles_of_every_table_are_added_up(dev: Synthesized) -> None:
    tables = {it["TableName"] for it in dev.properties("AWS::DynamoDB::Table")}
    for name in ("tables-throttled-reading", "tables-throttled-writing"):
        alarm = alarms_of(dev)[name]
        [expression] = [it["Expression"] for it in alarm["Metrics"] if "Expression" in it]

        watched = json.dumps(alarm)
        assert all(f'"{table}"' in watched for table in tables)
        assert expression.count("FILL(") == len(tables)


def test_lanes_that_wait_for_their_turn_are_no_alarm(dev: Synthesized) -> None:
    metrics = alarms_of(dev)["functions-throttled"]["Metrics"]

    [expression] = [it["Expression"] for it in metrics if "Expression" in it]
    of = {it["Id"]: it["MetricStat"]["Metric"] for it in metrics if "MetricStat" in it}
    assert expression == "all - FILL(lanes, 0)"
    assert "Dimensions" not in of["all"]
    assert of["lanes"]["Dimensions"] == [{"Name": "FunctionName", "Value": "novapay-dev-pay_lane"}]


def test_a_key_that_is_disabled_or_dies_leaves_a_message_that_is_an_alarm(
    dev: Synthesized,
) -> None:
    [rule] = [it for it in dev.properties("AWS::Events::Rule") if "EventPattern" in it]
    pattern = rule["EventPattern"]

    assert pattern["source"] == ["aws.kms"]
    assert pattern["detail"]["eventName"] == ["DisableKey", "ScheduleKeyDeletion"]
    assert len(pattern["detail"]["resources"]["ARN"]) == len(dev.properties("AWS::KMS::Key"))
    [target] = rule["Targets"]
    queues = of_type(dev.operations, "AWS::SQS::Queue")
    assert target["Arn"]["Fn::GetAtt"][0] in queues


def test_the_page_for_the_person_on_call_knows_every_alarm_and_no_other(dev: Synthesized) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = page.partition("## Alarms")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("| `")
    ]

    named = {name for row in rows for name in row[0].split("`")[1::2]}
    kinds = "|".join(OF_EACH_SERVICE)
    alarms = {re.sub(f"^({kinds})-.*", r"\1-<service>", name) for name in alarms_of(dev)}
    assert named == alarms
    for row in rows:
        assert len(row) == 4
        assert all(len(cell) > 10 for cell in row[1:]), "what it means, where to look, what to do"


def test_every_alarm_goes_to_the_topic(dev: Synthesized) -> None:
    for alarm in alarms_of(dev).values():
        assert len(alarm["AlarmActions"]) == 1
        assert "docs/operations.md" in alarm["AlarmDescription"]


def test_only_what_is_measured_each_minute_is_an_alarm_without_data(dev: Synthesized) -> None:
    alarms = alarms_of(dev)

    breaching = {name for name, it in alarms.items() if it["TreatMissingData"] == "breaching"}
    assert breaching == {"payroll-stalled"}
    assert {it["TreatMissingData"] for it in alarms.values()} == {"breaching", "notBreaching"}


def test_our_alarms_watch_metrics_that_the_code_emits(dev: Synthesized) -> None:
    watched = {
        it["MetricName"] for it in alarms_of(dev).values() if it.get("Namespace") == "NovaPay"
    }

    assert watched == {
        "ledger_invariant_violations_total",
        "clocks_refused",
        "fx_rate_failures",
        "admin_calls_denied",
        "payroll_oldest_open_job",
    }
    assert watched <= set(METRICS)


def test_the_topic_is_encrypted_and_speaks_tls_only(dev: Synthesized) -> None:
    [topic] = dev.properties("AWS::SNS::Topic")
    [policy] = dev.properties("AWS::SNS::TopicPolicy")

    assert topic["KmsMasterKeyId"]
    [denied] = [it for it in policy["PolicyDocument"]["Statement"] if it["Effect"] == "Deny"]
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_alarms_of_this_account_may_publish_to_the_topic_and_use_its_key(dev: Synthesized) -> None:
    cloudwatch = {"Service": "cloudwatch.amazonaws.com"}

    [policy] = dev.properties("AWS::SNS::TopicPolicy")
    [allowed] = [it for it in policy["PolicyDocument"]["Statement"] if it["Effect"] == "Allow"]
    assert (allowed["Principal"], allowed["Action"]) == (cloudwatch, "sns:Publish")
    assert allowed["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }
    keys = [it["KeyPolicy"]["Statement"] for it in dev.properties("AWS::KMS::Key")]
    [used] = [it for statements in keys for it in statements if it["Principal"] == cloudwatch]
    assert used["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert used["Condition"] == allowed["Condition"]


@pytest.mark.parametrize("stage", ["dev", "prod", "ministack"])
def test_no_key_may_be_used_by_a_service_in_the_name_of_another_account(
    request: pytest.FixtureRequest, stage: str
) -> None:
    synthesized: Synthesized = request.getfixturevalue(stage)
    account = {"Ref": "AWS::AccountId"}

    for key in synthesized.properties("AWS::KMS::Key"):
        for statement in key["KeyPolicy"]["Statement"]:
            if "Service" in statement["Principal"]:
                assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == account
            else:
                assert account in statement["Principal"]["AWS"]["Fn::Join"][1]


def test_a_recovery_that_cannot_be_called_leaves_a_letter(dev: Synthesized) -> None:
    rules = [it for it in dev.properties("AWS::Events::Rule") if "ScheduleExpression" in it]
    [queue] = of_type(dev.workflows, "AWS::SQS::Queue").values()
    queue = queue["Properties"]

    assert all(it["Targets"][0]["DeadLetterConfig"]["Arn"] for it in rules)
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_there_is_one_dashboard(dev: Synthesized) -> None:
    [dashboard] = dev.properties("AWS::CloudWatch::Dashboard")

    assert dashboard["DashboardName"] == "novapay-dev"


def test_where_an_alarm_cannot_add_up_metrics_there_is_none_that_does(
    dev: Synthesized, ministack: Synthesized
) -> None:
    for synthesized, adds_up in ((dev, True), (ministack, False)):
        alarms = synthesized.properties("AWS::CloudWatch::Alarm")

        assert any("Metrics" in alarm for alarm in alarms) == adds_up
